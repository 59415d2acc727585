using System.Text.Json.Nodes;
using Earthmover.Reports.Figures;
using Earthmover.Testing;

namespace Earthmover.Reports.Tests.Figures;

/// <summary>Every kind of figure: its specification as accepted text, and drawn by Vega without a remark.</summary>
public sealed class PlotTests
{
    private static readonly Axis s_step = new("step") { Format = "~s", Whole = true };
    private static readonly double[] s_x = [1, 100, 1000];

    internal static Figure Of(string kind) => kind switch
    {
        "lines" => Plot.Lines("The critic's estimate beside the exact distance", s_step, new("W₁") { Unit = "units of the data" },
            [
                new("estimate", s_x, [2.5, 1.25, 0.3]) { Low = [2.2, 1.1, 0.2], High = [2.9, 1.5, 0.5] },
                new("exact", s_x, [2.4, 1.2, double.NaN]),
                new("floor", s_x, [0.14, 0.15, 0.14]) { Dashed = true, Color = Theme.Gray },
            ],
            [new(0.5, "half a unit"), new(500, "decay begins", Vertical: true)], "Eight Gaussians, 3 seeds, mini-batches of 256"),
        "log" => Plot.Lines("Gradient norms", s_step, new("norm of the gradient") { Log = true }, [new("critic", s_x, [1e-6, 3.5, 0])]),
        "scatter" => Plot.Scatter("Estimate against truth", new("exact W₁"), new("critic's estimate"),
            [new("wgan", [1, 2, 3], [0.5, 1.2, 1.4]), new("wgan-gp", [1, 2, 3], [0.98, 1.9, 3.1])], diagonal: true),
        "heatmap" => Plot.HeatMap("A critic's surface", new("x") { Range = (-1, 1) }, new("y") { Range = (-2, 2) }, new("D(x, y)"),
            new[,] { { -1, 0.5 }, { double.NaN, 2 } }, diverging: true, clouds: [new("real", [0.5], [1])]),
        "table" => Plot.Table("Named causes", "named", "made to fail by", ["collapse", "vanishing"],
            ["collapse", "vanishing"], new double[,] { { 10, 0 }, { 1, 9 } }),
        "histogram" => Plot.Histogram("Slopes of the critic", new("‖∇D‖"),
            [new("at real points", [0.9, 1, 1, 1.1, double.NaN]), new("at generated points", [0.2, 0.9, 1.4])],
            bins: 4, references: [new(1, "Lipschitz", Vertical: true)]),
        "bars" => Plot.Bars("Fréchet distance after 40 s", new("distance"),
            [
                new("wgan-gp", 83, 80, 87, "A"), new("projection", 28, 27, 30, "A"),
                new("wgan-gp", 95, Group: "B"), new("projection", 30, 28, 33, "B"),
            ],
            references: [new(0.4, "real against real")]),
        "lying" => Plot.Bars("Cost", new("time") { Unit = "s" },
            [new("health signals", 0.4, 0.3, 0.6), new("the critic's five steps", 7.5)], horizontal: true),
        "multiples" => Figure.Multiples("Two clippings", 2, [.. new[] { 0.01, 0.1 }.Select(c =>
            Plot.Lines($"c = {c}", s_step, new("W₁"),
                [new("a", s_x, [c, 2 * c, 3 * c]), new("b", s_x, [c, c, c])], width: 240, height: 160))]),
        _ => throw new ArgumentException(kind),
    };

    private static readonly string[] s_kinds = ["lines", "log", "scatter", "heatmap", "table", "histogram", "bars", "lying", "multiples"];

    public static TheoryData<string> Kinds => [.. s_kinds];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Its_specification_is_as_accepted(string kind) => Snapshot.Match(Of(kind).ToJson(), kind);

    [Fact]
    public void Heat_maps_side_by_side_keep_their_scales_of_color()
    {
        Figure Map(string title, double scale) =>
            Plot.HeatMap(title, new("x") { Range = (0, 2) }, new("y") { Range = (0, 1) },
                new($"score of {title}"), new[,] { { scale, 2 * scale } }, width: 100, height: 100);
        var figure = Figure.Multiples("Two critics", 2, [Map("one", 1), Map("two", 1000)]);

        var drawing = Assert.Single(Vega.Installed.Draw([figure.ToJson()], out _));

        Assert.Contains("score of one", drawing, StringComparison.Ordinal);
        Assert.Contains("score of two", drawing, StringComparison.Ordinal);
    }

