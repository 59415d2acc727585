using System.Globalization;

namespace Earthmover.Health;

/// <summary>What a remedy is fitted to: a run's own system and options, and what would be taken in their place.</summary>
/// <param name="Kind">The kind of data: <c>points</c>, <c>images</c> or <c>text</c>.</param>
/// <param name="Options">Options of the system and of its training by name.</param>
public sealed record Patient(string Kind, IReadOnlyDictionary<string, string> Options)
{
    /// <summary>A run of which nothing is known: remedies for it are in words.</summary>
    public static Patient Unknown { get; } = new("", new Dictionary<string, string>());

    /// <summary>Whether the same data can be played by the same system with other options, <c>name=value</c> each.</summary>
    public Func<IReadOnlyList<string>, bool> Accepts { get; init; } = _ => true;

    /// <summary>Whether two values of an option, whose name comes first, say the same.</summary>
    public Func<string, string, string, bool> Same { get; init; } = (_, a, b) => a == b;

    /// <summary>The first of some remedies that fits this run, as text; empty where none does.</summary>
    /// <param name="remedies">The best first.</param>
    /// <param name="history">Readings, oldest first.</param>
    public string Take(IReadOnlyList<Remedy> remedies, IReadOnlyList<Reading> history)
    {
        foreach (var remedy in remedies)
            if (remedy.Suits(history) && remedy.For(this) is { Length: > 0 } text)
                return text;
        return "";
    }
}

/// <summary>Something to try against a failure: other options, or what no option can do, in words.</summary>
public sealed record Remedy
{
    /// <summary>Options to change.</summary>
    public IReadOnlyList<Change> Changes { get; private init; } = [];

    /// <summary>What to do where that is no option.</summary>
    public string Words { get; private init; } = "";

    /// <summary>Kinds of data that it is for; empty for all.</summary>
    public IReadOnlyList<string> Kinds { get; init; } = [];

    // How short steps are shows in some looks, not in the first one.
    private const int FewestReadings = 3;

    /// <summary>Bounds that all readings so far must meet, those that measured them; at least three.</summary>
    public IReadOnlyList<Bound> When { get; init; } = [];

    /// <summary>
    /// Other options. The first is what it is about: a run that has that already is not told the others; of those, what it has is not said
    /// again.
    /// </summary>
    public static Remedy Set(params IReadOnlyList<Change> changes) => new() { Changes = changes };

    /// <summary>Words.</summary>
    public static Remedy Say(string words) => new() { Words = words };

    /// <summary>Whether it is meant for a run like this.</summary>
    public bool Suits(IReadOnlyList<Reading> history) => When.All(bound =>
    {
        var measured = history.Where(reading => !double.IsNaN(reading[bound.Signal])).ToList();
        return measured.Count >= FewestReadings && measured.All(bound.Holds);
    });

    /// <summary>It as a piece of a command line of this run, or as words; empty where it does not fit or would change nothing.</summary>
    public string For(Patient patient)
    {
        if (Kinds.Count > 0 && !Kinds.Contains(patient.Kind))
            return "";
        if (Changes.Count == 0)
            return Words;
        var settings = new List<string>();
        for (var i = 0; i < Changes.Count; i++)
        {
            var option = Changes[i].Option;
            if (Changes[i].For(patient.Options) is not { } value)
                return "";
            if (!patient.Same(option, value, patient.Options[option]))
                settings.Add($"{option}={value}");
            else if (i == 0)
                return "";
        }
        return patient.Accepts(settings) ? $"--set {string.Join(' ', settings.Select(Quoted))}" : "";
    }

    // For a shell; the question mark of a specification needs no quotes where no file is called so.
    private static string Quoted(string setting) => setting.AsSpan().ContainsAny('&', ' ') ? $"'{setting}'" : setting;

    /// <inheritdoc/>
    public override string ToString() =>
        (Changes.Count > 0 ? $"--set {string.Join(' ', Changes)}" : Words)
        + (Kinds.Count > 0 ? $" ({string.Join(", ", Kinds)})" : "") + (When.Count > 0 ? $" (where {string.Join(" and ", When)})" : "");
}

/// <summary>Another value of an option.</summary>
/// <param name="Option">The option.</param>
public sealed record Change(string Option)
{
    private string? Value { get; init; }

    private IReadOnlyList<string> Only { get; init; } = [];

    private IReadOnlyList<string> Unless { get; init; } = [];

    private double Factor { get; init; } = 1;

    private string? Of { get; init; }

    private double Least { get; init; }

    private bool OnlyUp { get; init; }

    /// <summary>A value.</summary>
    /// <param name="option">The option.</param>
    /// <param name="value">The value.</param>
    /// <param name="only">Where the run has one of these; anywhere when absent.</param>
    /// <param name="unless">Where the run has none of these.</param>
    public static Change To(
        string option, string value, IReadOnlyList<string>? only = null, IReadOnlyList<string>? unless = null) =>
        new(option) { Value = value, Only = only ?? [], Unless = unless ?? [] };

    /// <summary>A multiple of the value that the run has.</summary>
    public static Change Times(string option, double factor) => new(option) { Factor = factor };

    /// <summary>A multiple of another option's value, where the run has less.</summary>
    public static Change Above(string option, double factor, string of) => new(option) { Factor = factor, Of = of, OnlyUp = true };

    /// <summary>A number, where the run has less.</summary>
    public static Change AtLeast(string option, double least) => new(option) { Least = least, OnlyUp = true };

    /// <summary>
    /// The value for a run of these options; what the run has where nothing is to be changed; null where it has no such option, or none
    /// that is a number.
    /// </summary>
    public string? For(IReadOnlyDictionary<string, string> options)
    {
        if (!options.TryGetValue(Option, out var present))
            return null;
        if (Value is not null)
            return Unless.Contains(present) || Only.Count > 0 && !Only.Contains(present) ? present : Value;
        if (!Read(options, Option, out var value) || !Read(options, Of ?? Option, out var from))
            return null;
        var wanted = Least > 0 ? Least : from * Factor;
        if (OnlyUp && wanted <= value)
            return present;
        // Half of an odd number of units is no number of units.
        var isWhole = long.TryParse(present, CultureInfo.InvariantCulture, out _) && wanted >= 1;
        return (isWhole ? Math.Round(wanted) : wanted).ToString("G4", CultureInfo.InvariantCulture);
    }

    private static bool Read(IReadOnlyDictionary<string, string> options, string name, out double value)
    {
        value = 0;
        return options.TryGetValue(name, out var text)
            && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Option}={Value ?? Amount}")
        + (Only.Count == 0 ? "" : $" in the place of {string.Join(" or ", Only)}");

    private string Amount => Least > 0 ? $"{Least} or more" : Of is not null ? $"{Factor} × {Of}" : $"{Factor} × its value";
}
