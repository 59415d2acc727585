using System.Diagnostics;
using Earthmover.Cli.Training;
using Spectre.Console;

namespace Earthmover.Cli;

/// <summary>
/// Says of work that takes longer than two seconds how far it is and when it will be done: a bar on a terminal, a line at each further
/// tenth elsewhere.
/// </summary>
internal static class PatientProgress
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    /// <summary>Runs something that reports the share that is done.</summary>
    /// <param name="what">What is done, e.g. <c>projecting 3 pictures</c>.</param>
    /// <param name="body">The work.</param>
    internal static T While<T>(string what, Func<IProgress<double>, T> body)
    {
        if (!Output.HasBars)
            return body(new Telling<double>(Lines(what, Output.Note)));
        return Output.Bars(new RemainingTimeColumn()).Start(context =>
        {
            var task = context.AddTask(Markup.Escape(what));
            return body(new Telling<double>(share => task.Value = 100 * share));
        });
    }

    /// <summary>Progress as lines.</summary>
    /// <param name="what">What is done.</param>
    /// <param name="say">Takes a line.</param>
    /// <param name="clock">Time since the work began; the machine's where none is given.</param>
    internal static Action<double> Lines(string what, Action<string> say, Func<TimeSpan>? clock = null)
    {
        var (start, told) = (Stopwatch.GetTimestamp(), 0);
        clock ??= () => Stopwatch.GetElapsedTime(start);
        return share =>
        {
            var (tenths, elapsed) = ((int)(10 * share), clock());
            if (tenths <= told || share >= 1 || elapsed < s_patience)
                return;
            told = tenths;
            say($"{what}: {10 * tenths} %, ETA {TrainingDisplay.Time((elapsed * ((1 - share) / share)).TotalSeconds)}");
        };
    }
}
