using System.CommandLine;
using System.CommandLine.Parsing;

namespace Earthmover.Cli;

/// <summary>
/// Options that take numbers: read the same on every machine, held to their bounds, refused in words that name the option, the value and
/// what would be right.
/// </summary>
internal static class NumberOption
{
    /// <summary>An option that takes a whole number.</summary>
    /// <typeparam name="T">int or long; nullable where leaving it out means something.</typeparam>
    /// <param name="name">Its name, with dashes.</param>
    /// <param name="description">Its line in the help.</param>
    /// <param name="low">The smallest number.</param>
    /// <param name="high">The largest number.</param>
    /// <param name="fallback">The number when it is left out.</param>
    internal static Option<T?> Whole<T>(string name, string description,
        long low = long.MinValue, long high = long.MaxValue, T? fallback = default)
    {
        if (Nullable.GetUnderlyingType(typeof(T)) is null && typeof(T) == typeof(int)
            || Nullable.GetUnderlyingType(typeof(T)) == typeof(int))
            (low, high) = (Math.Max(low, int.MinValue), Math.Min(high, int.MaxValue));
        var bounded = high is int.MaxValue or long.MaxValue;
        var range = low is int.MinValue or long.MinValue ? "" : bounded ? $" of at least {low:N0}" : $" from {low:N0} to {high:N0}";
        return Create(name, description, $"a whole number{range}",
            text => NumberText.TryWhole(text, out var value) && value >= low && value <= high ? value : null,
            fallback);
    }

    /// <summary>An option that takes a number above another.</summary>
    internal static Option<double?> Number(string name, string description, double above, double? fallback = null) =>
        Create(name, description, $"a number above {above}",
            text => NumberText.TryNumber(text, out var value) && value > above ? value : null,
            fallback);

    /// <summary>An option that takes a number from another on.</summary>
    internal static Option<double?> AtLeast(string name, string description, double low, double? fallback = null) =>
        Create(name, description, $"a number of at least {low}",
            text => NumberText.TryNumber(text, out var value) && value >= low ? value : null,
            fallback);

    /// <summary>An option that takes a number between two others, those included.</summary>
    internal static Option<double?> Between(string name, string description, double low, double high, double? fallback = null) =>
        Create(name, description, $"a number from {low} to {high}",
            text => NumberText.TryNumber(text, out var value) && value >= low && value <= high ? value : null,
            fallback);

    private static Option<T?> Create<T>(string name, string description, string takes, Func<string, object?> read, T? fallback)
    {
        var option = new Option<T?>(name) { Description = description, CustomParser = Parse };
        if (fallback is not null)
            option.DefaultValueFactory = _ => fallback;
        return option;

        T? Parse(ArgumentResult result)
        {
            var text = result.Tokens[^1].Value;
            if (read(text) is { } value)
                return (T?)Convert.ChangeType(value, Nullable.GetUnderlyingType(typeof(T)) ?? typeof(T),
                    System.Globalization.CultureInfo.InvariantCulture);
            result.AddError($"{name} takes {takes}, not '{text}'"
                + $"{NumberText.Hint(text, takes.StartsWith("a whole", StringComparison.Ordinal))}");
            return default;
        }
    }
}
