using Earthmover.Reports.Runs;

namespace Earthmover.Training;

/// <summary>What a run began from instead of fresh weights.</summary>
/// <param name="From">Folder of a run, or a file of weights.</param>
/// <param name="Step">Steps that had been played for them; 0 where nobody says.</param>
/// <param name="Images">Real samples that the averages had taken in; 0 where there were none.</param>
/// <param name="Hash">Hash of the weights.</param>
public sealed record Origin(string From, long Step, long Images, string Hash)
{
    /// <summary>The same as what leaves the machine carries it: without the folders above.</summary>
    public Origin ForOthers() => this with { From = DataLabel.Of(From) };
}
