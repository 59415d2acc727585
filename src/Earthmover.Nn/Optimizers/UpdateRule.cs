using System.Numerics;
using System.Runtime.InteropServices;
using Earthmover.Torch;

namespace Earthmover.Nn.Optimizers;

/// <summary>
/// How one vector of neighboring parameters moves. A struct, so that the loop is compiled anew for every rule and its call vanishes.
/// </summary>
internal interface IUpdateRule
{
    /// <summary>Moments that the rule reads and writes: 0, 1 or 2.</summary>
    static abstract int Moments { get; }

    /// <summary>The parameters after the step; the moments change in place.</summary>
    Vector<float> Move(Vector<float> parameters, Vector<float> gradients, ref Vector<float> first, ref Vector<float> second);
}

/// <summary>The one loop behind every optimizer on the processor.</summary>
internal static class UpdateLoop
{
    /// <summary>One pass over the flat buffers, whose padded length is a whole number of vectors.</summary>
    public static void Run<TRule>(TRule rule, FlatParameters parameters, Tensor? first = null, Tensor? second = null)
        where TRule : struct, IUpdateRule
    {
        Span<Vector<float>> p = Vectors(parameters.Values), g = Vectors(parameters.Gradients)[..p.Length];
        var m = TRule.Moments > 0 ? Vectors(first!)[..p.Length] : default;
        var v = TRule.Moments > 1 ? Vectors(second!)[..p.Length] : default;
        Vector<float> unused = default;
        for (var i = 0; i < p.Length; i++)
            p[i] = rule.Move(p[i], g[i], ref TRule.Moments > 0 ? ref m[i] : ref unused, ref TRule.Moments > 1 ? ref v[i] : ref unused);
    }

    private static Span<Vector<float>> Vectors(Tensor tensor) => MemoryMarshal.Cast<float, Vector<float>>(tensor.AsSpan<float>());
}
