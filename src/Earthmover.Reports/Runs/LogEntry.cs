using System.Globalization;
using System.Text.Json;

namespace Earthmover.Reports.Runs;

/// <summary>One report of a run, as its log holds it.</summary>
/// <param name="Step">Steps played.</param>
/// <param name="Numbers">Every number of the record by its path: <c>terms/critic/wasserstein</c>, <c>measures/w_exact</c>,
/// <c>signals/slope_real</c>, <c>seconds</c>. Infinite and undefined ones too.</param>
/// <param name="Health">The verdict, where the record has one.</param>
public sealed record LogEntry(long Step, IReadOnlyDictionary<string, double> Numbers, HealthRecord? Health)
{
    private const int Deepest = 6;

    /// <summary>Reads a line of a log.</summary>
    /// <returns>Null for what is no record: no JSON, no object, or without a step.</returns>
    public static LogEntry? Parse(string line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            if (json.RootElement.ValueKind != JsonValueKind.Object
                || !json.RootElement.TryGetProperty("step", out var step)
                || !step.TryGetDouble(out var at) || at is < 0 or > 1e15)
                return null;
            var numbers = new Dictionary<string, double>(StringComparer.Ordinal);
            foreach (var field in json.RootElement.EnumerateObject())
                if (field.Name is not ("step" or "health"))
                    Collect(numbers, field.Name, field.Value, 1);
            if (!json.RootElement.TryGetProperty("health", out var health))
                return new((long)at, numbers, null);
            if (health.ValueKind == JsonValueKind.Object && health.TryGetProperty("signals", out var signals))
                Collect(numbers, "signals", signals, 1);
            return new((long)at, numbers, HealthRecord.Read(health));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    private static void Collect(Dictionary<string, double> numbers, string path, JsonElement value, int depth)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Number:
                numbers[path] = value.GetDouble();
                break;
            case JsonValueKind.String when value.GetString() is "NaN" or "Infinity" or "-Infinity":
                numbers[path] = double.Parse(value.GetString()!, CultureInfo.InvariantCulture);
                break;
            case JsonValueKind.Object when depth < Deepest:
                foreach (var field in value.EnumerateObject())
                    Collect(numbers, $"{path}/{field.Name}", field.Value, depth + 1);
                break;
            default:
                break; // texts, lists and truth values make no chart
        }
    }
}
