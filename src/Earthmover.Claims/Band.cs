using System.Globalization;

namespace Earthmover.Claims;

/// <summary>Where a number must lie. Both ends belong to it.</summary>
/// <param name="Low">Lower end; −∞ where there is none.</param>
/// <param name="High">Upper end; ∞ where there is none.</param>
public readonly record struct Band(double Low, double High)
{
    /// <summary>From one number to another.</summary>
    public static Band Between(double low, double high) => new(low, high);

    /// <summary>A number and what it may differ by on either side.</summary>
    public static Band Around(double value, double tolerance) => new(value - tolerance, value + tolerance);

    /// <summary>This or less.</summary>
    public static Band AtMost(double high) => new(double.NegativeInfinity, high);

    /// <summary>This or more.</summary>
    public static Band AtLeast(double low) => new(low, double.PositiveInfinity);

    /// <summary>Whether a number lies in it; NaN lies nowhere.</summary>
    public bool Contains(double value) => value >= Low && value <= High;

    /// <summary>For people: <c>1.03 … 1.07</c>, <c>≥ 0.9</c>.</summary>
    public override string ToString() =>
        double.IsNegativeInfinity(Low) ? $"≤ {Text(High)}"
        : double.IsPositiveInfinity(High) ? $"≥ {Text(Low)}"
        : Low == High ? Text(Low) : $"{Text(Low)} … {Text(High)}";

    private static string Text(double value) => value.ToString("g6", CultureInfo.InvariantCulture);
}
