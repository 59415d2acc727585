using Earthmover.Torch;

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
            throw new UserException($"{name}: {what} needs {HostMemory.Text(bytes)}, "
                + $"the limit is {HostMemory.Text(Array.MaxLength)}; use {remedy}");
        if (bytes > HostMemory.Available)
            throw new UserException($"{name}: {what} needs {HostMemory.Text(bytes)}, "
                + $"and this machine has {HostMemory.Text(HostMemory.Available)} of memory; use {remedy}");
    }
}
