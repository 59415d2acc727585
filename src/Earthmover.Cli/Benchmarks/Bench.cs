using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Earthmover.Games;
using Earthmover.Torch;

namespace Earthmover.Cli.Benchmarks;

/// <summary>What to measure.</summary>
/// <param name="Workload">toy, dcgan, resnet, text or pix2pix.</param>
internal sealed record BenchOptions(string Workload)
{
    /// <summary>Threads in all; every core when 0.</summary>
    public int Threads { get; init; }
    /// <summary>Channels of the networks; the toy has none.</summary>
    public int Dim { get; init; } = 64;
    /// <summary>Samples per batch; 256 for the toy, 4 for pix2pix and 64 for the others when absent.</summary>
    public int? Batch { get; init; }
    /// <summary>Measured repetitions of each player's turn.</summary>
    public int Steps { get; init; } = 15;
    /// <summary>Repetitions before those.</summary>
    public int Warmup { get; init; } = 3;
    /// <summary>Pixels of a side, of pix2pix.</summary>
    public int Size { get; init; } = 64;
    /// <summary>Where to compute.</summary>
    public Device Device { get; init; } = Device.Cpu;
    /// <summary>Of matrix products and convolutions, but for the gradient penalty.</summary>
    public Precision Precision { get; init; }
    /// <summary>Record each player's turn and play it as a whole; on a CUDA device.</summary>
    public bool Graphs { get; init; }
    /// <summary>The gradient penalty is rounded as the rest is.</summary>
    public bool RoughPenalty { get; init; }
    /// <summary>Print one JSON document instead of a sentence.</summary>
    public bool Json { get; init; }
}

/// <summary>Plays a workload through the same game as training, and reports milliseconds: medians after a warm-up.</summary>
internal static class Bench
{
    /// <summary>Measures and prints.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="UserException">There is no such workload.</exception>
    public static int Run(BenchOptions options, TextWriter output)
    {
        var threads = options.Threads > 0 ? options.Threads : Environment.ProcessorCount;
        Runtime.Open(options.Device, options.Precision, isReproducible: false, options.RoughPenalty);
        using var streams = new RandomStreams(0, options.Device);
        using var use = streams.Use();
        using var workload = Workload.Create(options.Workload, options.Dim, options.Batch, options.Size);
        var split = Runtime.Threads = options.Device.IsCuda ? ThreadSplit.Of(threads)[0]
            : Rehearsal.FastestSplit(threads,
                () => new Game<Reals>(new("rehearsal", [workload.CriticPlayer(1), workload.GeneratorPlayer()]), workload.Next),
                TimeSpan.FromSeconds(30));
        var (critic, criticCpu) = Median(new("critic", [workload.CriticPlayer(1)]), workload, options);
        var (generator, generatorCpu) = Median(new("generator", [workload.GeneratorPlayer()]), workload, options);
        var iteration = workload.CriticSteps * critic + generator;
        var peak = PeakMegabytes();
        output.WriteLine(options.Json
            ? JsonSerializer.Serialize(new Dictionary<string, object>
            {
                ["workload"] = options.Workload,
                ["device"] = options.Device.ToString(),
                ["threads"] = threads,
                ["openmp_threads"] = split.OpenMp,
                ["blas_threads"] = split.Blas,
                ["torch"] = Runtime.Versions["torch"],
                ["mode"] = options.Graphs ? "graphs" : "eager",
                ["precision"] = options.Precision.ToString().ToLowerInvariant(),
                ["penalty"] = options.Precision == Precision.Fp32 || options.RoughPenalty ? "as the rest" : "fp32",
                ["batch"] = workload.Batch,
                ["dim"] = options.Dim,
                ["critic_ms"] = Math.Round(critic, 3),
                ["generator_ms"] = Math.Round(generator, 3),
                ["iteration_ms"] = Math.Round(iteration, 3),
                ["cpu_ms"] = Math.Round(workload.CriticSteps * criticCpu + generatorCpu, 3),
                ["parameters"] = new[] { workload.Critic.ParameterCount, workload.Generator.ParameterCount },
                ["peak_mb"] = Math.Round(peak, 1),
            })
            : string.Create(CultureInfo.InvariantCulture,
                $"{options.Workload} on {options.Device}, {threads} threads: {iteration:f1} ms per iteration "
                    + $"({workload.CriticSteps} critic steps of {critic:f1} ms, "
                    + $"one generator step of {generator:f1} ms), peak {peak:f0} MB"));
        return 0;
    }

    // Milliseconds on the clock, and of all cores together.
    private static (double Wall, double Cpu) Median(Stage<Reals> stage, Workload workload, BenchOptions options)
    {
        using var game = new Game<Reals>(stage with { Phase = _ => 0 }, workload.Next);
        if (options.Graphs && game.Record() is { } reason)
            throw new UserException(reason);
        List<double> wall = [], cpu = [];
        for (var step = 0; step < options.Warmup + options.Steps; step++)
        {
            options.Device.Synchronize();
            var (start, used) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
            game.Play(step, observe: false);
            options.Device.Synchronize();
            if (step < options.Warmup)
                continue;
            wall.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            cpu.Add((Environment.CpuUsage.TotalTime - used).TotalMilliseconds);
        }
        game.Settle(options.Warmup + options.Steps);
        if (game.RecordingProblem is { } problem)
            throw new UserException($"the {stage.Name}'s turn cannot be recorded: {problem}");
        return (Statistics.Median([.. wall]), Statistics.Median([.. cpu]));
    }

    /// <summary>Largest resident memory of this process so far, in units of 10⁶ bytes; 0 where the system does not tell.</summary>
    internal static double PeakMegabytes()
    {
        const string status = "/proc/self/status";
        var line = File.Exists(status)
            ? File.ReadLines(status).FirstOrDefault(l => l.StartsWith("VmHWM:", StringComparison.Ordinal))
            : null;
        return line is null ? 0
            : double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) * 1024 / 1e6;
    }
}
