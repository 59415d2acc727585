using System.Runtime.CompilerServices;

namespace Earthmover.Transport;

/// <summary>What a pair kernel sums over the coordinates of two points.</summary>
internal interface IPairTerm
{
    static abstract TVector Accumulate<T, TVector, TSimd>(TVector sum, TVector x, TVector y)
        where T : unmanaged
        where TVector : struct
        where TSimd : ISimd<T, TVector>;

    static abstract TVector Finish<T, TVector, TSimd>(TVector sum)
        where T : unmanaged
        where TVector : struct
        where TSimd : ISimd<T, TVector>;
}

/// <summary>
/// Σ (x − y)². The difference form, not ‖x‖² + ‖y‖² − 2⟨x, y⟩: it keeps its relative accuracy for near-duplicates and
/// for clouds far from the origin, where the product form loses every digit.
/// </summary>
internal readonly struct SquaredTerm : IPairTerm
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Accumulate<T, TVector, TSimd>(TVector sum, TVector x, TVector y)
        where T : unmanaged
        where TVector : struct
        where TSimd : ISimd<T, TVector>
    {
        var difference = TSimd.Subtract(x, y);
        return TSimd.MultiplyAdd(difference, difference, sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Finish<T, TVector, TSimd>(TVector sum)
        where T : unmanaged
        where TVector : struct
        where TSimd : ISimd<T, TVector> => sum;
}

/// <summary>(Σ (x − y)²)^½.</summary>
internal readonly struct EuclideanTerm : IPairTerm
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Accumulate<T, TVector, TSimd>(TVector sum, TVector x, TVector y)
        where T : unmanaged
        where TVector : struct
        where TSimd : ISimd<T, TVector> => SquaredTerm.Accumulate<T, TVector, TSimd>(sum, x, y);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Finish<T, TVector, TSimd>(TVector sum)
        where T : unmanaged
        where TVector : struct
        where TSimd : ISimd<T, TVector> => TSimd.Sqrt(sum);
}

/// <summary>Σ |x − y|.</summary>
internal readonly struct CityblockTerm : IPairTerm
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Accumulate<T, TVector, TSimd>(TVector sum, TVector x, TVector y)
        where T : unmanaged
        where TVector : struct
        where TSimd : ISimd<T, TVector> => TSimd.Add(sum, TSimd.Abs(TSimd.Subtract(x, y)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Finish<T, TVector, TSimd>(TVector sum)
        where T : unmanaged
        where TVector : struct
        where TSimd : ISimd<T, TVector> => sum;
}

/// <summary>Σ x·y: a matrix product.</summary>
internal readonly struct ProductTerm : IPairTerm
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Accumulate<T, TVector, TSimd>(TVector sum, TVector x, TVector y)
        where T : unmanaged
        where TVector : struct
        where TSimd : ISimd<T, TVector> => TSimd.MultiplyAdd(x, y, sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Finish<T, TVector, TSimd>(TVector sum)
        where T : unmanaged
        where TVector : struct
        where TSimd : ISimd<T, TVector> => sum;
}
