namespace Earthmover.Systems;

/// <summary>The parts that games for rows of a table have in common.</summary>
public abstract record TableOptions : SystemOptions
{
    private protected TableOptions(double temperature) => Temperature = temperature;

    /// <summary>Units of each of the two hidden layers of both networks.</summary>
    [Bounds(AtLeast = 1, AtMost = 16_384)]
    public int Width { get; init; } = 256;
    /// <summary>Length of z.</summary>
    [Bounds(AtLeast = 1, AtMost = 65_536)]
    public int LatentSize { get; init; } = 128;
    /// <summary>τ, temperature of the relaxed choices in the game.</summary>
    [Bounds(Above = 0, AtMost = 100)]
    public double Temperature { get; init; }
}
