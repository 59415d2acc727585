using System.Globalization;

namespace Earthmover.Data.Formats;

/// <summary>Writes tables of numbers.</summary>
public static class TableFile
{
    /// <summary>Writes comma separated rows, with names above them where there are some. Every number is written with as many digits as it has.</summary>
    /// <param name="path">The file.</param>
    /// <param name="names">Names of the columns, or null.</param>
    /// <param name="width">Numbers in a row.</param>
    /// <param name="values">The numbers, row by row.</param>
    public static void Write(string path, IReadOnlyList<string>? names, int width, ReadOnlySpan<double> values)
    {
        using var writer = new StreamWriter(path);
        if (names is not null)
            writer.WriteLine(string.Join(',', names.Select(Quoted)));
        for (var i = 0; i < values.Length; i++)
        {
            writer.Write(Shortest(values[i]));
            writer.Write(i % width == width - 1 ? '\n' : ',');
        }
    }

    // What float32 holds needs no more than its digits.
    private static string Shortest(double value) =>
        value == (float)value ? ((float)value).ToString("R", CultureInfo.InvariantCulture) : value.ToString("R", CultureInfo.InvariantCulture);

    private static string Quoted(string name) =>
        name.AsSpan().IndexOfAny("\",\r\n#") >= 0 || name.Trim() != name || name.Length == 0 ? $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : name;
}
