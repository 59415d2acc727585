using Earthmover.Games;
using Earthmover.Nn.Optimizers;

namespace Earthmover.Systems;

/// <summary>What the options of nearly every system have: the settings of Adam.</summary>
public abstract record SystemOptions
{
    /// <summary>Step size.</summary>
    [Bounds(Above = 0, AtMost = 1000)]
    public double LearningRate { get; init; } = 2e-4;
    /// <summary>β₁ of Adam.</summary>
    [Bounds(AtLeast = 0, Below = 1)]
    public double Beta1 { get; init; } = 0.5;
    /// <summary>β₂ of Adam.</summary>
    [Bounds(AtLeast = 0, Below = 1)]
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Adam with these settings.</summary>
    public AdamOptions Adam => new(LearningRate, Beta1, Beta2);
}

/// <summary>How runs proceed whose systems have no wishes of their own.</summary>
internal static class Rhythms
{
    /// <summary>Many cheap steps at a high rate that falls to zero; the average covers about the last tenth of the run.</summary>
    public static TrainingOptions FewCores => new() { Batch = 32, Decay = "linear", AverageImages = 1e9, AverageRampUp = 0.07 };

    /// <summary>For points: large batches, and no average.</summary>
    public static TrainingOptions Toy => new() { Batch = 256, Decay = "linear", DecayStart = 0.3, AverageImages = 0, GridSamples = 1500 };

    /// <summary>For pictures of two domains without pairs: small batches, steps that fall to zero, and no average.</summary>
    public static TrainingOptions Translation => new() { Batch = 8, Decay = "linear", AverageImages = 0 };
}
