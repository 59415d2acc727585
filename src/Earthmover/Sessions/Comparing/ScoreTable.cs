using System.Globalization;
using Earthmover.Metrics;
using Earthmover.Reports;

namespace Earthmover.Sessions.Comparing;

/// <summary>Scores and duels as tables for people.</summary>
public static class ScoreTable
{
    /// <summary>The contenders of each metric with their intervals.</summary>
    /// <param name="measured">What was measured.</param>
    /// <param name="quantities">The quantities, as one run has them.</param>
    public static PageTable Of(MeasuredRuns measured, IReadOnlyList<RunScore> quantities)
    {
        ArgumentNullException.ThrowIfNull(measured);
        ArgumentNullException.ThrowIfNull(quantities);
        var names = measured.Disciplines[0].Contenders.Select(one => one.Name);
        return new(["metric", .. names, "floor", "better"], [.. measured.Disciplines.Select((contest, i) => (IReadOnlyList<string>)
        [
            contest.Metric, .. contest.Contenders.Select(Text),
            quantities[i].Floor is { } floor ? Format.Number(floor) : "", Direction(quantities[i].Better),
        ])]);
    }

    /// <summary>Duels, those that are decided first.</summary>
    /// <param name="duels">The duels.</param>
    public static PageTable Of(IReadOnlyList<Duel> duels) => new(
        ["metric", "first", "second", "pairs", "difference", "95 % interval", "p", "p adjusted", "better"],
        [.. duels.OrderBy(duel => duel.Winner is null).Select(duel => (IReadOnlyList<string>)
        [
            duel.Metric, duel.First, duel.Second, $"{duel.Test?.Pairs ?? 0}",
            duel.Difference is { } d ? Format.Number(d.Mean) : "",
            duel.Difference is { } known ? $"{Format.Number(known.Low95)} … {Format.Number(known.High95)}" : "",
            duel.Test is { } tested ? Probability(tested.P) : "", duel.Test is null ? "" : Probability(duel.Adjusted),
            duel.Winner ?? (duel.Test is null ? "no two pairs" : "within noise"),
        ])]);

    /// <summary>A value with its interval: <c>0.213 (0.201 … 0.225)</c>.</summary>
    /// <param name="one">The contender.</param>
    public static string Text(Contender one)
    {
        ArgumentNullException.ThrowIfNull(one);
        var (low, high) = one.Interval;
        var interval = double.IsFinite(low) ? $" ({Format.Number(low)} … {Format.Number(high)})" : "";
        return Format.Number(one.Value) + interval;
    }

    /// <summary>A probability: <c>0.03</c>, <c>0.0004</c>, <c>&lt; 0.0001</c>.</summary>
    /// <param name="p">The probability.</param>
    public static string Probability(double p) =>
        p < 0.0001 ? "< 0.0001" : p.ToString(p < 0.01 ? "0.0000" : "0.00", CultureInfo.InvariantCulture);

    private static string Direction(Better better) => better switch
    {
        Better.Lower => "lower",
        Better.Higher => "higher",
        _ => "as real",
    };
}
