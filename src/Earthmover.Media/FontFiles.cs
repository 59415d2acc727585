namespace Earthmover.Media;

/// <summary>Font files of this machine, and those that somebody names: by path, by folder, or by the name of an installed font.</summary>
public static class FontFiles
{
    private const int MostFaces = 64;
    private static readonly string[] s_kinds = [".ttf", ".otf", ".ttc", ".otc"];

    /// <summary>Where fonts are looked for; one that came with the program is found wherever the program is.</summary>
    public static IReadOnlyList<string> Folders { get; } =
    [
        Path.Combine(AppContext.BaseDirectory, "fonts"),
        "/usr/share/fonts", "/usr/local/share/fonts", "/usr/share/texmf/fonts", "/Library/Fonts", "/System/Library/Fonts",
        Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".fonts"),
        Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "share", "fonts"),
    ];

    /// <summary>Names of the installed fonts: those of their files, without the extension.</summary>
    public static IReadOnlyList<string> Installed => [.. Below(Folders, s_kinds).Select(NameOf).Distinct(StringComparer.Ordinal)];

    /// <summary>Opens fonts.</summary>
    /// <param name="wanted">
    /// A file; a folder, of which every font is meant; or the name of an installed font, in any case and with or without spaces and
    /// hyphens, as <c>DejaVu Serif</c>. Of a file of several faces the first is meant, unless a face is named as it calls itself.
    /// </param>
    /// <returns>The faces, to be disposed; none where there is no such font or it cannot be read.</returns>
    public static IReadOnlyList<FontFace> Open(string wanted)
    {
        ArgumentException.ThrowIfNullOrEmpty(wanted);
        if (File.Exists(wanted)) return Faces([wanted]);
        if (Directory.Exists(wanted)) return Faces(Below([wanted], s_kinds));
        var key = KeyOf(wanted);
        var files = Below(Folders, s_kinds);
        if (files.FirstOrDefault(file => KeyOf(NameOf(file)) == key) is { } named) return Faces([named]);
        return Named(files.Where(file => NameOf(file).Length > 0 && IsCollection(file)), key) is { } face ? [face] : [];
    }

    /// <summary>The font files below folders, in the order of their paths.</summary>
    /// <param name="folders">The folders; those that are not there are passed over.</param>
    /// <param name="kinds">Extensions with their point.</param>
    internal static IReadOnlyList<string> Below(IEnumerable<string> folders, params IReadOnlyList<string> kinds)
    {
        var options = new EnumerationOptions { RecurseSubdirectories = true };
        return [.. folders.Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*", options))
            .Where(file => kinds.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase))
            .Order(StringComparer.Ordinal)];
    }

    private static bool IsCollection(string file) => Path.GetExtension(file).EndsWith('c');

    private static IReadOnlyList<FontFace> Faces(IEnumerable<string> files) =>
        [.. files.Select(file => FontFace.Open(file)).OfType<FontFace>()];

    private static FontFace? Named(IEnumerable<string> files, string key)
    {
        foreach (var file in files)
            for (var face = 0; face < MostFaces && FontFace.Open(file, face) is { } opened; face++)
            {
                if (KeyOf(opened.Name) == key) return opened;
                opened.Dispose();
            }

        return null;
    }

    private static string NameOf(string file) => Path.GetFileNameWithoutExtension(file);

    // The usual weight is often left unsaid.
    private static string KeyOf(string name)
    {
        var letters = string.Concat(name.Where(char.IsLetterOrDigit)).ToUpperInvariant();
        return letters.EndsWith("REGULAR", StringComparison.Ordinal) ? letters[..^"REGULAR".Length] : letters;
    }
}
