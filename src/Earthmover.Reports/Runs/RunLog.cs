namespace Earthmover.Reports.Runs;

/// <summary>The log of a run. Lines that cannot be read, such as one that was cut off, are counted and passed over.</summary>
public sealed class RunLog
{
    private RunLog(IReadOnlyList<LogEntry> entries, IReadOnlyList<int> unreadable) => (Entries, UnreadableLines) = (entries, unreadable);

    /// <summary>The records in the order of their steps; of two of the same step, the later written.</summary>
    public IReadOnlyList<LogEntry> Entries { get; }

    /// <summary>Numbers of the lines that are no records, from 1.</summary>
    public IReadOnlyList<int> UnreadableLines { get; }

    /// <summary>Reads a log; a missing file is an empty log.</summary>
    /// <exception cref="IOException">The file is there but cannot be read.</exception>
    public static RunLog Read(string path)
    {
        if (!File.Exists(path))
            return new([], []);
        // The run may still be writing.
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
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
    /// <summary>At most so many points: of every stretch its lowest and its highest, so that no spike is lost, and the two ends.</summary>
    public Series Thinned(int most)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 4);
        var count = Values.Count;
        if (count <= most)
            return this;
        var stretches = (most - 2) / 2;
        var kept = new SortedSet<int> { 0, count - 1 };
        for (var s = 0; s < stretches; s++)
        {
            var (from, to) = ((int)((long)count * s / stretches), (int)((long)count * (s + 1) / stretches));
            var (low, high) = (from, from);
            for (var i = from; i < to; i++)
            {
                // What is not a number counts as an extreme: a gap must stay visible.
                if (!(Values[i] >= Values[low]))
                    low = i;
                if (!(Values[i] <= Values[high]))
                    high = i;
            }
            kept.Add(low);
            kept.Add(high);
        }
        return new(Name, [.. kept.Select(i => Steps[i])], [.. kept.Select(i => Values[i])]);
    }
}
