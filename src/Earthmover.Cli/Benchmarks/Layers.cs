using Earthmover.Nn;
using Earthmover.Nn.Layers;
using Earthmover.Torch;
using Earthmover.Torch.Kernels;
using Earthmover.Torch.Operators;

namespace Earthmover.Cli.Benchmarks;

// The layers of the benchmark's networks that act on more than one number at a time, as plainly as the peer has them.

/// <summary>Transposed convolution: [N, in, H, W] → [N, out, (H − 1)·stride − 2·padding + kernel, …].</summary>
internal sealed class Deconvolution : Module
{
    private readonly Parameter _weight, _bias;
    private readonly int _stride, _padding;

    public Deconvolution(int inputs, int outputs, int kernel, int stride, int padding)
    {
        using var scope = TensorScope.Open();
        (_stride, _padding) = (stride, padding);
        _weight = AddParameter("weight", Initializers.Default([inputs, outputs, kernel, kernel], (long)outputs * kernel * kernel, 0));
        _bias = AddParameter("bias", Initializers.Default([outputs], (long)outputs * kernel * kernel, 0));
    }

    protected override Tensor Compute(Tensor x) => Kernel.ConvTranspose2d(x, _weight.Value, _bias.Value, _stride, _padding);
}

/// <summary>Cross-correlation along one axis: [N, in, L] → [N, out, L'].</summary>
internal sealed class Convolution1d : Module
{
    private readonly Parameter _weight, _bias;
    private readonly int _padding;

    public Convolution1d(int inputs, int outputs, int kernel, int padding = 0)
    {
        using var scope = TensorScope.Open();
        _padding = padding;
        _weight = AddParameter("weight", Initializers.Default([outputs, inputs, kernel], (long)inputs * kernel, 0));
        _bias = AddParameter("bias", Initializers.Default([outputs], (long)inputs * kernel, 0));
    }

    protected override Tensor Compute(Tensor x) => Kernel.Conv1d(x, _weight.Value, _bias.Value, _padding);
}

/// <summary>Batch normalization with running statistics (momentum 0.1, ε 1e-5), as PyTorch has it: [N, C, …] → the same.</summary>
internal sealed class BatchNormalization : Module
{
    private readonly Parameter _weight, _bias;
    private readonly Nn.Buffer _mean, _variance;

    public BatchNormalization(int channels)
    {
        using var scope = TensorScope.Open();
        (_weight, _bias) = (AddParameter("weight", Tensor.Ones([channels])), AddParameter("bias", Tensor.Zeros([channels])));
        (_mean, _variance) = (AddBuffer("running_mean", Tensor.Zeros([channels])), AddBuffer("running_var", Tensor.Ones([channels])));
    }

    public override bool CouplesBatch => true;

    protected override Tensor Compute(Tensor x) =>
        Op.BatchNorm(x, _weight.Value, _bias.Value, _mean.Value, _variance.Value, IsTraining, 0.1, 1e-5, cudnn_enabled: true);
}

/// <summary>A convolution with 3 × 3 windows before which the image is doubled, or after which it is halved.</summary>
internal sealed class Resampled : Module
{
    private readonly Parameter _weight, _bias;
    private readonly bool _up;

    public Resampled(int inputs, int outputs, bool up)
    {
        using var scope = TensorScope.Open();
        _up = up;
        _weight = AddParameter("weight", Initializers.Default([outputs, inputs, 3, 3], inputs * 9L, 0));
        _bias = AddParameter("bias", Initializers.Default([outputs], inputs * 9L, 0));
    }

    protected override Tensor Compute(Tensor x) => _up
        ? Kernel.UpsampleConv2d(x, _weight.Value, _bias.Value)
        : Kernel.Conv2dMeanPool(x, _weight.Value, _bias.Value);
}
