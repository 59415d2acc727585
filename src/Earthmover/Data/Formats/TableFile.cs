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
