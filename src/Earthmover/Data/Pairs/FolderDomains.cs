using System.IO.Enumeration;
using Earthmover.Data.Pictures;

namespace Earthmover.Data.Pairs;

/// <summary>
/// Folders that hold two domains: <c>trainA</c> and <c>trainB</c>, which do not correspond; <c>A</c> and <c>B</c>, whose pictures of one
/// name do; pictures that hold both side by side (<c>split=ab</c>); pictures with captions (<c>captions=yes</c>).
/// </summary>
internal static class FolderDomains
{
    private const int Deepest = 3;

    /// <summary>The two domains of a folder; null where it holds one.</summary>
    /// <param name="address">The folder's address.</param>
    /// <param name="wanted">How they should correspond; null leaves it to the folder.</param>
    /// <exception cref="UserException">One of two is missing, or pairs are wanted and there are none.</exception>
    public static TwoDomains? Of(DataAddress address, Pairing? wanted)
    {
        if (!DataCatalog.IsPictureFolder(address)) return null;
        var split = PictureSplit.Of(address["split"] ?? "");
        if (split.Halves is not null) return TwoDomains.SidesOf(address, wanted ?? Pairing.Aligned);
        if (address[PairOptions.Captions] is not null) return TwoDomains.SidesOf(address, Pairing.Captioned);
        if (Look(address, address.Name, split.Part ?? "train", wanted, 0) is { } found) return found;
        return wanted is null ? null
            : throw new UserException($"{address.Name} holds no two domains; it needs trainA/ and trainB/, or A/ and B/, "
                + "or two addresses are given as 'FIRST|SECOND?pairs=aligned'");
    }

    private static TwoDomains? Look(DataAddress address, string folder, string part, Pairing? wanted, int depth)
    {
        var inner = Folders(folder);
        string[] names = part == "valid" ? ["valid", "val"] : [part];
        foreach (var name in names)
            if (Both(inner, $"{name}A", $"{name}B") is { } apart)
                return Beside(address.Without("split"), apart, wanted ?? Pairing.Unpaired);
        if (Both(inner, "A", "B") is { } named && (wanted is not null || (inner.Length == 2 && ShareNames(named.A, named.B))))
            return Beside(address, named, wanted ?? Pairing.Aligned) with { Note = wanted is null ? NoteOf(named) : null };
        if (depth == Deepest) return null;
        if (Array.Find(inner, name => FolderLayout.PartOf(Path.GetFileName(name)) == part) is { } within)
            return Look(address.Without("split"), within, part, wanted, depth + 1);
        return inner is [var only] ? Look(address, only, part, wanted, depth + 1) : null;
    }

    private static string NoteOf((string A, string B) folders) =>
        $"{Path.GetFileName(folders.A)}/ and {Path.GetFileName(folders.B)}/ hold pairs, since their pictures have the same names; "
        + "pairs=none reads them as two classes";

    private static TwoDomains Beside(DataAddress address, (string A, string B) folders, Pairing pairing)
    {
        var one = address.Without(PairOptions.Pairs);
        return new(one with { Name = folders.A }, one with { Name = folders.B }, pairing);
    }

    // A and B are also letters, of which one alone says nothing.
    private static (string A, string B)? Both(string[] folders, string first, string second)
    {
        var (a, b) = (Named(first), Named(second));
        if (a is not null && b is not null) return (a, b);
        if (first.Length == 1 || (a is null && b is null)) return null;
        var (there, missing) = a is null ? (b!, first) : (a, second);
        throw new UserException($"{Path.GetDirectoryName(there)} has {Path.GetFileName(there)} but no {missing}; "
            + $"two domains need both, and one alone is named itself: {there}");

        string? Named(string name) => Array.Find(folders, folder =>
            string.Equals(Path.GetFileName(folder), name, StringComparison.OrdinalIgnoreCase));
    }

    // Half of the smaller: two classes may be called A and B, and their pictures 1, 2, 3 rarely.
    private static bool ShareNames(string a, string b)
    {
        var (first, second) = (NamesIn(a), NamesIn(b));
        var few = Math.Min(first.Count, second.Count);
        first.IntersectWith(second);
        return few > 0 && 2 * first.Count >= few;
    }

    private static HashSet<string> NamesIn(string folder)
    {
        var files = new FileSystemEnumerable<string>(folder, (ref entry) => Path.GetRelativePath(folder, entry.ToFullPath()),
            new EnumerationOptions { RecurseSubdirectories = true })
        {
            ShouldIncludePredicate = (ref entry) => !entry.IsDirectory,
            // A link may lead to a folder around it.
            ShouldRecursePredicate = (ref entry) => !entry.Attributes.HasFlag(FileAttributes.ReparsePoint),
        };
        try
        {
            return [.. files.Where(ImageFolderListing.IsPicture).Select(PairNames.Stem)];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return []; // Whoever reads it says why it cannot be read.
        }
    }

    private static string[] Folders(string folder)
    {
        try
        {
            return [.. Directory.EnumerateDirectories(folder)
                .Where(inner => !Path.GetFileName(inner).StartsWith('.') && Path.GetFileName(inner) != "__MACOSX")
                .Order(StringComparer.Ordinal)];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
