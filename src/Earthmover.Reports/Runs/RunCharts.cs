using System.Text.RegularExpressions;
using Earthmover.Reports.Figures;

namespace Earthmover.Reports.Runs;

/// <summary>A group of charts under one heading.</summary>
/// <param name="Title">The heading.</param>
/// <param name="Remark">What to look for; null for nothing to say.</param>
/// <param name="Charts">The charts.</param>
/// <param name="IsFolded">Shown only when asked for.</param>
internal sealed record ChartGroup(string Title, string? Remark, IReadOnlyList<Figure> Charts, bool IsFolded = false);

/// <summary>Puts every number of a log into a chart beside those it should be compared with.</summary>
internal static partial class RunCharts
{
    /// <summary>Most points of one chart.</summary>
    internal const int MostPoints = 2000;

    // More than can be told apart on a screen.
    private const int MostStretches = 300;

    /// <summary>Height of a chart in pixels.</summary>
    internal const int Height = 240;

    private const int MostLines = 8;
    private const string Distance = "measures/w_";

    /// <summary>The axis of steps.</summary>
    internal static Axis Step { get; } = new("step") { Format = "~s", Whole = true };

    // Signals that explain each other, in the order in which a verdict is read; others get charts of their own.
    private static readonly (string Title, string[] Names)[] s_signals =
    [
        ("distance over its floor", ["distance_over_floor", "w_over_floor"]),
        ("exact W₁ of 256 samples", ["w_exact_large", "w_floor_large"]),
        ("exact W₁ in principal components", ["w_exact_features", "w_floor_features"]),
        ("exact W₁ of a batch", ["w_exact", "w_floor", "w_excess", "w_proven", "w_estimate"]),
        ("share of the distance", ["overestimate", "share_seen"]),
        ("probability that the critic tells apart", ["critic_auc", "held_out_auc"]),
        ("slope of the critic", ["slope_real", "slope_fake", "slope_between", "slope_coupled", "slope_max"]),
        ("cosine to the optimal plan", ["cosine_coupled", "cosine_between"]),
        ("missing share of the data", ["missing_mass", "missing_classes", "missing_modes"]),
        ("lattice, power over that of frequencies near it", ["lattice", "lattice_2", "lattice_4", "lattice_8"]),
        ("movement in one step", ["generator_jump", "critic_jump", "generator_step", "critic_step"]),
    ];

