using System.Text.Json;
using Earthmover.Serve.Answers;
using Earthmover.Sessions.Judging;

namespace Earthmover.Serve.Endpoints;

/// <summary>What samples were taken for, in JSON: the same names as those of <c>classify --json</c>.</summary>
internal static class Classifications
{
    /// <summary>Writes them into an object.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="found">What was found.</param>
    public static void Write(Utf8JsonWriter json, ClassifiedSamples found)
    {
        json.WriteStartArray("samples");
        for (var i = 0; i < found.Probabilities.Count; i++)
        {
            var best = found.Best(i);
            json.WriteStartObject();
            json.WriteString("class", found.Classes[best]);
            json.WriteNumber("probability", found.Probabilities[i][best]);
            json.WritePropertyName("probabilities");
            JsonText.Numbers(json, found.Probabilities[i]);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
