using System.Text.Json.Nodes;

namespace Earthmover.Reports.Figures;

/// <summary>The kinds of figures, each one function.</summary>
public static partial class Plot
{
    private const int Width = 560, Height = 320;

    /// <summary>Lines, with bands of intervals where they have them.</summary>
    /// <param name="title">What the figure shows.</param>
    /// <param name="x">The horizontal axis.</param>
    /// <param name="y">The vertical axis.</param>
    /// <param name="lines">The lines, the most important first.</param>
    /// <param name="references">Straight lines across.</param>
    /// <param name="subtitle">What else a reader needs.</param>
    /// <param name="width">Width of the plotting area in pixels.</param>
    /// <param name="height">Height of the plotting area in pixels.</param>
    /// <exception cref="ArgumentException">A line has coordinates of different number, or two lines have the same name.</exception>
    public static Figure Lines(
        string title, Axis x, Axis y, IReadOnlyList<Line> lines, IReadOnlyList<Reference>? references = null,
        string? subtitle = null, int width = Width, int height = Height)
    {
        var names = Spec.Names(lines.Select(line => line.Name), nameof(lines));
        var values = new JsonArray();
        foreach (var line in lines)
        {
            var banded = line.Low is not null && line.High is not null;
            if (line.X.Count != line.Y.Count || (banded && (line.Low!.Count != line.X.Count || line.High!.Count != line.X.Count)))
                throw new ArgumentException($"the line '{line.Name}' has coordinates of different number", nameof(lines));
            for (var i = 0; i < line.X.Count; i++)
            {
                var row = new JsonObject { [Spec.Series] = line.Name, ["x"] = Spec.Value(line.X[i], x), ["y"] = Spec.Value(line.Y[i], y) };
                if (banded)
                    (row["low"], row["high"]) = (Spec.Value(line.Low![i], y), Spec.Value(line.High![i], y));
                values.Add((JsonNode)row);
            }
        }

        JsonObject Color() => Spec.Named(names, Spec.Colors(lines.Select(line => line.Color)), symbol: "stroke");
        JsonObject X() => Spec.Quantitative("x", x);
        var layers = new JsonArray();
        if (lines.Any(line => line.Low is not null))
            layers.Add((JsonNode)new JsonObject
            {
                ["transform"] = new JsonArray(new JsonObject { ["filter"] = "isValid(datum.low) && isValid(datum.high)" }),
                ["mark"] = new JsonObject { ["type"] = "area", ["opacity"] = 0.2 },
                ["encoding"] = new JsonObject
                {
                    ["x"] = X(),
                    ["y"] = Spec.Quantitative("low", y),
                    ["y2"] = new JsonObject { ["field"] = "high" },
                    ["color"] = Color(),
                },
            });
        var encoding = new JsonObject { ["x"] = X(), ["y"] = Spec.Quantitative("y", y), ["color"] = Color() };
        if (lines.Any(line => line.Dashed))
        {
            var dashes = lines.Select(line => line.Dashed ? new JsonArray(6, 5) : (JsonNode)new JsonArray(1, 0));
            encoding["strokeDash"] = Spec.Named(names, dashes, symbol: "stroke");
        }
        // Few points are worth seeing one by one, and a single one makes no line.
        var mark = new JsonObject { ["type"] = "line" };
        if (lines.Max(line => line.X.Count) <= 12)
            mark["point"] = new JsonObject { ["filled"] = true, ["size"] = 45 };
        layers.Add((JsonNode)new JsonObject { ["mark"] = mark, ["encoding"] = encoding });
        foreach (var layer in Spec.References(references, x, y))
            layers.Add((JsonNode)layer);

        var hover = new JsonObject
        {
            ["params"] = new JsonArray(new JsonObject
            {
                ["name"] = "hover",
                ["select"] = new JsonObject { ["type"] = "point", ["nearest"] = true, ["on"] = "pointermove", ["clear"] = "pointerout" },
            }),
            ["transform"] = new JsonArray(new JsonObject { ["filter"] = "isValid(datum.x) && isValid(datum.y)" }),
            ["mark"] = new JsonObject { ["type"] = "point", ["filled"] = true, ["size"] = 55 },
            ["encoding"] = new JsonObject
            {
                ["x"] = X(),
                ["y"] = Spec.Quantitative("y", y),
                ["color"] = Color(),
                ["opacity"] = new JsonObject
                {
                    ["condition"] = new JsonObject { ["param"] = "hover", ["empty"] = false, ["value"] = 1 },
                    ["value"] = 0,
                },
                ["tooltip"] = new JsonArray(Spec.Tip(Spec.Series, "line", isText: true), Spec.Tip("x", x.Text), Spec.Tip("y", y.Text)),
            },
        };
        var body = new JsonObject
        {
            ["width"] = width,
            ["height"] = height,
            ["data"] = new JsonObject { ["values"] = values },
            ["layer"] = layers,
        };
        return new(title, subtitle, body, width, hover);
    }
}
