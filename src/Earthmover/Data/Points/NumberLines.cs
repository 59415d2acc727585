using Earthmover.Data.Formats;

namespace Earthmover.Data.Points;

/// <summary>Whether a text file holds points, as <c>numpy.savetxt</c> writes them, and not text.</summary>
internal static class NumberLines
{
    private const int LinesLookedAt = 100;

    /// <summary>Whether a .txt file is to be read as points: the address says so, or its lines are rows of numbers.</summary>
    internal static bool AreMeant(DataAddress address)
    {
        var said = address.Options.FirstOrDefault(option => option.Key == "as").Value;
        if (said is not null)
            return said == "points";
        return address.Options.All(option => TablePoints.Options.Contains(option.Key)) && Are(address.Name);
    }

    /// <summary>Whether the lines are equally many numbers each, two or more, or numbers with fractions.</summary>
    internal static bool Are(string path)
    {
        var rows = Rows(path);
        return rows.Length > 0 && rows.All(row => row.Length == rows[0].Length && row.All(TableColumn.IsNumber))
            && (rows[0].Length > 1 || rows.Any(row => !IsWhole(row[0])));
    }

    /// <summary>Whether each line is one whole number, which may be text as well.</summary>
    internal static bool AreWhole(string path)
    {
        var rows = Rows(path);
        return rows.Length > 0 && rows.All(row => row.Length == 1 && IsWhole(row[0]));
    }

    private static bool IsWhole(string cell) => cell.Length > 0 && cell.All(char.IsAsciiDigit);

    // Of what cannot be read as text nothing is said here: whoever reads it says it.
    private static string[][] Rows(string path)
    {
        try
        {
            using var reader = TableText.Open(path);
            var lines = new List<string>();
            while (lines.Count < LinesLookedAt && reader.ReadLine() is { } line)
                if (line.Trim() is { Length: > 0 } text && text[0] != '#')
                    lines.Add(text);
            return [.. lines.Select(line => line.Split([' ', '\t', ',', ';'], StringSplitOptions.RemoveEmptyEntries))];
        }
        catch (Exception error) when (error is IOException or UserException or InvalidDataException or System.Text.DecoderFallbackException)
        {
            return [];
        }
    }
}
