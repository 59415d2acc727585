using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Earthmover.Reports.Figures;

/// <summary>
/// Writes a specification so that people can read it and its differences: small things on one line, one row of data a line.
/// </summary>
internal static class SpecText
{
    private const int LineLength = 140;

    private static readonly JsonSerializerOptions s_compact =
        new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A number as JSON: nine digits, which holds every float, or null where there is no number.</summary>
    public static JsonNode? Number(double value) =>
        double.IsFinite(value)
            ? JsonValue.Create(double.Parse(value.ToString("G9", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture))
            : null;

    /// <summary>The text of a node, ending without a new line.</summary>
    public static string Write(JsonNode node)
    {
        var text = new StringBuilder();
        Write(text, node, 0);
        return text.ToString();
    }

    private static void Write(StringBuilder text, JsonNode? node, int depth)
    {
        var compact = node?.ToJsonString(s_compact) ?? "null";
        var flat = node is not (JsonObject or JsonArray)
            || (compact.Length <= LineLength && !(node is JsonArray { Count: > 0 } rows && rows[0] is JsonObject));
        if (flat)
        {
            text.Append(compact);
            return;
        }
        var (open, close) = node is JsonObject ? ('{', '}') : ('[', ']');
        text.Append(open);
        var first = true;
        var children = node is JsonObject named
            ? named.Select(pair => ((string?)pair.Key, pair.Value))
            : ((JsonArray)node!).Select(item => ((string?)null, item));
        foreach (var (name, child) in children)
        {
            text.Append(first ? "\n" : ",\n").Append(' ', 2 * (depth + 1));
            if (name is not null)
                text.Append(JsonSerializer.Serialize(name, s_compact)).Append(": ");
            Write(text, child, depth + 1);
            first = false;
        }
        text.Append('\n').Append(' ', 2 * depth).Append(close);
    }
}
