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
    internal static T While<T>(Func<IProgress<WorkProgress>, T> body)
    {
        if (Output.HasBars)
            return Output.Bars(new ElapsedTimeColumn(), new RemainingTimeColumn()).Start(context =>
            {
                var task = context.AddTask("opening the data");
                return body(new Telling<WorkProgress>(at =>
                {
                    task.Description = Markup.Escape(at.Stage);
                    task.Value = 100 * at.Share;
                }));
            });
        var (clock, next) = (Stopwatch.StartNew(), Often);
        return body(new Telling<WorkProgress>(at =>
        {
            var (what, share) = at;
            if (clock.Elapsed.TotalSeconds < next || share is <= 0 or >= 1)
                return;
            next = clock.Elapsed.TotalSeconds + Often;
            Output.Note($"{what}: {100 * share:0} % of all, ETA {TrainingDisplay.Time(clock.Elapsed.TotalSeconds * (1 - share) / share)}");
        }));
    }
}
