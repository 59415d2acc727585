using System.Diagnostics.CodeAnalysis;

namespace Earthmover;

/// <summary>Something that can be chosen by name on the command line.</summary>
/// <param name="Name">The name, in kebab case.</param>
/// <param name="Description">One line.</param>
/// <param name="Defaults">Its options with their defaults, separated by spaces: <c>weight=10 power=2</c>.</param>
/// <param name="Create">Makes one from its options.</param>
public sealed record CatalogEntry<T>(string Name, string Description, string Defaults, Func<Settings, T> Create);

/// <summary>Things of one kind by name, made from specifications such as <c>gradient-penalty?weight=1&amp;points=real</c>.</summary>
/// <param name="kind">What they are, for messages: <c>constraint</c>.</param>
/// <param name="entries">The entries in the order they are listed.</param>
public sealed class Catalog<T>(string kind, IReadOnlyList<CatalogEntry<T>> entries)
{
    private volatile IReadOnlyList<CatalogEntry<T>> _entries = entries;

    /// <summary>The entries in the order they are listed.</summary>
    public IReadOnlyList<CatalogEntry<T>> Entries => _entries;

    /// <summary>The same for help.</summary>
    public IReadOnlyList<KnownPart> Known => [.. _entries.Select(e => new KnownPart(e.Name, e.Description, e.Defaults))];

    /// <summary>Adds one of another assembly.</summary>
    /// <returns>Takes it out again.</returns>
    /// <exception cref="ArgumentException">There is one of this name.</exception>
    internal IDisposable Register(CatalogEntry<T> entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (Find(entry.Name) is not null)
            throw new ArgumentException($"there is a {kind} '{entry.Name}' already", nameof(entry));
        _entries = [.. _entries, entry];
        return new Registration(this, entry);
    }

    /// <summary>Makes what a specification names.</summary>
    /// <param name="specification">A name, with options after a question mark: <c>name?key=value&amp;key=value</c>.</param>
    /// <param name="options">More options, each <c>key=value</c>.</param>
    /// <exception cref="ArgumentException">The name, an option or its value is unknown; the message lists the known ones.</exception>
    public T Create(string specification, params ReadOnlySpan<string> options)
    {
        var parts = specification.Split('?', 2);
        var entry = Find(parts[0].Trim()) ?? throw Unknown(parts[0]);
        var settings = new Settings($"{kind} '{entry.Name}'", entry.Defaults);
        foreach (var option in parts.Length > 1 ? parts[1].Split('&', StringSplitOptions.RemoveEmptyEntries) : [])
            settings.Set(option);
        foreach (var option in options)
            settings.Set(option);
        return entry.Create(settings);
    }

    private CatalogEntry<T>? Find(string name) => _entries.FirstOrDefault(e => e.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    private ArgumentException Unknown(string name)
    {
        var names = _entries.Select(e => e.Name).ToList();
        return new($"unknown {kind} '{name}'{NearestName.Hint(name, names)}: known are {string.Join(", ", names)}");
    }

    private sealed record Registration(Catalog<T> Catalog, CatalogEntry<T> Entry) : IDisposable
    {
        public void Dispose() => Catalog._entries = [.. Catalog._entries.Where(entry => entry != Entry)];
    }
}

/// <summary>Options by name, with defaults; only an option that has a default is known.</summary>
public sealed class Settings
{
    private readonly string _what;
    private readonly OrderedDictionary<string, string> _values = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The defaults.</summary>
    /// <param name="what">Whose options, for messages.</param>
    /// <param name="defaults">Separated by spaces: <c>weight=10 power=2</c>.</param>
    public Settings(string what, string defaults)
    {
        _what = what;
        foreach (var pair in defaults.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            _values.Add(pair.Split('=')[0], pair.Split('=')[1]);
    }

    /// <summary>Sets one option, <c>key=value</c>.</summary>
    /// <exception cref="ArgumentException">It is not of that form, or the key is unknown.</exception>
    public void Set(string option)
    {
        var pair = option.Split('=', 2);
        var key = OldSpelling.Today(pair[0].Trim());
        if (pair.Length < 2 || !_values.ContainsKey(key))
            throw new ArgumentException(_values.Count == 0
                ? $"{_what} has no options, so '{option}' cannot be set"
                : $"{_what} has no option '{option}': known are {string.Join(", ", _values.Select(v => $"{v.Key}={v.Value}"))}");
        _values[key] = pair[1].Trim();
    }

    /// <summary>A number.</summary>
    public double Number(string key) => NumberText.TryNumber(_values[key], out var number) ? number : throw Bad(key, "a number");

    /// <summary>A whole number.</summary>
    public int Integer(string key) =>
        NumberText.TryWhole(_values[key], out var number)
            && number is >= int.MinValue and <= int.MaxValue ? (int)number : throw Bad(key, "a whole number");

    /// <summary><c>true</c> or <c>false</c>.</summary>
    public bool Flag(string key) => bool.TryParse(_values[key], out var flag) ? flag : throw Bad(key, "true or false");

    /// <summary>One value of an enumeration, written in kebab case.</summary>
    public TEnum Choice<TEnum>(string key) where TEnum : struct, Enum
    {
        foreach (var value in Enum.GetValues<TEnum>())
            if (Kebab(value.ToString()).Equals(_values[key], StringComparison.OrdinalIgnoreCase))
                return value;
        throw Bad(key, "one of " + string.Join(", ", Enum.GetNames<TEnum>().Select(Kebab)));
    }

    private ArgumentException Bad(string key, string expected) =>
        new($"{_what}: {key} must be {expected}, not '{_values[key]}'{NumberText.Hint(_values[key], expected != "a number")}");

    [SuppressMessage("Globalization", "CA1308", Justification = "names on the command line are lower case")]
    private static string Kebab(string name) =>
        string.Concat(name.Select((c, i) => (i > 0 && char.IsUpper(c) ? "-" : "") + char.ToLowerInvariant(c)));
}
