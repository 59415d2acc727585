using System.Diagnostics;
using System.Globalization;
using Earthmover.Transport;

// usage: bench SOLVER CASE N [M] D [REPEATS] [--weighted]; prints one JSON line per run, times in seconds.
// With a file prefix as CASE (PREFIX.x.f32, PREFIX.y.f32, little-endian row-major) it solves the points in the files.
var solverName = args[0];
var (name, n, m, d) = (args[1], int.Parse(args[2]), int.Parse(args[3]), int.Parse(args[4]));
var repeats = args.Length > 5 ? int.Parse(args[5]) : 3;
ITransportSolver? solver = solverName switch
{
    "jv" => new JonkerVolgenantSolver(),
    "simplex" => new NetworkSimplexSolver(),
    "auction" => new ListAuctionSolver(),
    _ => null,
};
var (x, y) = Clouds.Make(name, n, m, d);
for (var r = 0; r < repeats; r++)
{
    var cpu = Process.GetCurrentProcess().TotalProcessorTime;
    var clock = Stopwatch.StartNew();
    var geometry = new PointCloudGeometry(PointCloud.From(x, n, d), PointCloud.From(y, m, d));
    var problem = args.Contains("--weighted")
        ? new TransportProblem(geometry, WeightVector.From(Clouds.Weights(n, 1)), WeightVector.From(Clouds.Weights(m, 2)))
        : new TransportProblem(geometry);
    var options = new TransportOptions { Threads = 1 };
    var result = solver is null ? ExactTransport.Solve(problem, options) : solver.Solve(problem, options);
    var s = result.Stats;
    var cpuSeconds = (Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalSeconds;
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{{\"case\":\"{name}\",\"n\":{n},\"m\":{m},\"d\":{d},\"solver\":\"{s.Solver}\",\"value\":{result.Cost:R},\"gap\":{result.Gap:E2},\"certified\":{(result.Certified ? "true" : "false")},\"cost_seconds\":{s.CostSeconds:F5},\"solve_seconds\":{s.SolveSeconds:F5},\"certificate_seconds\":{s.CertificateSeconds:F5},\"total_seconds\":{clock.Elapsed.TotalSeconds:F5},\"cpu_seconds\":{cpuSeconds:F5},\"detail\":\"{s.Detail}\"}}"));
}
