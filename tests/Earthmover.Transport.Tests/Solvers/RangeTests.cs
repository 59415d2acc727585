using Xunit;

namespace Earthmover.Transport.Tests.Solvers;

/// <summary>
/// Clouds with outliers, offsets and scales of all sizes against an optimum in whole numbers: a certified value is right, a value within
/// reach of float64 is certified, and no stated bound is broken.
/// </summary>
public sealed class RangeTests
{
    // Where the largest coordinate is at most so many times the distance, a proof must be found.
    private const double Reach = 1e6;

    private static readonly GroundCost[] s_costs = [GroundCost.Euclidean, GroundCost.SquaredEuclidean, GroundCost.Cityblock];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Every_solver_is_right_or_does_not_certify(bool single) => CheckAll(0, 150, single);

    [Theory]
    [Trait("Category", "Slow")]
    [InlineData(false)]
    [InlineData(true)]
    public void Every_solver_is_right_or_does_not_certify_at_length(bool single) => CheckAll(1000, 2500, single);

    [Fact]
    public void Masses_of_all_sizes_beside_an_outlier_are_certified()
    {
        for (var seed = 0; seed < 150; seed++)
        {
            var random = new Random(seed);
            var (n, m, d, far, span) = (2 + random.Next(30), 2 + random.Next(30),
                1 + random.Next(3), Math.Pow(10, random.Next(7)), random.Next(60));
            double[] Points(int count) => [.. Enumerable.Range(0, count * d).Select(k => Samples.Normal(random) + (k == 0 ? far : 0))];
            double[] Masses(int count) => [.. Enumerable.Range(0, count).Select(_ => Math.Pow(10, 30 - span * random.NextDouble()))];
            var (x, y, a, b) = (Points(n), Points(m), Masses(n), Masses(m));
            if (random.Next(2) == 0)
                (a[0], b[0]) = (a.Skip(1).Sum(), b.Skip(1).Sum());
            foreach (var cost in s_costs)
            {
                var geometry = new PointCloudGeometry(PointCloud.From(x, n, d), PointCloud.From(y, m, d), cost);
                var problem = new TransportProblem(geometry, WeightVector.Law(a), WeightVector.Law(b));
                var results = Solvers(problem).Select(solver => solver.Solve(problem)).ToArray();
                Assert.All(results, r => Assert.True(r.Certified || far > Reach * r.Distance,
                    $"seed {seed}, {cost}: {r}, errors {r.CostError:g3} and {r.DualError:g3}"));
                Assert.All(results, r => Assert.Equal(results[0].Cost, r.Cost, 1e-8 * r.Cost));
            }
        }
    }

    [Theory]
    [InlineData(1e17, 1)]
    [InlineData(1e12, 2)]
    [InlineData(1e16, 1.5)]
    public void The_line_takes_outliers_scales_and_masses(double far, double p)
    {
        // A third of each side lies at the far place; the rest moves by 1.
        double[] u = [far, 0, 1], v = [1, 2, far, 1, 2, far];
        Assert.Equal(Math.Pow(2 / 3.0, 1 / p), Ot.Wasserstein1D(u, v, p), 1e-12);
        Assert.Equal(Math.Pow(2 / 3.0, 1 / p), Ot.Wasserstein1D(u, v, p, [1, 1, 1], [0.5, 0.5, 0.5, 0.5, 0.5, 0.5]), 1e-12);
        far = Math.Pow(far, 12);
        Assert.Equal(5 * far, Ot.Wasserstein1D([far, 2 * far], [6 * far, 7 * far], p), 1e-12 * far);
    }

