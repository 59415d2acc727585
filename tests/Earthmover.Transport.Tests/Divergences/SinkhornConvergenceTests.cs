using Xunit;

namespace Earthmover.Transport.Tests.Divergences;

/// <summary>
/// Entropic transport on clouds of many kinds and ranges: it converges, brackets the exact cost, and never makes a number of lost digits.
/// </summary>
public sealed class SinkhornConvergenceTests
{
    public static TheoryData<string> Pairs =>
    [
        "circle and spiral", "circle and circle", "line", "many dimensions", "tiny", "huge",
        "beyond squares", "outlier on one side", "outliers on both sides",
        "outliers of 1e16 on both sides", "equal", "far clusters", "different sizes", "masses", "copies", "one place", "offset",
    ];

    [Theory]
    [MemberData(nameof(Pairs))]
    public void The_default_epsilon_converges_and_the_bounds_hold_the_exact_cost(string pair)
    {
        var (x, y, a) = Make(pair);
        var problem = new TransportProblem(new PointCloudGeometry(x, y), a);
        var exact = ExactTransport.Solve(problem).EnsureCertified();
        var epsilon = Median(y) / 20;
        var result = SinkhornSolver.Solve(problem, epsilon);
        Assert.True(result.Converged, $"{pair}: {result.Iterations} iterations, margins off by {result.MarginalError}");
        AssertBounds(pair, result, exact);
        var divergence = SinkhornSolver.Divergence(x, y, a, null, result);
        Assert.True(divergence.Converged, $"{pair}: {divergence.Reason}");
        Assert.InRange(divergence.Value, -divergence.Error - 1e-5 * epsilon, exact.Cost + epsilon);
        if (pair == "equal")
            Assert.Equal(0, divergence.Value / epsilon, 1e-9);
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void A_tiny_epsilon_ends_in_bounded_work_with_true_bounds(string pair)
    {
        var (x, y, a) = Make(pair);
        var problem = new TransportProblem(new PointCloudGeometry(x, y), a);
        var exact = ExactTransport.Solve(problem).EnsureCertified();
        var result = SinkhornSolver.Solve(problem, 1e-6 * Median(y));
        AssertBounds(pair, result, exact);
        Assert.True(!result.Converged || result.MarginalError <= 2e-6);
    }

    [Fact]
    public void A_divergence_beside_an_outlier_has_the_value_of_the_rest()
    {
        double[] x = [0, 0, 1, 0, 2, 0, 0, 1e16, 3.3, 0.2], y = [2.7, 0, 3, 1e16, 0.4, 0.1, 5.1, 0, 1.6, 0];
        double Value(double far) => Ot.SinkhornDivergence(
            PointCloud.From(Array.ConvertAll(x, v => v == 1e16 ? far : v), 5, 2),
            PointCloud.From(Array.ConvertAll(y, v => v == 1e16 ? far : v), 5, 2), 0.12);
        Assert.Equal(Value(100), Value(1e16), 1e-5);
    }

    [Fact]
    public void Digits_that_are_lost_are_not_a_divergence()
    {
        // The far points lie apart by less than the spacing of float64 at the mass that must cross.
        double[] x = [0, 1, 2, 1e17, 3], y = [0.5, 1.5, 1e17, 1.0000000000000100e17, 3.5];
        var (u, v) = (PointCloud.From(x, 5, 1), PointCloud.From(y, 5, 1));
        var problem = new TransportProblem(new PointCloudGeometry(u, v));
        var result = SinkhornSolver.Solve(problem, 0.1);
        var divergence = SinkhornSolver.Divergence(u, v, null, null, result);
        var exact = ExactTransport.Solve(problem);
        Assert.True(result.LowerBound <= exact.Cost && exact.DualCost <= result.PlanCost * (1 + 1e-12));
        Assert.True(!divergence.Converged || divergence.Error <= 1e-3 * exact.Cost);
    }

    [Theory]
    [InlineData(1e19)]
    [InlineData(1e-38)]
    [InlineData(1e150)]
    [InlineData(1e-150)]
    public void The_value_grows_with_the_coordinates(double scale)
    {
        var power = Math.ScaleB(1, Math.ILogB(scale));
        double Value(double by) => Ot.SinkhornDivergence(Cloud(1, 60, 2, by), Cloud(2, 50, 2, 2 * by), 0.1 * by);
        Assert.Equal(Value(1), Value(power) / power, 1e-5);
    }

    private static void AssertBounds(string pair, SinkhornResult result, TransportResult exact)
    {
        var rounding = exact.CostError + exact.DualError + 1e-14 * exact.Cost;
        Assert.True(result.LowerBound <= exact.Cost + rounding, $"{pair}: lower bound {result.LowerBound:r} above {exact.Cost:r}");
        Assert.True(result.PlanCost >= exact.DualCost - rounding, $"{pair}: plan {result.PlanCost:r} below {exact.DualCost:r}");
    }

    private static PointCloud Cloud(int seed, int n, int d, double scale = 1, double offset = 0) =>
        PointCloud.From(Values(seed, n, d, scale, offset), n, d);

    private static double[] Values(int seed, int n, int d, double scale = 1, double offset = 0)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, n * d).Select(_ => offset + scale * Samples.Normal(random))];
    }

    private static double[] Curve(int seed, int n, Func<Random, (double X, double Y)> place)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, n).Select(_ => place(random))
            .SelectMany(p => new[] { p.X + 0.02 * Samples.Normal(random), p.Y + 0.02 * Samples.Normal(random) })];
    }

    private static double[] Circle(int seed, int n) =>
        Curve(seed, n, r => Math.SinCos(r.Next(8) * Math.PI / 4) is var (sin, cos) ? (cos, sin) : default);

    private static double[] Spiral(int seed, int n) => Curve(seed, n, r =>
    {
        var t = 1.5 * Math.PI * (1 + 2 * r.NextDouble());
        return (t * Math.Cos(t) / 15, t * Math.Sin(t) / 15);
    });

    private static double[] Clusters(int seed, int n, double share) => Curve(seed, n, r => r.NextDouble() < share ? (100, 100) : (0, 0));

    private static (PointCloud X, PointCloud Y, WeightVector? A) Make(string pair)
    {
        const int n = 200;
        PointCloud Flat(double[] values, int d = 2) => PointCloud.From(values, values.Length / d, d);
        PointCloud Beside(int seed, double far)
        {
            var values = Values(seed, n, 2);
            values[2 * seed + 7] += far;
            return Flat(values);
        }
        return pair switch
        {
            "circle and spiral" => (Flat(Circle(1, n)), Flat(Spiral(2, n)), null),
            "circle and circle" => (Flat(Circle(1, n)), Flat(Circle(2, n)), null),
            "line" => (Cloud(1, n, 1), Cloud(2, 150, 1, 2, 1), null),
            "many dimensions" => (Cloud(1, n, 784), Cloud(2, n, 784), null),
            "tiny" => (Cloud(1, n, 2, 1e-6), Cloud(2, n, 2, 2e-6), null),
            "huge" => (Cloud(1, n, 2, 1e6), Cloud(2, n, 2, 2e6), null),
            "beyond squares" => (Cloud(1, n, 2, 1e200), Cloud(2, n, 2, 2e200), null),
            "outlier on one side" => (Beside(1, 1e4), Cloud(2, n, 2), null),
            "outliers on both sides" => (Beside(1, 1e4), Beside(2, 1e4), null),
            "outliers of 1e16 on both sides" => (Beside(1, 1e16), Beside(2, 1e16), null),
            "equal" => (Cloud(1, n, 2), Cloud(1, n, 2), null),
            "far clusters" => (Flat(Clusters(1, n, 0.3)), Flat(Clusters(2, n, 0.6)), null),
            "different sizes" => (Cloud(1, n, 3), Cloud(2, 77, 3, 1, 1), null),
            "masses" => (Cloud(1, n, 2), Cloud(2, n, 2, 1, 2),
                WeightVector.Law([.. Enumerable.Range(0, n).Select(i => Math.Pow(10, -(i % 7)))])),
            "copies" => (Flat([.. Enumerable.Range(0, 2 * n).Select(k => (double)(k * 7 % 5))]),
                Flat([.. Enumerable.Range(0, 2 * n).Select(k => (double)(k * 11 % 6))]), null),
            "one place" => (Flat(new double[2 * n]), Cloud(2, n, 2), null),
            _ => (Cloud(1, n, 2, 1, 1e9), Cloud(2, n, 2, 1, 1e9), null),
        };
    }

    // Of all pairs of some points.
    private static double Median(PointCloud cloud)
    {
        var geometry = new PointCloudGeometry(cloud, cloud);
        var few = Math.Min(40, cloud.Count);
        var power = Math.ScaleB(1, Math.ILogB(cloud.ToDoubles().Max(Math.Abs)));
        double Length(int i, int j) => Enumerable.Range(0, cloud.Dimension).Sum(c => Math.Pow((cloud[i, c] - cloud[j, c]) / power, 2));
        double[] all = [.. Enumerable.Range(0, few * few).Select(k => power * Math.Sqrt(Length(k / few, k % few))).Order()];
        return geometry.Rows > 1 ? all[all.Length / 2] : 1;
    }
}
