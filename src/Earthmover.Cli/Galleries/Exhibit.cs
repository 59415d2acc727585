namespace Earthmover.Cli.Galleries;

/// <summary>One exhibit of the gallery: what it shows, and the commands that make it from nothing but this program.</summary>
/// <param name="Name">In kebab case; of what it shows, its folder and its run.</param>
/// <param name="Title">A line.</param>
/// <param name="Text">What there is to see, and where it ends.</param>
/// <param name="Paper">Whose idea it is, with its arXiv id.</param>
/// <param name="Commands">
/// What follows the program's name, one command after another: <c>RUN</c> stands for the run, <c>OUT</c> for the picture or the text,
/// <c>AT</c> for a folder of files on the way, and <c>STEPS:n</c> for a budget; a space that does not break stays within its word.
/// </param>
internal sealed record Exhibit(string Name, string Title, string Text, string Paper, params string[] Commands)
{
    // What a run is given when it only has to be seen that all of it works.
    private const int QuickSteps = 2;
    private static readonly string[] s_quickly = ["--set", "width=8", "grid_samples=4", "health_share=0"];

    /// <summary>Files that the commands need, by their names in AT.</summary>
    public IReadOnlyDictionary<string, string> Files { get; init; } = new Dictionary<string, string>();

    /// <summary>It shows lines of text, not a picture.</summary>
    public bool IsText { get; init; }

    /// <summary>The file of what it shows.</summary>
    public string File => $"{Name}.{(IsText ? "txt" : "png")}";

    /// <summary>The commands of a visit.</summary>
    /// <param name="runs">Folder of runs and of files on the way.</param>
    /// <param name="shown">Where the picture or the text goes.</param>
    /// <param name="isQuick">Whether a few steps are enough.</param>
    public IEnumerable<string[]> In(string runs, string shown, bool isQuick) =>
        Commands.Select(command => (string[])[
            .. command.Split(' ').Select(word => word switch
            {
                "RUN" => Path.Combine(runs, Name),
                "OUT" => shown,
                _ when word.StartsWith("STEPS:", StringComparison.Ordinal) => isQuick ? $"{QuickSteps}" : word["STEPS:".Length..],
                _ => word.Replace("AT/", $"{FilesIn(runs)}{Path.DirectorySeparatorChar}", StringComparison.Ordinal).Replace('\u00a0', ' '),
            }),
            .. isQuick && command.StartsWith("train ", StringComparison.Ordinal) ? s_quickly : []]);

    /// <summary>The folder of files on the way.</summary>
    /// <param name="runs">Folder of runs.</param>
    public string FilesIn(string runs) => Path.Combine(runs, $"{Name}-files");
}
