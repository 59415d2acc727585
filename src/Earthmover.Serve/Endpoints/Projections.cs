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
        var samples = found.Samples;
        json.WriteString("method", samples.IsEncoded ? "encoder" : "search");
        if (!samples.IsEncoded)
        {
            json.WriteNumber("steps", steps);
            json.WriteNumber("seed", seed);
        }
        json.WriteNumber("size", samples.Size);
        json.WriteString("unit", spec.Kind == SampleSpec.Images ? "pixel values, 0 to 255" : "units of the points");
        json.WriteStartArray("projected");
        for (var i = 0; i < samples.Errors.Count; i++)
        {
            json.WriteStartObject();
            JsonText.WordOrNull(json, "class", found.Classes?[i]);
            json.WriteNumber("rmse", samples.Errors[i]);
            json.WriteNumber("mean_sample_rmse", samples.MeanErrors[i]);
            json.WritePropertyName("latent");
            JsonText.Numbers(json, samples.Latents.AsSpan(i * samples.Size, samples.Size));
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
