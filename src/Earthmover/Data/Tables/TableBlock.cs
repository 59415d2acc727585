namespace Earthmover.Data.Tables;

/// <summary>What some numbers of an encoded row are.</summary>
public enum BlockKind
{
    /// <summary>A number of any size, of about unit spread.</summary>
    Number,
    /// <summary>A number in [−1, 1].</summary>
    Bounded,
    /// <summary>A vector that is 1 at one place and 0 at the others.</summary>
    Choice,
}

/// <summary>Numbers of an encoded row that belong together.</summary>
/// <param name="Start">Place of the first.</param>
/// <param name="Width">How many; 1 for a number.</param>
/// <param name="Kind">What they are.</param>
public sealed record TableBlock(int Start, int Width, BlockKind Kind)
{
    /// <summary>
    /// Of a choice behind a number: the number counts while one of the first so many is chosen, and is 0 otherwise; 0 where there is none.
    /// </summary>
    public int Opens { get; init; }

    /// <summary>How often each place of a choice is 1, in any unit [Width]; empty for numbers.</summary>
    public IReadOnlyList<double> Shares { get; init; } = [];

    /// <summary>Whether a choice is between the values of a column, and not between parts of a column of numbers.</summary>
    public bool IsCategory { get; init; }
}
