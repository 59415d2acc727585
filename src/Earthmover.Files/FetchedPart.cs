namespace Earthmover.Files;

/// <summary>Parts that the set-up fetches, as they are not the program's own: each has a folder in <c>artifacts</c>.</summary>
public static class FetchedPart
{
    /// <summary>Where a part is: the folder in its variable, else <c>artifacts/NAME</c> beside or above the program.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="given">The value of its variable, which names another folder; null or empty where it does not.</param>
    /// <param name="start">The folder to start from, usually the program's own.</param>
    /// <returns>Null where there is none.</returns>
    public static string? Locate(string name, string? given, string start)
    {
        if (!string.IsNullOrEmpty(given))
            return given;
        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
            if (Path.Combine(folder.FullName, "artifacts", name) is var candidate && Directory.Exists(candidate))
                return candidate;
        return null;
    }
}
