namespace Earthmover.Torch;

/// <summary>A number handed to an operator: an integer or a real.</summary>
public readonly struct Scalar
{
    internal bool IsInteger { get; private init; }
    internal long Integer { get; private init; }
    internal double Real { get; private init; }
    private bool IsSet { get; init; }

    // An optional parameter of type Scalar is left out by leaving it default.
    internal Scalar OrDefault(Scalar value) => IsSet ? this : value;

    /// <summary>A real number.</summary>
    public static implicit operator Scalar(double value) => new() { IsSet = true, Real = value };

    /// <summary>An integer.</summary>
    public static implicit operator Scalar(long value) => new() { IsSet = true, IsInteger = true, Integer = value };

    /// <summary>An integer.</summary>
    public static implicit operator Scalar(int value) => (long)value;
}
