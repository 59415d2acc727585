using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Earthmover.Sessions.Comparing;

/// <summary>The measurements that a run keeps: the newest of each metric, and of what state of the run it was taken.</summary>
public static class KeptMetrics
{
    // What is true of a whole document, and of each of its measurements once they are kept beside others.
    private static readonly string[] s_origin = ["step", "checkpoint", "against", "seed"];

    private static readonly JsonSerializerOptions s_json = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>A document of new measurements, and those of an earlier one that they do not replace.</summary>
    /// <param name="before">The earlier document; null where there is none. One that cannot be read is passed over.</param>
    /// <param name="document">The new one, as <c>evaluate --json</c> prints it.</param>
    public static string Join(string? before, string document)
    {
        var joined = JsonNode.Parse(document)!.AsObject();
        var measured = Stamped(joined);
        var names = measured.Select(NameOf).ToHashSet();
        var kept = Earlier(before).Where(metric => !names.Contains(NameOf(metric)) && !IsOfAnotherRun(metric, joined));
        joined["metrics"] = new JsonArray([.. measured, .. kept]);
        if (joined["table"] is null && TableOf(before, joined) is { } table)
            joined["table"] = table;
        return joined.ToJsonString(s_json);
    }

    // The columns of a table, which are measured with its quality and not with every metric; only of the same state of the run
    // beside the same data.
    private static JsonNode? TableOf(string? before, JsonObject now)
    {
        try
        {
            return before is not null && JsonNode.Parse(before) is JsonObject then
                && JsonNode.DeepEquals(then["checkpoint"], now["checkpoint"])
                && JsonNode.DeepEquals(then["against"], now["against"])
                ? then["table"]?.DeepClone() : null;
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            return null;
        }
    }

    private static List<JsonNode> Earlier(string? document)
    {
        try
        {
            return document is null ? [] : Stamped(JsonNode.Parse(document)!.AsObject());
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or NullReferenceException or ArgumentException)
        {
            return [];
        }
    }

    private static List<JsonNode> Stamped(JsonObject document)
    {
        var metrics = new List<JsonNode>();
        foreach (var node in document["metrics"]!.AsArray())
        {
            var metric = node!.DeepClone().AsObject();
            _ = metric["name"]!.GetValue<string>();
            foreach (var field in s_origin)
                if (!metric.ContainsKey(field) && document[field] is { } said)
                    metric[field] = said.DeepClone();
            metrics.Add(metric);
        }
        return metrics;
    }

    private static string NameOf(JsonNode metric) => metric["name"]!.GetValue<string>();

    // The same step of other weights: the folder has been trained anew from before it.
    private static bool IsOfAnotherRun(JsonNode metric, JsonObject now) =>
        JsonNode.DeepEquals(metric["step"], now["step"]) && metric["checkpoint"] is { } then
        && !JsonNode.DeepEquals(then, now["checkpoint"]);
}
