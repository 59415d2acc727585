using Earthmover.Nn;
using Earthmover.Nn.Layers;

namespace Earthmover.Networks;

/// <summary>What follows a layer.</summary>
/// <param name="Make">A new module of it.</param>
/// <param name="Channels">Channels it takes for every one it gives.</param>
public sealed record Nonlinearity(Func<Module> Make, int Channels = 1)
{
    /// <summary>max(x, 0).</summary>
    public static Nonlinearity Relu { get; } = new(Activation.Relu);
    /// <summary>x where positive, 0.2 x elsewhere.</summary>
    public static Nonlinearity LeakyRelu { get; } = new(() => Activation.LeakyRelu());
    /// <summary>log(1 + eˣ).</summary>
    public static Nonlinearity Softplus { get; } = new(Activation.Softplus);
    /// <summary>softplus(2x + 2)/2 − 1 (arXiv:1704.00028, appendix).</summary>
    public static Nonlinearity ShiftedSoftplus { get; } = new(Activation.ShiftedSoftplus);
    /// <summary>x where positive, eˣ − 1 elsewhere.</summary>
    public static Nonlinearity Elu { get; } = new(Activation.Elu);
    /// <summary>tanh x.</summary>
    public static Nonlinearity Tanh { get; } = new(Activation.Tanh);
    /// <summary>σ(a) · tanh(b) of twice the channels.</summary>
    public static Nonlinearity Gated { get; } = new(Activation.Gate, 2);
}
