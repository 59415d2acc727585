using Earthmover.Torch;

namespace Earthmover.Constraints;

/// <summary>The slope of a function sample by sample.</summary>
internal static class Slope
{
    /// <summary>
    /// ∇ₓ Σ D(x), which is every sample's own gradient where samples do not influence each other: [N, …]. Differentiable when recording is
    /// on.
    /// </summary>
    public static Tensor Gradient(Func<Tensor, Tensor> critic, Tensor x)
    {
        using var scope = TensorScope.Open();
        var differentiable = Autograd.IsRecording;
        using var record = Autograd.Record();
        return scope.Keep(Autograd.Gradient(critic(x).Sum(), x, createGraph: differentiable));
    }

    /// <summary>
    /// What slopes cost: their distance to a center, or their excess over it, to the first or second power; the mean of [N].
    /// </summary>
    public static Tensor Cost(Tensor slopes, double center, bool oneSided, int power)
    {
        var excess = slopes - center;
        if (oneSided)
            excess = excess.Relu();
        return (power == 2 ? excess.Square() : oneSided ? excess : excess.Abs()).Mean();
    }

    /// <summary>Checks a weight.</summary>
    public static double Weight(double weight, string symbol) => weight >= 0 && double.IsFinite(weight)
        ? weight
        : throw new ArgumentOutOfRangeException(symbol, weight, "the weight of a penalty must not be negative");

    /// <summary>Checks the power of an excess.</summary>
    public static int Power(int power) => power is 1 or 2
        ? power
        : throw new ArgumentOutOfRangeException(nameof(power), power, "the power of a penalty is 1 or 2");
}
