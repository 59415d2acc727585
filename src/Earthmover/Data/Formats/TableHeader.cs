using System.Globalization;
using System.Text.RegularExpressions;

namespace Earthmover.Data.Formats;

/// <summary>Whether the first line of a table holds the names of its columns, and which.</summary>
/// <param name="Names">The names, empty where a column has none; null where the first line is a row like the others.</param>
/// <param name="Note">What was decided, where it could have been decided otherwise; null elsewhere.</param>
internal sealed partial record TableHeader(IReadOnlyList<string>? Names, string? Note)
{
    /// <summary>Decides.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="line">Number of the first line.</param>
    /// <param name="first">Its cells.</param>
    /// <param name="below">The columns without it.</param>
    /// <param name="wanted"><c>auto</c>, <c>yes</c> or <c>no</c>.</param>
    /// <exception cref="UserException">It is neither clearly one nor the other.</exception>
    internal static TableHeader Of(string path, long line, IReadOnlyList<string> first, IReadOnlyList<TableColumn> below, string wanted)
    {
        if (wanted != "auto")
            return new(wanted == "yes" ? first : null, null);
        var numbers = first.Count(TableColumn.IsNumber);
        var gaps = first.Count(TableColumn.IsGap);
        if (numbers == first.Count)
            return OfNumbers(line, first, below);
        bool IsOdd() => gaps < first.Count
            && Enumerable.Range(0, first.Count).All(i => !TableColumn.IsGap(first[i]) || below[i].Gaps.Count == 0);
        bool StandsAboveNumbers(int i) => IsText(first[i]) && below[i].Kind is ColumnKind.Number or ColumnKind.Integer;
        int[] named = [.. Enumerable.Range(0, first.Count).Where(StandsAboveNumbers)];
        // A number that went wrong is no name: the point that it belongs to must not be lost without a word.
        bool IsDamaged(int i) => IsText(first[i]) && DamagedNumber.IsMatch(first[i].Trim());
        if (Array.FindIndex(named, IsDamaged) is >= 0 and var damaged)
            throw new UserException($"{path} line {line}: '{first[named[damaged]]}' in column {named[damaged] + 1} is not a number "
                + "that can be read; correct it, or say ?header=yes where the line names the columns");
        // Above cells of its own kind it is what they are.
        if (numbers == 0 && gaps < first.Count && Enumerable.Range(0, first.Count).All(i => IsDamaged(i) || TableColumn.IsGap(first[i])))
            return new(null, null);
        if (numbers == 0 && gaps == 0 && named.Any(i => BeginsWithDigit.IsMatch(first[i])))
            return Taken(line, first, "");
        // Names alone; or names and columns without one, such as the index that data frames write first.
        // A line with a gap is a row unless a name stands above numbers.
        if (numbers == 0)
            return gaps == 0 || named.Length > 0 ? new(first, null) : new(null, !IsOdd() ? null
                : $"line {line} ({Shown(first)}) has gaps where no other has, and is taken as a row; ?header=yes makes it the header");
        // An index without a name before columns that are numbered: ",0,1,2".
        if (gaps == 1 && numbers == first.Count - 1 && first[0].Length == 0 && Counts([.. first.Skip(1)]) && below[0].IsCounting)
            return Taken(line, first, ", since it counts the columns after one without a name");
        if (named.Length == 0)
            return new(null, null);
        // Years and numbered columns among names.
        string[] counted = [.. first.Where(TableColumn.IsNumber)];
        // A lone number may be a value beside a word such as "error"; data frames write a lone 0 beside the name of their index.
        if (counted.Length > 1 ? Steps(counted) : counted[0] == "0" && below[named[0]].IsCounting && below[named[0]].Numbers[0] == 0)
            return Taken(line, first, "");
        throw new UserException($"{path} line {line}: '{first[named[0]]}' in column {named[0] + 1} is not a number, and other cells are: "
            + "the line is neither a header nor a point; correct it, or say ?header=yes or ?header=no");
    }

    private static TableHeader OfNumbers(long line, IReadOnlyList<string> first, IReadOnlyList<TableColumn> below)
    {
        if (first.Count > 1 && Counts(first) && below[0].Numbers.Count > 0)
            return Taken(line, first, ", since it counts the columns");
        // Of a single column the first number may well be 0.
        return new(null, first.Count == 1 && first[0] == "0" && below[0].Kind == ColumnKind.Number
            ? $"line {line} (0) is taken as a point; ?header=yes makes it the header of a column without a name"
            : null);
    }

    private static TableHeader Taken(long line, IReadOnlyList<string> first, string why) =>
        new(first, $"line {line} ({Shown(first)}) is taken as the header{why}; ?header=no makes it a point");

    // Beyond the range, infinite, in percent, of a currency, hexadecimal, with another sign, comma or exponent than is read.
    [GeneratedRegex(@"^[+\-\u2212\u2013]?\s*\p{Sc}?\s*[+\-\u2212\u2013]?\s*("
        + @"[.,]?\d[\d.,'\u2019\s]*([edq]\s*[+\-\u2212\u2013]?\d+)?\s*[%\u2030\p{Sc}]?"
        + @"|0x[\da-f]+|1\.?#\w+|inf(inity)?|\u221e|nan(\(\w*\))?)$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex DamagedNumber { get; }

    // As in "1st".
    [GeneratedRegex(@"^\W*\d")]
    private static partial Regex BeginsWithDigit { get; }

    private static bool IsText(string cell) => !TableColumn.IsNumber(cell) && !TableColumn.IsGap(cell);

    // 0, 1, 2, … or 1, 2, 3, …, as written.
    private static bool Counts(IReadOnlyList<string> cells) => cells[0] is "0" or "1" && Steps(cells);

    private static bool Steps(IReadOnlyList<string> cells) =>
        int.TryParse(cells[0], NumberStyles.None, CultureInfo.InvariantCulture, out var start)
        && !cells.Where((cell, i) => cell != $"{start + i}").Any();

    private static string Shown(IReadOnlyList<string> cells) => string.Join(", ", cells.Take(3)) + (cells.Count > 3 ? ", …" : "");
}
