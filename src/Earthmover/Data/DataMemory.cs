namespace Earthmover.Data;

/// <summary>Data is kept in one array; this says so before it becomes too large for one, or for the machine.</summary>
internal static class DataMemory
{
    /// <summary>Pictures of one shape.</summary>
    /// <exception cref="UserException">They do not fit.</exception>
    public static void Check(string name, long count, ImageShape shape) =>
        Check(name, count * shape.Channels * shape.Height * shape.Width, $"{count} pictures of {shape}", "a smaller size= or a limit=");

    /// <summary>A number of bytes.</summary>
    /// <param name="name">The address or file.</param>
    /// <param name="bytes">What is needed.</param>
    /// <param name="what">What needs them.</param>
    /// <param name="remedy">What would need less.</param>
    /// <exception cref="UserException">They do not fit.</exception>
    public static void Check(string name, long bytes, string what, string remedy = "a smaller part of the data")
    {
        if (bytes > Array.MaxLength)
            throw new UserException($"{name}: {what} needs {Size(bytes)}, the limit is {Size(Array.MaxLength)}; use {remedy}");
        // Of a container this is the container's part.
        var there = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (there > 0 && bytes > there)
            throw new UserException($"{name}: {what} needs {Size(bytes)}, and this machine has {Size(there)} of memory; use {remedy}");
    }

    private static string Size(long bytes) => $"{bytes / 1e9:0.0} GB";
}
