using Earthmover.Data;
using Earthmover.Games;

namespace Earthmover.Serve.Models;

/// <summary>What a model is and can do, for whoever may use it.</summary>
/// <param name="Name">Its name in addresses.</param>
/// <param name="System">The system that was trained.</param>
/// <param name="Title">The system in words.</param>
public sealed record ModelCard(string Name, string System, string Title)
{
    /// <summary>What can be asked of it: of <c>sample</c>, <c>translate</c>, <c>project</c>, <c>score</c>, <c>classify</c>.</summary>
    public required IReadOnlyList<string> Can { get; init; }

    /// <summary>What the system can do, as <c>systems NAME</c> says it.</summary>
    public required IReadOnlyList<string> Abilities { get; init; }

    /// <summary>What its samples are.</summary>
    public required SampleSpec Spec { get; init; }

    /// <summary>Names of the classes that samples may be asked for, or their numbers; null where none may.</summary>
    public IReadOnlyList<string>? Classes { get; init; }

    /// <summary>Names of the classes that it tells apart, or their numbers; null where it tells none.</summary>
    public IReadOnlyList<string>? Tells { get; init; }

    /// <summary>Captions such as samples may be asked for; null where they are told no text.</summary>
    public IReadOnlyList<string>? Captions { get; init; }

    /// <summary>Whether the critic judges samples as of a class.</summary>
    public bool ScoresByClass { get; init; }

    /// <summary>Whether the critic judges samples by a text.</summary>
    public bool ScoresByText { get; init; }

    /// <summary>Length of a latent vector; 0 where there is none.</summary>
    public int LatentSize { get; init; }

    /// <summary>Whether an encoder finds latent vectors, and not a search.</summary>
    public bool HasEncoder { get; init; }

    /// <summary>The ways that it translates, with what each begins in.</summary>
    public IReadOnlyList<(Direction Way, SampleSpec From, SampleSpec To)> Ways { get; init; } = [];

    /// <summary>Steps that it was trained for.</summary>
    public long? Steps { get; init; }

    /// <summary>Sizes of the passes that samples are drawn in.</summary>
    public IReadOnlyList<int> Passes { get; init; } = [];
}
