namespace Earthmover.Transport;

/// <summary>
/// Brings clouds of any size into the range where neither a square in float32 nor one in float64 leaves its type: multiplied by a power of
/// two, which is exact and is undone in the results.
/// </summary>
internal static class CloudScale
{
    // Squares of ordinary coordinates, summed over a million of them, stay between the smallest and the largest float32.
    private const int SmallestExponent = -30;
    private const int LargestExponent = 45;

    /// <summary>The exponent e that the clouds are divided by; 0 for ordinary ones, which stay as they are.</summary>
    public static int Exponent(PointCloud x, PointCloud y)
    {
        var largest = Math.Max(x.Largest, y.Largest);
        if (largest == 0)
            return 0;
        var exponent = Math.ILogB(largest);
        return exponent is >= SmallestExponent and <= LargestExponent ? 0 : exponent;
    }

    /// <summary>The cloud divided by 2^exponent, in float64.</summary>
    public static PointCloud Divided(PointCloud cloud, int exponent) => exponent == 0
        ? cloud
        : PointCloud.Over(Array.ConvertAll(cloud.AsDoubles(), v => Math.ScaleB(v, -exponent)), cloud.Count, cloud.Dimension, cloud.Name);

    /// <summary>
    /// The same problem in ordinary range with the exponent that undoes it; exponent 0 and the problem itself where it is ordinary.
    /// </summary>
    public static (TransportProblem Problem, int Exponent) Ordinary(TransportProblem problem)
    {
        if (problem.Geometry is MatrixGeometry { Largest: > 0 and var largest } matrix
            && Math.ILogB(largest) is < 2 * SmallestExponent or > 2 * LargestExponent)
        {
            var divided = matrix.Divided(Math.ILogB(largest));
            return (new TransportProblem(divided, problem.A, problem.B, checkTotals: false), Math.ILogB(largest));
        }
        if (problem.Geometry is not PointCloudGeometry points || Exponent(points.X, points.Y) is not (var exponent and not 0))
            return (problem, 0);
        var geometry = new PointCloudGeometry(Divided(points.X, exponent), Divided(points.Y, exponent), points.GroundCost);
        return (new TransportProblem(geometry, problem.A, problem.B, checkTotals: false), exponent);
    }

    /// <summary>How the cost grows with the coordinates.</summary>
    public static int Power(TransportGeometry geometry) =>
        geometry is PointCloudGeometry { GroundCost: GroundCost.SquaredEuclidean } ? 2 : 1;
}
