using System.Globalization;
using Earthmover.Data.Toys;
using Earthmover.Media;

namespace Earthmover.Claims.Lab;

/// <summary>A picture of rows of people beside their law: every column in cells, and how far every pair is off.</summary>
public static class PeopleSheet
{
    private const int Across = 4, Width = 250, Height = 190, Left = 16, Top = 44, Bottom = 34, Legend = 30;
    private static readonly Rgb
        s_law = new(198, 203, 212), s_made = new(31, 104, 186), s_ink = new(40, 44, 52), s_pale = new(110, 116, 126);

    /// <summary>Draws it.</summary>
    /// <param name="fit">The rows.</param>
    /// <param name="given">The column that is farthest from its law where a value is asked for, and how far.</param>
    public static byte[] Draw(PeopleFit fit, KeyValuePair<string, double> given)
    {
        ArgumentNullException.ThrowIfNull(fit);
        var canvas = new Canvas(Across * Width + Left, 2 * Height + Legend + 26, Rgb.White);
        canvas.Fill(Left, 9, 12, 12, s_law);
        canvas.Text("the law, in closed form", Left + 18, 6, 13, s_ink);
        canvas.Fill(Left + 190, 9, 12, 12, s_made);
        canvas.Text("generated rows; cells of numbers are alike by the law but for spikes, and ? is what is missing",
            Left + 208, 6, 13, s_ink);
        var columns = fit.Columns();
        for (var k = 0; k < People.Columns.Count; k++)
            Column(canvas, fit, People.Columns[k], columns[People.Columns[k]], Left + k % Across * Width, Legend + k / Across * Height);
        Pairs(canvas, fit.Pairs(), Left + (Across - 1) * Width, Legend + Height);
        canvas.Text(string.Create(CultureInfo.InvariantCulture,
            $"farthest off where a value is asked for, {given.Value:0.000}: {given.Key}"), Left, 2 * Height + Legend + 2, 13, s_ink);
        return Sheets.Png(canvas.ToImage());
    }

    private static void Column(Canvas canvas, PeopleFit fit, string name, double distance, int x, int y)
    {
        double[] law = PeopleFit.Law.Shares(name, fit.EdgesOf(name)), made = fit.Shares(name);
        int[] shown = [.. Enumerable.Range(0, law.Length).Where(cell => law[cell] > 0 || made[cell] > 0)];
        var (highest, step) = (law.Concat(made).Max(), (Width - 2.0 * Left) / shown.Length);
        canvas.Text(name, x, y + 8, 15, s_ink);
        canvas.Text(string.Create(CultureInfo.InvariantCulture, $"off by {distance:0.000}"), x + Width - 2 * Left, y + 10, 12, s_pale, 1);
        var (floor, room) = (y + Height - Bottom, Height - Top - Bottom);
        for (var i = 0; i < shown.Length; i++)
        {
            int from = x + (int)(i * step), wide = Math.Max(2, (int)step - 3);
            Bar(from, wide, law[shown[i]], s_law);
            Bar(from + wide / 4, Math.Max(1, wide / 2), made[shown[i]], s_made);
            canvas.Text(Label(fit, name, shown[i], law.Length), from + wide / 2, floor + 4, 10, s_pale, 0.5);
        }
        canvas.Fill(x, floor, Width - 2 * Left, 1, s_ink);

        void Bar(int at, int wide, double share, Rgb color)
        {
            var high = (int)Math.Round(room * share / highest);
            canvas.Fill(at, floor - high, wide, high, color);
        }
    }

    // The value of a category; of numbers where a cell begins, of every other cell.
    private static string Label(PeopleFit fit, string name, int cell, int cells)
    {
        var edges = fit.EdgesOf(name);
        if (cell == cells - 1)
            return "?";
        if (edges.Length == 0)
            return People.ValuesOf(name)[cell];
        if (cell == 0 || (cell % 2 == 0 && edges.Length > 7))
            return "";
        var edge = edges[cell - 1];
        return name == "since" ? DateTime.UnixEpoch.AddSeconds(edge).ToString("yyyy", CultureInfo.InvariantCulture)
            : edge.ToString("0", CultureInfo.InvariantCulture);
    }

    private static void Pairs(Canvas canvas, Dictionary<(string First, string Second), double> pairs, int x, int y)
    {
        var (names, side) = (People.Columns, 18);
        canvas.Text("pairs, total variation", x, y + 8, 15, s_ink);
        var most = pairs.Values.Max();
        for (var i = 0; i < names.Count; i++)
        {
            canvas.Text(names[i], x + 50, y + Top - 6 + i * side, 11, s_pale, 1);
            for (var j = 0; j < names.Count; j++)
                if (pairs.TryGetValue((names[i], names[j]), out var off) || pairs.TryGetValue((names[j], names[i]), out off))
                    canvas.Fill(x + 56 + j * side, y + Top - 8 + i * side, side - 1, side - 1, Shade(off / 0.08));
        }
        var worst = pairs.MaxBy(pair => pair.Value);
        canvas.Text(string.Create(CultureInfo.InvariantCulture, $"most {most:0.000}: {worst.Key.First} and {worst.Key.Second}"),
            x, y + Height - Bottom + 12, 12, s_pale);
    }

    // White where nothing is off, dark red at 0.08 and more.
    private static Rgb Shade(double share)
    {
        var t = Math.Clamp(share, 0, 1);
        return new((byte)(245 - 95 * t), (byte)(245 - 225 * t), (byte)(245 - 215 * t));
    }
}
