namespace Earthmover.Metrics.Tables;

/// <summary>How well two columns of generated rows belong together as those of real ones do.</summary>
/// <param name="First">Number of the first column.</param>
/// <param name="Second">Number of the second column.</param>
/// <param name="Score">Of two numbers 1 − |r − r'|/2 of Pearson's correlations over the rows that have both, 0 where no generated row has;
/// else 1 − ½ Σ|p − q| over the table of both, numbers cut at <see cref="Cells"/>. 1 is equal; NaN where the real columns have no
/// correlation.</param>
/// <param name="Strength">How closely the real columns belong together: |r|, or Cramér's V; NaN where one does not vary.</param>
/// <param name="AreNumbers">Whether both are numbers.</param>
public sealed record PairFit(int First, int Second, double Score, double Strength, bool AreNumbers)
{
    // What SDMetrics' report leaves out: pairs that hardly belong together at all.
    private const double StrongCorrelation = 0.5, StrongAssociation = 0.3;

    /// <summary>Whether SDMetrics' report would count it: |r| above 0.5, or Cramér's V above 0.3, in the real rows.</summary>
    public bool IsStrong => Strength > (AreNumbers ? StrongCorrelation : StrongAssociation);

    /// <summary>Pearson's correlation over the rows where both are there; NaN where one of them does not vary.</summary>
    /// <param name="x">[N], NaN where missing.</param>
    /// <param name="y">[N], NaN where missing.</param>
    public static double Correlation(double[] x, double[] y)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        double meanX = 0, meanY = 0, xx = 0, yy = 0, xy = 0;
        long n = 0;
        // Welford's updates: times in seconds have fifteen digits, of which a sum of squares would keep none.
        for (var i = 0; i < x.Length; i++)
        {
            if (double.IsNaN(x[i]) || double.IsNaN(y[i]))
                continue;
            n++;
            double dx = x[i] - meanX, dy = y[i] - meanY;
            meanX += dx / n;
            meanY += dy / n;
            xx += dx * (x[i] - meanX);
            yy += dy * (y[i] - meanY);
            xy += dx * (y[i] - meanY);
        }
        return xx > 0 && yy > 0 ? Math.Clamp(xy / Math.Sqrt(xx) / Math.Sqrt(yy), -1, 1) : double.NaN;
    }

    /// <summary>Measures two numbers.</summary>
    internal static PairFit OfNumbers(int first, int second, (double[] A, double[] B) generated, (double[] A, double[] B) real)
    {
        double theirs = Correlation(real.A, real.B), mine = Correlation(generated.A, generated.B);
        var areMet = generated.A.Zip(generated.B).Any(row => !double.IsNaN(row.First) && !double.IsNaN(row.Second));
        // Generated columns that do not vary have lost whatever there was, and of those that never meet nothing is like it.
        var score = double.IsNaN(theirs) ? double.NaN : areMet ? 1 - Math.Abs(theirs - (double.IsNaN(mine) ? 0 : mine)) / 2 : 0;
        return new(first, second, score, Math.Abs(theirs), true);
    }

    /// <summary>Measures two columns of cells.</summary>
    internal static PairFit OfCells(int first, int second, (Cells A, Cells B) generated, (Cells A, Cells B) real)
    {
        int rows = Math.Max(real.A.Size, generated.A.Size), columns = Math.Max(real.B.Size, generated.B.Size);
        Contingency p = Contingency.Of(real.A, real.B, rows, columns), q = Contingency.Of(generated.A, generated.B, rows, columns);
        return new(first, second, 1 - p.Variation(q), p.Association(), false);
    }
}
