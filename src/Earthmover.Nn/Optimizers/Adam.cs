using System.Numerics;
using Earthmover.Torch;
using Earthmover.Torch.Kernels;

namespace Earthmover.Nn.Optimizers;

/// <summary>Adam (arXiv:1412.6980), with decoupled weight decay as AdamW (arXiv:1711.05101).</summary>
public sealed record AdamOptions : OptimizerOptions
{
    /// <summary>The usual settings of GANs.</summary>
    public AdamOptions(double learningRate = 1e-4, double beta1 = 0.5, double beta2 = 0.999) =>
        (LearningRate, Beta1, Beta2) = (learningRate, beta1, beta2);

    /// <summary>β₁, decay of the mean gradient.</summary>
    public double Beta1 { get; init; }
    /// <summary>β₂, decay of the mean squared gradient.</summary>
    public double Beta2 { get; init; }
    /// <summary>
    /// β₂ over the run, from the progress 0 … 1, in place of <see cref="Beta2"/>; null where it stays the same. Both moments are corrected
    /// as if it had always been what it is.
    /// </summary>
    public Func<double, double>? Beta2Over { get; init; }
    /// <summary>ε, added to the root.</summary>
    public double Epsilon { get; init; } = 1e-8;
    /// <summary>Decoupled weight decay, per step and unit of learning rate.</summary>
    public double WeightDecay { get; init; }

    /// <inheritdoc/>
    public override Optimizer Create(FlatParameters parameters) => new Adam(parameters, this);
}

/// <summary>m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g², and a step along m / (√v + ε), both corrected for their start at zero.</summary>
public sealed class Adam : Optimizer
{
    private readonly AdamOptions _options;
    private readonly Tensor _mean, _square;

    /// <summary>Moments start at zero.</summary>
    public Adam(FlatParameters parameters, AdamOptions options) : base(parameters, options) =>
        (_options, _mean, _square) = (options, Moment("mean"), Moment("square"));

    /// <inheritdoc/>
    protected override void Update(double rate)
    {
        var o = _options;
        var beta2 = o.Beta2Over?.Invoke(Progress) ?? o.Beta2;
        var step = o.LearningRate * rate / (1 - Math.Pow(o.Beta1, StepCount));
        var correction = 1 / Math.Sqrt(1 - Math.Pow(beta2, StepCount));
        var keep = 1 - o.LearningRate * rate * o.WeightDecay;
        if (IsOnSpans)
        {
            var rule = new Rule((float)o.Beta1, (float)beta2, (float)o.Epsilon, (float)step, (float)correction, (float)keep);
            UpdateLoop.Run(rule, Parameters, _mean, _square);
            return;
        }
        if (Pace is { } pace)
        {
            AdamStep.Take(Parameters.Values, Parameters.Gradients, _mean, _square,
                pace.Steps, pace.Rate, pace.Halt, o.Beta1, beta2, o.Epsilon, o.WeightDecay);
            return;
        }
        var g = Parameters.Gradients;
        _mean.CopyFrom(_mean * o.Beta1 + g * (1 - o.Beta1));
        _square.CopyFrom(_square * beta2 + g * g * (1 - beta2));
        Parameters.Values.CopyFrom(Parameters.Values * keep - _mean * step / (_square.Sqrt() * correction + o.Epsilon));
    }

    private readonly struct Rule(float beta1, float beta2, float epsilon, float step, float correction, float keep) : IUpdateRule
    {
        public static int Moments => 2;

        public Vector<float> Move(Vector<float> p, Vector<float> g, ref Vector<float> m, ref Vector<float> v)
        {
            m = beta1 * m + (1 - beta1) * g;
            v = beta2 * v + (1 - beta2) * g * g;
            return keep * p - step * m / (correction * Vector.SquareRoot(v) + new Vector<float>(epsilon));
        }
    }
}
