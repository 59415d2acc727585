using Earthmover.Data.Toys;

namespace Earthmover.Data;

/// <summary>The two domains of an address, whose samples do not correspond: <c>a|b</c>, a folder with trainA and trainB, or a toy that has two sides and was asked for neither.</summary>
internal static class Domains
{
    /// <summary>The two sides; null where there is one.</summary>
    /// <param name="address">The address.</param>
    /// <exception cref="UserException">A folder has one of trainA and trainB alone.</exception>
    public static (DataAddress A, DataAddress B)? Of(DataAddress address)
    {
        if (BesideBar(address) is { } two) return two;
        if (ToyCatalog.HasSides(address.Name) && address.Options.All(option => option.Key != "side"))
            return (address, address with { Options = [.. address.Options, new("side", "b")] });
        if (!Directory.Exists(address.Name)) return null;
        var inner = Folders(address.Name);
        return SidesIn(address, inner) ?? (inner is [var only] ? SidesIn(address, Folders(only)) : null);
    }

    /// <summary>What stands on both sides of a bar; null where there is none.</summary>
    public static (DataAddress A, DataAddress B)? BesideBar(DataAddress address) =>
        address.Name.IndexOf('|', StringComparison.Ordinal) is > 0 and var bar && !DataAddress.Exists(address.Name)
            ? (DataAddress.Parse(address.Name[..bar]), DataAddress.Parse(address.Name[(bar + 1)..]))
            : null;

    private static (DataAddress A, DataAddress B)? SidesIn(DataAddress address, string[] folders)
    {
        var (a, b) = (Named("trainA"), Named("trainB"));
        if (a is null && b is null) return null;
        if (a is null || b is null)
            throw new UserException($"{Path.GetDirectoryName(a ?? b)} has {Path.GetFileName(a ?? b)} but no {(a is null ? "trainA" : "trainB")}; two domains need both, and one alone is named itself: {a ?? b}");
        return (address with { Name = a }, address with { Name = b });

        string? Named(string name) => Array.Find(folders, folder => string.Equals(Path.GetFileName(folder), name, StringComparison.OrdinalIgnoreCase));
    }

    private static string[] Folders(string folder)
    {
        try
        {
            return [.. Directory.EnumerateDirectories(folder).Where(inner => !Path.GetFileName(inner).StartsWith('.') && Path.GetFileName(inner) != "__MACOSX").Order(StringComparer.Ordinal)];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return []; // Whoever reads it says why it cannot be read.
        }
    }
}