    public static IReadOnlyList<ChartGroup> Of(RunLog log)
    {
        var left = log.Names().Where(name => name is not ("images" or "seconds") && log.Of(name).Values.Any(double.IsFinite)).ToList();
        List<string> Take(Func<string, bool> which)
        {
            var taken = left.Where(which).ToList();
            left.RemoveAll(taken.Contains);
            return taken;
        }
        var groups = new List<ChartGroup>();
        // Said where it first matters.
        var condensed = log.Entries.Count > MostStretches
            ? $" The log holds {log.Entries.Count:N0} reports: "
                + "a line is the mean of neighboring ones, the band around it their lowest and highest."
            : "";
        void Add(string title, string? remark, IEnumerable<Figure?> charts, bool isFolded = false)
        {
            List<Figure> drawn = [.. charts.OfType<Figure>()];
            if (drawn.Count > 0)
                groups.Add(new(title, groups.Count == 0 && condensed.Length > 0 ? (remark + condensed).Trim() : remark, drawn, isFolded));
        }

        var distances = Take(name => name.StartsWith(Distance, StringComparison.Ordinal)).OrderBy(Rank).ToList();
        const string floor = "The floor is what two batches of real data are apart, which is where a perfect generator stays; "
            + "well below it samples resemble averages of the data.";
        var judged = distances.Contains("measures/w_estimate");
        Add(judged ? "Truth beside estimate" : "Distance to the data",
            judged
                ? $"A trustworthy critic runs close to the exact distance of the same samples. {floor}"
                : $"The exact distance between mini-batches of generated and real data. {floor}",
            [Chart(log, "Wasserstein distance", new("W₁") { Unit = "units of the data" }, distances)]);
        var measures = Take(name => name.StartsWith("measures/", StringComparison.Ordinal));
        Add("Measured on samples", null, Families(measures, 1).Select(family => Chart(log, family.Title, new(family.Title), family.Names)));
        var players = Take(name => name.StartsWith("terms/", StringComparison.Ordinal)).GroupBy(name => Part(name, 1));
        var losses = players.Select(player =>
            Chart(log, $"Terms of the {Format.Words(player.Key)}", new("term of the loss"), [.. player])).ToList();
        losses.Add(Chart(log, "Gradient norms", new("norm of the gradient"),
            Take(name => name.StartsWith("gradient_norms/", StringComparison.Ordinal)), mayBeLog: true));
        Add("Players", "What each player minimizes, term by term, at the reported steps. "
            + "Falling losses alone say little about a game.", losses);
        if (log.Entries.LastOrDefault(entry => entry.Health?.Histograms.Count > 0) is { } look)
            Add("Inside the critic", $"At step {look.Step:N0}. "
                + "A critic that estimates W₁ has slope 1 between samples that the optimal plan couples; "
                + "a clipped one has its weights at the two limits, and gradients that grow or vanish from layer to layer.",
                Inside(look.Health!));
        var signals = Take(name => name.StartsWith("signals/", StringComparison.Ordinal));
        var named = s_signals.Select(chart => new Family(chart.Title, [.. signals.Where(name => chart.Names.Contains(Tail(name, 1)))]));
        List<Family> families = [.. named.Where(family => family.Names.Count > 0)];
        families.AddRange(Families(signals.Except(families.SelectMany(family => family.Names)), 1));
        Add("Health signals", "What the verdict rests on.", families.Select(Drawn), isFolded: families.Count > 6);
        var speed = Take(name => name == "images_per_second");
        var pace = Chart(log, "Speed", new("real samples") { Unit = "1/s", FromZero = true }, speed);
        Add("Other", null, [.. Families(left, 0).Select(Drawn), pace]);
        return groups;

        Figure? Drawn(Family family) => Chart(log, family.Title, new(family.Title), family.Names);
    }

    private static IEnumerable<Figure?> Inside(HealthRecord look)
    {
        Reference[] one = [new(1, "1", Vertical: true)];
        Axis slope = new("‖∇D‖") { Unit = "scores per unit" };
        yield return Shares(look, "Slope at samples", slope, one,
            ("slope_real", "at real samples"), ("slope_fake", "at generated samples"));
        yield return Shares(look, "Slope between samples", slope, one,
            ("slope_between", "between random pairs"), ("slope_coupled", "along the optimal plan"));
        yield return Shares(look, "Weights of the critic", new("weight"), [], ("weights", "weights"));
        if (look.LayerGradients is { Count: > 1 } norms)
        {
            double[] layers = [.. Enumerable.Range(1, norms.Count).Select(i => (double)i)];
            var isWide = norms.Min() > 0 && norms.Max() > 30 * norms.Min();
            yield return Plot.Lines("Gradient from layer to layer",
                new("layer, from the samples to the score") { Whole = true, Range = (1, norms.Count) },
                new("norm of the gradient") { Log = isWide, FromZero = !isWide },
                [new("norm", layers, norms)], height: Height);
        }
    }

    private static Figure? Shares(HealthRecord look, string title, Axis x, Reference[] references, params (string Key, string Name)[] kinds)
    {
        List<Binned> bins = [.. kinds.Where(kind => look.Histograms.ContainsKey(kind.Key))
            .Select(kind => look.Histograms[kind.Key] with { Name = kind.Name })];
        if (bins.Count == 0)
            return null;
        var (low, high) = (bins.Min(b => b.Low), bins.Max(b => b.High));
        return Plot.Shares(title, x, bins, [.. references.Where(r => r.Value >= low && r.Value <= high)], height: Height);
    }

