using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Earthmover.Metrics;

namespace Earthmover.Sessions.Comparing;

/// <summary>Measurements as the document that <c>evaluate --json</c> prints and a run keeps.</summary>
public static class MeasuredDocument
{
    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    /// <summary>The document.</summary>
    /// <param name="comparison">What was compared; it has been measured.</param>
    /// <param name="results">Its results.</param>
    /// <param name="notes">What was decided about the data.</param>
    public static string Of(Comparison comparison, IReadOnlyList<MetricResult> results, IReadOnlyList<string> notes)
    {
        ArgumentNullException.ThrowIfNull(comparison);
        return JsonSerializer.Serialize(new
        {
            comparison.Samples,
            comparison.Against,
            comparison.Seed,
            comparison.At?.Standing.Step,
            Checkpoint = comparison.At?.StateHash,
            Metrics = results,
            comparison.Table,
            Notes = notes,
        }, s_json);
    }
}