    [Theory]
    [InlineData(GroundCost.Euclidean, 3)]
    [InlineData(GroundCost.SquaredEuclidean, 3)]
    [InlineData(GroundCost.Euclidean, 12)]
    [InlineData(GroundCost.SquaredEuclidean, 12)]
    public void Larger_clouds_beside_an_outlier_have_the_value_of_the_line(GroundCost cost, int k)
    {
        foreach (var n in new[] { 40, 350 })
        {
            // Points along (3, 4, 0, …) are 5 times as far apart as along the line.
            foreach (var d in new[] { 1, 2, 6 })
            {
                var random = new Random(n + d);
                double[] u = [.. Enumerable.Range(0, n).Select(_ => Math.Round(4096 * Samples.Normal(random)) / 4096)];
                double[] v = [.. Enumerable.Range(0, n).Select(_ => Math.Round(4096 * Samples.Normal(random)) / 4096 + 0.5)];
                u[n / 2] = Math.Pow(10, k);
                v[n / 3] = Math.Pow(10, k) + 0.25;
                var truth = ExactOracle.OnTheLine(u, v, cost) * (d == 1 ? 1 : cost == GroundCost.Euclidean ? 5 : 25);
                var problem = new TransportProblem(new PointCloudGeometry(Along(u, d), Along(v, d), cost));
                foreach (var solver in Solvers(problem))
                    Check(solver.Solve(problem), truth, cost, Math.Pow(10, k) * (d == 1 ? 1 : 4), 1e-9,
                        $"{solver.GetType().Name}, n {n}, d {d}, {cost}, 1e{k}");
            }
        }
    }

    [Theory]
    [Trait("Category", "Slow")]
    [InlineData(GroundCost.Euclidean)]
    [InlineData(GroundCost.SquaredEuclidean)]
    public void Thousands_of_points_beside_an_outlier_are_certified_within_bounded_work(GroundCost cost)
    {
        const int n = 4000;
        double[] Points(int seed, int at)
        {
            var values = Array.ConvertAll(Samples.Gaussian(seed, n, 2), v => (double)v);
            values[2 * at] += 1e8;
            return values;
        }
        var options = new TransportOptions { MaxWork = 10_000_000_000 };
        var geometry = new PointCloudGeometry(PointCloud.From(Points(1, n / 3), n, 2), PointCloud.From(Points(2, n / 4), n, 2), cost);
        Assert.True(ExactTransport.Solve(new TransportProblem(geometry), options).Certified);
    }

    [Theory]
    [InlineData(2, 0)]
    [InlineData(2, 9)]
    [InlineData(784, 0)]
    [InlineData(784, 4)]
    public void Translated_clouds_have_the_length_of_the_way(int d, int k)
    {
        const int n = 400;
        double[] x = [.. Samples.Gaussian(1, n, d).Select(v => Math.Round(1024 * v) / 1024)];
        for (var c = 0; c < d; c++)
            x[5 * d + c] += k == 0 ? 0 : Math.Pow(10, k);
        double[] y = [.. x.Select((v, i) => v + (i % d == 0 ? 3 : i % d == 1 ? 4 : 0) / 128.0)];
        foreach (var cost in new[] { GroundCost.Euclidean, GroundCost.SquaredEuclidean })
        {
            var result = ExactTransport.Solve(PointCloud.From(x, n, d), PointCloud.From(y, n, d), cost);
            Check(result, cost == GroundCost.Euclidean ? 5 / 128.0 : 25 / 16384.0, cost, Math.Pow(10, k), 1e-9,
                $"d {d}, {cost}, outlier 1e{k}: {result}");
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1e-12)]
    [InlineData(1e150)]
    [InlineData(1e-150)]
    public void Equal_clouds_are_certified_at_zero_wherever_they_lie(double scale)
    {
        foreach (var n in new[] { 1, 2, 30, 400 })
        {
            foreach (var offset in new[] { 0, 1e8, 1e16 })
            {
                double[] x = [.. Samples.Gaussian(n, n, 2).Select(v => scale * (v + offset))];
                double[] y = [.. x.Chunk(2).Reverse().SelectMany(p => p)];
                foreach (var cost in s_costs)
                {
                    var problem = new TransportProblem(new PointCloudGeometry(PointCloud.From(x, n, 2), PointCloud.From(y, n, 2), cost));
                    foreach (var solver in Solvers(problem))
                    {
                        var result = solver.Solve(problem);
                        Assert.True(result.Certified && result is { Cost: 0, Distance: 0, DualCost: 0 },
                            $"{solver.GetType().Name} {scale} {offset} {cost}: {result}");
                    }
                }
            }
        }
    }

