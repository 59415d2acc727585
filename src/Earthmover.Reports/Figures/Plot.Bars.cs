using System.Text.Json.Nodes;

namespace Earthmover.Reports.Figures;

public static partial class Plot
{
    /// <summary>Bars with error bars where they have intervals.</summary>
    /// <param name="title">What the figure shows.</param>
    /// <param name="value">The axis along the bars.</param>
    /// <param name="bars">The bars, in order.</param>
    /// <param name="horizontal">Bars lie, which leaves room for long labels.</param>
    /// <param name="references">Straight lines at a value.</param>
    /// <param name="subtitle">What else a reader needs.</param>
    /// <param name="width">Width of the plotting area in pixels.</param>
    /// <param name="height">Height of the plotting area in pixels; of lying bars it follows their number where left out.</param>
    /// <exception cref="ArgumentException">There are no bars, or a logarithmic axis was asked for, on which a bar has no
    /// length.</exception>
    public static Figure Bars(string title, Axis value, IReadOnlyList<Bar> bars, bool horizontal = false,
        IReadOnlyList<Reference>? references = null, string? subtitle = null, int width = Width, int? height = null)
    {
        if (bars.Count == 0)
            throw new ArgumentException("a figure needs something to show", nameof(bars));
        if (value.Log)
            throw new ArgumentException("a bar has no length on a logarithmic axis; draw points with Scatter", nameof(value));
        string[] labels = [.. bars.Select(bar => bar.Label).Distinct()], groups = [.. bars.Select(bar => bar.Group ?? "").Distinct()];
        var values = new JsonArray();
        foreach (var bar in bars)
            values.Add((JsonNode)new JsonObject
            {
                ["label"] = bar.Label,
                [Spec.Series] = bar.Group ?? "",
                ["value"] = SpecText.Number(bar.Value),
                ["low"] = bar.Low is { } low ? SpecText.Number(low) : null,
                ["high"] = bar.High is { } high ? SpecText.Number(high) : null,
            });

        var (along, across) = horizontal ? ("x", "y") : ("y", "x");
        JsonObject Where()
        {
            var where = new JsonObject
            {
                [across] = new JsonObject
                {
                    ["field"] = "label",
                    ["type"] = "nominal",
                    ["title"] = null,
                    ["sort"] = Spec.Texts(labels),
                    ["axis"] = horizontal
                        ? new JsonObject { ["ticks"] = false, ["domain"] = false }
                        : new JsonObject { ["labelAngle"] = labels.Sum(l => l.Length + 2) * 8 > width ? -35 : 0, ["ticks"] = false },
                },
            };
            if (groups.Length > 1)
                where[across + "Offset"] = new JsonObject { ["field"] = Spec.Series, ["sort"] = Spec.Texts(groups) };
            return where;
        }
        var axis = value with { FromZero = true };
        var rectangle = Where();
        rectangle[along] = Spec.Quantitative("value", axis);
        rectangle["color"] = Spec.Named(groups, Spec.Colors(groups.Select(_ => (string?)null)));
        rectangle["tooltip"] = new JsonArray(Spec.Tip("label", "of", isText: true), Spec.Tip("value", value.Text),
            Spec.Tip("low", "low"), Spec.Tip("high", "high"));
        var layers = new JsonArray(new JsonObject { ["mark"] = new JsonObject { ["type"] = "bar" }, ["encoding"] = rectangle });
        if (bars.Any(bar => bar.Low is not null && bar.High is not null))
        {
            var interval = Where();
            interval[along] = Spec.Quantitative("low", axis);
            interval[along + "2"] = new JsonObject { ["field"] = "high" };
            layers.Add((JsonNode)new JsonObject
            {
                ["transform"] = new JsonArray(new JsonObject { ["filter"] = "isValid(datum.low) && isValid(datum.high)" }),
                ["mark"] = new JsonObject { ["type"] = "rule", ["color"] = "#202124", ["strokeWidth"] = 2 },
                ["encoding"] = interval,
            });
        }
        foreach (var layer in Spec.References(references?.Select(r => r with { Vertical = horizontal }).ToList(), axis, axis))
            layers.Add((JsonNode)layer);
        return new(title, subtitle, new()
        {
            ["width"] = width,
            ["height"] = height ?? (horizontal ? Math.Max(60, 30 * labels.Length * Math.Max(1, groups.Length * 2 / 3)) : Height),
            ["data"] = new JsonObject { ["values"] = values },
            ["layer"] = layers,
        }, width);
    }
}
