using Earthmover.Networks;
using Earthmover.Nn.Optimizers;
using Earthmover.Objectives;

namespace Earthmover.Systems;

/// <summary>
/// The tricks that the literature adds to the game of two, one option each; what is not asked for leaves the game as it is. Smoothed and
/// flipped labels are options of the objectives that have labels.
/// </summary>
public abstract record TrickOptions : SystemOptions
{
    /// <summary>Optimizer of both players: adam, rmsprop or sgd.</summary>
    public Part<OptimizerKind> Optimizer { get; init; } = "adam";
    /// <summary>Step size of the critic (arXiv:1706.08500); 0 takes the generator's.</summary>
    [Bounds(AtLeast = 0, AtMost = 1000)] public double CriticLearningRate { get; init; }
    /// <summary>Weight decay of Adam, decoupled: per step and unit of step size (arXiv:1711.05101).</summary>
    [Bounds(AtLeast = 0, AtMost = 1000)] public double WeightDecay { get; init; }
    /// <summary>ε, weight of the mean squared score of real samples, which holds scores near zero (arXiv:1710.10196).</summary>
    [Bounds(AtLeast = 0, AtMost = 1e6)] public double Drift { get; init; }
    /// <summary>Noise on all that the critic sees: none, or <c>normal?deviation=0.1&amp;steps=0</c>.</summary>
    public Part<InstanceNoise> InstanceNoise { get; init; } = "none";
    /// <summary>Activation of the hidden layers, and noise behind it: <c>softplus</c>, or <c>auto?noise=0.1</c>.</summary>
    public Part<HiddenActivation> Activation { get; init; } = "auto";
    /// <summary>Augmentation of what the critic sees: any of color+translation+cutout, or none (arXiv:2006.10738).</summary>
    public Part<Augmentation> Augment { get; init; } = "none";
    /// <summary>What the critic is told of a batch beside each sample: none, deviation or discrimination.</summary>
    public Part<Minibatch> Minibatch { get; init; } = "none";
    /// <summary>What the generator minimizes beside the scores: none, or <c>feature-matching?weight=1</c>.</summary>
    public Part<Auxiliary> Auxiliary { get; init; } = "none";
    /// <summary>Weight of historical averaging of both players (arXiv:1606.03498); 0 is none.</summary>
    [Bounds(AtLeast = 0, AtMost = 1e6)] public double History { get; init; }
    /// <summary>Latent vectors that the generator's batch normalization goes by (arXiv:1606.03498); 0 goes by the batch.</summary>
    [Bounds(AtLeast = 0, AtMost = 1_000_000)] public int VirtualBatch { get; init; }

    /// <summary>The critic's optimizer.</summary>
    internal OptimizerOptions CriticOptimizer => OptimizerAt(CriticLearningRate > 0 ? CriticLearningRate : LearningRate);

    /// <summary>The generator's optimizer.</summary>
    internal OptimizerOptions GeneratorOptimizer => OptimizerAt(LearningRate);

    private OptimizerOptions OptimizerAt(double rate) => Optimizer.Value.Of(rate, Beta1, Beta2) switch
    {
        AdamOptions adam => adam with { WeightDecay = WeightDecay },
        var other when WeightDecay == 0 => other,
        _ => throw new ArgumentException($"weight_decay is Adam's: take optimizer=adam, or weight_decay=0 with {Optimizer.Value.Name}"),
    };
}
