using System.Numerics;
using Earthmover.Torch;

namespace Earthmover.Nn.Optimizers;

/// <summary>
/// RMSProp (Tieleman and Hinton 2012) with LibTorch's constants, those of the original WGAN with clipping (arXiv:1701.07875).
/// </summary>
public sealed record RmsPropOptions : OptimizerOptions
{
    /// <summary>WGAN's step size unless stated.</summary>
    public RmsPropOptions(double learningRate = 5e-5) => LearningRate = learningRate;

    /// <summary>α, decay of the mean squared gradient.</summary>
    public double Alpha { get; init; } = 0.99;
    /// <summary>ε, added to the root.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <inheritdoc/>
    public override Optimizer Create(FlatParameters parameters) => new RmsProp(parameters, this);
}

/// <summary>v ← αv + (1 − α)g² and a step along g / (√v + ε).</summary>
public sealed class RmsProp : Optimizer
{
    private readonly RmsPropOptions _options;
    private readonly Tensor _square;

    /// <summary>The moment starts at zero.</summary>
    public RmsProp(FlatParameters parameters, RmsPropOptions options)
        : base(parameters, options) =>
        (_options, _square) = (options, Moment("square"));

    /// <inheritdoc/>
    protected override void Update(double rate)
    {
        var o = _options;
        var step = o.LearningRate * rate;
        if (IsOnSpans)
        {
            UpdateLoop.Run(new Rule((float)o.Alpha, (float)o.Epsilon, (float)step), Parameters, _square);
            return;
        }
        var g = Pace?.Admit(Parameters.Gradients) ?? Parameters.Gradients;
        _square.CopyFrom(_square * o.Alpha + g * g * (1 - o.Alpha));
        var direction = g / (_square.Sqrt() + o.Epsilon);
        Parameters.Values.CopyFrom(Parameters.Values - (Pace is null ? direction * step : direction * Pace.Rate));
    }

    private readonly struct Rule(float alpha, float epsilon, float step) : IUpdateRule
    {
        public static int Moments => 1;

        public Vector<float> Move(Vector<float> p, Vector<float> g, ref Vector<float> v, ref Vector<float> unused)
        {
            v = alpha * v + (1 - alpha) * g * g;
            return p - step * g / (Vector.SquareRoot(v) + new Vector<float>(epsilon));
        }
    }
}
