using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Earthmover.Serve.Requests;

/// <summary>How bodies are read: what is not known is refused, and nothing is guessed.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    MaxDepth = 8)]
[JsonSerializable(typeof(SampleOrder))]
[JsonSerializable(typeof(TranslateOrder))]
[JsonSerializable(typeof(ProjectOrder))]
[JsonSerializable(typeof(ScoreOrder))]
[JsonSerializable(typeof(ClassifyOrder))]
internal sealed partial class OrderJson : JsonSerializerContext;

/// <summary>A class, by its name or its number.</summary>
internal sealed class WordOrNumber : JsonConverter<string>
{
    /// <inheritdoc/>
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.Number when reader.TryGetInt64(out var number) => number.ToString(CultureInfo.InvariantCulture),
        JsonTokenType.String => reader.GetString(),
        _ => throw new JsonException(),
    };

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}
