using System.Text.Json;
using Earthmover.Reports.Figures;

namespace Earthmover.Reports.Runs;

/// <summary>What a health check said of a run.</summary>
/// <param name="Verdict"><c>GREEN</c>, <c>AMBER</c> or <c>RED</c>.</param>
/// <param name="Findings">What was found, in the order of the record.</param>
public sealed record HealthRecord(string Verdict, IReadOnlyList<HealthFinding> Findings)
{
    /// <summary>Distributions by name: the critic's weights, and its slopes by the kind of point.</summary>
    public IReadOnlyDictionary<string, Binned> Histograms { get; private init; } = new Dictionary<string, Binned>();

    /// <summary>Norm of the critic's gradient at each layer, from the input on.</summary>
    public IReadOnlyList<double> LayerGradients { get; private init; } = [];

    /// <summary>Reads the verdict of a record; null where there is none.</summary>
    public static HealthRecord? Read(JsonElement health)
    {
        if (health.ValueKind == JsonValueKind.String)
            return new(health.GetString()!.ToUpperInvariant(), []);
        if (health.ValueKind != JsonValueKind.Object || Text(health, "verdict") is not { Length: > 0 } verdict)
            return null;
        var findings = health.TryGetProperty("findings", out var list) && list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray().Where(f => f.ValueKind == JsonValueKind.Object).Select(Finding).ToList()
            : [];
        return new(verdict.ToUpperInvariant(), findings)
        {
            Histograms = ReadHistograms(health),
            LayerGradients = Numbers(health, "layer_gradients"),
        };
    }

    private static Dictionary<string, Binned> ReadHistograms(JsonElement health)
    {
        var read = new Dictionary<string, Binned>();
        if (!health.TryGetProperty("histograms", out var histograms) || histograms.ValueKind != JsonValueKind.Object)
            return read;
        foreach (var field in histograms.EnumerateObject().Where(field => field.Value.ValueKind == JsonValueKind.Object))
        {
            var (counts, low, high) = (Numbers(field.Value, "counts"), Number(field.Value, "low"), Number(field.Value, "high"));
            if (counts.Count > 0 && low < high)
                read[field.Name] = new(field.Name, low.Value, high.Value, counts, counts.Sum());
        }
        return read;
    }

    private static double? Number(JsonElement of, string field) =>
        of.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;

    private static IReadOnlyList<double> Numbers(JsonElement of, string field) =>
        of.TryGetProperty(field, out var list) && list.ValueKind == JsonValueKind.Array
            && list.EnumerateArray().All(v => v.ValueKind == JsonValueKind.Number)
            ? [.. list.EnumerateArray().Select(v => v.GetDouble())]
            : [];

    private static HealthFinding Finding(JsonElement finding) => new(
        Text(finding, "rule") ?? "unnamed",
        (Text(finding, "severity") ?? "").ToUpperInvariant(),
        finding.TryGetProperty("evidence", out var evidence) ? Evidence(evidence) : [],
        Text(finding, "remedy") ?? "");

    private static string? Text(JsonElement of, string field) =>
        !of.TryGetProperty(field, out var value) || value.ValueKind == JsonValueKind.Null ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : value.GetRawText();

    private static IReadOnlyList<KeyValuePair<string, string>> Evidence(JsonElement evidence) => evidence.ValueKind switch
    {
        JsonValueKind.Object => [.. evidence.EnumerateObject().Select(e => new KeyValuePair<string, string>(e.Name, e.Value.ValueKind switch
        {
            JsonValueKind.String => e.Value.GetString()!,
            JsonValueKind.Number => Format.Number(e.Value.GetDouble()),
            _ => e.Value.GetRawText(),
        }))],
        JsonValueKind.String => [new("", evidence.GetString()!)],
        JsonValueKind.Null or JsonValueKind.Undefined => [],
        _ => [new("", evidence.GetRawText())],
    };
}

/// <summary>One thing that a health check found.</summary>
/// <param name="Rule">The rule's name.</param>
/// <param name="Severity"><c>AMBER</c> or <c>RED</c>, or whatever the record says.</param>
/// <param name="Evidence">The numbers that it rests on, by name.</param>
/// <param name="Remedy">What to do.</param>
public sealed record HealthFinding(string Rule, string Severity, IReadOnlyList<KeyValuePair<string, string>> Evidence, string Remedy);
