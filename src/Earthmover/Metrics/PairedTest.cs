namespace Earthmover.Metrics;

/// <summary>Whether two things that were measured in pairs differ: Student's test of the differences, or what stands in for it.</summary>
/// <param name="Pairs">How many.</param>
/// <param name="Difference">Mean of the first minus the second.</param>
/// <param name="Low95">Lower end of the 95 % interval of the difference; −∞ for one pair.</param>
/// <param name="High95">Upper end of the 95 % interval of the difference; ∞ for one pair.</param>
/// <param name="P">Probability of a mean as far from 0 if there were no difference; 1 for one pair, which says nothing.</param>
/// <remarks>
/// Where all differences are equal they have no spread, and Student's test would be certain of anything: there the probability is that of
/// their signs, 2 / 2ⁿ.
/// </remarks>
public sealed record PairedTest(int Pairs, double Difference, double Low95, double High95, double P)
{
    /// <summary>Tests.</summary>
    /// <param name="first">Values of the one.</param>
    /// <param name="second">Values of the other, in the same order.</param>
    /// <exception cref="ArgumentException">They are not as many, or none.</exception>
    public static PairedTest Of(ReadOnlySpan<double> first, ReadOnlySpan<double> second)
    {
        if (first.Length != second.Length || first.Length == 0)
            throw new ArgumentException($"{first.Length} and {second.Length} values are no pairs", nameof(second));
        var differences = new double[first.Length];
        for (var i = 0; i < differences.Length; i++)
            differences[i] = first[i] - second[i];
        var mean = Statistics.Mean(differences);
        if (differences.Length == 1)
            return new(1, mean, double.NegativeInfinity, double.PositiveInfinity, 1);
        var error = Statistics.MeanError(differences);
        var half = Statistics.Student95(differences.Length - 1) * error;
        // What is left of equal differences by rounding is no spread.
        var isEven = error <= 1e-12 * Math.Abs(mean);
        var p = mean == 0 ? 1 : isEven ? Math.Pow(2, 1 - differences.Length)
            : Statistics.StudentTails(mean / error, differences.Length - 1);
        return new(differences.Length, mean, mean - half, mean + half, p);
    }

    /// <summary>
    /// Probabilities of several tests made such that one of them is below a level by chance no more often than the level says (Holm, 1979).
    /// </summary>
    /// <param name="probabilities">Of each test alone.</param>
    /// <returns>In the same order.</returns>
    public static double[] Holm(IReadOnlyList<double> probabilities)
    {
        ArgumentNullException.ThrowIfNull(probabilities);
        var adjusted = new double[probabilities.Count];
        var (rank, highest) = (0, 0.0);
        foreach (var i in Enumerable.Range(0, adjusted.Length).OrderBy(i => probabilities[i]))
        {
            highest = Math.Max(highest, Math.Min(1, (adjusted.Length - rank++) * probabilities[i]));
            adjusted[i] = highest;
        }
        return adjusted;
    }
}
