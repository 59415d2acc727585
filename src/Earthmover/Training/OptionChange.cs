namespace Earthmover.Training;

/// <summary>An option that was changed while a run was on its way.</summary>
/// <param name="Step">Steps played before.</param>
/// <param name="Name">The option.</param>
/// <param name="From">What it was.</param>
/// <param name="To">What it is from there on.</param>
public sealed record OptionChange(long Step, string Name, string From, string To)
{
    // How far steps go and how their size falls; how often is reported and saved. All else is part of what a checkpoint holds.
    private static readonly string[] s_allowed =
    [
        "learning_rate", "critic_learning_rate", "decay", "decay_start",
        "report_every", "sample_every", "checkpoint_every", "keep_checkpoints", "health_share", "graphs",
    ];

    /// <summary>Names of the options that may be changed on the way, whichever of them a run has.</summary>
    public static IReadOnlyList<string> Allowed => s_allowed;

    /// <summary>Whether an option may be changed on the way.</summary>
    /// <param name="name">Its name.</param>
    public static bool IsAllowed(string name) => s_allowed.Contains(name);
}
