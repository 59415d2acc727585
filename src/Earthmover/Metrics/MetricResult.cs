namespace Earthmover.Metrics;

/// <summary>Which direction of a metric is better.</summary>
public enum Better
{
    /// <summary>Smaller values: a distance.</summary>
    Lower,
    /// <summary>Larger values: a share, a score.</summary>
    Higher,
    /// <summary>Values near the floor: neither less nor more than real data has.</summary>
    LikeReal,
}

/// <summary>One number of a measurement, before it is known what it was measured on.</summary>
/// <param name="Name">Name of the quantity.</param>
/// <param name="Value">The number.</param>
/// <param name="Low95">Lower end of the 95 % interval.</param>
/// <param name="High95">Upper end of the 95 % interval.</param>
/// <param name="Interval">How the interval was obtained: <c>analytic</c>, <c>jackknife</c>, <c>bootstrap</c> or <c>none</c>, with
/// details.</param>
/// <param name="PValue">Probability of a value as extreme if nothing were wrong, for tests.</param>
public sealed record MetricValue(string Name, double Value, double Low95, double High95, string Interval, double? PValue = null);

/// <summary>A measured number with everything that is needed to compare it with another one.</summary>
/// <param name="Name">Name of the quantity, with the features that it was measured in where they are not the data itself:
/// <c>fd-fmnist</c>.</param>
/// <param name="Value">The number.</param>
/// <param name="Low95">Lower end of the 95 % interval.</param>
/// <param name="High95">Upper end of the 95 % interval.</param>
/// <param name="Interval">How the interval was obtained.</param>
/// <param name="Floor">The same measurement with fresh real samples in the place of the generated ones, at the same n: what perfection
/// reads.</param>
/// <param name="N">Samples on each side.</param>
/// <param name="Protocol">Features with the hash of their weights, resizing, element type, range, reference data, settings.</param>
/// <param name="Better">Which direction is better.</param>
/// <param name="PValue">Of a test; null for an estimate.</param>
public sealed record MetricResult(
    string Name, double Value, double Low95, double High95, string Interval,
    double? Floor, int N, string Protocol, Better Better, double? PValue = null)
{
    /// <summary>Wall time of the measurement, without the floor, in seconds.</summary>
    public double Seconds { get; init; }

    /// <summary>This value minus another.</summary>
    /// <exception cref="ProtocolMismatchException">The two are of different names, protocols or n: their difference means
    /// nothing.</exception>
    public double Minus(MetricResult other)
    {
        RequireComparable(other);
        return Value - other.Value;
    }

    /// <summary>Whether this value is the better one.</summary>
    /// <exception cref="ProtocolMismatchException">The two are of different names, protocols or n.</exception>
    public bool IsBetterThan(MetricResult other)
    {
        RequireComparable(other);
        return Better switch
        {
            Better.Lower => Value < other.Value,
            Better.Higher => Value > other.Value,
            _ => Math.Abs(Value - (Floor ?? 0)) < Math.Abs(other.Value - (other.Floor ?? 0)),
        };
    }

    private void RequireComparable(MetricResult other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (Name != other.Name)
            throw new ProtocolMismatchException($"'{Name}' and '{other.Name}' are different quantities");
        if (Protocol != other.Protocol)
            throw new ProtocolMismatchException($"two values of '{Name}' were measured in different ways: {Protocol} and {other.Protocol}");
        if (N != other.N)
            throw new ProtocolMismatchException(
                $"two values of '{Name}' were measured with different numbers of samples, {N} and {other.N}; most metrics are biased by n");
    }
}

/// <summary>Two numbers were to be compared that were not measured in the same way.</summary>
public sealed class ProtocolMismatchException(string message) : InvalidOperationException(message);
