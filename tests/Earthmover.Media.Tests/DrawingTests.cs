using System.Text;
using Xunit;

namespace Earthmover.Media.Tests;

public sealed class DrawingTests
{
    [Fact]
    public void A_grid_puts_tiles_in_rows_with_space_around()
    {
        var tiles = Enumerable.Range(1, 5).Select(i => new Image(2, 1, 1, [(byte)i, (byte)(i * 10)])).ToList();
        var grid = ImageGrid.Draw(tiles, columns: 3, padding: 1, scale: 2, background: Rgb.White);
        Assert.Equal((1 + (3 * 5), 1 + (2 * 3), 3), (grid.Width, grid.Height, grid.Channels));
        Assert.Equal(255, grid[0, 0][0]);
        Assert.Equal([1, 1, 10, 10, 255, 2], new[] { 1, 2, 3, 4, 5, 6 }.Select(x => grid[x, 2][0]));
        Assert.Equal([5, 255], new[] { grid[6, 4][0], grid[11, 4][0] });
        var fromPlanes = ImageGrid.Draw(tiles.SelectMany(t => t.Pixels.ToArray()).ToArray(), 1, 1, 2, columns: 3, padding: 1, scale: 2);
        Assert.Equal((grid.Width, grid.Height, 40), (fromPlanes.Width, fromPlanes.Height, fromPlanes[0, 0][0]));
        Assert.Equal(grid[3, 2].ToArray(), fromPlanes[3, 2].ToArray());
        Assert.Throws<ArgumentException>(() => ImageGrid.Draw([tiles[0], new Image(1, 1, 1, [0])]));
    }

    [Fact]
    public void Labels_stand_below_their_tiles()
    {
        var tile = new Image(40, 10, 1, new byte[400]);
        var plain = ImageGrid.Draw([tile, tile], columns: 2, padding: 0, scale: 1);
        var labeled = ImageGrid.Draw([tile, tile], columns: 2, padding: 0, scale: 1, labels: ["Bag", ""]);
        Assert.True(labeled.Height > plain.Height);
        var left = labeled.Crop(0, 10, 40, labeled.Height - 10);
        var right = labeled.Crop(40, 10, 40, labeled.Height - 10);
        Assert.Contains(left.Pixels.ToArray(), v => v > 150);
        Assert.All(right.Pixels.ToArray(), v => Assert.Equal(40, v));
    }

    [Fact]
    public void Text_has_ink_of_a_sensible_size_and_stands_on_its_baseline()
    {
        var one = Font.Draw("H", 32);
        var two = Font.Draw("HH", 32);
        Assert.InRange(two.Coverage.Width, (int)(1.7 * one.Coverage.Width), (int)(2.3 * one.Coverage.Width));
        Assert.InRange(one.Coverage.Height, 32, 48);
        bool Ink(int y) => Enumerable.Range(0, one.Coverage.Width).Any(x => one.Coverage[x, y][0] > 128);
        Assert.True(Ink(one.Baseline - 1));
        Assert.False(Ink(one.Baseline));
        Assert.True(Font.Draw("", 12).Coverage.Width >= 1);
        Assert.NotEqual(Font.Draw("λ", 20).Coverage.Pixels.ToArray(), Font.Draw("é", 20).Coverage.Pixels.ToArray());
        Assert.Throws<MediaException>(() => Font.Draw("x", 0));
    }

    [Fact]
    public void A_letter_fills_its_square_in_the_colors_of_its_font()
    {
        using var plain = FontFiles.Open("DejaVuSans")[0];
        var letter = plain.DrawInColors(new Rune('H'), 32)!;
        Assert.Equal((32, 32, 4), (letter.Width, letter.Height, letter.Channels));
        Assert.Equal([0, 0, 0], letter[6, 16][..3].ToArray());
        // From the first row to the last.
        Assert.All([0, 31], y => Assert.True(Enumerable.Range(0, 32).Max(x => letter[x, y][3]) > 0));
        Assert.Null(plain.DrawInColors(new Rune('漢'), 32));
        Assert.Null(plain.DrawInColors(new Rune(' '), 32));
        if (FontFiles.Open("NotoColorEmoji") is not [var emoji, ..])
            return; // the set-up installs it where it may
        using (emoji)
        {
            var face = emoji.DrawInColors(new Rune(0x1F642), 64)!;
            // A yellow face before nothing.
            Assert.True(face[32, 12][0] > 200 && face[32, 12][2] < 120);
            Assert.Equal((0, 255), (face[0, 0][3], face[32, 12][3]));
            Assert.Null(emoji.DrawInColors(new Rune('漢'), 64));
        }
    }

