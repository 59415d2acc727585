using Earthmover.Claims;
using Spectre.Console;

namespace Earthmover.Cli.Evaluations;

/// <summary>Shows claims at work: a bar for each on a terminal, a line at each start elsewhere.</summary>
internal static class ClaimProgress
{
    /// <summary>Runs something that reports the claims at work.</summary>
    internal static void While(Action<Action<Claim, long, double>> body)
    {
        if (Console.IsErrorRedirected || !Output.Progress.Profile.Capabilities.Interactive)
        {
            var begun = new System.Collections.Concurrent.ConcurrentDictionary<(string, long), bool>();
            body((claim, seed, _) =>
            {
                if (begun.TryAdd((claim.Name, seed), true))
                    Console.Error.WriteLine($"running {claim.Name}, seed {seed}");
            });
            return;
        }
        Output.Progress.Progress().AutoClear(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn(), new RemainingTimeColumn())
            .Start(context =>
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
