using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Earthmover.Serve.Requests;

/// <summary>The body of <c>sample</c>.</summary>
internal sealed record SampleOrder
{
    [Description("How many samples; 1 when left out.")]
    public int? N { get; init; }

    [Description("Seed of the latent vectors; 1 when left out. The same seed gives the same samples as the command line.")]
    public long? Seed { get; init; }

    [Description("Number of the first sample of the seed, from 0.")]
    public int? Index { get; init; }

    [Description("Draw this class only: its number or its name."), JsonConverter(typeof(WordOrNumber))]
    public string? Class { get; init; }

    [Description("Draw what this text says, where the model is told texts.")]
    public string? Text { get; init; }

    [Description("Of a table, the rows that are wanted: COLUMN=VALUE, several with commas between them, numbers as LOW..HIGH too.")]
    public string? Where { get; init; }

    [Description("Of systems with styles: how far from the mean style, from 0 (all samples are its) to 1 (as they are, when left out).")]
    public double? Truncation { get; init; }

    [Description("Make samples of these latent vectors instead of a seed's, one list of numbers for each.")]
    public double[][]? Latent { get; init; }

    [Description("Columns of the sheet of several pictures; about square when left out.")]
    public int? Columns { get; init; }
}

/// <summary>
/// The body of <c>translate</c>, <c>project</c>, <c>score</c> and <c>classify</c>, where it is no picture itself.
/// </summary>
internal record SentOrder
{
    [Description("Pictures, each a PNG, JPEG, WebP or BMP in base64.")]
    public string[]? Pictures { get; init; }

    [Description("Points in the units of the model's data, each a list of coordinates.")]
    public double[][]? Points { get; init; }
}

/// <summary>The body of <c>translate</c>.</summary>
internal sealed record TranslateOrder : SentOrder
{
    [Description("The domain to translate to; the first that was learned when left out.")]
    public string? To { get; init; }

    [Description("The style of the translations, its name or its number, where the model is told one; of a run FIRST:SECOND:SHARE too."),
        JsonConverter(typeof(WordOrNumber))]
    public string? Style { get; init; }
}

/// <summary>The body of <c>project</c>.</summary>
internal sealed record ProjectOrder : SentOrder
{
    [Description("Whether to ask the encoder, or to search; the encoder where there is one when left out.")]
    public bool? Encoder { get; init; }

    [Description("Steps of a search; 300 when left out.")]
    public int? Steps { get; init; }

    [Description("Seed of where a search begins; 1 when left out.")]
    public long? Seed { get; init; }
}

/// <summary>The body of <c>score</c>.</summary>
internal sealed record ScoreOrder : SentOrder
{
    [Description("The class that the samples are judged as, its number or name, where the critic asks for one."),
        JsonConverter(typeof(WordOrNumber))]
    public string? Class { get; init; }

    [Description("The text that the samples are judged by, where the critic asks for one.")]
    public string? Text { get; init; }
}

/// <summary>The body of <c>classify</c>.</summary>
internal sealed record ClassifyOrder : SentOrder;
