using Earthmover.Media.Native;

namespace Earthmover.Media;

/// <summary>A line of text as a mask.</summary>
/// <param name="Coverage">How much of each pixel is ink, 0–255, <c>[Height, Width]</c>.</param>
/// <param name="Baseline">The row, from the top, on which the letters stand.</param>
public sealed record TextMask(Image Coverage, int Baseline);

/// <summary>Draws text with a font that lies beside the program in <c>fonts</c>, or of the system.</summary>
public static class Font
{
    // A font that came with the program is found wherever the program is.
    private static readonly string[] Folders =
    [
        Path.Combine(AppContext.BaseDirectory, "fonts"),
        "/usr/share/fonts", "/usr/local/share/fonts", "/usr/share/texmf/fonts", "/Library/Fonts", "/System/Library/Fonts",
        Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".fonts"),
        Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "share", "fonts"),
    ];

    // In the order of preference; any other TrueType font does if none of them is there.
    private static readonly string[] Preferred = ["DejaVuSans.ttf", "LiberationSans-Regular.ttf", "NotoSans-Regular.ttf", "FreeSans.ttf", "Arial.ttf"];

    private static readonly Lazy<string?> DefaultFile = new(() => Find(Folders));

    /// <summary>The font's file that labels are drawn with, or null when the system has no font.</summary>
    public static string? File => DefaultFile.Value;

    /// <summary>Draws one line of text.</summary>
    /// <param name="text">The text; an empty one gives a mask one pixel wide.</param>
    /// <param name="size">The font's em, in pixels, 1–1000.</param>
    /// <exception cref="MediaException">The system has no font; the message says what to install.</exception>
    public static unsafe TextMask Draw(string text, int size)
    {
        ArgumentNullException.ThrowIfNull(text);
        var file = File ?? throw new MediaException(MediaProblem.NotInstalled,
            "no TrueType font was found for labels; install the package fonts-dejavu-core");
        int width = 0, height = 0, baseline = 0;
        byte* coverage = null;
        try
        {
            int* w = &width, h = &height, b = &baseline;
            var c = &coverage;
            NativeMethods.Check((message, capacity) =>
                NativeMethods.em_media_text(file, text.Replace('\0', ' '), size, w, h, b, c, message, capacity));
            return new TextMask(new Image(width, height, 1, new ReadOnlySpan<byte>(coverage, checked(width * height))), baseline);
        }
        finally
        {
            if (coverage is not null) NativeMethods.em_media_free(coverage);
        }
    }

    /// <summary>The best font below the folders, or null.</summary>
    internal static string? Find(IEnumerable<string> folders)
    {
        var options = new EnumerationOptions { RecurseSubdirectories = true, MatchCasing = MatchCasing.CaseInsensitive };
        string? best = null;
        var rank = int.MaxValue;
        foreach (var file in folders.Where(Directory.Exists).SelectMany(folder => Directory.EnumerateFiles(folder, "*.ttf", options)).Order(StringComparer.Ordinal))
        {
            var place = Array.IndexOf(Preferred, Path.GetFileName(file));
            if (place < 0) place = Preferred.Length;
            if (place < rank) (best, rank) = (file, place);
        }

        return best;
    }
}
