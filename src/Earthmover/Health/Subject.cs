using Earthmover.Games;
using Earthmover.Nn;
using Earthmover.Torch;

namespace Earthmover.Health;

/// <summary>What a look needs of a run: functions, tensors and parameters, of whatever system.</summary>
public sealed record Subject
{
    /// <summary>Scores [N] or [N, 1] of samples [N, …] beside what they should be; null where there is no critic of that form.</summary>
    public Func<Tensor, Tensor?, Tensor>? Critic { get; init; }

    /// <summary>Samples [N, …] of inputs, beside what they are told to be or as they choose.</summary>
    public required Func<Tensor, Tensor?, Tensor> Generate { get; init; }

    /// <summary>So many inputs of <see cref="Generate"/>, drawn from a stream.</summary>
    public required Func<long, RandomGenerator, Tensor> Inputs { get; init; }

    /// <summary>Real samples [N, …].</summary>
    public required Tensor Real { get; init; }

    /// <summary>What the system is told of them: classes [N], captions [N, L]; null where it is told nothing.</summary>
    public Tensor? Labels { get; init; }

    /// <summary>Other real samples [N, …].</summary>
    public required Tensor Other { get; init; }

    /// <summary>What the system is told of these.</summary>
    public Tensor? OtherLabels { get; init; }

    /// <summary>Samples that the run does not train on [K, …]; null where there are none.</summary>
    public Tensor? HeldOut { get; init; }

    /// <summary>What the system is told of these.</summary>
    public Tensor? HeldOutLabels { get; init; }

    /// <summary>Probabilities of the classes of samples [N, …] → [N, K]; null where the system tells none.</summary>
    public Func<Tensor, Tensor>? Classify { get; init; }

    /// <summary>Samples whose class is known [M, …], best such as the run does not train on; null where there are none.</summary>
    public Tensor? Examples { get; init; }

    /// <summary>Their classes [M].</summary>
    public Tensor? ExampleLabels { get; init; }

    /// <summary>Training samples that stay the same for the whole run.</summary>
    public required Landmarks Landmarks { get; init; }

    /// <summary>The critic's parameters.</summary>
    public IReadOnlyList<FlatParameters> Critics { get; init; } = [];

    /// <summary>The generator's parameters.</summary>
    public IReadOnlyList<FlatParameters> Generators { get; init; } = [];

    /// <summary>Whether a player moves these generators and nothing else, along the critic's scores alone.</summary>
    public bool MovesGeneratorsAlone { get; init; }

    /// <summary>Whether the critic declares that samples of a batch influence each other's scores while training.</summary>
    public bool CouplesBatch { get; init; }

    /// <summary>Runs a function while networks are in training mode, and restores all that it changed.</summary>
    public Func<Func<double>, double>? WhileTraining { get; init; }

    /// <summary>The last moves of the players.</summary>
    public IReadOnlyList<Move> Moves { get; init; } = [];

    /// <summary>Samples as they are used, where that is not as the generator gives them: the likeliest symbols of a line of text.</summary>
    public Func<Tensor, Tensor> Used { get; init; } = samples => samples;

    /// <summary>Divergence of the spelling of lines [N, …] from that of the text, its floor, the same between 0 and 1,
    /// and by what share different lines are fewer than in the text; null for what is no text.</summary>
    public Func<Tensor, (double Divergence, double Floor, double Gap, double Repeated)>? Spelling { get; init; }

    /// <summary>Sicknesses that rows of a table [N, D] show; null for what is no table.</summary>
    public Func<Tensor, Metrics.Tables.Faults>? Faults { get; init; }

    /// <summary>Share of the modes of a known mixture that samples [N, …] leave out; null where the law is not known.</summary>
    public Func<Tensor, double>? MissingModes { get; init; }
}
