namespace Earthmover.Transport;

/// <summary>Costs given as a float64 matrix. +∞ forbids a pair; NaN and −∞ are refused.</summary>
public sealed class MatrixGeometry : TransportGeometry
{
    private readonly ReadOnlyMemory<double> _costs;
    private readonly bool _hasForbidden;
    private readonly bool _hasNegative;

    /// <summary>Wraps a matrix; it is not copied and must not change while it is in use.</summary>
    /// <param name="costs">[rows, cols] row-major.</param>
    /// <param name="rows">Number of sources, at least 1.</param>
    /// <param name="cols">Number of targets, at least 1.</param>
    /// <exception cref="ArgumentException">A size is below 1, the length is not rows × cols, or an entry is NaN or −∞.</exception>
    public MatrixGeometry(ReadOnlyMemory<double> costs, int rows, int cols)
    {
        if (rows < 1 || cols < 1)
            throw new ArgumentException($"A cost matrix needs at least one row and one column, not {rows} × {cols}.");
        if (costs.Length != (long)rows * cols)
            throw new ArgumentException($"{costs.Length} costs are not a {rows} × {cols} matrix.");
        var span = costs.Span;
        for (var k = 0; k < span.Length; k++)
        {
            if (double.IsNaN(span[k]) || double.IsNegativeInfinity(span[k]))
                throw new ArgumentException($"Cost [{k / cols}, {k % cols}] is {span[k]}; costs must be finite, or +∞ to forbid a pair.");
            _hasForbidden |= double.IsPositiveInfinity(span[k]);
            _hasNegative |= span[k] < 0;
        }
        _costs = costs;
        Rows = rows;
        Cols = cols;
    }

    /// <inheritdoc/>
    public override int Rows { get; }

    /// <inheritdoc/>
    public override int Cols { get; }

    /// <inheritdoc/>
    public override bool HasForbiddenPairs => _hasForbidden;

    /// <summary>Where the matrix was computed: the relative rounding error of its entries.</summary>
    internal double GivenError { get; init; }

    /// <summary>The largest finite absolute entry.</summary>
    internal double Largest
    {
        get
        {
            if (!_hasForbidden)
                return Magnitude.Largest(_costs.Span);
            double largest = 0;
            foreach (var cost in _costs.Span)
                largest = double.IsFinite(cost) ? Math.Max(largest, Math.Abs(cost)) : largest;
            return largest;
        }
    }

    /// <summary>The same costs divided by 2^exponent.</summary>
    internal MatrixGeometry Divided(int exponent) =>
        new(Array.ConvertAll(_costs.ToArray(), cost => Math.ScaleB(cost, -exponent)), Rows, Cols) { GivenError = GivenError };

    internal override double CostError => GivenError;

    internal override double PreciseError => GivenError;

    internal override bool IsNonNegative => !_hasNegative;

    /// <inheritdoc/>
    public override double Cost(int i, int j) => _costs.Span[i * Cols + j];

    /// <inheritdoc/>
    public override void FillRow(int i, Span<float> row)
    {
        var source = _costs.Span.Slice(i * Cols, Cols);
        for (var j = 0; j < source.Length; j++)
            row[j] = (float)source[j];
    }

    /// <inheritdoc/>
    public override void FillExactRows(int from, int count, Span<double> block) =>
        _costs.Span.Slice(from * Cols, count * Cols).CopyTo(block);

    /// <inheritdoc/>
    public override double FilterError(double cost) => Math.Abs(cost) * 6.0e-8 + 1e-44;
}
