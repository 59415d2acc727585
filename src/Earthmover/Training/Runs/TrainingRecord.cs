using Earthmover.Games;
using Earthmover.Health;

namespace Earthmover.Training.Runs;

/// <summary>One report of a run: a line of the log, a point on every chart.</summary>
/// <param name="Step">Steps played.</param>
/// <param name="Images">Real samples shown.</param>
/// <param name="Seconds">Training time so far.</param>
/// <param name="ImagesPerSecond">Real samples per second since the last report.</param>
/// <param name="Moves">Terms and gradient norms of each player.</param>
/// <param name="Measures">Other measurements by name, e.g. <c>w_estimate</c>.</param>
public sealed record TrainingRecord(long Step, long Images, double Seconds, double ImagesPerSecond,
    IReadOnlyList<Move> Moves, IReadOnlyDictionary<string, double> Measures)
{
    /// <summary>What a look at the run's health found; null in a report without one.</summary>
    public Diagnosis? Health { get; init; }

    /// <summary>
    /// Numbers by tag: <c>critic/wasserstein</c>, <c>critic/gradient_norm</c>, <c>measure/w_estimate</c>, <c>health/slope_between</c>;
    /// <c>health/verdict</c> is 0 for green, 1 for amber, 2 for red.
    /// </summary>
    public IEnumerable<KeyValuePair<string, double>> Scalars()
    {
        foreach (var move in Moves)
        {
            foreach (var (term, value) in move.Terms)
                yield return new($"{move.Player}/{term}", value);
            yield return new($"{move.Player}/gradient_norm", move.GradientNorm);
        }
        foreach (var (name, value) in Measures)
            yield return new($"measure/{name}", value);
        foreach (var (name, value) in Health?.Reading.Values ?? new Dictionary<string, double>())
            yield return new($"health/{name}", value);
        if (Health is not null)
            yield return new("health/verdict", (int)Health.Verdict);
        yield return new("speed/images_per_second", ImagesPerSecond);
    }

    /// <summary>The record as the fields of one JSON line.</summary>
    public IReadOnlyDictionary<string, object> ToFields()
    {
        var fields = new Dictionary<string, object>
        {
            ["step"] = Step,
            ["images"] = Images,
            ["seconds"] = Math.Round(Seconds, 3),
            ["images_per_second"] = Math.Round(ImagesPerSecond, 1),
            ["terms"] = Moves.ToDictionary(m => m.Player, m => m.Terms),
            ["gradient_norms"] = Moves.ToDictionary(m => m.Player, m => m.GradientNorm),
            ["measures"] = Measures,
        };
        if (Health is { } health)
            fields["health"] = new Dictionary<string, object>
            {
                ["verdict"] = health.Verdict.ToString().ToUpperInvariant(),
                ["findings"] = health.Findings.Select(FieldsOf).ToArray(),
                ["signals"] = health.Reading.Values,
                ["histograms"] = health.Reading.Histograms.ToDictionary(h => h.Key, h => new Dictionary<string, object>
                {
                    ["low"] = h.Value.Low,
                    ["high"] = h.Value.High,
                    ["counts"] = h.Value.Counts,
                }),
                ["layer_gradients"] = health.Reading.LayerGradients,
            };
        return fields;
    }

    /// <summary>A finding as the fields of a JSON object.</summary>
    public static IReadOnlyDictionary<string, object> FieldsOf(Finding finding) => new Dictionary<string, object>
    {
        ["rule"] = finding.Rule,
        ["severity"] = finding.Severity.ToString().ToUpperInvariant(),
        ["cause"] = finding.Cause,
        ["evidence"] = finding.Evidence,
        ["remedy"] = finding.Remedy,
    };
}
