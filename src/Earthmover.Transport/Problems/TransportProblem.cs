namespace Earthmover.Transport;

/// <summary>
/// min Σ Pᵢⱼ·cᵢⱼ over P ≥ 0 with row sums A and column sums B. Immutable.
/// </summary>
public sealed record TransportProblem
{
    /// <summary>States a problem; missing masses are uniform.</summary>
    /// <param name="geometry">The costs, [n, m].</param>
    /// <param name="a">Masses of the sources, [n]; null for 1/n each.</param>
    /// <param name="b">Masses of the targets, [m]; null for 1/m each.</param>
    /// <exception cref="ArgumentException">A length does not match the geometry, or the given masses of the two sides
    /// differ by more than 10⁻⁹ of their sum (the message states both sums).</exception>
    public TransportProblem(TransportGeometry geometry, WeightVector? a = null, WeightVector? b = null)
        : this(geometry, a, b, checkTotals: true)
    {
    }

    internal TransportProblem(TransportGeometry geometry, WeightVector? a, WeightVector? b, bool checkTotals)
    {
        ArgumentNullException.ThrowIfNull(geometry);
        if (a is not null && a.Count != geometry.Rows)
            throw new ArgumentException($"{a.Count} masses for {geometry.Rows} sources.");
        if (b is not null && b.Count != geometry.Cols)
            throw new ArgumentException($"{b.Count} masses for {geometry.Cols} targets.");
        if (checkTotals && a is not null && b is not null && a.Total != b.Total
            && !(Math.Abs(a.Total - b.Total) <= 1e-9 * Math.Max(a.Total, b.Total)))
            throw new ArgumentException(
                $"The sources' masses sum to {a.Total} and the targets' to {b.Total}; balanced transport needs equal sums.");
        Geometry = geometry;
        A = a ?? WeightVector.Uniform(geometry.Rows);
        B = b ?? WeightVector.Uniform(geometry.Cols);
    }

    /// <summary>The costs.</summary>
    public TransportGeometry Geometry { get; }

    /// <summary>Masses of the sources, sum 1.</summary>
    public WeightVector A { get; }

    /// <summary>Masses of the targets, sum 1.</summary>
    public WeightVector B { get; }

    /// <summary>Whether the problem is an assignment: as many sources as targets, all of equal mass.</summary>
    public bool IsAssignment => Geometry.Rows == Geometry.Cols && A.IsUniform && B.IsUniform;
}
