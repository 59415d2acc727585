using Earthmover.Data;
using Earthmover.Data.Formats;
using Earthmover.Media;
using Earthmover.Training.Views;

namespace Earthmover.Sessions.Sampling;

/// <summary>Samples that a run has made, as the bytes of files: the same that <see cref="SampleWriter"/> writes.</summary>
public sealed class DrawnSamples
{
    private readonly Func<string, KeyValuePair<string, string>[]> _texts;
    private readonly Func<int, string> _how;
    private readonly int _first;
    private readonly (float[] Values, IReadOnlyList<int> Axes)? _raw;

    /// <summary>Takes samples that are drawn.</summary>
    /// <param name="spec">What they are.</param>
    /// <param name="values">As networks make them, one after another.</param>
    /// <param name="wish">What was wished for.</param>
    /// <param name="texts">What a picture carries, of how it was made.</param>
    /// <exception cref="UserException">They are not finite.</exception>
    public DrawnSamples(SampleSpec spec, float[] values, SampleWish wish, Func<string, KeyValuePair<string, string>[]> texts)
        : this(Numbered(SampleBuffer.Of(spec, values), wish.First), sample => wish.HowMade(sample), texts) =>
        (_raw, _first) = ((values, spec.Axes), wish.First);

    /// <summary>Takes samples that are made in another way.</summary>
    /// <param name="data">The samples.</param>
    /// <param name="how">How the one of a number was made, in words.</param>
    /// <param name="texts">What a picture carries, of how it was made.</param>
    public DrawnSamples(DataSet data, Func<int, string> how, Func<string, KeyValuePair<string, string>[]> texts) =>
        (Data, _how, _texts) = (data, how, texts);

    // Identifiers follow the number of the first sample.
    private static DataSet Numbered(DataSet data, int first)
    {
        if (data is not TableSet table)
            return data;
        var columns = table.Fields.Zip(table.Columns, (field, column) =>
            field.Kind == FieldKind.Identifier ? Array.ConvertAll(column, id => id + first) : column);
        return new TableSet(table.Name, table.Fields, [.. columns]) { Separator = table.Separator };
    }

    /// <summary>Pictures as bytes, points in the units of their data, text as its most probable characters.</summary>
    public DataSet Data { get; }

    /// <summary>A PNG: of one picture the picture itself, of several a sheet, of points a view of them.</summary>
    /// <param name="columns">Columns of the sheet; as many as make it square when 0.</param>
    /// <exception cref="UserException">They are text.</exception>
    public byte[] ToPng(int columns = 0)
    {
        var last = _first + Data.Count - 1;
        var how = Data.Count == 1 ? _how(last) : $"{_how(_first)}, to {_how(last)}";
        var picture = Data is ImageSet { Count: 1 } only ? only.ToImage(0) : Sheet(Data, null, how, columns);
        return ImageFile.EncodePng(picture, _texts(how));
    }

    /// <summary>Each picture as a PNG of its own, under the name that <c>sample --out</c> gives it.</summary>
    /// <exception cref="UserException">They are no pictures.</exception>
    public IEnumerable<KeyValuePair<string, byte[]>> ToPngs() => Data is not ImageSet images
        ? throw new UserException("these samples are no pictures")
        : Enumerable.Range(0, images.Count).Select(i => KeyValuePair.Create($"{_first + i:D6}.png",
            ImageFile.EncodePng(images.ToImage(i), _texts(_how(_first + i)))));

    /// <summary>
    /// An .npy: points [N, D] as float64 in the units of their data, what was drawn [N, …] as float32 as networks make it, other pictures
    /// [N, C, H, W] as uint8.
    /// </summary>
    public byte[] ToNpy()
    {
        using var file = new MemoryStream();
        if (Data is PointSet points)
            NpyFile.Write<double>(file, points.Values, [points.Count, points.Dimension]);
        else if (_raw is var (values, axes))
            NpyFile.Write<float>(file, values, [Data.Count, .. axes]);
        else if (Data is ImageSet { Shape: var shape } images)
            NpyFile.Write<byte>(file, images.Pixels, [images.Count, shape.Channels, shape.Height, shape.Width]);
        return file.ToArray();
    }

    /// <summary>A table of points, or of rows.</summary>
    /// <exception cref="UserException">They are neither.</exception>
    public string ToCsv() => Data switch
    {
        PointSet points => TableFile.Text(points.ColumnNames, points.Dimension, points.Values),
        TableSet table => string.Join('\n', table.Lines()) + "\n",
        _ => throw new UserException("these samples are neither points nor rows of a table"),
    };

    /// <summary>Lines of text.</summary>
    /// <exception cref="UserException">They are no text.</exception>
    public IReadOnlyList<string> ToLines() => Data is TextSet text
        ? SampleWriter.LinesOf(text)
        : throw new UserException("these samples are no text");

    /// <summary>One picture of all samples.</summary>
    /// <param name="made">The samples.</param>
    /// <param name="reals">Real points to show beside, or null.</param>
    /// <param name="how">How they were made.</param>
    /// <param name="columns">Columns of a grid; chosen when 0.</param>
    internal static Image Sheet(DataSet made, PointSet? reals, string how, int columns) => made switch
    {
        ImageSet { Shape: var shape } images => ImageGrid.Draw(images.Pixels, shape.Channels, shape.Height, shape.Width, columns),
        PointSet points when reals is not null => PointView.Draw(reals, points.Values, $"{how}: generated (orange), real (white)"),
        PointSet points => PointView.Draw(points, $"{how}: generated"),
        TableSet => throw new UserException("rows of a table make no picture; use --out FILE.csv"),
        _ => throw new UserException("text makes no picture; use --out FILE.txt or FILE.npy"),
    };
}