    [Fact]
    public void Vega_draws_every_kind_without_a_remark()
    {
        var drawings = Vega.Installed.Draw([.. s_kinds.Select(kind => Of(kind).ToJson())], out var warnings);
        Assert.Equal("", warnings);
        var marks = s_kinds.Zip(drawings).ToDictionary(d => d.First, d => Marks(d.Second));
        Assert.All(drawings, drawing => Assert.DoesNotContain("NaN", drawing, StringComparison.Ordinal));
        Assert.Contains(">W₁ (units of the data)</text>", drawings[0], StringComparison.Ordinal);
        Assert.Contains(">decay begins</text>", drawings[0], StringComparison.Ordinal);
        Assert.Equal(3, marks["lines"]["line mark"]);
        Assert.Equal(1, marks["lines"]["area mark"]);
        Assert.Equal(6, marks["scatter"]["point"]);
        // Cells have no spoken description to count by; the one without a number stays empty.
        Assert.Equal(3, s_kinds.Zip(drawings).First(d => d.First == "heatmap").Second.Split("stroke-width=\"0.6\"").Length - 1);
        Assert.Equal(4, marks["table"]["text mark"]);
        Assert.Equal(4, marks["bars"]["bar"]);
        Assert.Equal(3, marks["bars"]["rule mark"] - 1); // one is the reference
        Assert.Equal(2, marks["lying"]["bar"]);
        Assert.Equal(4, marks["multiples"]["line mark"]);
    }

    [Fact]
    public void On_a_page_every_kind_is_drawn_without_a_remark_too()
    {
        string[] kinds = ["lines", "log", "scatter", "histogram", "bars", "lying"];
        Vega.Installed.Draw([.. kinds.Select(kind =>
        {
            var spec = Of(kind).ForPage();
            spec["width"] = 300; // there is no container outside of a browser
            return spec.ToJsonString();
        })], out var warnings);
        Assert.Equal("", warnings);
    }

    [Fact]
    public void What_cannot_be_shown_is_refused()
    {
        Assert.Throws<ArgumentException>(() => Plot.Lines("t", s_step, new("y"), []));
        var uneven = Assert.Throws<ArgumentException>(() => Plot.Lines("t", s_step, new("y"), [new("a", s_x, [1])]));
        Assert.Contains("'a'", uneven.Message, StringComparison.Ordinal);
        Cloud[] twice = [new("a", [1], [1]), new("a", [1], [1])];
        Assert.Contains("'a'",
            Assert.Throws<ArgumentException>(() => Plot.Scatter("t", s_step, new("y"), twice)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Plot.HeatMap("t", new("x"), new("y"), new("v"), new double[2, 2]));
        Assert.Throws<ArgumentException>(() =>
            Plot.HeatMap("t", new("x") { Range = (0, 1) }, new("y") { Range = (0, 1) }, new("v"), new double[200, 200]));
        Assert.Throws<ArgumentException>(() => Plot.Bars("t", new("v") { Log = true }, [new("a", 1)]));
    }

    [Fact]
    public void A_histogram_counts_every_number_once()
    {
        var figure = Plot.Histogram("t", new("x"), [new("s", [0, 0.1, 0.5, 0.9, 1, double.PositiveInfinity])], bins: 2);
        var data = JsonNode.Parse(figure.ToJson())!["data"]!["values"]!.AsArray();
        Assert.Equal([0.4, 0.6, 0.6], data.Select(row => (double)row!["y"]!));
        Assert.Equal([0, 0.5, 1], data.Select(row => (double)row!["x"]!));
    }

    // How many of each role there are, as Vega names them for screen readers.
    private static Dictionary<string, int> Marks(string svg) =>
        System.Text.RegularExpressions.Regex.Matches(svg, "aria-roledescription=\"([a-z ]+)\"")
        .GroupBy(m => m.Groups[1].Value).ToDictionary(g => g.Key, g => g.Count());
}
