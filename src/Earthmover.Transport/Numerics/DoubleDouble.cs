namespace Earthmover.Transport;

/// <summary>
/// An unevaluated sum of two float64 numbers: about 32 digits (Dekker 1971; Joldes, Muller and Popescu 2017). For finite operands a sum,
/// a product, a quotient and a root are right to 2⁻¹⁰⁰ of their size.
/// </summary>
/// <param name="High">The number rounded to float64.</param>
/// <param name="Low">What the rounding left.</param>
internal readonly record struct DoubleDouble(double High, double Low)
{
    /// <summary>Half a unit in the last place of 1: the largest relative error of one float64 rounding.</summary>
    public const double Rounding = 1.1102230246251566e-16;

    /// <summary>The largest relative error of one operation here, with room to spare: 2⁻¹⁰⁰.</summary>
    public const double Error = 7.888609052210118e-31;

    public static DoubleDouble Zero => default;

    public static implicit operator DoubleDouble(double value) => new(value, 0);

    public static DoubleDouble operator -(DoubleDouble a) => new(-a.High, -a.Low);

    public static DoubleDouble operator +(DoubleDouble a, DoubleDouble b)
    {
        var (s, e) = TwoSum(a.High, b.High);
        var (t, f) = TwoSum(a.Low, b.Low);
        var c = QuickSum(s, e + t);
        return QuickSum(c.High, c.Low + f);
    }

    public static DoubleDouble operator -(DoubleDouble a, DoubleDouble b) => a + -b;

    public static DoubleDouble operator *(DoubleDouble a, DoubleDouble b)
    {
        var product = a.High * b.High;
        var rest = Math.FusedMultiplyAdd(a.High, b.High, -product);
        return QuickSum(product, rest + Math.FusedMultiplyAdd(a.High, b.Low, a.Low * b.High));
    }

    public static DoubleDouble operator /(DoubleDouble a, DoubleDouble b)
    {
        var first = a.High / b.High;
        var rest = a - b * first;
        var second = rest.High / b.High;
        rest -= b * second;
        return QuickSum(first, second) + rest.High / b.High;
    }

    public static bool operator <(DoubleDouble a, DoubleDouble b) => a.High < b.High || (a.High == b.High && a.Low < b.Low);

    public static bool operator >(DoubleDouble a, DoubleDouble b) => b < a;

    /// <summary>x − y without any error.</summary>
    public static DoubleDouble Difference(double x, double y)
    {
        var (s, e) = TwoSum(x, -y);
        return new(s, e);
    }

    public static DoubleDouble Abs(DoubleDouble a) => a.High < 0 ? -a : a;

    /// <summary>The square root of a number ≥ 0: one Newton step from the float64 root.</summary>
    public static DoubleDouble Sqrt(DoubleDouble a)
    {
        if (!(a.High > 0))
            return Zero;
        var root = Math.Sqrt(a.High);
        var rest = a - (DoubleDouble)root * root;
        return QuickSum(root, rest.High / (2 * root));
    }

    private static (double Sum, double Error) TwoSum(double a, double b)
    {
        var sum = a + b;
        var part = sum - a;
        return (sum, a - (sum - part) + (b - part));
    }

    private static DoubleDouble QuickSum(double a, double b)
    {
        var sum = a + b;
        return new(sum, b - (sum - a));
    }
}
