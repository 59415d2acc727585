using System.Globalization;
using System.Text.RegularExpressions;

namespace Earthmover;

/// <summary>
/// Numbers as people write them, the same on every machine: a point before the decimals, never a comma, which means one thing here and
/// another there. <c>1e3</c> and <c>1_000</c> are 1000.
/// </summary>
public static partial class NumberText
{
    private const NumberStyles Styles = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    /// <summary>Reads a whole number.</summary>
    /// <returns>False where the text is none, or too large.</returns>
    public static bool TryWhole(string text, out long value)
    {
        var digits = Plain(text);
        if (long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value))
            return true;
        if (!decimal.TryParse(digits, Styles, CultureInfo.InvariantCulture, out var number)
            || number != decimal.Truncate(number) || number is < long.MinValue or > long.MaxValue)
            return false;
        value = (long)number;
        return true;
    }

    /// <summary>Reads a finite number.</summary>
    /// <returns>False where the text is none, or not finite.</returns>
    public static bool TryNumber(string text, out double value) =>
        double.TryParse(Plain(text), Styles, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);

    /// <summary>What to write instead of a number with a comma, for the end of a message; nothing for other texts.</summary>
    /// <param name="text">What was written.</param>
    /// <param name="isWhole">Whether only a whole number would do.</param>
    public static string Hint(string text, bool isWhole = false) =>
        Thousands().IsMatch(text) ? $" (write {text.Replace(",", "", StringComparison.Ordinal)})"
        : Decimal().IsMatch(text) && !isWhole ? $" (write {text.Replace(',', '.')})" : "";

    // Underscores between digits only separate them for the eye.
    private static string Plain(string text) => Separator().Replace(text, "");

    [GeneratedRegex("(?<=[0-9])_(?=[0-9])")]
    private static partial Regex Separator();

    [GeneratedRegex("^[+-]?[1-9][0-9]{0,2}(,[0-9]{3})+$")]
    private static partial Regex Thousands();

    [GeneratedRegex("^[+-]?[0-9]*,[0-9]+$")]
    private static partial Regex Decimal();
}
