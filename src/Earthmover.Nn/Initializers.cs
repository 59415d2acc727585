using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Nn;

/// <summary>How a weight starts. Numbers come from the random stream <c>init</c>.</summary>
/// <param name="shape">Shape of the weight.</param>
/// <param name="fanIn">Inputs that one output sees.</param>
/// <param name="fanOut">Outputs that one input reaches.</param>
public delegate Tensor Initializer(ReadOnlySpan<long> shape, long fanIn, long fanOut);

/// <summary>The usual initializers.</summary>
public static class Initializers
{
    private static RandomGenerator Stream => RandomStreams.Current["init"];

    /// <summary>
    /// N(<paramref name="mean"/>, <paramref name="deviation"/>²): deviation 0.02 is DCGAN's, around 1 for the gains of normalizations
    /// (arXiv:1511.06434).
    /// </summary>
    public static Initializer Normal(double deviation = 0.02, double mean = 0) =>
        (shape, _, _) => mean == 0 ? Tensor.Normal(shape, Stream) * deviation : Tensor.Normal(shape, Stream) * deviation + mean;

    /// <summary>N(0, 2 / fan-in), for rectified units (arXiv:1502.01852).</summary>
    public static Initializer HeNormal { get; } = (shape, fanIn, _) => Tensor.Normal(shape, Stream) * Math.Sqrt(2.0 / fanIn);

    /// <summary>U(±√(6 / fan-in)), He's in its uniform form.</summary>
    public static Initializer HeUniform { get; } = (shape, fanIn, _) =>
        Tensor.Uniform(shape, Stream, -Math.Sqrt(6.0 / fanIn), Math.Sqrt(6.0 / fanIn));

    /// <summary>U(±√(6 / (fan-in + fan-out))), Glorot's.</summary>
    public static Initializer GlorotUniform { get; } = (shape, fanIn, fanOut) =>
        Tensor.Uniform(shape, Stream, -Math.Sqrt(6.0 / (fanIn + fanOut)), Math.Sqrt(6.0 / (fanIn + fanOut)));

    /// <summary>U(±1/√fan-in), LibTorch's own default for linear and convolutional layers.</summary>
    public static Initializer Default { get; } = (shape, fanIn, _) =>
        Tensor.Uniform(shape, Stream, -1 / Math.Sqrt(fanIn), 1 / Math.Sqrt(fanIn));

    /// <summary>
    /// For a convolution in front of <see cref="Layers.Resampling.PixelShuffle"/>: the four outputs that become neighboring pixels start
    /// equal, so that a doubled image starts without a checkerboard (arXiv:1707.02937).
    /// </summary>
    /// <param name="initializer">How they start.</param>
    public static Initializer EqualPhases(Initializer initializer) => (shape, fanIn, fanOut) =>
        Op.RepeatInterleave(initializer([shape[0] / 4, .. shape[1..]], fanIn, fanOut), 4, 0);

    /// <summary>Every number the same.</summary>
    public static Initializer Constant(double value) => (shape, _, _) => Tensor.Zeros(shape, device: Stream.Device) + value;
}
