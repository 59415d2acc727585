using System.Globalization;

namespace Earthmover.Torch;

/// <summary>Memory of this machine, and how amounts of it are written.</summary>
public static class HostMemory
{
    /// <summary>Bytes there are; in a container, the container's part.</summary>
    public static long Available => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes is > 0 and var there ? there : long.MaxValue;

    /// <summary>A number of bytes for people: <c>1.5 GB</c>, <c>0.3 MB</c>, <c>12 bytes</c>.</summary>
    public static string Text(double bytes)
    {
        var (size, unit) = bytes >= 1e8 ? (bytes / 1e9, "GB") : bytes >= 1e5 ? (bytes / 1e6, "MB") : (bytes, "bytes");
        return $"{size.ToString(unit == "bytes" ? "0" : "0.0", CultureInfo.InvariantCulture)} {unit}";
    }
}
