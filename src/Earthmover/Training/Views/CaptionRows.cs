using Earthmover.Media;

namespace Earthmover.Training.Views;

/// <summary>Rows of pictures, each of one text, which stands below its row.</summary>
public static class CaptionRows
{
    private const int Padding = 4, TextSize = 13;
    private static readonly Rgb s_space = new(40, 40, 40);

    /// <summary>A sheet of rows.</summary>
    /// <param name="pictures">Pictures of one size, row by row; the last row may be shorter.</param>
    /// <param name="captions">The text of each row.</param>
    /// <param name="columns">Pictures of a row.</param>
    /// <exception cref="MediaException">The system has no font.</exception>
    public static Image Draw(IReadOnlyList<Image> pictures, IReadOnlyList<string> captions, int columns)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        ArgumentNullException.ThrowIfNull(captions);
        Image[] rows = [.. pictures.Chunk(columns).Select(row => ImageGrid.Draw([.. row], columns))];
        var line = Font.Draw("Xg", TextSize).Coverage.Height + Padding;
        var canvas = new Canvas(rows.Max(row => row.Width), rows.Sum(row => row.Height + line), s_space);
        var y = 0;
        foreach (var (row, caption) in rows.Zip(captions))
        {
            canvas.Place(row, 0, y, 1);
            y += row.Height;
            canvas.Text(Cut(Printable.Of(caption), canvas.Width), Padding, y, TextSize, Rgb.White);
            y += line;
        }
        return canvas.ToImage();
    }

    private static string Cut(string text, int width)
    {
        if (Fits(text, width))
            return text;
        var kept = text.Length;
        while (kept > 0 && !Fits(text[..kept] + "…", width))
            kept--;
        return text[..kept] + "…";
    }

    private static bool Fits(string text, int width) => Font.Draw(text, TextSize).Coverage.Width <= width - 2 * Padding;
}
