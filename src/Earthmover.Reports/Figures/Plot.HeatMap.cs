using System.Text.Json.Nodes;

namespace Earthmover.Reports.Figures;

public static partial class Plot
{
    private const int MostCells = 10_000;

    /// <summary>A function of the plane as color: a critic's surface, a measurement over two options.</summary>
    /// <param name="title">What the figure shows.</param>
    /// <param name="x">The horizontal axis, whose range is that of the cells.</param>
    /// <param name="y">The vertical axis, whose range is that of the cells.</param>
    /// <param name="color">What the colors mean.</param>
    /// <param name="values">[rows, columns], at most 10,000; the first row has the smallest y. What is not finite stays white.</param>
    /// <param name="diverging">Two colors that part at zero, for signed values.</param>
    /// <param name="clouds">Points drawn over it.</param>
    /// <param name="subtitle">What else a reader needs.</param>
    /// <param name="width">Width of the plotting area in pixels.</param>
    /// <param name="height">Height of the plotting area in pixels.</param>
    /// <exception cref="ArgumentException">There are too many cells, or an axis has no range.</exception>
    public static Figure HeatMap(string title, Axis x, Axis y, Axis color, double[,] values,
        bool diverging = false, IReadOnlyList<Cloud>? clouds = null, string? subtitle = null, int width = 400, int height = 400)
    {
        var (rows, columns) = (values.GetLength(0), values.GetLength(1));
        if (rows * columns is 0 or > MostCells)
            throw new ArgumentException($"a heat map has 1 to {MostCells:N0} cells, not {rows} × {columns}", nameof(values));
        if (x.Range is not { } across || y.Range is not { } up)
            throw new ArgumentException("the axes of a heat map need a range", nameof(x));
        var cells = new JsonArray();
        for (var row = 0; row < rows; row++)
            for (var column = 0; column < columns; column++)
                cells.Add((JsonNode)new JsonObject
                {
                    ["x"] = Edge(across, column, columns),
                    ["x2"] = Edge(across, column + 1, columns),
                    ["y"] = Edge(up, row, rows),
                    ["y2"] = Edge(up, row + 1, rows),
                    ["value"] = Spec.Value(values[row, column], color),
                });

        JsonObject Colors(string field)
        {
            var encoding = Spec.Quantitative(field, color, isColor: true);
            var scale = (JsonObject)encoding["scale"]!;
            scale["scheme"] = diverging ? "blueorange" : "viridis";
            if (diverging)
                scale["domainMid"] = 0;
            return encoding;
        }
        var layers = new JsonArray(new JsonObject
        {
            ["transform"] = new JsonArray(new JsonObject { ["filter"] = "isValid(datum.value)" },
                new JsonObject { ["calculate"] = "datum.value", ["as"] = "edge" }),
            // A thin line of the same color closes the gaps that antialiasing leaves between neighbors. Under a name of its own: hiding the
            // line's legend would hide that of a fill of the same name. Thousands of cells: a spoken description of each helps nobody, and
            // triples the file.
            ["mark"] = new JsonObject { ["type"] = "rect", ["strokeWidth"] = 0.6, ["aria"] = false },
            ["encoding"] = new JsonObject
            {
                ["x"] = Spec.Quantitative("x", x),
                ["x2"] = new JsonObject { ["field"] = "x2" },
                ["y"] = Spec.Quantitative("y", y),
                ["y2"] = new JsonObject { ["field"] = "y2" },
                ["fill"] = Colors("value"),
                ["stroke"] = Hidden(Colors("edge")),
                ["tooltip"] = new JsonArray(Spec.Tip("x", x.Text), Spec.Tip("y", y.Text), Spec.Tip("value", color.Text)),
            },
        });
        if (clouds is { Count: > 0 })
        {
            var points = new JsonArray();
            foreach (var cloud in clouds)
                foreach (var (px, py) in cloud.X.Zip(cloud.Y))
                    points.Add((JsonNode)new JsonObject
                    {
                        [Spec.Series] = cloud.Name,
                        ["x"] = SpecText.Number(px),
                        ["y"] = SpecText.Number(py),
                    });
            string[] palette = ["#ffffff", "#D55E00", "#000000", "#56B4E9"];
            var names = Spec.Names(clouds.Select(cloud => cloud.Name), nameof(clouds));
            var named = Spec.Named(names, clouds.Select((_, i) => (JsonNode)palette[i % palette.Length]));
            // On dark and light ground alike.
            var mark = new JsonObject
            {
                ["type"] = "point",
                ["filled"] = true,
                ["size"] = 26,
                ["stroke"] = "#202124",
                ["strokeWidth"] = 0.7,
                ["opacity"] = 1,
            };
            if (names.Length == 1)
                named["legend"] = null;
            layers.Add((JsonNode)new JsonObject
            {
                ["data"] = new JsonObject { ["values"] = points },
                ["mark"] = mark,
                ["encoding"] = new JsonObject { ["x"] = Spec.Quantitative("x", x), ["y"] = Spec.Quantitative("y", y), ["color"] = named },
            });
        }
        return new(title, subtitle, new()
        {
            ["width"] = width,
            ["height"] = height,
            ["data"] = new JsonObject { ["values"] = cells },
            ["layer"] = layers,
        }, width);
    }

