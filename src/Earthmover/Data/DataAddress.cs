namespace Earthmover.Data;

/// <summary>
/// The name of some data as the user writes it: a built-in name or a path, and options after a question mark, as in
/// <c>fashion-mnist?classes=7,8&amp;size=32</c>.
/// </summary>
/// <param name="Name">The built-in name or the path.</param>
/// <param name="Options">The options in their order; a key occurs once.</param>
public sealed record DataAddress(string Name, IReadOnlyList<KeyValuePair<string, string>> Options)
{
    /// <summary>Takes an address apart; of two domains, <c>a|b</c>, the whole text is the name.</summary>
    /// <param name="text">What the user wrote.</param>
    /// <exception cref="UserException">Empty, an option without <c>=</c>, or one given twice.</exception>
    public static DataAddress Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (string.IsNullOrWhiteSpace(text)) throw new UserException("the data address is empty; give a built-in name or a path");
        // A file may have a question mark in its name.
        if (Exists(text)) return new DataAddress(text, []);
        var mark = text.IndexOf('?', StringComparison.Ordinal);
        // Two domains: each side has options of its own.
        if (mark < 0 || text.Contains('|', StringComparison.Ordinal)) return new DataAddress(text, []);
        if (mark == 0) throw new UserException($"the data address '{text}' has options but no name");
        var options = new List<KeyValuePair<string, string>>();
        foreach (var part in text[(mark + 1)..].Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0) throw new UserException($"'{part}' in '{text}' is not an option; write name=value");
            var key = part[..equals].Trim();
            if (options.Any(option => option.Key == key))
                throw new UserException($"the option '{key}' occurs twice in '{text}'; give it once");
            options.Add(new(key, part[(equals + 1)..].Trim()));
        }

        return new DataAddress(text[..mark], options);
    }

    /// <summary>The value of an option; null where it was not given.</summary>
    /// <param name="key">The option's name.</param>
    internal string? this[string key] => Options.FirstOrDefault(option => option.Key == key).Value;

    /// <summary>The address without some options.</summary>
    /// <param name="keys">The options' names.</param>
    internal DataAddress Without(params IReadOnlyList<string> keys) =>
        this with { Options = [.. Options.Where(option => !keys.Contains(option.Key))] };

    /// <summary>The address with one option more, or another value of it.</summary>
    /// <param name="key">The option's name.</param>
    /// <param name="value">Its value.</param>
    internal DataAddress With(string key, string value) => this with { Options = [.. Without(key).Options, new(key, value)] };

    // Folders that follow a bar may take what stands before it away: a|../../b is not ../b.
    internal static bool Exists(string path) =>
        (File.Exists(path) || Directory.Exists(path))
        && (!path.Contains('|', StringComparison.Ordinal) || Path.GetFullPath(path).Contains('|', StringComparison.Ordinal));

    /// <inheritdoc/>
    public override string ToString() =>
        Options.Count == 0 ? Name : $"{Name}?{string.Join('&', Options.Select(option => $"{option.Key}={option.Value}"))}";
}
