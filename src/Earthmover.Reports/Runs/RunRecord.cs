using System.Globalization;
using System.Text.Json;
using Earthmover.Files;

namespace Earthmover.Reports.Runs;

/// <summary>What a run folder says of a run: recipe, log, samples, metrics. Checkpoints are never opened.</summary>
public sealed class RunRecord
{
    private RunRecord(string name, IReadOnlyList<KeyValuePair<string, string>> recipe,
        RunLog log, SampleStrip samples, IReadOnlyList<MetricRecord> metrics,
        long? savedAt, IReadOnlyList<string> problems) =>
        (Name, Recipe, Log, Samples, Metrics, Step, Problems) = (name, recipe, log, samples, metrics, Latest(log, savedAt), problems);

    /// <summary>Name of the folder.</summary>
    public string Name { get; }

    /// <summary>Every value of the recipe by its path, in the file's order: <c>system</c>, <c>options/width</c>.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Recipe { get; }

    /// <summary>The log.</summary>
    public RunLog Log { get; }

    /// <summary>Pictures and texts that were made on the way.</summary>
    public SampleStrip Samples { get; }

    /// <summary>Measurements in <c>metrics.json</c>, the newest of each metric.</summary>
    public IReadOnlyList<MetricRecord> Metrics { get; }

    /// <summary>Columns and pairs of the rows that it makes, as <c>metrics.json</c> has them; null where there are none.</summary>
    internal TableRecord? Table { get; private init; }

    /// <summary>Steps that the run has played, by its log and the names of its checkpoints; null where neither tells.</summary>
    public long? Step { get; }

    /// <summary>What the measurements say of when they were taken; null where there are none.</summary>
    public string? MetricsStep => Metrics.Count == 0 ? null
        : AreMetricsMixed ? $"Measured at different steps, each at the one beside it{GoneOn}."
        : Metrics[0].Step is not { } at ? "Measured at a step that was not written down."
        : $"Measured at step {Format.Number(at)}{GoneOn}.";

    private string GoneOn => !AreMetricsStale ? ""
        : $"; the run is at step {Format.Number(Step!.Value)}, and earthmover evaluate measures it anew";

    /// <summary>Whether a measurement is of another step than the run stands at.</summary>
    public bool AreMetricsStale => Step is { } now && Metrics.Any(metric => metric.Step is { } at && at != now);

    /// <summary>Whether some measurements are of another step than others.</summary>
    public bool AreMetricsMixed => Metrics.Any(metric => metric.Step != Metrics[0].Step);

    /// <summary>What could not be read, one line each.</summary>
    public IReadOnlyList<string> Problems { get; }

    /// <summary>The system's name.</summary>
    public string System => Value("system") ?? "unknown system";

    /// <summary>The data's address.</summary>
    public string Data => Value("data") ?? "unknown data";

    /// <summary>The data's name: of a path, its last part; of two domains, both.</summary>
    public string DataName => string.Join(" and ", DataLabel.Of(Data).Split('|').Select(side => side.Split('?')[0]));

    /// <summary>The newest verdict; null where no record has one.</summary>
    public HealthRecord? Health => Log.Entries.LastOrDefault(entry => entry.Health is not null)?.Health;

    /// <summary>A value of the recipe; null where it has none.</summary>
    public string? Value(string path) => Recipe.FirstOrDefault(pair => pair.Key == path).Value;

    /// <summary>Reads a run folder.</summary>
    /// <exception cref="ReportException">It is not there, or holds no recipe.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static RunRecord Read(string folder)
    {
        var recipe = Path.Combine(folder, "recipe.json");
        if (!File.Exists(recipe))
            throw new ReportException(Path.Exists(folder) ? $"{folder} is not the folder of a run: it has no recipe.json"
                : $"there is no folder {folder}; name the folder of a run");
        var problems = new List<string>();
        var log = Unlinked(problems, RunLog.Empty, () => RunLog.Read(Path.Combine(folder, "log.jsonl")));
        var measured = Path.Combine(folder, "metrics.json");
        var (metrics, table) = Unlinked<(IReadOnlyList<MetricRecord>, TableRecord?)>(problems, ([], null),
            () => (MetricRecord.Read(measured, problems), TableRecord.Read(measured, problems)));
        if (log.UnreadableLines.Count > 0)
        {
            var (lines, are) = log.UnreadableLines.Count == 1 ? ("line", "is") : ("lines", "are");
            problems.Add($"{log.UnreadableLines.Count} {lines} of log.jsonl could not be read and {are} left out "
                + $"(the first is line {log.UnreadableLines[0]})");
        }
        return new(
            Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))),
            Flat(recipe, problems), log, SampleStrip.Read(Path.Combine(folder, "samples"), problems), metrics,
            SavedAt(Path.Combine(folder, "checkpoints")), problems)
        {
            Table = table,
        };
    }

    // Who passes a report on publishes what is in it: a link could bring anything of the reader's own machine into it.
    private static T Unlinked<T>(List<string> problems, T nothing, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (LinkException e)
        {
            problems.Add(e.Message);
            return nothing;
        }
    }

    private static long? SavedAt(string checkpoints) =>
        Directory.Exists(checkpoints) ? Directory.EnumerateFiles(checkpoints, "*.safetensors").Select(StepOf).Max() : null;

    private static long? StepOf(string checkpoint) =>
        long.TryParse(Path.GetFileNameWithoutExtension(checkpoint), NumberStyles.None, CultureInfo.InvariantCulture, out var step)
            ? step
            : null;

    private static long? Latest(RunLog log, long? savedAt) =>
        log.Entries.Count > 0 ? Math.Max(log.Entries[^1].Step, savedAt ?? 0) : savedAt;

    private static List<KeyValuePair<string, string>> Flat(string file, List<string> problems)
    {
        var values = new List<KeyValuePair<string, string>>();
        try
        {
            using var json = JsonDocument.Parse(PlainFile.ReadText(file));
            Collect(values, "", json.RootElement);
        }
        catch (JsonException)
        {
            problems.Add("recipe.json is damaged, so the recipe is not shown");
        }
        return values;
    }

    private static void Collect(List<KeyValuePair<string, string>> values, string path, JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Object)
            foreach (var field in element.EnumerateObject())
                Collect(values, path.Length == 0 ? field.Name : $"{path}/{field.Name}", field.Value);
        else if (path.Length > 0)
            values.Add(new(path, element.ValueKind == JsonValueKind.String ? element.GetString()! : element.GetRawText()));
    }
}
