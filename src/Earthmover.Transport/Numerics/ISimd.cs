namespace Earthmover.Transport;

/// <summary>
/// The operations that the kernels need from one vector width, so that each kernel is written once and compiled by the
/// JIT for 512, 256 and 128 bits. The 128-bit form is also the portable one: it runs, in software if need be, everywhere.
/// </summary>
internal interface ISimd<T, TVector>
    where T : unmanaged
    where TVector : struct
{
    static abstract int Count { get; }

    static abstract TVector Load(ref T origin, nuint offset);

    static abstract void Store(TVector value, ref T origin, nuint offset);

    static abstract TVector Create(T value);

    /// <summary>0, 1, 2, … per lane.</summary>
    static abstract TVector Iota();

    static abstract TVector Add(TVector a, TVector b);

    static abstract TVector Subtract(TVector a, TVector b);

    static abstract TVector Multiply(TVector a, TVector b);

    /// <summary>a·b + c, fused where the hardware can.</summary>
    static abstract TVector MultiplyAdd(TVector a, TVector b, TVector c);

    static abstract TVector Min(TVector a, TVector b);

    static abstract TVector Max(TVector a, TVector b);

    static abstract TVector Abs(TVector a);

    static abstract TVector Sqrt(TVector a);

    /// <summary>e^a, relative error below 3·10⁻⁷ (float) on [−87, 88]; smaller arguments give 0.</summary>
    static abstract TVector Exp(TVector a);

    static abstract TVector LessThan(TVector a, TVector b);

    static abstract TVector LessThanOrEqual(TVector a, TVector b);

    static abstract TVector Select(TVector mask, TVector whereSet, TVector whereClear);

    /// <summary>One bit per lane of a comparison's result.</summary>
    static abstract ulong Bits(TVector mask);

    static abstract T Sum(TVector a);
}
