using Earthmover.Files;

namespace Earthmover.Reports.Runs;

/// <summary>The log of a run. Lines that cannot be read, such as one that was cut off, are counted and passed over.</summary>
public sealed class RunLog
{
    private RunLog(IReadOnlyList<LogEntry> entries, IReadOnlyList<int> unreadable) => (Entries, UnreadableLines) = (entries, unreadable);

    /// <summary>The records in the order of their steps; of two of the same step, the later written.</summary>
    public IReadOnlyList<LogEntry> Entries { get; }

    /// <summary>Numbers of the lines that are no records, from 1.</summary>
    public IReadOnlyList<int> UnreadableLines { get; }

    /// <summary>A log without records.</summary>
    public static RunLog Empty { get; } = new([], []);

    /// <summary>Reads a log; a missing file is an empty log.</summary>
    /// <exception cref="LinkException">It is a link.</exception>
    /// <exception cref="IOException">The file is there but cannot be read.</exception>
    public static RunLog Read(string path)
    {
        if (!File.Exists(path))
            return Empty;
        // The run may still be writing.
        using var reader = new StreamReader(PlainFile.OpenRead(path));
        var entries = new SortedDictionary<long, LogEntry>();
        var unreadable = new List<int>();
        for (var number = 1; reader.ReadLine() is { } line; number++)
            if (LogEntry.Parse(line) is { } entry)
                entries[entry.Step] = entry;
            else if (!string.IsNullOrWhiteSpace(line))
                unreadable.Add(number);
        return new([.. entries.Values], unreadable);
    }

    /// <summary>Paths of all numbers, in the order in which they first occur.</summary>
    public IReadOnlyList<string> Names() => [.. Entries.SelectMany(entry => entry.Numbers.Keys).Distinct()];

    /// <summary>A number over the steps that have it.</summary>
    public Series Of(string name)
    {
        List<double> steps = [], values = [];
        foreach (var entry in Entries)
            if (entry.Numbers.TryGetValue(name, out var value))
            {
                steps.Add(entry.Step);
                values.Add(value);
            }
        return new(name, steps, values);
    }

    /// <summary>The last value of a number; null where there is none.</summary>
    public double? Last(string name)
    {
        for (var i = Entries.Count - 1; i >= 0; i--)
            if (Entries[i].Numbers.TryGetValue(name, out var value))
                return value;
        return null;
    }
}

/// <summary>A number over the steps of a run.</summary>
/// <param name="Name">Its path in the log's records.</param>
/// <param name="Steps">Steps, rising.</param>
/// <param name="Values">Its values there; some may not be finite.</param>
public sealed record Series(string Name, IReadOnlyList<double> Steps, IReadOnlyList<double> Values)
{
    /// <summary>
    /// The series in stretches of neighboring reports: the mean of each at its middle step, with its lowest and highest value, so that no
    /// spike is lost.
    /// </summary>
    /// <param name="most">Most stretches; a series of no more points has each as a stretch of its own.</param>
    /// <remarks>A stretch with a value that is not finite has none itself: what went wrong leaves a gap that can be seen.</remarks>
    public IReadOnlyList<Stretch> Stretches(int most)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        var count = Values.Count;
        var pieces = Math.Min(most, count);
        var stretches = new Stretch[pieces];
        for (var p = 0; p < pieces; p++)
        {
            var (from, to) = ((int)((long)count * p / pieces), (int)((long)count * (p + 1) / pieces));
            var (sum, low, high) = (0.0, double.PositiveInfinity, double.NegativeInfinity);
            for (var i = from; i < to; i++)
                (sum, low, high) = (sum + Values[i], Math.Min(low, Values[i]), Math.Max(high, Values[i]));
            var mean = double.IsFinite(sum) ? Math.Clamp(sum / (to - from), low, high) : double.NaN;
            stretches[p] = new(Steps[(from + to - 1) / 2], mean, double.IsNaN(mean) ? mean : low, double.IsNaN(mean) ? mean : high);
        }
        return stretches;
    }
}

/// <summary>Neighboring reports of a series as one.</summary>
/// <param name="Step">The step in their middle.</param>
/// <param name="Mean">Their mean; NaN when one of them is not finite.</param>
/// <param name="Low">The lowest of them.</param>
/// <param name="High">The highest of them.</param>
public readonly record struct Stretch(double Step, double Mean, double Low, double High);
