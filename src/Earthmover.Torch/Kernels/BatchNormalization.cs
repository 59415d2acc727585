using Earthmover.Torch.Native;
using Earthmover.Torch.Operators;

namespace Earthmover.Torch.Kernels;

// Normalization by the statistics of a batch, gains and biases of every channel of every sample, and rectification: three passes over the
// pictures forward and two back, where operators need ten and twenty.
internal static class BatchNormalization
{
    private static readonly bool[] s_saves = [true, true, true, true, true, true], s_savesNoResult = [true, true, true, false, true, true];

    public static Tensor Apply(Tensor x, Tensor gain, Tensor bias, Tensor? runningMean, Tensor? runningVariance,
        double momentum, double epsilon, bool rectify)
    {
        if (!Loops.Fit(x) || x.ElementCount == x.Size(1))
            return Plain(x, gain, bias, runningMean, runningVariance, momentum, epsilon, rectify);
        NativeMethods.Check(NativeMethods.em_norm(x.Handle, gain.Handle, bias.Handle, rectify ? 1 : 0, epsilon,
            out var result, out var means, out var variances), $"normalizing {x}");
        Tensor y = new(result), mean = new(means), variance = new(variances);
        if (runningMean is not null && runningVariance is not null)
        {
            using var pause = Autograd.Pause();
            // What is remembered is the unbiased variance, as LibTorch has it.
            var count = (double)x.ElementCount / x.Size(1);
            Op.Add_(Op.Mul_(runningMean, 1 - momentum), mean, momentum);
            Op.Add_(Op.Mul_(runningVariance, 1 - momentum), variance, momentum * count / (count - 1));
        }
        return Autograd.IsRecording && (x.RequiresGrad || gain.RequiresGrad || bias.RequiresGrad)
            ? Differentiable.Record(y, [x, gain, bias, y.Detach(), mean, variance],
                (g, saved, _) => Derivative(g, saved, epsilon, rectify), rectify ? s_saves : s_savesNoResult)
            : y;
    }

    // LibTorch's operators; nothing is remembered where there is nowhere to.
    private static Tensor Plain(Tensor x, Tensor gain, Tensor bias, Tensor? runningMean, Tensor? runningVariance,
        double momentum, double epsilon, bool rectify)
    {
        long[] perChannel = [x.Size(0), x.Size(1), .. Enumerable.Repeat(1L, x.Rank - 2)];
        var y = Op.BatchNorm(x, null, null, runningMean, runningVariance, training: true, momentum, epsilon, cudnn_enabled: true)
            * gain.Reshape(perChannel) + bias.Reshape(perChannel);
        return rectify ? y.Relu() : y;
    }

    private static Tensor?[] Derivative(Tensor g, Tensor[] saved, double epsilon, bool rectify)
    {
        // Whoever differentiates the derivative gets it made of operators.
        if (Autograd.IsRecording)
        {
            // The gradient may come from the same inputs: it is to count as given, so they are seen through views of their own.
            Tensor[] inputs = [.. saved.Take(3).Select(input => input.Reshape(input.Shape))];
            var y = Plain(inputs[0], inputs[1], inputs[2], null, null, 0, epsilon, rectify);
            return [.. Autograd.Gradients((y * g).Sum(), inputs, createGraph: true, allowUnused: true), null, null, null];
        }
        NativeMethods.Check(NativeMethods.em_norm_gradients(g.Handle, saved[0].Handle, rectify ? saved[3].Handle : 0, saved[1].Handle,
            saved[4].Handle, saved[5].Handle, epsilon, out var ofPictures, out var ofGain, out var ofBias),
            "differentiating a normalization");
        return [new(ofPictures), new(ofGain), new(ofBias), null, null, null];
    }
}
