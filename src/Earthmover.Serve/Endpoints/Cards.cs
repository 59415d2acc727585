using System.Text.Json;
using Earthmover.Data;
using Earthmover.Serve.Answers;
using Earthmover.Serve.Models;

namespace Earthmover.Serve.Endpoints;

/// <summary>What models are, in JSON.</summary>
internal static class Cards
{
    /// <summary>All of them.</summary>
    public static Payload Of(IEnumerable<IServedModel> models) => Payload.Json(json =>
    {
        json.WriteStartArray("models");
        foreach (var model in models)
        {
            json.WriteStartObject();
            Write(json, model.Card);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    });

    /// <summary>One of them.</summary>
    public static Payload Of(IServedModel model) => Payload.Json(json => Write(json, model.Card));

    private static void Write(Utf8JsonWriter json, ModelCard card)
    {
        json.WriteString("name", card.Name);
        json.WriteString("system", card.System);
        json.WriteString("title", card.Title);
        if (card.Steps is { } steps)
            json.WriteNumber("steps", steps);
        if (card.Spec.License is { } license)
            json.WriteString("data_license", license);
        JsonText.Words(json, "abilities", card.Abilities);
        JsonText.Words(json, "can", card.Can);
        Write(json, "spec", card.Spec);
        if (card.Classes is { } classes)
            JsonText.Words(json, "classes", classes);
        if (card.Tells is { } told)
            JsonText.Words(json, "tells", told);
        if (card.Captions is { } captions)
            JsonText.Words(json, "captions", captions);
        if (card.LatentSize > 0)
            json.WriteNumber("latent_size", card.LatentSize);
        if (card.Can.Contains("sample"))
            JsonText.Wholes(json, "passes", card.Passes);
        if (card.Can.Contains("project"))
            json.WriteString("projects_by", card.HasEncoder ? "encoder" : "search");
        if (card.Can.Contains("score"))
        {
            json.WriteBoolean("scores_by_class", card.ScoresByClass);
            json.WriteBoolean("scores_by_text", card.ScoresByText);
        }
        if (card.Ways.Count > 0)
            Write(json, card.Ways);
    }

    private static void Write(Utf8JsonWriter json, IReadOnlyList<(Games.Direction Way, SampleSpec From, SampleSpec To)> ways)
    {
        json.WriteStartArray("translations");
        foreach (var (way, from, to) in ways)
        {
            json.WriteStartObject();
            json.WriteString("from", way.From);
            json.WriteString("to", way.To);
            Write(json, "from_spec", from);
            Write(json, "to_spec", to);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, string name, SampleSpec spec)
    {
        json.WriteStartObject(name);
        json.WriteString("kind", spec.Kind);
        JsonText.Wholes(json, "shape", spec.Axes);
        json.WriteString("words", spec.Shape.Words);
        if (spec.Columns is { } columns)
            JsonText.Words(json, "columns", columns);
        JsonText.Words(json, "sent_as", MediaTypes.OfSamples(spec));
        json.WriteEndObject();
    }
}
