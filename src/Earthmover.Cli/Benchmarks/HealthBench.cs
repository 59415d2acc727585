using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Earthmover.Data;
using Earthmover.Games;
using Earthmover.Sessions;
using Earthmover.Torch;
using Earthmover.Training;

namespace Earthmover.Cli.Benchmarks;

/// <summary>
/// What looking at the health costs: the same game with looks and without, in turns of a few seconds, so that what else the machine does
/// falls on both alike.
/// </summary>
internal static class HealthBench
{
    private static readonly (string Name, string Data, string System)[] s_workloads =
    [
        ("toy", "gaussians-25", "wgan-gp"),
        ("dcgan", "fashion-mnist", "dcgan"),
    ];

    private const int Turns = 5;

    /// <summary>Measures and prints.</summary>
    /// <param name="threads">Threads; every core when 0.</param>
    /// <param name="seconds">Time for each workload.</param>
    /// <param name="json">Print one JSON document instead of sentences.</param>
    /// <param name="output">Where to.</param>
    /// <returns>The exit code.</returns>
    public static int Run(int threads, double seconds, bool json, TextWriter output)
    {
        var results = s_workloads.Select(w => Measure(w.Name, w.Data, w.System, threads, seconds)).ToList();
        if (json)
        {
            output.WriteLine(JsonSerializer.Serialize(results));
            return 0;
        }
        foreach (var r in results)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{r["workload"]}: {r["looks"]} looks of {r["look_ms"]:f1} ms are {r["share"]:p1} of the time; "
                    + $"{r["steps_per_second_with"]:f1} steps/s with them, {r["steps_per_second_without"]:f1} without"));
        return 0;
    }

    private static Dictionary<string, object> Measure(string name, string data, string system, int threads, double seconds)
    {
        var (recipe, opened) = new RunPlan(data) { System = system, Budget = new(), Threads = threads }.Resolve(new DataContext());
        using var session = Session.Start(recipe, opened);
        session.DivideThreads(TimeSpan.FromSeconds(5));
        using var use = session.Streams.Use();
        var position = 0L;
        var step = 0L;
        using var game = session.System.Begin(0, () => session.Source.Deal(position++));
        for (var warm = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(warm).TotalSeconds < seconds / 10; step++)
            game.Play(step);
        using var watch = new HealthWatch(session.System, session.Source,
            session.HeldOut, session.Patient, 1, session.Device, session.Options.HealthShare);
        // Setting the watch up is paid for by the looks that are left out at first; it is not counted here as a look.
        var setUp = watch.Seconds;
        double with = 0, without = 0;
        long stepsWith = 0, stepsWithout = 0;
        for (var turn = 0; turn < 2 * Turns; turn++)
        {
            var (start, looks, before) = (Stopwatch.GetTimestamp(), turn % 2 == 0, step);
            while (Stopwatch.GetElapsedTime(start).TotalSeconds < seconds / (2 * Turns))
            {
                var look = looks && watch.IsDue(with + Stopwatch.GetElapsedTime(start).TotalSeconds);
                if (look)
                    watch.Before(step);
                var moves = game.Play(step++, look);
                if (look)
                    watch.After(step, moves);
            }
            var spent = Stopwatch.GetElapsedTime(start).TotalSeconds;
            (with, without) = looks ? (with + spent, without) : (with, without + spent);
            (stepsWith, stepsWithout) = looks ? (stepsWith + step - before, stepsWithout) : (stepsWith, stepsWithout + step - before);
        }
        var looking = watch.Seconds - setUp;
        return new()
        {
            ["workload"] = name,
            ["data"] = data,
            ["system"] = system,
            ["threads"] = recipe.Threads > 0 ? recipe.Threads : Environment.ProcessorCount,
            ["torch"] = Runtime.Versions["torch"],
            ["seconds"] = Math.Round(with + without, 1),
            ["set_up_seconds"] = Math.Round(setUp, 3),
            ["looks"] = watch.History.Count,
            ["look_ms"] = Math.Round(1e3 * looking / Math.Max(1, watch.History.Count), 1),
            ["share"] = Math.Round(looking / with, 4),
            ["steps_per_second_with"] = Math.Round(stepsWith / with, 2),
            ["steps_per_second_without"] = Math.Round(stepsWithout / without, 2),
        };
    }
}
