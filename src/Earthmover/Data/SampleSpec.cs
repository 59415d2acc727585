using System.Text.Json.Serialization;
using Earthmover.Data.Dealing;
using Earthmover.Data.Points;

namespace Earthmover.Data;

/// <summary>
/// What the samples of a run are: all that drawing, naming and writing them takes of its data, kept in its recipe so that the data need not
/// be there.
/// </summary>
public sealed record SampleSpec
{
    /// <summary>Kind of pictures.</summary>
    public const string Images = "images";

    /// <summary>Kind of points.</summary>
    public const string Points = "points";

    /// <summary>Kind of text.</summary>
    public const string Text = "text";

    /// <summary>Kind of rows of a table.</summary>
    public const string Table = "table";

    // Beyond any data that fit a machine; what a crafted file says has to be held to something.
    private const int LargestSide = 65_536, MostNumbers = 1 << 28;

    /// <summary>Captions that are kept.</summary>
    public const int MostCaptions = 1000;

    /// <summary><c>images</c>, <c>points</c>, <c>text</c> or <c>table</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>
    /// Axes of one sample: [C, H, W] of a picture with values in [−1, 1], [D] of a point or of an encoded row, [V, L] of a text.
    /// </summary>
    public required IReadOnlyList<int> Axes { get; init; }

    /// <summary>Names of a point's columns; null where they have none.</summary>
    public IReadOnlyList<string>? Columns { get; init; }

    /// <summary>Center of each column [D], in units of the data; null for the identity.</summary>
    public double[]? Center { get; init; }

    // As recipes were spelled before; read, never written.
    [JsonInclude, JsonPropertyName("centre")]
    private double[]? OldCenter { get => null; init => Center ??= value; }

    /// <summary>Spread of each column [D], in units of the data; null for the identity.</summary>
    public double[]? Spread { get; init; }

    /// <summary>Symbols of a text [V], the padding first.</summary>
    public IReadOnlyList<string>? Vocabulary { get; init; }

    /// <summary>Whether a symbol of a text is a word, and not a character.</summary>
    public bool AreWords { get; init; }

    /// <summary>
    /// Captions of the data, each once: what pictures of a text are drawn of where nobody says one. The most frequent of them, at most
    /// <see cref="MostCaptions"/>; null for what are no captions.
    /// </summary>
    public IReadOnlyList<string>? Captions { get; init; }

    /// <summary>How often each caption occurs in the data [as many].</summary>
    public double[]? CaptionShares { get; init; }

    /// <summary>How rows of a table are encoded and written; null for all else.</summary>
    public Tables.TableCode? Code { get; init; }

    /// <summary>Names of the classes [K]; null without classes.</summary>
    public IReadOnlyList<string>? Classes { get; init; }

    /// <summary>How often each class occurs in the data [K]; null without classes.</summary>
    public double[]? ClassShares { get; init; }

    /// <summary>The license of the data that it is of, where it is known; see <see cref="DataLicense"/>.</summary>
    public string? License { get; init; }

    /// <summary>How its domain and another correspond in the run's data; <see cref="Pairing.None"/> where there is one.</summary>
    [JsonConverter(typeof(JsonStringEnumConverter<Pairing>))]
    public Pairing Pairing { get; init; }

    /// <summary>
    /// The other domain: what is translated to these samples, or the captions of these pictures; null without, or where it is of the same
    /// form.
    /// </summary>
    public SampleSpec? Other { get; init; }

    /// <summary>Shape of one sample.</summary>
    [JsonIgnore]
    public SampleShape Shape => Kind switch
    {
        Images => new SampleShape.Image(new(Axes[0], Axes[1], Axes[2])),
        Points => new SampleShape.Points(Axes[0]),
        Table => new SampleShape.Table(Code!.Blocks),
        _ => new SampleShape.Text(Axes[0], Axes[1]),
    };

    /// <summary>How points are brought to unit scale; the identity for all else.</summary>
    [JsonIgnore]
    public PointScaling Scaling => new(Center ?? [], Spread ?? []);

    /// <summary>The samples of a system that learns from some data.</summary>
    /// <param name="source">The batches that it plays with.</param>
    /// <param name="pairing">How it plays with them.</param>
    public static SampleSpec Of(BatchSource source, Pairing pairing)
    {
        if (pairing == Pairing.Captioned)
        {
            return Of(source.Data, source.Scaling) with { Pairing = pairing, Other = OfCaptions((TextSet)source.Data.Counterpart!) };
        }
        var made = Of(source.Target.Data, source.Target.Scaling, source.Target.Code);
        // Classes of pairs may stand with the first alone.
        if (pairing == Pairing.Aligned && source.Data.Classified is { } told)
            made = made with { Classes = told.ClassNames, ClassShares = SharesOf(told) };
        return pairing == Pairing.None ? made : made with { Pairing = pairing, Other = Of(source.Data, source.Scaling, source.Code) };
    }

