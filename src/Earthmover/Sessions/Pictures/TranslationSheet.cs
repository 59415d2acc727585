using Earthmover.Data;
using Earthmover.Media;
using Earthmover.Sessions.Sampling;
using Earthmover.Sessions.Walks;

namespace Earthmover.Sessions.Pictures;

/// <summary>
/// One picture of what a run makes of pictures: themselves in a row, and below it a row for each style, named on the left. More pictures
/// than fit beside each other go on below.
/// </summary>
public static class TranslationSheet
{
    private const int Across = 24, Visible = 64, Gap = 2, BandGap = 14, TextSize = 12;
    private static readonly Rgb s_space = new(40, 40, 40);

    /// <summary>Translates and draws.</summary>
    /// <param name="way">The way.</param>
    /// <param name="samples">Pictures that it begins with.</param>
    /// <param name="styles">What it is told, a row each; none for a run that is told nothing.</param>
    /// <param name="progress">Told the share that is done.</param>
    /// <param name="cancellation">Ends it between two pictures with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="UserException">They are no pictures, or the translations are not finite.</exception>
    public static Image Draw(Translation way, NewSamples samples, IReadOnlyList<Style> styles,
        IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(way);
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentNullException.ThrowIfNull(styles);
        if (samples.Data is not ImageSet from)
            throw new UserException("points make no sheet; leave --grid out");
        Style?[] told = styles.Count == 0 ? [null] : [.. styles];
        List<(string Name, ImageSet Row)> rows = [("", from)];
        foreach (var style in told)
        {
            var done = (double)(rows.Count - 1) / told.Length;
            var part = progress.Part((double share) => done + (share / told.Length));
            rows.Add((style?.Words ?? "", (ImageSet)way.In(style).Translate(samples, part, cancellation)));
        }
        return Arranged(rows, from.Count);
    }

    /// <summary>Writes a sheet, with what its run was.</summary>
    /// <param name="run">The run.</param>
    /// <param name="sheet">The sheet.</param>
    /// <param name="path">A PNG.</param>
    /// <exception cref="UserException">It cannot be written.</exception>
    public static void Write(TrainedRun run, Image sheet, string path) => OutputPath.Write("the sheet",
        () => ImageFile.SavePng(path, sheet, SampleWriter.Texts(run, "a sheet of translations")));

    private static Image Arranged(List<(string Name, ImageSet Row)> rows, int count)
    {
        var (width, height) = (rows.Max(row => row.Row.Shape.Width), rows.Max(row => row.Row.Shape.Height));
        var scale = Math.Max(1, Visible / Math.Max(width, height));
        var (across, bands) = (Math.Min(count, Across), (count + Across - 1) / Across);
        var names = rows.Max(row => row.Name.Length == 0 ? 0 : Font.Draw(row.Name, TextSize).Coverage.Width + (3 * Gap));
        var (cellWidth, cellHeight) = ((width * scale) + Gap, (height * scale) + Gap);
        var band = (rows.Count * cellHeight) + BandGap;
        var canvas = new Canvas(names + Gap + (across * cellWidth), (bands * band) - BandGap + Gap, s_space);
        for (var i = 0; i < count; i++)
            for (var k = 0; k < rows.Count; k++)
            {
                var y = Gap + (i / Across * band) + (k * cellHeight);
                // Whole pixels only: what is smaller than its partners is enlarged as far as it fits.
                var shape = rows[k].Row.Shape;
                var fit = Math.Min(width / shape.Width, height / shape.Height);
                canvas.Place(rows[k].Row.ToImage(i), names + Gap + (i % Across * cellWidth), y, scale * fit);
                if (i % Across == 0 && rows[k].Name.Length > 0)
                    canvas.Text(rows[k].Name, Gap, y + ((cellHeight - TextSize) / 2), TextSize, Rgb.White);
            }

        return canvas.ToImage();
    }
}
