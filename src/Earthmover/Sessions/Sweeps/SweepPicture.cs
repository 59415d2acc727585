using Earthmover.Media;
using Earthmover.Reports;

namespace Earthmover.Sessions.Sweeps;

/// <summary>
/// A sweep as one picture, for where no page can be: what was found, a map of the first two options, the table of recipes.
/// </summary>
internal static class SweepPicture
{
    private const int Margin = 24, Size = 15, Line = 24, Gap = 18, CellHeight = 34, MostRows = 30, MostSide = 12, Narrowest = 640;

    private static readonly Rgb s_ink = new(32, 33, 36), s_gray = new(95, 99, 104), s_rule = new(218, 220, 224);

    // Lighter and darker, as the maps of pages are.
    private static readonly Rgb s_least = new(222, 235, 247), s_most = new(8, 69, 148);

    /// <summary>Draws it.</summary>
    /// <param name="result">What the sweep has shown.</param>
    /// <param name="title">What it is about.</param>
    /// <param name="subtitle">What else is to be said.</param>
    /// <param name="direction">Which direction of its quantity is better, in words.</param>
    /// <exception cref="MediaException">The system has no font.</exception>
    public static Image Draw(SweepResult result, string title, string subtitle, string direction)
    {
        var table = SweepPage.Table(result);
        // A map of more cells than can be read is left to the page.
        var map = SweepMap.Of(result).FirstOrDefault(one => one.Values.GetLength(0) <= MostSide && one.Values.GetLength(1) <= MostSide);
        var rows = table.Rows.Take(MostRows).ToList();
        int[] widths = [.. table.Columns.Select((name, i) => rows.Select(row => row[i]).Append(name).Max(Width) + Gap)];
        var grid = map is null ? default : GridOf(map);
        var width = Math.Max(Narrowest, Math.Max(widths.Sum(), grid.Left + grid.Cell * (map?.Columns.Values.Count ?? 0)) + 2 * Margin);
        var found = Wrapped(result.Verdict(), width - 2 * Margin);
        var height = 2 * Margin + Line * (3 + found.Count + rows.Count + (table.Rows.Count > MostRows ? 1 : 0)) + 2 * Gap
            + (map is null ? 0 : 3 * Line + Gap + CellHeight * map.Rows.Values.Count);
        var canvas = new Canvas(width, height, Rgb.White);
        canvas.Text(title, Margin, Margin, Size + 5, s_ink);
        canvas.Text($"{subtitle}; {result.Metric}: {direction} is better", Margin, Margin + Line + 6, Size - 1, s_gray);
        var y = Margin + 2 * Line + Gap / 2;
        foreach (var line in found)
        {
            canvas.Text(line, Margin, y, Size, s_ink);
            y += Line;
        }
        y += Gap;
        if (map is not null)
            y = Put(canvas, map, result.Metric, grid, y) + Gap;
        Put(canvas, table, rows, widths, y);
        return canvas.ToImage();
    }

    private static int Width(string text) => text.Length == 0 ? 0 : Font.Draw(text, Size).Coverage.Width;

    private static (int Left, int Cell) GridOf(SweepMap map)
    {
        var left = map.Rows.Values.Append(map.Rows.Name).Max(Width) + Gap;
        var texts = map.Values.Cast<double>().Select(Text).Concat(map.Columns.Values);
        return (left, Math.Max(72, texts.Max(Width) + Gap));
    }

    private static string Text(double value) => double.IsFinite(value) ? Format.Number(value) : "–";

    // Words that fit a width, a line each.
    private static List<string> Wrapped(string text, int width)
    {
        var lines = new List<string>();
        foreach (var word in text.Split(' '))
            if (lines.Count > 0 && Width($"{lines[^1]} {word}") <= width)
                lines[^1] += $" {word}";
            else
                lines.Add(word);
        return lines;
    }

    private static int Put(Canvas canvas, SweepMap map, string metric, (int Left, int Cell) grid, int y)
    {
        var (rows, columns, values) = (map.Rows.Values, map.Columns.Values, map.Values);
        var finite = values.Cast<double>().Where(double.IsFinite).DefaultIfEmpty(0).ToList();
        var (low, range) = (finite.Min(), finite.Max() - finite.Min());
        canvas.Text(map.Title(metric), Margin, y, Size, s_ink);
        y += Line;
        var left = Margin + grid.Left;
        canvas.Text(map.Columns.Name, left + grid.Cell * columns.Count / 2, y, Size - 1, s_gray, 0.5);
        y += Line;
        canvas.Text(map.Rows.Name, left - Gap / 2, y, Size - 1, s_gray, 1);
        for (var column = 0; column < columns.Count; column++)
            canvas.Text(columns[column], left + grid.Cell * column + grid.Cell / 2, y, Size, s_ink, 0.5);
        y += Line;
        for (var row = 0; row < rows.Count; row++, y += CellHeight)
        {
            canvas.Text(rows[row], left - Gap / 2, y + (CellHeight - Size) / 2 - 2, Size, s_ink, 1);
            for (var column = 0; column < columns.Count; column++)
            {
                var value = values[row, column];
                var share = double.IsFinite(value) ? range > 0 ? (value - low) / range : 0 : -1;
                var x = left + grid.Cell * column;
                canvas.Fill(x, y, grid.Cell - 1, CellHeight - 1, share < 0 ? s_rule : Between(share));
                canvas.Text(Text(value), x + grid.Cell / 2, y + (CellHeight - Size) / 2 - 2, Size, share > 0.5 ? Rgb.White : s_ink, 0.5);
            }
        }
        return y;
    }

    private static Rgb Between(double share)
    {
        byte Mixed(byte least, byte most) => (byte)Math.Round(least + share * (most - least));
        return new(Mixed(s_least.R, s_most.R), Mixed(s_least.G, s_most.G), Mixed(s_least.B, s_most.B));
    }

    private static void Put(Canvas canvas, PageTable table, List<IReadOnlyList<string>> rows, int[] widths, int y)
    {
        void Row(IReadOnlyList<string> cells, Rgb color)
        {
            var x = Margin;
            for (var i = 0; i < cells.Count; x += widths[i++])
                if (cells[i].Length > 0)
                    canvas.Text(cells[i], x, y, Size, color);
            y += Line;
        }
        Row(table.Columns, s_gray);
        canvas.Fill(Margin, y - 4, widths.Sum(), 1, s_rule);
        foreach (var row in rows)
            Row(row, s_ink);
        if (table.Rows.Count > rows.Count)
            Row([$"… and {table.Rows.Count - rows.Count} more"], s_gray);
    }
}
