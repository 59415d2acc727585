using System.Globalization;
using Earthmover.Media;

namespace Earthmover.Data;

/// <summary>Reads an address's options with types and ranges; unknown names and impossible values are the user's errors.</summary>
public sealed class DataOptions
{
    private readonly DataAddress _address;
    private readonly Dictionary<string, string> _values;

    /// <summary>Checks the names.</summary>
    /// <param name="address">The address.</param>
    /// <param name="known">The names that this kind of data has.</param>
    /// <exception cref="UserException">An option has an unknown name.</exception>
    public DataOptions(DataAddress address, params IReadOnlyList<string> known)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(known);
        _address = address;
        _values = address.Options.ToDictionary(option => option.Key, option => option.Value, StringComparer.Ordinal);
        // What data are under may be said of all of them.
        if (_values.TryGetValue(DataLicense.Option, out var license) && !DataLicense.IsName(license))
            throw Bad(DataLicense.Option, license, "the name of a license, such as CC-BY-4.0");
        foreach (var key in _values.Keys)
            if (!known.Contains(key) && key != DataLicense.Option)
                throw new UserException($"unknown option '{key}' for {address.Name}; "
                    + $"it has {(known.Count == 0 ? "none" : string.Join(", ", known))}");
    }

    /// <summary>Whether an option was given.</summary>
    /// <param name="key">Its name.</param>
    public bool Has(string key) => _values.ContainsKey(key);

    /// <summary>An option's text.</summary>
    /// <param name="key">Its name.</param>
    /// <param name="fallback">The value when it was not given.</param>
    public string Text(string key, string fallback) => _values.GetValueOrDefault(key, fallback);

    /// <summary>A whole number.</summary>
    /// <param name="key">The option's name.</param>
    /// <param name="fallback">The value when it was not given.</param>
    /// <param name="low">The smallest allowed.</param>
    /// <param name="high">The largest allowed.</param>
    public long Whole(string key, long fallback, long low, long high)
    {
        if (!_values.TryGetValue(key, out var text)) return fallback;
        return NumberText.TryWhole(text, out var value) && value >= low && value <= high
            ? value
            : throw Bad(key, text, $"a whole number from {low} to {high}{NumberText.Hint(text, isWhole: true)}");
    }

    /// <summary>A finite number.</summary>
    /// <param name="key">The option's name.</param>
    /// <param name="fallback">The value when it was not given.</param>
    /// <param name="above">The number must be larger than this.</param>
    public double Number(string key, double fallback, double above = double.NegativeInfinity)
    {
        if (!_values.TryGetValue(key, out var text)) return fallback;
        return NumberText.TryNumber(text, out var value) && value > above
            ? value
            : throw Bad(key, text, (double.IsNegativeInfinity(above) ? "a number"
                : $"a number above {above.ToString(CultureInfo.InvariantCulture)}") + NumberText.Hint(text));
    }

    /// <summary>Numbers separated by commas.</summary>
    /// <param name="key">The option's name.</param>
    /// <param name="fallback">The values when it was not given.</param>
    public IReadOnlyList<double> Numbers(string key, params IReadOnlyList<double> fallback)
    {
        if (!_values.TryGetValue(key, out var text)) return fallback;
        return [.. text.Split(',').Select(part => NumberText.TryNumber(part, out var value)
            ? value : throw Bad(key, text, "numbers separated by commas"))];
    }

    /// <summary>One of some words.</summary>
    /// <param name="key">The option's name.</param>
    /// <param name="choices">The words; the first is the default.</param>
    public string Choice(string key, params ReadOnlySpan<string> choices)
    {
        if (!_values.TryGetValue(key, out var text)) return choices[0];
        return choices.Contains(text) ? text : throw Bad(key, text, $"one of {string.Join(", ", choices.ToArray())}");
    }

    /// <summary>A color.</summary>
    /// <param name="key">The option's name.</param>
    /// <param name="fallback">The color when it was not given.</param>
    public Rgb Color(string key, Rgb fallback)
    {
        if (!_values.TryGetValue(key, out var text)) return fallback;
        return Rgb.TryParse(text, out var color) ? color : throw Bad(key, text, "black, white, gray or a color like ff8800");
    }

    /// <summary>A picture's size: one number for a square, or <c>WIDTHxHEIGHT</c>.</summary>
    /// <param name="key">The option's name.</param>
    /// <returns>The size in pixels, or null when it was not given.</returns>
    public (int Width, int Height)? Size(string key)
    {
        if (!_values.TryGetValue(key, out var text)) return null;
        var parts = text.Split('x');
        var numbers = parts
            .Select(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n is >= 1 and <= 4096 ? n : 0)
            .ToArray();
        if (numbers.Length is < 1 or > 2 || numbers.Contains(0))
            throw Bad(key, text, "a size such as 32 or 64x48 (width x height), 1 to 4096 pixels");
        return (numbers[0], numbers[^1]);
    }

    /// <summary>The user's error for a bad value.</summary>
    /// <param name="key">The option's name.</param>
    /// <param name="value">What was given.</param>
    /// <param name="wanted">What would be right.</param>
    public UserException Bad(string key, string value, string wanted) =>
        new($"'{value}' is not a value for the option '{key}' of {_address.Name}; give {wanted}");
}
