using System.Collections.Concurrent;
using System.Diagnostics;
using Earthmover.Claims;
using Earthmover.Cli.Training;
using Spectre.Console;

namespace Earthmover.Cli.Evaluations;

/// <summary>Shows claims at work: a bar for each on a terminal, a line at each start and each further tenth elsewhere.</summary>
internal static class ClaimProgress
{
    /// <summary>Runs something that reports the claims at work.</summary>
    internal static void While(Action<Action<Claim, long, double>> body)
    {
        if (!Output.HasBars)
        {
            var works = new ConcurrentDictionary<(string, long), (long Start, int Tenths)>();
            body((claim, seed, share) =>
            {
                var work = works.GetOrAdd((claim.Name, seed), _ => (Stopwatch.GetTimestamp(), -1));
                var tenths = (int)(10 * share);
                if (tenths <= work.Tenths || tenths == 10)
                    return;
                works[(claim.Name, seed)] = (work.Start, tenths);
                var left = Stopwatch.GetElapsedTime(work.Start) * ((1 - share) / Math.Max(share, 1e-9));
                Console.Error.WriteLine(tenths == 0
                    ? $"running {claim.Name}, seed {seed}"
                    : $"{claim.Name}, seed {seed}: {10 * tenths} %, ETA {TrainingDisplay.Time(left.TotalSeconds)}");
            });
            return;
        }
        Output.Bars(new ElapsedTimeColumn(), new RemainingTimeColumn()).Start(context =>
        {
            var tasks = new Dictionary<(string, long), ProgressTask>();
            body((claim, seed, share) =>
            {
                lock (tasks)
                {
                    if (!tasks.TryGetValue((claim.Name, seed), out var task))
                        tasks.Add((claim.Name, seed), task = context.AddTask($"{claim.Name}, seed {seed}"));
                    task.Value = 100 * share;
                }
            });
        });
    }
}