    private static int Rank(string name) => name[Distance.Length..] switch { "estimate" => 0, "exact" => 1, "floor" => 3, _ => 2 };

    private static Figure? Chart(RunLog log, string title, Axis y, IReadOnlyList<string> names, bool mayBeLog = false)
    {
        if (names.Count == 0)
            return null;
        var shown = names.Take(MostLines).Select(log.Of).ToList();
        var labels = Labels([.. shown.Select(series => series.Name)]);
        var values = shown.SelectMany(series => series.Values).Where(double.IsFinite).ToList();
        if (mayBeLog && values.Min() > 0 && values.Max() > 30 * values.Min())
            y = y with { Log = true };
        var stretches = Math.Min(MostStretches, MostPoints / shown.Count);
        var lines = shown.Select((series, i) =>
        {
            var parts = series.Stretches(stretches);
            return new Line(labels[i], [.. parts.Select(p => p.Step)], [.. parts.Select(p => p.Mean)])
            {
                Low = series.Values.Count > stretches ? [.. parts.Select(p => p.Low)] : null,
                High = series.Values.Count > stretches ? [.. parts.Select(p => p.High)] : null,
                Dashed = series.Name == "measures/w_floor",
                Color = ColorOf(series.Name),
            };
        }).ToList();
        return Plot.Lines(title, Step, Fitted(y, values), lines,
            subtitle: names.Count > MostLines ? $"the first {MostLines} of {names.Count}" : null, height: Height);
    }

    // The same in every report, whichever of them a run has.
    private static string? ColorOf(string name) => name switch
    {
        "measures/w_estimate" => Theme.Palette[0],
        "measures/w_exact" => Theme.Palette[1],
        "measures/w_floor" => Theme.Gray,
        _ => null,
    };

    /// <summary>From zero where that costs little height; with some room around what never changes.</summary>
    internal static Axis Fitted(Axis axis, List<double> values)
    {
        var (low, high) = (values.Min(), values.Max());
        if (axis.Log)
            return axis;
        if (low == high)
            return low == 0 ? axis with { Range = (0, 1) } : axis with { Range = (Math.Min(0, 2 * low), Math.Max(0, 2 * low)) };
        return low >= 0 && low <= 0.5 * high ? axis with { FromZero = true } : axis;
    }

    // The last part of each path in words, or more of it where two would be called the same.
    private static string[] Labels(string[] names)
    {
        for (var parts = 1; parts < 6; parts++)
        {
            var labels = names.Select(name => string.Join(' ', name.Split('/').TakeLast(parts).Select(Format.Words))).ToArray();
            if (labels.Distinct().Count() == labels.Length)
                return labels;
        }
        return names;
    }

    private sealed record Family(string Title, IReadOnlyList<string> Names);

    // js_1 … js_4 belong on one chart, and so do slope_real_p10 and slope_fake_p90.
    private static IEnumerable<Family> Families(IEnumerable<string> names, int skip) =>
        names.GroupBy(name => Stem(name, skip))
            .Select(group => new Family(Format.Words(group.Count() == 1 ? Tail(group.First(), skip) : group.Key), [.. group]));

    private static string Stem(string name, int skip)
    {
        var tail = Tail(name, skip);
        if (tail.Contains('/', StringComparison.Ordinal))
            return tail[..tail.IndexOf('/', StringComparison.Ordinal)];
        for (var stem = tail; ; stem = Variant().Replace(stem, ""))
            if (Variant().Replace(stem, "") is var next && (next == stem || next.Length == 0))
                return stem;
    }

    private static string Tail(string name, int skip) => string.Join('/', name.Split('/').Skip(skip));

    private static string Part(string name, int at) => name.Split('/') is var parts && at < parts.Length ? parts[at] : name;

    [GeneratedRegex("_(p?[0-9]+|low|high|mean|median|min|max|real|fake|interpolated|coupled)$")]
    private static partial Regex Variant();
}
