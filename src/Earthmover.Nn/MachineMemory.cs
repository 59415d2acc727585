using Earthmover.Torch;

namespace Earthmover.Nn;

/// <summary>
/// Refuses weights that the machine cannot hold before memory is asked for: the system would grant it, and end the process without a word
/// when it is used.
/// </summary>
internal static class MachineMemory
{
    // The weights in their flat buffer and their gradients, two moments of an optimizer, and an average.
    private const double Copies = 5;
    private const double Small = 1 << 24;
    // No picture has so many pixels, and no layer so many units.
    private const long LongestAxis = 1 << 25;
    private const string Advice = "choose smaller networks, with --set width=64 or so";

    /// <summary>Refuses a weight that is too large to be trained here.</summary>
    /// <exception cref="ArgumentException">It is.</exception>
    public static void RequireFor(ReadOnlySpan<long> shape)
    {
        var bytes = (double)sizeof(float);
        foreach (var length in shape)
        {
            if (length > LongestAxis)
                throw new ArgumentException($"a layer of {Text(shape)} weights is more than any network needs; {Advice}");
            bytes *= length;
        }
        if (bytes < Small || RandomStreams.Current.Device.IsCuda)
            return;
        var there = HostMemory.Available;
        if (Copies * bytes + Environment.WorkingSet > there)
            throw new ArgumentException($"a layer of {Text(shape)} weights takes {HostMemory.Text(Copies * bytes)} to train, "
                + $"and this machine has {HostMemory.Text(there)}; {Advice}");
    }

    private static string Text(ReadOnlySpan<long> shape) => string.Join(" x ", shape.ToArray());
}
