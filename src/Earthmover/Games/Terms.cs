using Earthmover.Torch;

namespace Earthmover.Games;

/// <summary>What a player minimises, as named terms: each is one line of the paper's loss, one column of the log and one curve of the report.</summary>
public sealed class Terms : OrderedDictionary<string, Tensor>
{
    /// <summary>The sum of the terms, a tensor without axes.</summary>
    public Tensor Total => Values.Aggregate((a, b) => a + b);

    /// <summary>Numbers that are reported beside the terms but not minimised, e.g. BEGAN's k; tensors without axes.</summary>
    public OrderedDictionary<string, Tensor> Observed { get; } = [];
}
