using System.Text.Json;
using Earthmover.Data;
using Earthmover.Serve.Answers;
using Earthmover.Serve.Models;

namespace Earthmover.Serve.Endpoints;

/// <summary>Latent vectors that were found, in JSON: the same names as those of <c>project --json</c>.</summary>
internal static class Projections
{
    /// <summary>Writes them into an object.</summary>
    /// <param name="json">Where to.</param>
    /// <param name="found">What was found.</param>
    /// <param name="spec">What was projected.</param>
    /// <param name="steps">Steps of a search.</param>
    /// <param name="seed">Seed of a search.</param>
    public static void Write(Utf8JsonWriter json, Found found, SampleSpec spec, int steps, long seed)
    {
        json.WriteString("method", found.IsEncoded ? "encoder" : "search");
        if (!found.IsEncoded)
        {
            json.WriteNumber("steps", steps);
            json.WriteNumber("seed", seed);
        }
        json.WriteNumber("size", found.Size);
        if (found.Errors is not null)
            json.WriteString("unit", spec.Kind == SampleSpec.Images ? "pixel values, 0 to 255" : "units of the points");
        json.WriteStartArray("projected");
        for (var i = 0; i < found.Latents.Length / found.Size; i++)
        {
            json.WriteStartObject();
            JsonText.WordOrNull(json, "class", found.Classes?[i]);
            if (found.Errors is var (ofEach, ofMean))
            {
                json.WriteNumber("rmse", ofEach[i]);
                json.WriteNumber("mean_sample_rmse", ofMean[i]);
            }
            json.WritePropertyName("latent");
            JsonText.Numbers(json, found.Latents.AsSpan(i * found.Size, found.Size));
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
