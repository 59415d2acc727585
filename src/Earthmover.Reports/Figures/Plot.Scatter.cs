using System.Text.Json.Nodes;

namespace Earthmover.Reports.Figures;

public static partial class Plot
{
    /// <summary>Points in the plane, colored and shaped by what they are.</summary>
    /// <param name="title">What the figure shows.</param>
    /// <param name="x">The horizontal axis.</param>
    /// <param name="y">The vertical axis.</param>
    /// <param name="clouds">The points.</param>
    /// <param name="references">Straight lines across.</param>
    /// <param name="diagonal">Draws the line y = x, for what should agree.</param>
    /// <param name="subtitle">What else a reader needs.</param>
    /// <param name="width">Width of the plotting area in pixels.</param>
    /// <param name="height">Height of the plotting area in pixels.</param>
    /// <exception cref="ArgumentException">A cloud has coordinates of different number, or two clouds have the same name.</exception>
    public static Figure Scatter(string title, Axis x, Axis y, IReadOnlyList<Cloud> clouds,
        IReadOnlyList<Reference>? references = null, bool diagonal = false, string? subtitle = null, int width = Width, int height = Height)
    {
        var names = Spec.Names(clouds.Select(cloud => cloud.Name), nameof(clouds));
        var values = new JsonArray();
        foreach (var cloud in clouds)
        {
            if (cloud.X.Count != cloud.Y.Count)
                throw new ArgumentException($"the cloud '{cloud.Name}' has coordinates of different number", nameof(clouds));
            for (var i = 0; i < cloud.X.Count; i++)
                values.Add((JsonNode)new JsonObject
                {
                    [Spec.Series] = cloud.Name,
                    ["x"] = Spec.Value(cloud.X[i], x),
                    ["y"] = Spec.Value(cloud.Y[i], y),
                });
        }

        var layers = new JsonArray();
        if (diagonal)
            layers.Add((JsonNode)Diagonal(x, y, clouds));
        string[] shapes = ["circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "triangle-right", "triangle-left"];
        layers.Add((JsonNode)new JsonObject
        {
            // Many points overlap; then each is smaller and shines through.
            ["mark"] = new JsonObject
            {
                ["type"] = "point",
                ["filled"] = true,
                ["size"] = values.Count > 400 ? 16 : 48,
                ["opacity"] = values.Count > 400 ? 0.6 : 0.85,
                ["clip"] = x.Range is not null || y.Range is not null,
            },
            ["encoding"] = new JsonObject
            {
                ["x"] = Spec.Quantitative("x", x),
                ["y"] = Spec.Quantitative("y", y),
                ["color"] = Spec.Named(names, Spec.Colors(clouds.Select(_ => (string?)null))),
                ["shape"] = Spec.Named(names, clouds.Select((_, i) => (JsonNode)shapes[i % shapes.Length])),
                ["tooltip"] = new JsonArray(Spec.Tip(Spec.Series, "kind", isText: true), Spec.Tip("x", x.Text), Spec.Tip("y", y.Text)),
            },
        });
        foreach (var layer in Spec.References(references, x, y))
            layers.Add((JsonNode)layer);
        return new(title, subtitle, new()
        {
            ["width"] = width,
            ["height"] = height,
            ["data"] = new JsonObject { ["values"] = values },
            ["layer"] = layers,
        }, width);
    }

    // From the smallest to the largest coordinate that occurs.
    private static JsonObject Diagonal(Axis x, Axis y, IReadOnlyList<Cloud> clouds)
    {
        var all = clouds.SelectMany(cloud => cloud.X.Concat(cloud.Y))
            .Where(v => double.IsFinite(v) && (v > 0 || !(x.Log || y.Log)))
            .DefaultIfEmpty(1).ToList();
        var ends = new[] { all.Min(), all.Max() }.Select(v =>
            (JsonNode)new JsonObject { ["x"] = SpecText.Number(v), ["y"] = SpecText.Number(v) });
        return new()
        {
            ["data"] = new JsonObject { ["values"] = new JsonArray([.. ends]) },
            ["mark"] = new JsonObject
            {
                ["type"] = "line",
                ["color"] = Theme.Gray,
                ["strokeDash"] = new JsonArray(3, 4),
                ["strokeWidth"] = 1.6,
            },
            ["encoding"] = new JsonObject { ["x"] = Spec.Quantitative("x", x), ["y"] = Spec.Quantitative("y", y) },
        };
    }
}
