using Spectre.Console;

namespace Earthmover.Cli.Evaluations;

/// <summary>Shows what is being done and how far it is: a bar on a terminal, nothing elsewhere.</summary>
internal static class StageProgress
{
    /// <summary>Runs something that reports stages and the share done of each.</summary>
    internal static T While<T>(Func<IProgress<WorkProgress>, T> body)
    {
        if (!Output.HasBars)
            return body(new Telling<WorkProgress>(_ => { }));
        return Output.Bars(new ElapsedTimeColumn()).Start(context =>
        {
            var task = context.AddTask("opening the data");
            return body(new Telling<WorkProgress>(at =>
            {
                task.Description = Markup.Escape(at.Stage);
                task.Value = 100 * at.Share;
            }));
        });
    }
}
