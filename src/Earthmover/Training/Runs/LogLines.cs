using System.Text;
using System.Text.Json;
using Earthmover.Files;
using Earthmover.Health;

namespace Earthmover.Training.Runs;

/// <summary>A line of a log that is a record.</summary>
/// <param name="Step">Its step.</param>
/// <param name="Line">The line as it stands.</param>
internal readonly record struct LogLine(long Step, string Line);

/// <summary>
/// The lines of a log: records by rising step, and which lines are none. A crash, a full disk or an editor may have left anything.
/// </summary>
/// <param name="Records">One for each step; of two, the later written.</param>
/// <param name="Unreadable">Numbers of the lines that are no records, from 1.</param>
/// <param name="Repeated">How many records another of the same step replaced.</param>
internal sealed record LogLines(IReadOnlyList<LogLine> Records, IReadOnlyList<int> Unreadable, int Repeated)
{
    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly string[] s_counts = ["step", "images"], s_numbers = ["seconds", "images_per_second"];
    private static readonly string[] s_groups = ["terms", "gradient_norms", "measures", "health"];

    /// <summary>Reads a log.</summary>
    /// <param name="path">The file.</param>
    /// <param name="last">Records of later steps are left out.</param>
    public static LogLines Read(string path, long last)
    {
        var records = new SortedDictionary<long, LogLine>();
        var unreadable = new List<int>();
        var (number, repeated) = (0, 0);
        ReadOnlySpan<byte> rest = PlainFile.ReadBytes(path);
        if (rest.StartsWith(Encoding.UTF8.Preamble))
            rest = rest[Encoding.UTF8.Preamble.Length..];
        while (!rest.IsEmpty)
        {
            var end = rest.IndexOf((byte)'\n');
            var line = end < 0 ? rest : rest[..end];
            rest = end < 0 ? [] : rest[(end + 1)..];
            number++;
            if (line.IndexOfAnyExcept("\r \t"u8) < 0)
                continue;
            if (Parse(line) is not { } record)
                unreadable.Add(number);
            else if (record.Step <= last)
            {
                repeated += records.ContainsKey(record.Step) ? 1 : 0;
                records[record.Step] = record;
            }
        }
        return new([.. records.Values], unreadable, repeated);
    }

    /// <summary>What was not as it should be, for people; null where all was well.</summary>
    public string? Problem(string path)
    {
        var parts = new List<string>();
        if (Unreadable.Count > 0)
            parts.Add(Unreadable.Count == 1 ? $"line {Unreadable[0]} is no record and is left out"
                : $"{Unreadable.Count} lines are no records and are left out (the first is line {Unreadable[0]})");
        if (Repeated > 0)
            parts.Add(Repeated == 1 ? "1 record has a later one of the same step, which takes its place"
                : $"{Repeated} records have later ones of the same step, which take their place");
        var rest = Records.Count == 1 ? "1 record stays" : $"{Records.Count} records stay";
        return parts.Count == 0 ? null : $"{path}: {string.Join("; ", parts)}; {rest}";
    }

    /// <summary>The reading of the run's health in a record, with its verdict; null where it has none.</summary>
    public static (Reading, string)? HealthOf(LogLine record)
    {
        using var json = JsonDocument.Parse(record.Line);
        if (!json.RootElement.TryGetProperty("health", out var health)
            || !health.TryGetProperty("signals", out var signals) || signals.ValueKind != JsonValueKind.Object
            || !health.TryGetProperty("verdict", out var verdict) || verdict.ValueKind != JsonValueKind.String)
            return null;
        var values = signals.EnumerateObject().Where(s => s.Value.ValueKind == JsonValueKind.Number)
            .Select(s => (Name: OldSpelling.Today(s.Name), s.Value)).DistinctBy(s => s.Name);
        return (new(record.Step, values.ToDictionary(s => s.Name, s => s.Value.GetDouble())), verdict.GetString()!);
    }

    private static LogLine? Parse(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var line = s_strict.GetString(bytes).TrimEnd('\r');
            using var json = JsonDocument.Parse(line);
            var record = json.RootElement;
            return record.ValueKind == JsonValueKind.Object
                && record.TryGetProperty("step", out var step)
                && record.EnumerateObject().All(IsAsItShouldBe)
                ? new(step.GetInt64(), line)
                : null;
        }
        catch (Exception e) when (e is JsonException or DecoderFallbackException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    // Infinite and undefined numbers are written as texts. Fields that are not known here may be anything.
    private static bool IsAsItShouldBe(JsonProperty field) =>
        s_counts.Contains(field.Name) ? IsCount(field.Value)
        : s_numbers.Contains(field.Name) ? IsNumber(field.Value)
        : !s_groups.Contains(field.Name) || field.Value.ValueKind == JsonValueKind.Object;

    private static bool IsCount(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var count) && count >= 0;

    private static bool IsNumber(JsonElement value) => value.ValueKind == JsonValueKind.Number
        || value.ValueKind == JsonValueKind.String && value.GetString() is "NaN" or "Infinity" or "-Infinity";
}