    private static SampleSpec Of(DataSet data, PointScaling scaling, Tables.TableCode? code = null)
    {
        var images = data as ImageSet;
        return new()
        {
            Kind = data.Kind.ToWord(),
            Axes = code is null ? [.. SampleShape.Of(data).Axes.Select(axis => (int)axis)] : [code.Size],
            Code = code,
            Columns = (data as PointSet)?.ColumnNames,
            Center = scaling.Mean.Length == 0 ? null : scaling.Mean,
            Spread = scaling.Scale.Length == 0 ? null : scaling.Scale,
            Vocabulary = (data as TextSet)?.Vocabulary,
            AreWords = data is TextSet { AreWords: true },
            Classes = images?.ClassNames,
            ClassShares = images?.ClassNames is null ? null : SharesOf(images),
        };
    }

    /// <summary>What the captions of pictures are.</summary>
    /// <param name="captions">All of them.</param>
    public static SampleSpec OfCaptions(TextSet captions)
    {
        var counted = Enumerable.Range(0, captions.Count).CountBy(i => captions.Line(captions[i]))
            .OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).Take(MostCaptions).ToList();
        return Of(captions, new PointScaling([], [])) with
        {
            Captions = [.. counted.Select(c => c.Key)],
            CaptionShares = [.. counted.Select(c => (double)c.Value)],
        };
    }

    private static double[] SharesOf(ImageSet images) => [.. images.CountClasses().Select(count => (double)count)];

    /// <summary>What is wrong with it, for a sentence that begins with whose it is; null where nothing is.</summary>
    public string? Problem()
    {
        var rank = Kind switch { Images => 3, Points => 1, Text => 2, Table => 1, _ => 0 };
        if (rank == 0)
            return $"makes samples of the kind '{Kind}', which is not {Images}, {Points}, {Text} or {Table}";
        if ((Kind == Table) != (Code is not null))
            return "does not say how rows of its table are encoded";
        if (Code?.Problem() is { } wrong)
            return wrong;
        if (Code is not null && (Axes.Count != 1 || Axes[0] != Code.Size))
            return "gives its rows another length than their code";
        if (Axes.Count != rank || Axes.Any(axis => axis is < 1 or > LargestSide) || Axes.Aggregate(1L, (a, b) => a * b) > MostNumbers)
            return $"gives its samples the axes [{string.Join(", ", Axes)}], which no {Kind} have";
        if (Kind == Images && Axes[0] is not (1 or 3))
            return $"makes pictures of {Axes[0]} channels, which is neither 1 nor 3";
        if ((Kind == Text) != (Vocabulary?.Count == Axes[0] && Kind == Text) || Vocabulary?.Any(symbol => symbol is null) == true)
            return "has no vocabulary that fits its text";
        var scales = (Center?.Length ?? 0, Spread?.Length ?? 0);
        if (scales != (0, 0) && (Kind != Points || scales != (Axes[0], Axes[0]) || !Center!.Concat(Spread!).All(double.IsFinite)))
            return "has no scaling that fits its points";
        if (Columns is not null && (Kind != Points || Columns.Count != Axes[0] || Columns.Any(name => name is null)))
            return "has no column names that fit its points";
        var shares = ClassShares?.Length ?? 0;
        if (shares != (Classes?.Count ?? 0)
            || Classes?.Any(name => name is null) == true
            || ClassShares?.All(share => share >= 0 && double.IsFinite(share)) == false)
            return "has no classes that fit their shares";
        if (License is not null && !DataLicense.IsName(License))
            return "names no license that its data could be under";
        if (Captions?.Count != CaptionShares?.Length || Captions is not null
            && (Kind != Text || Captions.Count is < 1 or > MostCaptions || Captions.Any(caption => caption is null)
                || !CaptionShares!.All(share => share > 0 && double.IsFinite(share))))
            return "has no captions that fit their shares";
        if (Other is null)
            return null;
        return Pairing == Pairing.None || Other.Other is not null
            ? "speaks of another domain, which does not fit its pairing"
            : Other.Problem();
    }
}
