using System.Numerics;
using System.Runtime.CompilerServices;

namespace Earthmover.Transport;

/// <summary>How large values are.</summary>
internal static class Magnitude
{
    /// <summary>The largest absolute value; 0 for none.</summary>
    /// <param name="values">No NaN among them.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Largest<T>(ReadOnlySpan<T> values)
        where T : struct, IFloatingPoint<T>
    {
        var most = Vector<T>.Zero;
        var largest = T.Zero;
        var k = 0;
        for (; k + Vector<T>.Count <= values.Length; k += Vector<T>.Count)
            most = Vector.MaxNative(most, Vector.Abs(new Vector<T>(values[k..])));
        for (var lane = 0; lane < Vector<T>.Count; lane++)
            largest = T.Max(largest, most[lane]);
        for (; k < values.Length; k++)
            largest = T.Max(largest, T.Abs(values[k]));
        return double.CreateChecked(largest);
    }
}
