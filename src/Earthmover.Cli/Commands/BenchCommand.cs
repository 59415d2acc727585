using System.CommandLine;
using Earthmover.Cli.Benchmarks;

namespace Earthmover.Cli.Commands;

/// <summary><c>earthmover bench</c>: times the training steps of standard workloads.</summary>
internal static class BenchCommand
{
    internal static Command Create()
    {
        var workload = new Argument<string>("workload") { Description = "toy, dcgan, resnet or text" };
        var threads = new Option<int>("--threads") { Description = "Threads; 0 uses all cores" };
        var dim = new Option<int>("--dim") { Description = "Base width of the networks", DefaultValueFactory = _ => 64 };
        var batch = new Option<int?>("--batch") { Description = "Samples in a batch" };
        var steps = new Option<int>("--steps") { Description = "Steps to time; the median counts", DefaultValueFactory = _ => 15 };
        var warmup = new Option<int>("--warmup") { Description = "Steps before", DefaultValueFactory = _ => 3 };
        var json = new Option<bool>("--json") { Description = "Print one JSON document" };
        var command = new Command("bench", "Time the training steps of a standard workload") { workload, threads, dim, batch, steps, warmup, json };
        command.SetAction(parsed => Bench.Run(new(parsed.GetValue(workload)!)
        {
            Threads = parsed.GetValue(threads),
            Dim = parsed.GetValue(dim),
            Batch = parsed.GetValue(batch),
            Steps = parsed.GetValue(steps),
            Warmup = parsed.GetValue(warmup),
            Json = parsed.GetValue(json),
        }, Console.Out));
        return command;
    }
}
