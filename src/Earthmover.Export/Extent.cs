namespace Earthmover.Export;

/// <summary>A length or an index: a number, or so many times the number of samples.</summary>
/// <param name="Value">The number, or the factor.</param>
/// <param name="IsPerSample">Whether it is a factor.</param>
internal readonly record struct Extent(long Value, bool IsPerSample)
{
    public static implicit operator Extent(long value) => new(value, false);

    /// <summary>What two numbers are that were seen with two numbers of samples; null where they follow no such rule.</summary>
    public static Extent? Of(long a, long b, long samplesOfA, long samplesOfB) =>
        a == b ? a
        : a * samplesOfB == b * samplesOfA && a % samplesOfA == 0 ? new(a / samplesOfA, true)
        : null;

    public override string ToString() => IsPerSample ? $"{Value} per sample" : $"{Value}";
}
