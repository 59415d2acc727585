namespace Earthmover.Data;

/// <summary>Pictures are kept in one array; this says so before it becomes too large.</summary>
internal static class ImageMemory
{
    /// <exception cref="UserException">The pictures do not fit.</exception>
    public static void Check(string name, int count, ImageShape shape)
    {
        var bytes = (long)count * shape.Channels * shape.Height * shape.Width;
        if (bytes > Array.MaxLength)
            throw new UserException($"{name}: {count} pictures of {shape} need {bytes / 1e9:0.0} GB, the limit is {Array.MaxLength / 1e9:0.0} GB; use a smaller size= or a limit=");
    }
}
