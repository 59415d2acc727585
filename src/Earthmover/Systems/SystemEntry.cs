using Earthmover.Data;
using Earthmover.Games;

namespace Earthmover.Systems;

/// <summary>What a system is built for.</summary>
/// <param name="Shape">Shape of one sample.</param>
public sealed record SystemContext(SampleShape Shape)
{
    /// <summary>How often each class occurs in the data, in any unit; empty where the data has no classes.</summary>
    public IReadOnlyList<double> ClassShares { get; init; } = [];
}

/// <summary>Options of a system and of its training, for one kind of data.</summary>
public sealed record Defaults(object Options, TrainingOptions Training);

/// <summary>A system in the catalog: a class with its options, or a recipe, which is another system's class with other options.</summary>
/// <param name="Name">Name on the command line.</param>
/// <param name="Title">Title for people.</param>
/// <param name="Paper">Source, with its arXiv id.</param>
/// <param name="Rows">Rows of the reference that it answers.</param>
/// <param name="Players">Its players, in the order of their moves.</param>
/// <param name="Example">A command that shows it.</param>
/// <param name="Build">Builds it for a kind of sample.</param>
public sealed record SystemEntry(string Name, string Title, string Paper, IReadOnlyList<string> Rows, IReadOnlyList<string> Players, string Example,
    Func<SystemContext, object, GanSystem> Build)
{
    /// <summary>Defaults by kind of data that it plays with: <c>images</c>, <c>points</c>, <c>text</c>; <c>unpaired</c> (two domains of pictures), <c>unpaired-points</c>.</summary>
    public required IReadOnlyDictionary<string, Defaults> Defaults { get; init; }

    /// <summary>The system tells classes apart: where the data has none, clusters take their place.</summary>
    public bool NeedsClasses { get; init; }

    /// <summary>Options that recipes made before they were there do not name, with what was played then.</summary>
    public IReadOnlyDictionary<string, string> Formerly { get; init; } = new Dictionary<string, string>();

    /// <summary>The options of a recipe, of whatever age, complete: where it is silent, what was played when it was made counts, not what is the default now.</summary>
    public SortedDictionary<string, string> Complete(IReadOnlyDictionary<string, string> options) =>
        new(options.Concat(Formerly).DistinctBy(o => o.Key).ToDictionary(o => o.Key, o => o.Value), StringComparer.Ordinal);

    /// <summary>The test class that holds it to numbers; after a semicolon, what of its acceptance has not been shown.</summary>
    public string Acceptance { get; init; } = "";
}
