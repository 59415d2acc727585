using Earthmover.Media;

namespace Earthmover.Training.Views;

/// <summary>Pictures with the text that belongs to each below it, in as many lines as it needs and at most three.</summary>
public static class CaptionGrid
{
    private const int Padding = 4, Narrowest = 112, TextSize = 11, MostLines = 3;
    private static readonly Rgb s_space = new(40, 40, 40);

    /// <summary>A grid, row by row.</summary>
    /// <param name="pictures">Pictures of one size, at least one.</param>
    /// <param name="captions">A line of text for each.</param>
    /// <exception cref="MediaException">The system has no font.</exception>
    public static Image Draw(IReadOnlyList<Image> pictures, IReadOnlyList<string> captions)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        ArgumentNullException.ThrowIfNull(captions);
        var scale = Math.Max(1, Narrowest / pictures[0].Width);
        var (width, height) = (pictures[0].Width * scale, pictures[0].Height * scale);
        var cell = Math.Max(width, Narrowest);
        var texts = captions.Select(caption => Wrap(Printable.Of(caption), cell)).ToArray();
        var line = Font.Draw("Xg", TextSize).Coverage.Height;
        var cellHeight = height + (line * texts.Max(text => text.Count)) + Padding;
        var columns = Math.Clamp((int)Math.Ceiling(Math.Sqrt(pictures.Count * (double)cellHeight / cell)), 1, pictures.Count);
        var rows = (pictures.Count + columns - 1) / columns;
        var canvas = new Canvas(Padding + (columns * (cell + Padding)), Padding + (rows * (cellHeight + Padding)), s_space);
        for (var i = 0; i < pictures.Count; i++)
        {
            var x = Padding + (i % columns * (cell + Padding));
            var y = Padding + (i / columns * (cellHeight + Padding));
            canvas.Place(pictures[i], x + ((cell - width) / 2), y, scale);
            for (var k = 0; k < texts[i].Count; k++)
                canvas.Text(texts[i][k], x + (cell / 2), y + height + (k * line), TextSize, Rgb.White, align: 0.5);
        }

        return canvas.ToImage();
    }

    // Between words; a word that is wider than the picture is cut where it ends.
    private static List<string> Wrap(string text, int width)
    {
        var lines = new List<string>();
        var line = "";
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var longer = line.Length == 0 ? word : $"{line} {word}";
            if (line.Length > 0 && !Fits(longer, width))
            {
                lines.Add(line);
                longer = word;
            }
            line = Fits(longer, width) ? longer : Cut(longer, width);
        }
        if (line.Length > 0) lines.Add(line);
        if (lines.Count <= MostLines) return lines;
        lines[MostLines - 1] = Cut($"{lines[MostLines - 1]} {lines[MostLines]}", width);
        return lines[..MostLines];
    }

    private static string Cut(string text, int width)
    {
        var kept = text.Length;
        while (kept > 0 && !Fits(text[..kept] + "…", width)) kept--;
        return text[..kept] + "…";
    }

    private static bool Fits(string text, int width) => Font.Draw(text, TextSize).Coverage.Width <= width;
}
