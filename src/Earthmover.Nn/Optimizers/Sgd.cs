using System.Numerics;
using Earthmover.Torch;

namespace Earthmover.Nn.Optimizers;

/// <summary>Gradient descent with heavy-ball momentum.</summary>
public sealed record SgdOptions : OptimizerOptions
{
    /// <summary>Without momentum unless stated.</summary>
    public SgdOptions(double learningRate = 1e-2, double momentum = 0) => (LearningRate, Momentum) = (learningRate, momentum);

    /// <summary>μ, decay of the velocity, in [0, 1).</summary>
    public double Momentum { get; init; }

    /// <inheritdoc/>
    public override Optimizer Create(FlatParameters parameters) => new Sgd(parameters, this);
}

/// <summary>b ← μb + g and a step along b.</summary>
public sealed class Sgd : Optimizer
{
    private readonly SgdOptions _options;
    private readonly Tensor? _velocity;

    /// <summary>The velocity starts at zero; there is none without momentum.</summary>
    public Sgd(FlatParameters parameters, SgdOptions options) : base(parameters, options) =>
        (_options, _velocity) = (options, options.Momentum == 0 ? null : Moment("velocity"));

    /// <inheritdoc/>
    protected override void Update(double rate)
    {
        var step = _options.LearningRate * rate;
        if (IsOnSpans)
        {
            if (_velocity is null)
                UpdateLoop.Run(new Plain((float)step), Parameters);
            else
                UpdateLoop.Run(new HeavyBall((float)_options.Momentum, (float)step), Parameters, _velocity);
            return;
        }
        var g = Pace?.Admit(Parameters.Gradients) ?? Parameters.Gradients;
        _velocity?.CopyFrom(_velocity * _options.Momentum + g);
        var direction = _velocity ?? g;
        Parameters.Values.CopyFrom(Parameters.Values - (Pace is null ? direction * step : direction * Pace.Rate * (1 - Pace.Halt)));
    }

    private readonly struct Plain(float step) : IUpdateRule
    {
        public static int Moments => 0;

        public Vector<float> Move(Vector<float> p, Vector<float> g, ref Vector<float> unused, ref Vector<float> unused2) => p - step * g;
    }

    private readonly struct HeavyBall(float momentum, float step) : IUpdateRule
    {
        public static int Moments => 1;

        public Vector<float> Move(Vector<float> p, Vector<float> g, ref Vector<float> b, ref Vector<float> unused)
        {
            b = momentum * b + g;
            return p - step * b;
        }
    }
}
