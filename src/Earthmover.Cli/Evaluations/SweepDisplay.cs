using Earthmover.Cli.Training;
using Earthmover.Reports;
using Earthmover.Sessions.Sweeps;
using Spectre.Console;

namespace Earthmover.Cli.Evaluations;

/// <summary>
/// Shows a sweep at work: one bar over all runs on a terminal; elsewhere a line for each run that ends, and every ten seconds in between.
/// </summary>
internal static class SweepDisplay
{
    /// <summary>Runs something that reports how far the runs are.</summary>
    internal static T While<T>(Func<IProgress<SweepProgress>, T> body)
    {
        if (!Output.HasBars)
            return Lines(body);
        return Output.Bars(new ElapsedTimeColumn()).Start(context =>
        {
            var task = context.AddTask("beginning");
            return body(new Telling<SweepProgress>(at =>
            {
                task.Description = Markup.Escape($"{at.Done}/{at.Total} runs · {at.Run} · ETA {Time(at.Left)}");
                task.Value = 100 * (at.Done + (at.Score is null ? at.Share : 0)) / at.Total;
            }));
        });
    }

    private static T Lines<T>(Func<IProgress<SweepProgress>, T> body)
    {
        var (clock, last) = (System.Diagnostics.Stopwatch.StartNew(), 0.0);
        return body(new Telling<SweepProgress>(at =>
        {
            if (at.Score is { } score)
            {
                var found = score.Failure ?? $"{score.Scores[0].Name} {Format.Number(score.Scores[0].Value)}";
                Output.Note($"{at.Done}/{at.Total} {at.Run}: {found}; ETA {Time(at.Left)}");
                last = clock.Elapsed.TotalSeconds;
            }
            else if (clock.Elapsed.TotalSeconds > last + 10)
            {
                Output.Note($"{at.Done}/{at.Total} {at.Run}: {100 * at.Share:0} %; ETA {Time(at.Left)}");
                last = clock.Elapsed.TotalSeconds;
            }
        }));
    }

    private static string Time(double? seconds) => seconds is { } known ? TrainingDisplay.Time(known) : "?";
}
