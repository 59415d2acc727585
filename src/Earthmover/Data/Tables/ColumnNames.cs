using System.Buffers;
using System.Globalization;

namespace Earthmover.Data.Tables;

/// <summary>Columns as an address names them: by their names, or by their numbers from 1.</summary>
/// <param name="names">Their names, in the order of the file.</param>
internal sealed class ColumnNames(IReadOnlyList<string> names)
{
    private const int Shown = 30;

    // What divides an address, and the lists in it.
    private static readonly SearchValues<char> s_marks = SearchValues.Create("|&,");

    /// <summary>The place of a column that somebody names; null where there is none.</summary>
    /// <param name="said">Its name, or its number from 1.</param>
    public int? Find(string said)
    {
        for (var k = 0; k < names.Count; k++)
            if (names[k] == said)
                return k;
        var isNumber = int.TryParse(said, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        return isNumber && number >= 1 && number <= names.Count ? number - 1 : null;
    }

    /// <summary>How an address names a column: by its number where its name cannot stand there.</summary>
    /// <param name="k">Its place.</param>
    /// <exception cref="UserException">That number is the name of another one.</exception>
    public string Say(int k)
    {
        if (names[k].Trim() == names[k] && names[k].AsSpan().IndexOfAny(s_marks) < 0)
            return names[k];
        var number = (k + 1).ToString(CultureInfo.InvariantCulture);
        return Find(number) == k ? number
            : throw new UserException($"'{Printable.Of(names[k])}' is column {number}, and another one is called '{number}'; "
                + "call one of them otherwise");
    }

    /// <summary>That there is no such column.</summary>
    /// <param name="options">The options that name it.</param>
    /// <param name="option">Which of them does.</param>
    /// <param name="said">What it is called there.</param>
    public UserException NoSuch(DataOptions options, string option, string said) =>
        options.Bad(option, said, $"a column{NearestName.Hint(said, names)}: {string.Join(", ", names.Take(Shown))}"
            + (names.Count > Shown ? ", …" : ""));
}