    /// <summary>A table of numbers with names, darker where larger: a confusion table, a grid of options.</summary>
    /// <param name="title">What the figure shows.</param>
    /// <param name="x">What the columns are.</param>
    /// <param name="y">What the rows are.</param>
    /// <param name="columns">Names of the columns.</param>
    /// <param name="rows">Names of the rows, from above.</param>
    /// <param name="values">[rows, columns]; what is not finite stays empty.</param>
    /// <param name="format">How the numbers are written, in the notation of d3-format.</param>
    /// <param name="subtitle">What else a reader needs.</param>
    /// <exception cref="ArgumentException">Names and numbers are not as many.</exception>
    public static Figure Table(string title, string x, string y, IReadOnlyList<string> columns, IReadOnlyList<string> rows,
        double[,] values, string format = "~g", string? subtitle = null)
    {
        if (values.GetLength(0) != rows.Count || values.GetLength(1) != columns.Count || values.Length == 0)
            throw new ArgumentException($"a table of {rows.Count} rows and {columns.Count} columns has other numbers: "
                + $"{values.GetLength(0)} × {values.GetLength(1)}", nameof(values));
        var cells = new JsonArray();
        for (var row = 0; row < rows.Count; row++)
            for (var column = 0; column < columns.Count; column++)
                cells.Add((JsonNode)new JsonObject
                {
                    ["row"] = rows[row],
                    ["column"] = columns[column],
                    ["value"] = SpecText.Number(values[row, column]),
                });
        var finite = values.Cast<double>().Where(double.IsFinite).DefaultIfEmpty(0).ToList();
        var middle = (finite.Min() + finite.Max()) / 2;
        JsonObject At(string field, string name, IReadOnlyList<string> order, JsonObject axis) => new()
        {
            ["field"] = field,
            ["type"] = "nominal",
            ["title"] = name,
            ["sort"] = Spec.Texts(order),
            ["axis"] = axis,
        };
        // Columns are read from above; their names stand upright where they fit.
        var size = (Width: 78 * columns.Count, Height: 38 * rows.Count);
        var above = new JsonObject
        {
            ["orient"] = "top",
            ["labelAngle"] = columns.Max(name => name.Length) > 9 ? -35 : 0,
            ["labelOverlap"] = false,
            ["ticks"] = false,
            ["domain"] = false,
        };
        var beside = new JsonObject
        {
            ["ticks"] = false,
            ["domain"] = false,
            ["titleAngle"] = 0,
            ["titleAnchor"] = "end",
            ["titleAlign"] = "right",
            ["titleX"] = -8,
            ["titleY"] = -14,
            ["titleBaseline"] = "bottom",
        };
        return new(title, subtitle, new()
        {
            ["width"] = size.Width,
            ["height"] = size.Height,
            ["data"] = new JsonObject { ["values"] = cells },
            ["transform"] = new JsonArray(new JsonObject { ["filter"] = "isValid(datum.value)" }),
            ["encoding"] = new JsonObject { ["x"] = At("column", x, columns, above), ["y"] = At("row", y, rows, beside) },
            ["layer"] = new JsonArray(
                new JsonObject
                {
                    ["mark"] = new JsonObject { ["type"] = "rect", ["stroke"] = "white", ["strokeWidth"] = 1 },
                    ["encoding"] = new JsonObject
                    {
                        ["color"] = new JsonObject
                        {
                            ["field"] = "value",
                            ["type"] = "quantitative",
                            ["scale"] = new JsonObject { ["scheme"] = "blues" },
                            ["legend"] = null,
                        },
                    },
                },
                new JsonObject
                {
                    ["mark"] = new JsonObject { ["type"] = "text", ["fontSize"] = 15 },
                    ["encoding"] = new JsonObject
                    {
                        ["text"] = new JsonObject { ["field"] = "value", ["type"] = "quantitative", ["format"] = format },
                        ["color"] = new JsonObject
                        {
                            ["condition"] = new JsonObject
                            {
                                ["test"] = FormattableString.Invariant($"datum.value > {middle:G9}"),
                                ["value"] = "white",
                            },
                            ["value"] = "#202124",
                        },
                    },
                }),
        }, Math.Max(300, size.Width));
    }

    private static JsonNode? Edge((double Low, double High) range, int at, int count) =>
        SpecText.Number(range.Low + (range.High - range.Low) * at / count);

    private static JsonObject Hidden(JsonObject encoding)
    {
        encoding["legend"] = null;
        return encoding;
    }
}
