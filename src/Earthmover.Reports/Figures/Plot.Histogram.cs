using System.Text.Json.Nodes;

namespace Earthmover.Reports.Figures;

public static partial class Plot
{
    /// <summary>Distributions of numbers as steps, in shares of each sample, on the same bins.</summary>
    /// <param name="title">What the figure shows.</param>
    /// <param name="x">The numbers; its range, where given, is that of the bins.</param>
    /// <param name="samples">The numbers of each kind.</param>
    /// <param name="bins">Number of bins.</param>
    /// <param name="references">Straight lines across, usually vertical.</param>
    /// <param name="subtitle">What else a reader needs.</param>
    /// <param name="width">Width of the plotting area in pixels.</param>
    /// <param name="height">Height of the plotting area in pixels.</param>
    /// <exception cref="ArgumentException">Two samples have the same name.</exception>
    public static Figure Histogram(
        string title, Axis x, IReadOnlyList<Sample> samples, int bins = 40, IReadOnlyList<Reference>? references = null,
        string? subtitle = null, int width = Width, int height = Height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 1);
        var all = samples.SelectMany(sample => sample.Values).Where(double.IsFinite).DefaultIfEmpty(0).ToList();
        var (low, high) = x.Range ?? (all.Min(), all.Max());
        if (high <= low)
            (low, high) = (low - 0.5, low + 0.5);
        return Shares(title, x, [.. samples.Select(sample => Binned.Of(sample, low, high, bins))], references, subtitle, width, height);
    }

    /// <summary>Distributions that are counted already, as steps, in shares of each.</summary>
    /// <param name="title">What the figure shows.</param>
    /// <param name="x">The numbers; its range is that of all bins together.</param>
    /// <param name="samples">The counts of each kind.</param>
    /// <param name="references">Straight lines across, usually vertical.</param>
    /// <param name="subtitle">What else a reader needs.</param>
    /// <param name="width">Width of the plotting area in pixels.</param>
    /// <param name="height">Height of the plotting area in pixels.</param>
    /// <exception cref="ArgumentException">Two samples have the same name, or there is none.</exception>
    public static Figure Shares(
        string title, Axis x, IReadOnlyList<Binned> samples, IReadOnlyList<Reference>? references = null,
        string? subtitle = null, int width = Width, int height = Height)
    {
        var names = Spec.Names(samples.Select(sample => sample.Name), nameof(samples));
        var (low, high) = (samples.Min(s => s.Low), samples.Max(s => s.High));
        var values = new JsonArray();
        foreach (var sample in samples)
        {
            var (bins, total) = (sample.Counts.Count, sample.Total);
            // The last value once more, to close the last step.
            for (var i = 0; i <= bins; i++)
                values.Add((JsonNode)new JsonObject
                {
                    [Spec.Series] = sample.Name,
                    ["x"] = SpecText.Number(sample.Low + (sample.High - sample.Low) * i / bins),
                    ["y"] = SpecText.Number(total == 0 ? 0 : sample.Counts[Math.Min(i, bins - 1)] / total),
                });
        }
        Axis share = new("share of each sample") { FromZero = true, Format = "~%" };
        if (names.Length == 1)
            share = share with { Title = "share" };
        var layers = new JsonArray(new JsonObject
        {
            ["mark"] = new JsonObject
            {
                ["type"] = "area",
                ["interpolate"] = "step-after",
                ["fillOpacity"] = 0.22,
                ["line"] = new JsonObject { ["strokeWidth"] = 2, ["interpolate"] = "step-after" },
            },
            ["encoding"] = new JsonObject
            {
                ["x"] = Spec.Quantitative("x", x with { Range = (low, high) }),
                ["y"] = Stacked(Spec.Quantitative("y", share)),
                ["color"] = Spec.Named(names, Spec.Colors(samples.Select(_ => (string?)null))),
                ["tooltip"] = new JsonArray(Spec.Tip(Spec.Series, "sample", isText: true), Spec.Tip("x", x.Text), Spec.Tip("y", "share")),
            },
        });
        foreach (var layer in Spec.References(references, x, share))
            layers.Add((JsonNode)layer);
        var body = new JsonObject
        {
            ["width"] = width,
            ["height"] = height,
            ["data"] = new JsonObject { ["values"] = values },
            ["layer"] = layers,
        };
        return new(title, subtitle, body, width);
    }

    // Over one another, not upon one another.
    private static JsonObject Stacked(JsonObject encoding)
    {
        encoding["stack"] = null;
        return encoding;
    }
}