    [Theory]
    [InlineData(1e19)]
    [InlineData(1e38)]
    [InlineData(1e150)]
    [InlineData(1e300)]
    [InlineData(1e-20)]
    [InlineData(1e-38)]
    [InlineData(1e-150)]
    [InlineData(1e-300)]
    public void Distances_grow_with_the_coordinates_at_every_scale(double scale)
    {
        const int d = 3;
        foreach (var n in new[] { 20, 350 })
        {
            foreach (var cost in s_costs)
            {
                var power = Math.ScaleB(1, Math.ILogB(scale));
                TransportResult Solve(double by) => ExactTransport.Solve(
                    PointCloud.From(Array.ConvertAll(Samples.Gaussian(1, n, d), v => v * by), n, d),
                    PointCloud.From(Array.ConvertAll(Samples.Gaussian(2, n, d), v => v * by), n, d),
                    cost);
                var (one, other) = (Solve(1).EnsureCertified(), Solve(power).EnsureCertified());
                Assert.Equal(one.Distance, other.Distance / power, 1e-12);
                Assert.True(other.DistanceError <= 1e-9 * other.Distance);
            }
        }
    }

    private static void CheckAll(int first, int count, bool single)
    {
        for (var seed = first; seed < first + count; seed++)
        {
            var c = RangeCase.Make(seed, single);
            foreach (var cost in s_costs)
            {
                var truth = ExactOracle.LeastMean(c.CopiesOfX, c.CopiesOfY, c.D, cost);
                var problem = c.Problem(cost, single);
                foreach (var solver in Solvers(problem))
                    Check(solver.Solve(problem), truth, cost, c.Largest, single ? 1e-7 : 1e-9, $"{solver.GetType().Name}, {cost}, {c}");
                Check(ExactTransport.Solve(problem), truth, cost, c.Largest, single ? 1e-7 : 1e-9, $"exact, {cost}, {c}");
                if (single && problem.IsAssignment)
                {
                    static float[] Single(double[] values) => Array.ConvertAll(values, v => (float)v);
                    var batch = new BatchTransport(c.N, c.D, cost).Step(Single(c.X), Single(c.Y));
                    Check(batch, truth, cost, c.Largest, 1e-7, $"batch, {cost}, {c}");
                }
            }
        }
    }

    private static void Check(TransportResult result, double truth, GroundCost cost, double largest, double tolerance, string what)
    {
        double Rooted(double value) => cost == GroundCost.SquaredEuclidean ? Math.Sqrt(value) : value;
        what += $"; truth {truth:g17}: {result}, errors {result.CostError:g3} and {result.DualError:g3}";
        // The oracle's own last conversion rounds.
        var rounding = 4e-16 * truth;
        Assert.True(result.Cost + result.CostError >= truth - rounding, $"below the optimum: {what}");
        Assert.True(result.DualCost - result.DualError <= truth + rounding, $"dual above the optimum: {what}");
        if (result.Certified)
        {
            Assert.True(Math.Abs(result.Cost - truth) <= tolerance * truth, $"certified and wrong: {what}");
            Assert.True(Math.Abs(result.Distance - Rooted(truth)) <= result.DistanceError + 4e-16 * Rooted(truth),
                $"beyond its error: {what}");
        }
        Assert.True(result.Certified || largest > Reach * Rooted(truth), $"not certified: {what}");
    }

    private static IEnumerable<ITransportSolver> Solvers(TransportProblem problem)
    {
        yield return new NetworkSimplexSolver();
        if (problem.IsAssignment)
        {
            yield return new JonkerVolgenantSolver();
            yield return new ListAuctionSolver();
        }
        if (problem.Geometry is PointCloudGeometry { X.Dimension: 1 })
            yield return new UnivariateSolver();
    }

    private static PointCloud Along(double[] line, int d) =>
        PointCloud.From([.. line.SelectMany(t => Enumerable.Range(0, d).Select(c => d == 1 ? t : c == 0 ? 3 * t : c == 1 ? 4 * t : 0))],
            line.Length, d);
}
