namespace Earthmover.Data.Dealing;

/// <summary>Draws points by their masses.</summary>
internal sealed class MassLaw
{
    // Masses up to and with each point, the last 1.
    private readonly double[] _cumulative;

    private MassLaw(double[] masses, string name)
    {
        var largest = masses.Max();
        if (!(largest > 0))
            throw new UserException($"{name} has only masses of 0; a law needs some mass");
        var total = masses.Sum(mass => mass / largest);
        var sum = 0.0;
        _cumulative = [.. masses.Select(mass => sum += mass / largest / total)];
        // Rounding leaves the end near 1: what lies beyond belongs to the last row that has any mass.
        _cumulative.AsSpan(Array.FindLastIndex(masses, mass => mass > 0)).Fill(1);
    }

    /// <summary>The law of data with masses; null where all samples count alike.</summary>
    /// <exception cref="UserException">No point has any mass.</exception>
    public static MassLaw? Of(DataSet data) => data is PointSet { Masses: { } masses } ? new(masses, data.Name) : null;

    /// <summary>The first row whose masses reach beyond a share; rows without mass are never met.</summary>
    /// <param name="share">Uniform on [0, 1).</param>
    public int Row(double share)
    {
        var at = Array.BinarySearch(_cumulative, share);
        if (at < 0)
            return Math.Min(~at, _cumulative.Length - 1);
        while (at < _cumulative.Length - 1 && _cumulative[at] <= share)
            at++;
        return at;
    }

    /// <summary>Rows drawn independently.</summary>
    /// <param name="count">How many; repeats are possible.</param>
    /// <param name="random">Where randomness comes from.</param>
    public int[] Rows(int count, SeededRandom random)
    {
        var rows = new int[count];
        for (var i = 0; i < count; i++)
            rows[i] = Row(random.NextDouble());
        return rows;
    }
}
