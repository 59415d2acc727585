using Earthmover.Nn.PyTorch;
using Earthmover.Torch;
using Earthmover.Torch.Kernels;
using Earthmover.Torch.Operators;

namespace Earthmover.Nn.Layers;

/// <summary>Batch normalization (arXiv:1502.03167) of every channel: [N, C], [N, C, L] or [N, C, H, W] → the same shape.</summary>
/// <remarks>It couples the samples of a batch, so a critic under a per-sample penalty must not contain it.</remarks>
public sealed class BatchNorm : Module
{
    private readonly Parameter? _gain, _bias;
    private readonly Buffer _mean, _variance;
    private readonly double _momentum, _epsilon;

    /// <summary>A layer for <paramref name="channels"/> channels.</summary>
    /// <param name="channels">Length of axis 1.</param>
    /// <param name="affine">Learn a gain and a bias per channel.</param>
    /// <param name="gain">Start of the gains; 1 when absent.</param>
    /// <param name="momentum">Share of a batch in the running statistics.</param>
    /// <param name="epsilon">Added to the variance.</param>
    public BatchNorm(int channels, bool affine = true, Initializer? gain = null, double momentum = 0.1, double epsilon = 1e-5)
    {
        using var scope = TensorScope.Open();
        (_momentum, _epsilon) = (momentum, epsilon);
        if (affine)
        {
            _gain = AddParameter("gain", (gain ?? Initializers.Constant(1))([channels], channels, channels));
            _bias = AddParameter("bias", Initializers.Constant(0)([channels], channels, channels));
        }
        _mean = AddBuffer("running_mean", Initializers.Constant(0)([channels], channels, channels));
        _variance = AddBuffer("running_variance", Initializers.Constant(1)([channels], channels, channels));
    }

    /// <inheritdoc/>
    public override bool CouplesBatch => true;

    /// <inheritdoc/>
    protected internal override string? InPyTorch(TorchTwin twin, string path)
    {
        if (_gain is not null && _bias is not null)
        {
            twin.Put($"{path}weight", _gain.Value);
            twin.Put($"{path}bias", _bias.Value);
        }
        twin.Put($"{path}running_mean", _mean.Value);
        twin.Put($"{path}running_var", _variance.Value);
        // PyTorch counts batches, for averages without a momentum.
        twin.Put($"{path}num_batches_tracked", Tensor.Zeros([], DType.Int64));
        var rest = (_epsilon == 1e-5 ? "" : $", eps={TorchTwin.Number(_epsilon)}") + (_gain is null ? ", affine=False" : "");
        return $"nn.BatchNorm{(twin.Rank == 4 ? "2d" : "1d")}({_mean.Value.Size(0)}{rest})";
    }

    // Rows at the start of every batch that all statistics are of; 0 for the batch's own.
    internal int References { get; set; }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => References > 0 ? Virtual(x) : IsTraining && WholeBatch.IsShared ? Shared(x)
        : Op.BatchNorm(x, _gain?.Value, _bias?.Value, Remembered(_mean), Remembered(_variance), IsTraining, _momentum, _epsilon,
            cudnn_enabled: true);

    // What is not to be remembered has nowhere to go.
    private Tensor? Remembered(Buffer statistic) => IsTraining && !WholeBatch.IsRemembered ? null : statistic.Value;

    /// <summary>The same with gains and biases [N, C] of every sample in the place of its own, and rectified where asked for.</summary>
    internal Tensor Told(Tensor x, Tensor gain, Tensor bias, bool rectify)
    {
        if (IsTraining && References == 0 && !WholeBatch.IsShared)
            return Kernel.BatchNorm(x, gain, bias, Remembered(_mean), Remembered(_variance), _momentum, _epsilon, rectify);
        long[] perChannel = [x.Size(0), x.Size(1), .. Enumerable.Repeat(1L, x.Rank - 2)];
        var y = Forward(x) * gain.Reshape(perChannel) + bias.Reshape(perChannel);
        return rectify ? y.Relu() : y;
    }

    // Every sample by the statistics of the first rows and of itself; those by their own.
    private Tensor Virtual(Tensor x)
    {
        var places = Places(x);
        Tensor reference = x.Narrow(0, 0, References), others = x.Narrow(0, References, x.Size(0) - References);
        Tensor mean = reference.Mean([0, .. places], keep: true), square = reference.Square().Mean([0, .. places], keep: true);
        var share = 1.0 / (References + 1);
        Tensor With(Tensor own, Tensor all) => (places.Length == 0 ? own : own.Mean(places, keep: true)) * share + all * (1 - share);
        Tensor ownMean = With(others, mean), ownSquare = With(others.Square(), square);
        return Scaled(Tensor.Cat([Normalized(reference, mean, square), Normalized(others, ownMean, ownSquare)]));
    }

    // A variance that rounding makes negative is 0.
    private Tensor Normalized(Tensor x, Tensor mean, Tensor square) =>
        (x - mean) / (Op.ClampMin(square - mean.Square(), 0) + _epsilon).Sqrt();

    private static long[] Places(Tensor x) => [.. Enumerable.Range(2, x.Rank - 2).Select(axis => (long)axis)];

    private Tensor Scaled(Tensor y)
    {
        long[] perChannel = [1, y.Size(1), .. Enumerable.Repeat(1L, y.Rank - 2)];
        return _gain is null ? y : y * _gain.Value.Reshape(perChannel) + _bias!.Value.Reshape(perChannel);
    }

    // The same with the statistics of the whole batch, of which this process has a share.
    private Tensor Shared(Tensor x)
    {
        long[] axes = [0, .. Places(x)];
        var mean = WholeBatch.Average(x.Mean(axes, keep: true));
        var centered = x - mean;
        var variance = WholeBatch.Average(centered.Square().Mean(axes, keep: true));
        using (Autograd.Pause())
        {
            // What is remembered is the unbiased variance, as LibTorch has it.
            var count = (double)x.ElementCount / x.Size(1) * WholeBatch.Count;
            _mean.Value.CopyFrom(_mean.Value * (1 - _momentum) + mean.Flatten() * _momentum);
            _variance.Value.CopyFrom(_variance.Value * (1 - _momentum) + variance.Flatten() * (_momentum * count / (count - 1)));
        }
        return Scaled(centered / (variance + _epsilon).Sqrt());
    }
}
