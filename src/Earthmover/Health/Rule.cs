using System.Globalization;

namespace Earthmover.Health;

/// <summary>How a run is: the worst of what was found.</summary>
public enum Verdict
{
    /// <summary>Nothing was found.</summary>
    Green,
    /// <summary>Something will limit the result.</summary>
    Amber,
    /// <summary>The run will not recover by itself.</summary>
    Red,
}

/// <summary>A condition on one signal.</summary>
/// <param name="Signal">The signal.</param>
/// <param name="IsAbove">Whether values above the limit meet it, else values below.</param>
/// <param name="Limit">The limit.</param>
public sealed record Bound(Signal Signal, bool IsAbove, double Limit)
{
    /// <summary>Whether a reading meets it; one without the signal does not.</summary>
    public bool Holds(Reading reading) => IsAbove ? reading[Signal] > Limit : reading[Signal] < Limit;

    /// <summary>The condition, e.g. <c>diversity &lt; 0.1</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Signal.Name} {(IsAbove ? '>' : '<')} {Limit}");
}

/// <summary>A failure that has a name.</summary>
/// <param name="Name">Name in reports.</param>
/// <param name="Severity">What it makes of the verdict.</param>
/// <param name="Cause">What is wrong, one sentence.</param>
/// <param name="Remedies">What to try, the best first; the first that fits a run is its remedy.</param>
/// <param name="When">Alternatives, each a list of bounds that must hold together.</param>
public sealed record Rule(string Name, Verdict Severity, string Cause, IReadOnlyList<Remedy> Remedies, params IReadOnlyList<Bound[]> When)
{
    /// <summary>
    /// Newest readings: most of those of them that measured an alternative's signals must meet it, since one may be an accident of its
    /// batch.
    /// </summary>
    public int Sustained { get; init; } = 3;

    /// <summary>
    /// While there are fewer readings, those that there are decide; otherwise those that are yet to come count as if they did not meet it.
    /// </summary>
    public bool SpeaksAtOnce { get; init; }

    /// <summary>Rules whose findings are consequences of this one, and are left out beside it.</summary>
    public IReadOnlyList<string> Explains { get; init; } = [];

    /// <summary>It is found only where nothing else is, or as <see cref="Besides"/> says.</summary>
    public bool IsLastResort { get; init; }

    /// <summary>Where all of these hold a last resort is found beside others too, if none of them is red.</summary>
    public IReadOnlyList<Bound> Besides { get; init; } = [];

    /// <summary>The finding that follows from a history, or null.</summary>
    /// <param name="history">Readings, oldest first.</param>
    /// <param name="patient">Whose they are, for the remedy.</param>
    public Finding? Judge(IReadOnlyList<Reading> history, Patient patient)
    {
        var met = When.Select(bounds => (Bounds: bounds, Last: Met(bounds, history, Wanted(history)).LastOrDefault()))
            .Where(alternative => alternative.Last is not null)
            // What the newest look shows as well is better evidence than what only those before it did.
            .OrderByDescending(alternative => alternative.Bounds.All(bound => bound.Holds(alternative.Last!)))
            .ToList();
        if (met is not [var (bounds, last), ..])
            return null;
        var evidence = bounds.Select(bound => bound.Signal).Distinct().ToDictionary(signal => signal.Name, signal => last![signal]);
        return new(Name, Severity, Cause, evidence, patient.Take(Remedies, history));
    }

    /// <summary>Whether it is found beside others, of which none is red.</summary>
    /// <param name="history">Readings, oldest first.</param>
    internal bool StandsBeside(IReadOnlyList<Reading> history) => Besides.Count > 0 && Met(Besides, history, Wanted(history)).Length > 0;

    /// <summary>Whether most of the readings that there are meet it, and one more that does would be enough.</summary>
    /// <param name="history">Readings, oldest first.</param>
    internal bool IsInSight(IReadOnlyList<Reading> history) => When.Any(bounds => Met(bounds, history, Sustained - 2).Length > 0);

    // Readings that are missing yet count as not meeting it, unless it speaks at once: what is found nonetheless, they could not undo.
    private int Wanted(IReadOnlyList<Reading> history) => SpeaksAtOnce || history.Count >= Sustained ? 0 : Sustained;

    // The newest readings that measured all that the bounds ask for, if most of them, and of as many as are wanted, meet it.
    private Reading[] Met(IReadOnlyList<Bound> bounds, IReadOnlyList<Reading> history, int wanted)
    {
        // Not every look measures everything.
        Reading[] judged = [.. history.TakeLast(Sustained)
            .Where(reading => bounds.All(bound => reading.Values.ContainsKey(bound.Signal.Name)))];
        return 2 * judged.Count(reading => bounds.All(bound => bound.Holds(reading))) > Math.Max(judged.Length, wanted) ? judged : [];
    }
}

/// <summary>A rule that holds, with what it rests on.</summary>
/// <param name="Rule">Name of the rule.</param>
/// <param name="Severity">Amber or red.</param>
/// <param name="Cause">What is wrong, one sentence.</param>
/// <param name="Evidence">The signals of the rule with their last values.</param>
/// <param name="Remedy">What to change on the command line, or to do; empty where nothing fits.</param>
public sealed record Finding(string Rule, Verdict Severity, string Cause, IReadOnlyDictionary<string, double> Evidence, string Remedy);

/// <summary>What follows from the readings of a run.</summary>
/// <param name="Verdict">The worst finding.</param>
/// <param name="Findings">Findings, the worst first.</param>
/// <param name="Reading">The newest reading.</param>
public sealed record Diagnosis(Verdict Verdict, IReadOnlyList<Finding> Findings, Reading Reading)
{
    /// <summary>The last step at which the run was red, where it is no longer.</summary>
    public long? RedUntil { get; init; }

    /// <summary>
    /// The verdict in a word and, where something was found, its name and cause; that the run was red, where it is green.
    /// </summary>
    public string Sentence => Findings is [var first, ..] ? $"{Verdict.ToString().ToUpperInvariant()} {first.Rule}: {first.Cause}"
        : RedUntil is { } step ? $"GREEN (it was red until step {step:N0})" : "GREEN";
}
