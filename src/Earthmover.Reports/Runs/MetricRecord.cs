using System.Text.Json;
using Earthmover.Files;

namespace Earthmover.Reports.Runs;

/// <summary>A measured quality with its interval and what perfection would read.</summary>
/// <param name="Name">Name of the quantity.</param>
/// <param name="Value">The number.</param>
/// <param name="Low">Lower end of the 95 % interval.</param>
/// <param name="High">Upper end of the 95 % interval.</param>
/// <param name="Floor">The same measurement of real data.</param>
/// <param name="N">Samples on each side.</param>
/// <param name="Protocol">How it was measured.</param>
/// <param name="Step">The step that the run stood at; null where neither the record nor the document says.</param>
public sealed record MetricRecord(string Name, double Value, double? Low,
    double? High, double? Floor, double? N, string? Protocol, long? Step = null)
{
    /// <summary>Reads a document with <c>step, metrics: [{name, value, low95, high95, floor, n, protocol, step}]</c>.</summary>
    /// <returns>The measurements; a missing file has none.</returns>
    /// <exception cref="LinkException">It is a link.</exception>
    public static IReadOnlyList<MetricRecord> Read(string file, ICollection<string> problems)
    {
        if (!File.Exists(file))
            return [];
        try
        {
            using var json = JsonDocument.Parse(PlainFile.ReadText(file));
            var step = StepOf(json.RootElement);
            return [.. json.RootElement.GetProperty("metrics").EnumerateArray().Select(m => new MetricRecord(
                m.GetProperty("name").GetString()!, m.GetProperty("value").GetDouble(),
                Number(m, "low95"), Number(m, "high95"), Number(m, "floor"), Number(m, "n"),
                m.TryGetProperty("protocol", out var protocol) ? protocol.ToString() : null, StepOf(m) ?? step))];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            problems.Add($"{Path.GetFileName(file)} could not be read, so its measurements are not shown");
            return [];
        }
    }

    private static long? StepOf(JsonElement of) => Number(of, "step") is { } at and >= 0 and < 1e15 ? (long)at : null;

    private static double? Number(JsonElement of, string field) =>
        of.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.Number
            ? value.GetDouble()
            : null;
}
