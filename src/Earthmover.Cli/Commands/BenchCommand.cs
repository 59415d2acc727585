using System.CommandLine;
using Earthmover.Cli.Benchmarks;
using Earthmover.Cli.Benchmarks.Transport;
using Earthmover.Sessions;
using Earthmover.Training;

namespace Earthmover.Cli.Commands;

/// <summary>
/// <c>earthmover bench</c>: times the training steps of standard workloads, optimal transport, and what looking at the health costs.
/// </summary>
internal static class BenchCommand
{
    internal static Command Create()
    {
        var workload = new Argument<string>("workload") { Description = "toy, dcgan, resnet, text or pix2pix; or transport, health" };
        var device = new Option<string>("--device") { Description = "cpu, cuda or cuda:k", DefaultValueFactory = _ => "cpu" };
        var precision = new Option<string>("--precision")
        {
            Description = "fp32, bf16, or tf32 on CUDA",
            DefaultValueFactory = _ => "fp32",
        };
        var rough = new Option<bool>("--rough-penalty")
        {
            Description = "Round the gradient penalty as the rest; it stays in fp32 otherwise",
        };
        var threads = NumberOption.Whole("--threads", "Threads; 0 uses all cores", 0, 1024, fallback: 0);
        var dim = NumberOption.Whole("--dim", "Base width of the networks", 1, 16_384, fallback: 64);
        var batch = NumberOption.Whole<int?>("--batch", "Samples in a batch", 1, 1_000_000);
        var size = NumberOption.Whole("--size", "pix2pix: pixels of a side, a power of two", 32, 4096, fallback: 64);
        var steps = NumberOption.Whole("--steps", "Steps to time; the median counts", 1, fallback: 15);
        var warmup = NumberOption.Whole("--warmup", "Steps before", 0, fallback: 3);
        var cases = new Option<string[]>("--case")
        {
            Description = "transport: names of cases, or parts of names",
            AllowMultipleArgumentsPerToken = true,
        };
        var quick = new Option<bool>("--quick") { Description = "transport: one case of every kind, seconds in all" };
        var limit = NumberOption.Number("--limit", "transport: seconds after which a case is given up", above: 0, fallback: 120);
        var seconds = NumberOption.Number("--seconds", "health: time for each workload", above: 0, fallback: 30);
        var points = new Option<string?>("--points") { Description = "transport: a folder for the points of each case (.npy)" };
        var graphs = new Option<bool>("--graphs")
        {
            Description = "On a CUDA device: record each turn once, and time its plays; warm up with at least 5 steps",
        };
        var json = new Option<bool>("--json") { Description = "Print one JSON document" };
        var command = new Command("bench", "Time the training steps of a standard workload, optimal transport, or looks at the health")
        {
            workload, device, precision, rough, threads, dim, size, batch, steps, warmup, graphs,
            cases, quick, limit, points, seconds, json,
        };
        command.SetAction(parsed => parsed.GetValue(workload) switch
        {
            "transport" => TransportBench.Run(new()
            {
                Cases = parsed.GetValue(cases) ?? [],
                Quick = parsed.GetValue(quick),
                Threads = parsed.GetValue(threads),
                Limit = parsed.GetValue(limit)!.Value,
                Points = OutputPath.OfFolder("--points", parsed.GetValue(points)),
                Json = parsed.GetValue(json),
            }, Console.Out),
            "health" => HealthBench.Run(parsed.GetValue(threads), parsed.GetValue(seconds)!.Value, parsed.GetValue(json), Console.Out),
            var name => Bench.Run(new(name!)
            {
                Device = Session.OpenDevice(parsed.GetValue(device)!),
                Precision = Recipe.PrecisionOf(parsed.GetValue(precision)!, parsed.GetValue(device)!),
                Threads = parsed.GetValue(threads),
                Size = parsed.GetValue(size),
                Dim = parsed.GetValue(dim),
                Batch = parsed.GetValue(batch),
                Steps = parsed.GetValue(steps),
                Warmup = parsed.GetValue(warmup),
                RoughPenalty = parsed.GetValue(rough),
                Graphs = parsed.GetValue(graphs),
                Json = parsed.GetValue(json),
            }, Console.Out),
        });
        return command;
    }
}
