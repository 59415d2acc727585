using System.Globalization;
using System.Text;
using Earthmover.Files;

namespace Earthmover.Data.Formats;

/// <summary>Writes tables of numbers.</summary>
public static class TableFile
{
    /// <summary>Writes comma separated rows, with names above them where there are some, and every number with all its digits.</summary>
    /// <param name="path">The file.</param>
    /// <param name="names">Names of the columns, or null.</param>
    /// <param name="width">Numbers in a row.</param>
    /// <param name="values">The numbers, row by row.</param>
    public static void Write(string path, IReadOnlyList<string>? names, int width, ReadOnlySpan<double> values) =>
        AtomicFile.WriteText(path, Text(names, width, values));

    /// <summary>The same as a text.</summary>
    /// <inheritdoc cref="Write"/>
    public static string Text(IReadOnlyList<string>? names, int width, ReadOnlySpan<double> values)
    {
        var text = new StringBuilder();
        if (names is not null)
            text.Append(string.Join(',', names.Select(Quoted))).Append('\n');
        for (var i = 0; i < values.Length; i++)
            text.Append(Shortest(values[i])).Append(i % width == width - 1 ? '\n' : ',');
        return text.ToString();
    }

    /// <summary>A row of cells as a line, without its end; cells are quoted where they have to be.</summary>
    /// <param name="cells">The cells.</param>
    /// <param name="separator">What stands between them.</param>
    public static string Line(IEnumerable<string> cells, char separator = ',')
    {
        var isFirst = true;
        var line = new StringBuilder();
        foreach (var cell in cells)
        {
            if (!isFirst)
                line.Append(separator);
            var plain = cell.Length == 0 || (!char.IsWhiteSpace(cell[0]) && !char.IsWhiteSpace(cell[^1])
                && cell.AsSpan().IndexOfAny("\"\r\n") < 0 && !cell.Contains(separator, StringComparison.Ordinal)
                && !(isFirst && cell[0] == '#'));
            line.Append(plain ? cell : $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"");
            isFirst = false;
        }
        return line.ToString();
    }

    // What float32 holds needs no more than its digits.
    private static string Shortest(double value) => value == (float)value
        ? ((float)value).ToString("R", CultureInfo.InvariantCulture)
        : value.ToString("R", CultureInfo.InvariantCulture);

    private static string Quoted(string name)
    {
        var plain = name.Length > 0 && name.Trim() == name && name.AsSpan().IndexOfAny("\",\r\n#") < 0;
        return plain ? name : $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
