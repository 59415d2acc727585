using System.Numerics;
using Earthmover.Torch;

namespace Earthmover.Nn.Optimizers;

/// <summary>Adam (arXiv:1412.6980), with decoupled weight decay as AdamW (arXiv:1711.05101).</summary>
public sealed record AdamOptions : OptimizerOptions
{
    /// <summary>The usual settings of GANs.</summary>
    public AdamOptions(double learningRate = 1e-4, double beta1 = 0.5, double beta2 = 0.999) => (LearningRate, Beta1, Beta2) = (learningRate, beta1, beta2);

    /// <summary>β₁, decay of the mean gradient.</summary>
    public double Beta1 { get; init; }
    /// <summary>β₂, decay of the mean squared gradient.</summary>
    public double Beta2 { get; init; }
    /// <summary>ε, added to the root.</summary>
    public double Epsilon { get; init; } = 1e-8;
    /// <summary>Decoupled weight decay, per step and unit of learning rate.</summary>
    public double WeightDecay { get; init; }

    /// <inheritdoc/>
    public override Optimizer Create(FlatParameters parameters) => new Adam(parameters, this);
}

/// <summary>One pass over parameters, gradients and two moments.</summary>
public sealed class Adam : Optimizer
{
    private readonly AdamOptions _options;
    private readonly Tensor _mean, _square;

    /// <summary>Moments start at zero.</summary>
    public Adam(FlatParameters parameters, AdamOptions options) : base(parameters) =>
        (_options, _mean, _square) = (options, Moment("mean"), Moment("square"));

    /// <inheritdoc/>
    protected override void Update(double rate)
    {
        var o = _options;
        var step = o.LearningRate * rate / (1 - Math.Pow(o.Beta1, StepCount));
        var correction = 1 / Math.Sqrt(1 - Math.Pow(o.Beta2, StepCount));
        var keep = 1 - o.LearningRate * rate * o.WeightDecay;
        if (Parameters.Values.Device.IsCuda || Parameters.Values.DType != DType.Float32)
        {
            OnTensors(step, correction, keep);
            return;
        }
        Span<float> p = Parameters.Values.AsSpan<float>(), g = Parameters.Gradients.AsSpan<float>(), m = _mean.AsSpan<float>(), v = _square.AsSpan<float>();
        float b1 = (float)o.Beta1, b2 = (float)o.Beta2, ε = (float)o.Epsilon, s = (float)step, c = (float)correction, k = (float)keep;
        var i = 0;
        for (var width = Vector<float>.Count; i <= p.Length - width; i += width)
        {
            var gi = new Vector<float>(g[i..]);
            var mi = b1 * new Vector<float>(m[i..]) + (1 - b1) * gi;
            var vi = b2 * new Vector<float>(v[i..]) + (1 - b2) * gi * gi;
            mi.CopyTo(m[i..]);
            vi.CopyTo(v[i..]);
            (k * new Vector<float>(p[i..]) - s * mi / (c * Vector.SquareRoot(vi) + new Vector<float>(ε))).CopyTo(p[i..]);
        }
        for (; i < p.Length; i++)
        {
            m[i] = b1 * m[i] + (1 - b1) * g[i];
            v[i] = b2 * v[i] + (1 - b2) * g[i] * g[i];
            p[i] = k * p[i] - s * m[i] / (c * MathF.Sqrt(v[i]) + ε);
        }
    }

    private void OnTensors(double step, double correction, double keep)
    {
        var g = Parameters.Gradients;
        _mean.CopyFrom(_mean * _options.Beta1 + g * (1 - _options.Beta1));
        _square.CopyFrom(_square * _options.Beta2 + g * g * (1 - _options.Beta2));
        Parameters.Values.CopyFrom(Parameters.Values * keep - _mean * step / (_square.Sqrt() * correction + _options.Epsilon));
    }
}
