// The exact distance between two clouds of points, with its proof, and three that are cheaper. Managed code alone.
using Earthmover.Transport;

const int count = 1000, dimension = 3;
var random = new Random(1);
var (x, y) = (Cloud(0), Cloud(0.5));

using var stop = new CancellationTokenSource(TimeSpan.FromMinutes(1));
var problem = new TransportProblem(new PointCloudGeometry(x, y, GroundCost.Euclidean));
var exact = ExactTransport.Solve(problem, cancellation: stop.Token);
Console.WriteLine($"W1 = {exact.Cost:0.000000}, at least {exact.DualCost:0.000000}, certified: {exact.Certified}");
Console.WriteLine($"point 0 goes to point {exact.Assignment![0]}; {exact.Stats.Solver}, {exact.Stats.SolveSeconds:0.00} s");

var sliced = Ot.SlicedWasserstein(x, y, p: 1, projections: 200, seed: 1);
Console.WriteLine($"sliced W1 = {sliced.Value:0.0000} ± {sliced.StandardError:0.0000}");
Console.WriteLine($"Sinkhorn divergence = {Ot.SinkhornDivergence(x, y, epsilon: 0.1):0.0000}");
Console.WriteLine($"Fréchet distance of the Gaussians = {Math.Sqrt(Ot.FrechetDistanceSquared(x, y)):0.0000}");

PointCloud Cloud(double shift)
{
    var values = new double[count * dimension];
    for (var i = 0; i < values.Length; i++)
        values[i] = random.NextDouble() + random.NextDouble() + shift;
    return PointCloud.From(values, count, dimension);
}
