using Earthmover.Data;
using Earthmover.Media;

namespace Earthmover.Training.Views;

/// <summary>
/// Shows data to people: pictures in a grid, pairs side by side, captions below their pictures, two domains as two halves.
/// </summary>
public static class DataView
{
    private const double GoldenRatio = 0.6180339887498949; // whose multiples fall evenly between whole numbers

    /// <summary>A picture of some data; null where it is text or a table, which <see cref="Lines"/> shows.</summary>
    /// <param name="data">The data.</param>
    /// <param name="count">Samples, or pairs, that are drawn; spread evenly over all.</param>
    public static Image? Draw(DataSet data, int count)
    {
        ArgumentNullException.ThrowIfNull(data);
        switch (data, data.Counterpart)
        {
            case (ImageSet pictures, TextSet captions) when data.Pairing == Pairing.Captioned:
                int[] described = Rows(pictures, count);
                return CaptionGrid.Draw(
                    [.. described.Select(pictures.ToImage)],
                    [.. described.Select(row => captions.Line(captions[row]))]);
            case (ImageSet a, ImageSet b) when data.Pairing == Pairing.Aligned:
                return PairGrid.Draw([.. Rows(a, count).Select(row => (a.ToImage(row), b.ToImage(row)))]);
            case (not TextSet, { } other and not TextSet):
                var half = Math.Max(1, count / 2);
                return PairGrid.Beside(One(data, half)!, One(other, half)!, gap: 12);
            default:
                return One(data, count);
        }
    }

    /// <summary>
    /// Lines of text, and after a tab what belongs to each where the data are pairs of texts; rows of a table below its names.
    /// </summary>
    /// <param name="data">Text or a table.</param>
    /// <param name="count">Lines or rows, from the first.</param>
    public static IEnumerable<string> Lines(DataSet data, int count) => data switch
    {
        TextSet text => TextLines(text, count),
        TableSet table => table.Lines(count),
        _ => throw new ArgumentException($"{data.Kind.ToWord()} are shown as a picture.", nameof(data)),
    };

    private static IEnumerable<string> TextLines(TextSet data, int count)
    {
        var partners = data.Pairing == Pairing.Aligned ? data.Counterpart as TextSet : null;
        return Enumerable.Range(0, Math.Min(count, data.Count)).Select(i =>
            data.Line(data[i]) + (partners is null ? "" : $"\t{partners.Line(partners[i])}"));
    }

    private static Image? One(DataSet data, int count) => data switch
    {
        ImageSet images => ImageGrid.Draw([.. Rows(images, count).Select(images.ToImage)]),
        PointSet points => PointView.Draw(points),
        _ => null,
    };

    // Spread evenly over all.
    internal static int[] Rows(DataSet data, int count)
    {
        var shown = Math.Min(count, data.Count);
        // From each of as many equal parts one, at another place in each: of styles that take turns equal steps might meet a single one.
        return [.. Enumerable.Range(0, shown).Select(i =>
        {
            var (begin, end) = (i * (long)data.Count / shown, (i + 1) * (long)data.Count / shown);
            return (int)(begin + (long)(i * GoldenRatio % 1 * (end - begin)));
        })];
    }
}
