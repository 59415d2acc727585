using Spectre.Console;

namespace Earthmover.Cli.Evaluations;

/// <summary>Shows what is being done and how far it is: a bar on a terminal, nothing elsewhere.</summary>
internal static class StageProgress
{
    /// <summary>Runs something that reports stages and the share done of each.</summary>
    internal static T While<T>(Func<Action<string, double>, T> body)
    {
        if (!Output.HasBars)
            return body((_, _) => { });
        return Output.Bars(new ElapsedTimeColumn()).Start(context =>
        {
            var task = context.AddTask("opening the data");
            return body((stage, share) =>
            {
                task.Description = Markup.Escape(stage);
                task.Value = 100 * share;
            });
        });
    }
}
