namespace Earthmover.Transport;

/// <summary>
/// The costs between Rows sources and Cols targets. Two views of the same numbers: <see cref="Cost"/> is the truth in
/// float64; <see cref="FillRow(int, Span{float})"/> is a fast float32 filter whose distance from the truth is bounded by
/// <see cref="FilterError"/>. Solvers search with the filter and prove with the truth.
/// </summary>
public abstract class TransportGeometry
{
    /// <summary>Number of sources n.</summary>
    public abstract int Rows { get; }

    /// <summary>Number of targets m.</summary>
    public abstract int Cols { get; }

    /// <summary>Whether some cost is +∞ (a forbidden pair). Only a matrix can have such pairs.</summary>
    public virtual bool HasForbiddenPairs => false;

    /// <summary>The cost of pair (i, j) in float64.</summary>
    /// <param name="i">Source, 0 … Rows − 1.</param>
    /// <param name="j">Target, 0 … Cols − 1.</param>
    public abstract double Cost(int i, int j);

    /// <summary>Writes the float32 costs of source i to all targets.</summary>
    /// <param name="i">Source, 0 … Rows − 1.</param>
    /// <param name="row">[Cols]</param>
    public abstract void FillRow(int i, Span<float> row);

    /// <summary>Writes the float64 costs of sources from … from + count − 1.</summary>
    /// <param name="from">First source.</param>
    /// <param name="count">Number of sources.</param>
    /// <param name="block">[count, Cols] row-major.</param>
    public virtual void FillExactRows(int from, int count, Span<double> block)
    {
        for (var i = 0; i < count; i++)
        {
            for (var j = 0; j < Cols; j++)
                block[i * Cols + j] = Cost(from + i, j);
        }
    }

    /// <summary>Writes the float32 costs of sources from … from + count − 1.</summary>
    /// <param name="from">First source.</param>
    /// <param name="count">Number of sources.</param>
    /// <param name="block">[count, Cols] row-major.</param>
    public virtual void FillRows(int from, int count, Span<float> block)
    {
        for (var i = 0; i < count; i++)
            FillRow(from + i, block.Slice(i * Cols, Cols));
    }

    /// <summary>An upper bound of |float32 cost − float64 cost| for an entry whose float32 value is <paramref name="cost"/>.</summary>
    /// <param name="cost">The filter's value, ≥ 0 for point clouds.</param>
    public abstract double FilterError(double cost);

    /// <summary>Whether no cost is negative, so that 0 is a lower bound of every plan's cost.</summary>
    internal virtual bool IsNonNegative => false;

    /// <summary>An upper bound of the relative rounding error of <see cref="Cost"/>; 0 where the costs are what is given.</summary>
    internal virtual double CostError => 0;

    /// <summary>The same of <see cref="PreciseCost"/>.</summary>
    internal virtual double PreciseError => 0;

    /// <summary>The cost of pair (i, j) to about 30 digits.</summary>
    internal virtual DoubleDouble PreciseCost(int i, int j) => Cost(i, j);
}
