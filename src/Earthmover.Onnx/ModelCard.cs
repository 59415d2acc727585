using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Earthmover.Onnx;

/// <summary>What an exported model says of itself: kept in its file under <see cref="Key"/>, written by <c>earthmover export</c>.</summary>
public sealed record ModelCard
{
    /// <summary>Name of the card among the file's metadata.</summary>
    public const string Key = "earthmover.card";

    /// <summary>What a generator is called among the parts of a run.</summary>
    public const string Generator = "generator";

    /// <summary>What an encoder is called.</summary>
    public const string Encoder = "encoder";

    /// <summary>What a critic is called.</summary>
    public const string Critic = "critic";

    /// <summary>What a classifier is called.</summary>
    public const string Classifier = "classifier";

    /// <summary>
    /// The part of the run: <see cref="Generator"/>, <see cref="Encoder"/>, <see cref="Critic"/>, <see cref="Classifier"/>, or a way of a
    /// translator such as <c>a_to_b</c>.
    /// </summary>
    public required string Part { get; init; }

    /// <summary>Name of the system that was trained, e.g. <c>wgan-gp</c>.</summary>
    public required string System { get; init; }

    /// <summary>What it was trained on: a name, without the folders above it.</summary>
    public required string Data { get; init; }

    /// <summary>The license of what it was trained on, e.g. <c>MIT</c>; null where it is not known.</summary>
    public string? License { get; init; }

    /// <summary>Steps that it was trained for.</summary>
    public long Step { get; init; }

    /// <summary>The law of its latent vectors: what a generator takes, or what is the noise of an encoder; null without.</summary>
    public LatentCard? Latent { get; init; }

    /// <summary>What it can be told beside, or what a classifier tells apart; null where nothing.</summary>
    public ClassCard? Classes { get; init; }

    /// <summary>The texts that it can be told beside; null where it is told none.</summary>
    public TextCard? Text { get; init; }

    /// <summary>The samples that it takes; null for a generator.</summary>
    public SampleCard? Takes { get; init; }

    /// <summary>The samples that it makes; null for an encoder, a critic and a classifier.</summary>
    public SampleCard? Gives { get; init; }

    /// <summary>Whether it goes from one domain to another.</summary>
    [JsonIgnore]
    public bool IsTranslator => Takes is not null && Gives is not null;

    private bool IsSound => (Part == Generator ? Latent is not null && Gives is not null && Takes is null : Takes is not null)
        && Latent is not { IsSound: false } && Takes is not { IsSound: false } && Gives is not { IsSound: false }
        && Classes is not { Count: < 1 } && Text is not { IsSound: false };

    /// <summary>The card as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, CardJson.Default.ModelCard);

    /// <summary>Reads a card.</summary>
    /// <param name="json">Its JSON.</param>
    /// <exception cref="ModelException">It is none, or contradicts itself.</exception>
    public static ModelCard FromJson(string json)
    {
        try
        {
            var card = JsonSerializer.Deserialize(json, CardJson.Default.ModelCard) ?? throw new JsonException();
            return card.IsSound ? card : throw new JsonException();
        }
        catch (JsonException)
        {
            throw new ModelException("what this file says of itself cannot be read; export it again with earthmover export");
        }
    }
}

/// <summary>The law of latent vectors: independent coordinates, first those of N(0, 1), then those that are uniform on [−1, 1].</summary>
/// <param name="Normals">Coordinates of N(0, 1).</param>
/// <param name="Uniforms">Coordinates that are uniform on [−1, 1].</param>
public sealed record LatentCard(int Normals, int Uniforms)
{
    /// <summary>Length of a vector.</summary>
    [JsonIgnore]
    public int Size => Normals + Uniforms;

    internal bool IsSound => Normals >= 0 && Uniforms >= 0 && Size is > 0 and < 1 << 28;
}

