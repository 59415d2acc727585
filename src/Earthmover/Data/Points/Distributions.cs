namespace Earthmover.Data.Points;

/// <summary>A law with a density.</summary>
public interface IDensity
{
    /// <summary>Coordinates per point.</summary>
    int Dimension { get; }

    /// <summary>The natural logarithm of the density at a point; −∞ outside of the support.</summary>
    /// <param name="point">Coordinates, <c>[Dimension]</c>.</param>
    double LogDensity(ReadOnlySpan<double> point);
}

/// <summary>A law that can be drawn from without end.</summary>
public interface IPointSource
{
    /// <summary>Coordinates per point.</summary>
    int Dimension { get; }

    /// <summary>Draws independent points.</summary>
    /// <param name="random">Where randomness comes from; the same state gives the same points.</param>
    /// <param name="points">Receives <c>[N, Dimension]</c>; N follows from the length.</param>
    void Sample(SeededRandom random, Span<float> points);
}
