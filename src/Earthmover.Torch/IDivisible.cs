namespace Earthmover.Torch;

/// <summary>A batch whose samples several threads may divide among themselves.</summary>
/// <typeparam name="TSelf">The batch itself.</typeparam>
public interface IDivisible<TSelf>
{
    /// <summary>Number of samples.</summary>
    long Count { get; }

    /// <summary>One of equal parts, or parts that differ by one sample: views, which live no longer than the batch.</summary>
    /// <param name="index">Which, from 0.</param>
    /// <param name="parts">How many there are.</param>
    TSelf Part(int index, int parts);
}
