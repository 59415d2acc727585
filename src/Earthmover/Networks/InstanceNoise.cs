using Earthmover.Torch;

namespace Earthmover.Networks;

/// <summary>
/// N(0, σ²) on every number that a critic sees, real and generated alike, new at every look: laws that share no point overlap
/// (arXiv:1610.04490, section 3; arXiv:1701.04862, section 3). Draws from the stream <c>instance noise</c>.
/// </summary>
/// <param name="Deviation">σ at the first step; 0 is none.</param>
/// <param name="Steps">Training steps over which σ goes in a straight line to <paramref name="End"/>; 0 keeps it.</param>
/// <param name="End">σ from then on.</param>
public sealed record InstanceNoise(double Deviation = 0, long Steps = 0, double End = 0) : IOptionPart<InstanceNoise>
{
    private static readonly Catalog<InstanceNoise> s_catalog = new("instance noise",
    [
        new("none", "nothing", "", _ => new()),
        new("normal", "normal noise on real and generated samples, which goes to its end over so many steps (1610.04490)",
            "deviation=0.1 steps=0 end=0", o => new(o.Number("deviation"), o.Integer("steps"), o.Number("end"))),
    ]);

    static string IOptionPart<InstanceNoise>.Takes => "a noise, with options after ?";

    static IReadOnlyList<KnownPart> IOptionPart<InstanceNoise>.Known => s_catalog.Known;

    static InstanceNoise IOptionPart<InstanceNoise>.Parse(string text) => s_catalog.Create(text);

    /// <inheritdoc cref="InstanceNoise(double, long, double)"/>
    /// <exception cref="ArgumentException">It is below 0 or not finite.</exception>
    public double Deviation { get; } = AtLeastZero("the deviation", Deviation);

    /// <inheritdoc cref="InstanceNoise(double, long, double)"/>
    /// <exception cref="ArgumentException">It is below 0 or not finite.</exception>
    public double End { get; } = AtLeastZero("the end", End);

    /// <inheritdoc cref="InstanceNoise(double, long, double)"/>
    /// <exception cref="ArgumentException">It is below 0.</exception>
    public long Steps { get; } = Steps >= 0 ? Steps
        : throw new ArgumentException($"instance noise: steps is at least 0, not {Steps}");

    /// <summary>Whether it changes from step to step.</summary>
    public bool Fades => Deviation > 0 && Steps > 0;

    /// <summary>σ at a training step.</summary>
    /// <param name="step">Its number, from 0.</param>
    public double At(long step) => Fades ? End + (Deviation - End) * Math.Max(0, 1 - (double)step / Steps) : Deviation;

    /// <summary>What the critic sees of samples.</summary>
    /// <param name="x">Samples [N, …].</param>
    /// <param name="step">Number of the training step, from 0.</param>
    public Tensor On(Tensor x, long step) => At(step) is var deviation and > 0
        ? x + Tensor.Normal(x.Shape, RandomStreams.Current["instance noise"]).Like(x) * deviation
        : x;

    private static double AtLeastZero(string what, double value) => value >= 0 && double.IsFinite(value) ? value
        : throw new ArgumentException($"instance noise: {what} is at least 0, not {value}");
}