/// <summary>What a model can be told: one of several, by its number.</summary>
/// <param name="Count">Of how many.</param>
/// <param name="Names">Their names; null where they have none, being categories that the model has found by itself.</param>
public sealed record ClassCard(int Count, IReadOnlyList<string>? Names)
{
    /// <summary>Number of a class from its number or name.</summary>
    /// <param name="wanted">Its number or name, in any case.</param>
    /// <exception cref="ModelException">There is none; the message says which there are.</exception>
    public int NumberOf(string wanted) => Find(wanted)
        ?? throw new ModelException($"there is no class '{wanted}'; use a number from 0 to {Count - 1}"
            + (Names is null ? "" : $" or a name: {string.Join(", ", Names.Take(20))}"));

    /// <summary>Number of a class from its number or name; null where there is none.</summary>
    /// <param name="wanted">Its number or name, in any case.</param>
    public int? Find(string wanted)
    {
        // Names first: a class may be called 7 and be the third.
        for (var k = 0; k < Math.Min(Count, Names?.Count ?? 0); k++)
            if (string.Equals(Names![k], wanted, StringComparison.OrdinalIgnoreCase))
                return k;
        var isNumber = int.TryParse(wanted, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        return isNumber && number < Count ? number : null;
    }
}

/// <summary>What samples are.</summary>
public sealed record SampleCard
{
    /// <summary>Kind of pictures.</summary>
    public const string Pictures = "images";

    /// <summary>Kind of points.</summary>
    public const string Points = "points";

    /// <summary>Kind of text.</summary>
    public const string Text = "text";

    /// <summary><see cref="Pictures"/>, <see cref="Points"/> or <see cref="Text"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>Axes of one sample: [C, H, W] of a picture with values in [−1, 1], [D] of a point, [V, L] of a text.</summary>
    public required IReadOnlyList<int> Axes { get; init; }

    /// <summary>The value that stands for the least: 0 of a byte is −1; null where values have no bounds.</summary>
    public double? Low { get; init; }

    /// <summary>The value that stands for the most: 255 of a byte is 1; null where values have no bounds.</summary>
    public double? High { get; init; }

    /// <summary>Names of a point's columns; null where they have none.</summary>
    public IReadOnlyList<string>? Columns { get; init; }

    /// <summary>Center of each column, in units of the data: a model's point p stands for p · spread + center; null for p.</summary>
    public double[]? Center { get; init; }

    /// <summary>Spread of each column, in units of the data.</summary>
    public double[]? Spread { get; init; }

    /// <summary>Symbols of a text, the padding first.</summary>
    public IReadOnlyList<string>? Vocabulary { get; init; }

    /// <summary>How pictures of another size were brought to this one: <c>crop</c>, <c>resize</c> or <c>pad</c>.</summary>
    public string Fit { get; init; } = "crop";

    /// <summary>What transparent pictures were laid over, <c>#rrggbb</c>.</summary>
    public string Background { get; init; } = "#ffffff";

    /// <summary>What is around a picture that was fitted with <c>pad</c>, <c>#rrggbb</c>.</summary>
    public string Margin { get; init; } = "#000000";

    /// <summary>The filter that pictures were resized with: <c>lanczos</c> or <c>triangle</c>.</summary>
    public string Filter { get; init; } = "lanczos";

    /// <summary>Numbers in one sample.</summary>
    [JsonIgnore]
    public int Size => Axes.Aggregate(1, (a, b) => a * b);

    // What a file says has to be held to something before memory is taken for it.
    internal bool IsSound => Axes.Count == Kind switch { Pictures => 3, Points => 1, Text => 2, _ => -1 }
        && Axes.All(axis => axis is > 0 and <= 65_536) && Axes.Aggregate(1L, (a, b) => a * b) <= 1 << 28
        && (Kind != Text || Vocabulary?.Count == Axes[0]) && (Kind != Pictures || Axes[0] is 1 or 3)
        && (Center is null || Center.Length == Axes[0] && Spread?.Length == Axes[0]);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(ModelCard))]
internal sealed partial class CardJson : JsonSerializerContext;
