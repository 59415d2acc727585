using Earthmover.Metrics;

namespace Earthmover.Sessions.Comparing;

/// <summary>One of several that are compared: a run over draws of samples, or a recipe over training seeds.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Scores">Value and loss (lower is better) of each draw or seed, by its number.</param>
public sealed record Contender(string Name, IReadOnlyDictionary<long, (double Value, double Loss)> Scores)
{
    /// <summary>Mean of the values.</summary>
    public double Value => Statistics.Mean([.. Scores.Values.Select(score => score.Value)]);

    /// <summary>Mean of the losses.</summary>
    public double Loss => Statistics.Mean([.. Scores.Values.Select(score => score.Loss)]);

    /// <summary>95 % interval of the mean value, by Student's law; infinite for one value.</summary>
    public (double Low, double High) Interval
    {
        get
        {
            double[] values = [.. Scores.Values.Select(score => score.Value)];
            var half = values.Length < 2 ? double.PositiveInfinity
                : Statistics.Student95(values.Length - 1) * Statistics.MeanError(values);
            return (Value - half, Value + half);
        }
    }
}

/// <summary>Those who are compared in one quantity.</summary>
/// <param name="Metric">Name of the quantity.</param>
/// <param name="Better">Which direction is better.</param>
/// <param name="Contenders">Who.</param>
public sealed record Discipline(string Metric, Better Better, IReadOnlyList<Contender> Contenders);

/// <summary>Two contenders in one metric, over the draws or seeds that both have.</summary>
/// <param name="Metric">Name of the quantity.</param>
/// <param name="Better">Which direction is better.</param>
/// <param name="First">Name of the one.</param>
/// <param name="Second">Name of the other.</param>
/// <param name="Test">The test of their losses: a negative difference speaks for the first. Null where they share no two draws or
/// seeds.</param>
/// <param name="Adjusted">Its probability, adjusted for all duels of the contest (Holm); 1 without a test.</param>
public sealed record Duel(string Metric, Better Better, string First, string Second, PairedTest? Test, double Adjusted)
{
    /// <summary>The probability below which a difference is called one.</summary>
    public const double Level = 0.05;

    /// <summary>
    /// The first's mean minus the second's, with its interval; of quantities that should be as in real data, of their distances from the
    /// floor. Null without a test.
    /// </summary>
    public (double Mean, double Low95, double High95)? Difference => Test is not { } test ? null
        : Better == Better.Higher ? (-test.Difference, -test.High95, -test.Low95) : (test.Difference, test.Low95, test.High95);

    /// <summary>Who is better; null where the difference is within the noise.</summary>
    public string? Winner => Test is { } test && Adjusted < Level ? test.Difference < 0 ? First : Second : null;
}

/// <summary>All against all, with the number of duels in mind.</summary>
public static class Contest
{
    /// <summary>How it is decided, for people.</summary>
    public const string Method = "Student's test of the paired differences, Holm's adjustment for all pairs, level 0.05";

    /// <summary>Holds the duels of every two contenders in every metric.</summary>
    /// <param name="disciplines">The quantities with those who have them.</param>
    public static IReadOnlyList<Duel> Of(IReadOnlyList<Discipline> disciplines)
    {
        ArgumentNullException.ThrowIfNull(disciplines);
        var duels = new List<Duel>();
        foreach (var (metric, better, contenders) in disciplines)
            for (var i = 0; i < contenders.Count; i++)
                for (var j = i + 1; j < contenders.Count; j++)
                    duels.Add(new(metric, better, contenders[i].Name, contenders[j].Name, TestOf(contenders[i], contenders[j]), 1));
        var tested = duels.Where(duel => duel.Test is not null).ToList();
        var adjusted = PairedTest.Holm([.. tested.Select(duel => duel.Test!.P)]);
        return [.. duels.Select(duel => tested.IndexOf(duel) is >= 0 and var at ? duel with { Adjusted = adjusted[at] } : duel)];
    }

    private static PairedTest? TestOf(Contender first, Contender second)
    {
        var common = first.Scores.Keys.Intersect(second.Scores.Keys).Order().ToList();
        return common.Count < 2 ? null
            : PairedTest.Of([.. common.Select(k => first.Scores[k].Loss)], [.. common.Select(k => second.Scores[k].Loss)]);
    }
}
