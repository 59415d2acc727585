namespace Earthmover.Transport;

/// <summary>A sparse transport plan: entry k moves Mass[k] from source Source[k] to target Target[k]. Masses sum to 1.</summary>
public sealed class TransportPlan
{
    internal TransportPlan(int rows, int cols, int[] source, int[] target, double[] mass)
    {
        Rows = rows;
        Cols = cols;
        Source = source;
        Target = target;
        Mass = mass;
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

    /// <summary>The plan as a dense matrix, [Rows, Cols] row-major.</summary>
    public double[] ToDense()
    {
        var dense = new double[Rows * Cols];
        for (var k = 0; k < Count; k++)
            dense[Source[k] * Cols + Target[k]] += Mass[k];
        return dense;
    }

    /// <summary>Target of each source where the plan is a permutation, as extreme plans of equal masses are; null where it is none.</summary>
    internal int[]? AsAssignment(TransportProblem problem)
    {
        if (!problem.IsAssignment || Count != Rows)
            return null;
        var assignment = new int[Count];
        Array.Fill(assignment, -1);
        for (var k = 0; k < Count; k++)
            assignment[Source[k]] = Target[k];
        return Array.IndexOf(assignment, -1) < 0 ? assignment : null;
    }

    internal static TransportPlan FromAssignment(int[] assignment)
    {
        var n = assignment.Length;
        var source = new int[n];
        var mass = new double[n];
        for (var i = 0; i < n; i++)
        {
            source[i] = i;
            mass[i] = 1.0 / n;
        }
        return new TransportPlan(n, n, source, (int[])assignment.Clone(), mass);
    }
}
