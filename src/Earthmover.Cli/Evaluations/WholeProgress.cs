using System.Diagnostics;
using Earthmover.Cli.Training;
using Spectre.Console;

namespace Earthmover.Cli.Evaluations;

/// <summary>
/// Shows work whose share of the whole is known: a bar with the time that is left on a terminal, a line every ten seconds elsewhere.
/// </summary>
internal static class WholeProgress
{
    private const double Often = 10;

    /// <summary>Runs something that reports what it does and the share of the whole that is done.</summary>
    internal static T While<T>(Func<Action<string, double>, T> body)
    {
        if (Output.HasBars)
            return Output.Bars(new ElapsedTimeColumn(), new RemainingTimeColumn()).Start(context =>
            {
                var task = context.AddTask("opening the data");
                return body((what, share) =>
                {
                    task.Description = Markup.Escape(what);
                    task.Value = 100 * share;
                });
            });
        var (clock, next) = (Stopwatch.StartNew(), Often);
        return body((what, share) =>
        {
            if (clock.Elapsed.TotalSeconds < next || share is <= 0 or >= 1)
                return;
            next = clock.Elapsed.TotalSeconds + Often;
            Output.Note($"{what}: {100 * share:0} % of all, ETA {TrainingDisplay.Time(clock.Elapsed.TotalSeconds * (1 - share) / share)}");
        });
    }
}
