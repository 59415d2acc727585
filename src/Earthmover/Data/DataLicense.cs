using Earthmover.Data.Pairs;

namespace Earthmover.Data;

/// <summary>
/// The license that data are under, where it is known: of built-in data by their publisher, of others by the option <c>license</c> of their
/// address. It is said beside whatever is made of them, and nothing depends on it.
/// </summary>
public static class DataLicense
{
    /// <summary>The option of an address that says it, as in <c>photos?license=CC-BY-4.0</c>.</summary>
    public const string Option = "license";

    private const int Longest = 120;

    // As their publishers say: an SPDX identifier.
    private static readonly Dictionary<string, string> s_published = new()
    {
        [FashionPairs.MadeOf] = "MIT",
        [Tables.AdultTable.Name] = "CC-BY-4.0",
    };

    /// <summary>The license of some data; of two domains those of both.</summary>
    /// <param name="address">A built-in name or a path, with options after a question mark.</param>
    /// <returns>E.g. <c>MIT</c>; null where nobody says it.</returns>
    public static string? Of(string address)
    {
        var parsed = DataAddress.Parse(address);
        if (Domains.BesideBar(parsed) is not var (a, b))
            return Of(parsed);
        string[] both = [.. new[] { Of(a), Of(b) }.OfType<string>().Distinct()];
        return both.Length == 0 ? null : string.Join("; ", both);
    }

    /// <summary>Whether a text may name a license: a line of at most 120 characters.</summary>
    /// <param name="text">The text.</param>
    public static bool IsName(string text) =>
        text.Length is > 0 and <= Longest && !string.IsNullOrWhiteSpace(text) && !text.Any(char.IsControl);

    // Pairs that are made of published pictures are under their license.
    private static string? Of(DataAddress address) => address[Option]
        ?? s_published.GetValueOrDefault(FashionPairs.PairingOf(address.Name) is null ? address.Name : FashionPairs.MadeOf);
}