    [Fact]
    public void The_preferred_font_wins()
    {
        var folder = Directory.CreateTempSubdirectory("earthmover-test-").FullName;
        Directory.CreateDirectory(Path.Combine(folder, "z"));
        Assert.Null(Font.Find([folder]));
        File.WriteAllText(Path.Combine(folder, "Any.ttf"), "");
        Assert.EndsWith("Any.ttf", Font.Find([folder]), StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(folder, "z", "DejaVuSans.ttf"), "");
        Assert.EndsWith("DejaVuSans.ttf", Font.Find(["/nowhere", folder]), StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void Dots_and_rectangles_cover_what_they_should_and_are_cut_at_the_edges()
    {
        var canvas = new Canvas(20, 20, Rgb.White);
        canvas.Dot(10, 4, 2, new Rgb(255, 0, 0));
        canvas.Frame(0, 0, 20, 20, new Rgb(0, 0, 255));
        canvas.Fill(-5, 15, 100, 2, new Rgb(0, 255, 0));
        var image = canvas.ToImage();
        Assert.Equal([255, 255, 255], image[10, 12].ToArray());
        Assert.Equal([255, 0, 0], image[10, 4].ToArray());
        Assert.Equal([0, 0, 255], image[19, 5].ToArray());
        Assert.Equal([0, 255, 0], image[0, 16].ToArray());
    }

    // Lightness 0–1 and the two opponent axes.
    private static (double L, double A, double B) ToOklab(Rgb color)
    {
        static double Linear(byte v) => v / 255.0 <= 0.04045 ? v / 255.0 / 12.92 : Math.Pow(((v / 255.0) + 0.055) / 1.055, 2.4);
        var (r, g, b) = (Linear(color.R), Linear(color.G), Linear(color.B));
        var l = Math.Cbrt((0.4122214708 * r) + (0.5363325363 * g) + (0.0514459929 * b));
        var m = Math.Cbrt((0.2119034982 * r) + (0.6806995451 * g) + (0.1073969566 * b));
        var s = Math.Cbrt((0.0883024619 * r) + (0.2817188376 * g) + (0.6299787005 * b));
        return (
            (0.2104542553 * l) + (0.7936177850 * m) - (0.0040720468 * s),
            (1.9779984951 * l) - (2.4285922050 * m) + (0.4505937099 * s),
            (0.0259040371 * l) + (0.7827717662 * m) - (0.8086757660 * s));
    }

    [Fact]
    public void The_color_map_is_uniform_and_rises_in_lightness()
    {
        var colors = Enumerable.Range(0, 256).Select(i => ToOklab(ColorMap.At(i / 255.0))).ToArray();
        // Over eight steps rounding to bytes hardly matters.
        var steps = Enumerable.Range(0, 31).Select(i => Distance(colors[8 * i], colors[(8 * i) + 8])).ToArray();
        Assert.InRange(steps.Max() / steps.Min(), 1, 1.25);
        for (var i = 4; i < 256; i += 4) Assert.True(colors[i].L > colors[i - 4].L);
        Assert.True(colors[0].L < 0.25 && colors[255].L > 0.9);
        Assert.Equal(ColorMap.At(0), ColorMap.At(-3));
        Assert.Equal(new Rgb(128, 128, 128), ColorMap.At(double.NaN));

        static double Distance((double L, double A, double B) p, (double L, double A, double B) q) =>
            Math.Sqrt(Math.Pow(p.L - q.L, 2) + Math.Pow(p.A - q.A, 2) + Math.Pow(p.B - q.B, 2));
    }

    [Fact]
    public void A_heat_map_paints_cells_by_value_and_reports_its_range()
    {
        var canvas = new Canvas(4, 2, Rgb.White);
        var range = canvas.HeatMap([0, double.NaN, 10, 5], 2, 0, 0, 4, 2);
        Assert.Equal((0, 10), range);
        var image = canvas.ToImage();
        Rgb At(int x, int y) => new(image[x, y][0], image[x, y][1], image[x, y][2]);
        Assert.Equal([ColorMap.At(0), ColorMap.At(0), ColorMap.At(double.NaN), ColorMap.At(1), ColorMap.At(0.5)],
            [At(0, 0), At(1, 0), At(2, 0), At(0, 1), At(3, 1)]);
    }
}
