namespace Earthmover.Data;

/// <summary>
/// How the folder of a run is told from a folder of data: by its recipe. The pictures in it are grids of samples, never data.
/// </summary>
public static class RunMark
{
    /// <summary>The file that only runs have.</summary>
    public const string FileName = "recipe.json";

    /// <summary>Whether a path is the folder of a run.</summary>
    public static bool IsRun(string path) => File.Exists(Path.Combine(path, FileName));

    /// <summary>Refuses a run, or a folder of runs, where data is wanted.</summary>
    /// <param name="address">What the user named.</param>
    /// <exception cref="UserException">It is one; the message says what takes runs, and how to make data of its samples.</exception>
    public static void Refuse(DataAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        var path = address.Name;
        if (IsRun(path))
            throw new UserException(address.Options.Count > 0
                ? $"{path} is a run, which takes no options of data; "
                    + $"leave ?{string.Join('&', address.Options.Select(option => option.Key))}… out"
                : $"{path} is a run, not data; "
                    + $"evaluate and distance take runs as they are, and "
                    + $"{Invocation.Of($"sample {path} -n 1000 --out FOLDER|FILE")} makes data of its samples");
        if (HoldsRuns(path))
            throw new UserException($"{path} holds runs, not data; name one, such as "
                + $"{Directory.EnumerateDirectories(path).First(IsRun)}, where a run is wanted");
    }

    /// <summary>Whether a folder holds runs and, but for claims, nothing else.</summary>
    internal static bool HoldsRuns(string path)
    {
        if (!Directory.Exists(path))
            return false;
        try
        {
            var entries = Directory.EnumerateFileSystemEntries(path).Where(entry => Path.GetFileName(entry) != "claims").ToList();
            return entries.Count > 0 && entries.TrueForAll(IsRun);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false; // Whoever reads the folder says why it cannot be read.
        }
    }
}
