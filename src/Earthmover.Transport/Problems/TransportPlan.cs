namespace Earthmover.Transport;

/// <summary>A sparse transport plan: entry k moves Mass[k] from source Source[k] to target Target[k]. Masses sum to 1.</summary>
public sealed class TransportPlan
{
    private readonly double[]? _rest;

    internal TransportPlan(int rows, int cols, int[] source, int[] target, double[] mass, double[]? rest = null)
    {
        Rows = rows;
        Cols = cols;
        Source = source;
        Target = target;
        Mass = mass;
        _rest = rest;
    }

    /// <summary>Number of sources.</summary>
    public int Rows { get; }

    /// <summary>Number of targets.</summary>
    public int Cols { get; }

    /// <summary>Source of each entry.</summary>
    public IReadOnlyList<int> Source { get; }

    /// <summary>Target of each entry.</summary>
    public IReadOnlyList<int> Target { get; }

    /// <summary>Mass of each entry, positive.</summary>
    public IReadOnlyList<double> Mass { get; }

    /// <summary>Number of entries: n for an assignment, at most n + m − 1 from the other exact solvers.</summary>
    public int Count => Mass.Count;

    /// <summary>The mass of an entry to 32 digits, where the solver has them.</summary>
    internal DoubleDouble Exact(int k) => new(Mass[k], _rest?[k] ?? 0);

    /// <summary>
    /// Target of each source where the plan is a permutation, as extreme plans of equal masses are; null where it is none.
    /// </summary>
    internal int[]? AsAssignment(TransportProblem problem)
    {
        if (!problem.IsAssignment || Count != Rows)
            return null;
        var assignment = new int[Count];
        Array.Fill(assignment, -1);
        for (var k = 0; k < Count; k++)
            assignment[Source[k]] = Target[k];
        var reached = new bool[Count];
        foreach (var j in assignment)
        {
            if (j < 0 || reached[j])
                return null;
            reached[j] = true;
        }
        return assignment;
    }

    internal static TransportPlan FromAssignment(int[] assignment)
    {
        var n = assignment.Length;
        var source = new int[n];
        var mass = new double[n];
        var rest = new double[n];
        var (each, left) = (DoubleDouble)1 / n;
        for (var i = 0; i < n; i++)
            (source[i], mass[i], rest[i]) = (i, each, left);
        return new TransportPlan(n, n, source, (int[])assignment.Clone(), mass, rest);
    }

    /// <summary>A plan from entries with 32 digits; entries without mass are left out.</summary>
    internal static TransportPlan From(int rows, int cols, IReadOnlyList<(int Source, int Target, DoubleDouble Mass)> entries)
    {
        var kept = entries.Where(entry => entry.Mass.High > 0).ToArray();
        return new TransportPlan(
            rows,
            cols,
            Array.ConvertAll(kept, entry => entry.Source),
            Array.ConvertAll(kept, entry => entry.Target),
            Array.ConvertAll(kept, entry => entry.Mass.High),
            Array.ConvertAll(kept, entry => entry.Mass.Low));
    }
}
