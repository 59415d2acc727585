namespace Earthmover.Reports.Runs;

/// <summary>
/// What a document that is passed on calls data: a built-in name as it is, of a path the last part alone, since the folders above tell of
/// their owner's machine.
/// </summary>
public static class DataLabel
{
    /// <summary>The label of an address, with its options.</summary>
    /// <param name="address">The address; of two domains, both sides: <c>a|b</c>.</param>
    public static string Of(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return string.Join('|', address.Split('|').Select(OfSide));
    }

    private static string OfSide(string address)
    {
        var mark = address.IndexOf('?', StringComparison.Ordinal);
        var name = LastPart(mark < 0 ? address : address[..mark]);
        return mark < 0 ? name : $"{name}?{string.Join('&', address[(mark + 1)..].Split('&').Select(OfOption))}";
    }

    private static string OfOption(string option)
    {
        var equals = option.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? LastPart(option) : option[..(equals + 1)] + LastPart(option[(equals + 1)..]);
    }

    private static string LastPart(string path) => Path.GetFileName(path.TrimEnd('/')) is { Length: > 0 } name ? name : path;
}
