using System.Globalization;

namespace Earthmover.Data;

/// <summary>
/// Points from a text table: one point per line, numbers with a decimal point, separated by commas, semicolons, tabs or
/// spaces. A header is recognised by not being numbers; its columns <c>label</c> (or <c>class</c>) and <c>weight</c>
/// are taken out of the coordinates. Empty lines and lines that begin with # are passed over.
/// </summary>
public static class CsvPoints
{
    /// <summary>Opens a table. Options: <c>columns</c> (names or numbers from 1, in the wanted order), <c>limit</c>.</summary>
    /// <param name="address">The address; its name is the path.</param>
    /// <exception cref="UserException">The line and the reason.</exception>
    public static PointSet Open(DataAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        var options = new DataOptions(address, "columns", "limit");
        var lines = Lines(address.Name);
        if (lines.Count == 0) throw new UserException($"{address.Name} has no lines with data");
        var separator = SeparatorOf(lines[0].Text);
        var header = Split(lines[0].Text, separator);
        var hasHeader = header.Any(cell => !IsNumber(cell));
        if (hasHeader) lines.RemoveAt(0);
        else header = [.. Enumerable.Range(1, header.Length).Select(i => $"{i}")];
        if (lines.Count == 0) throw new UserException($"{address.Name} has a header but no points");

        var labelColumn = hasHeader ? Array.FindIndex(header, name => name.Equals("label", StringComparison.OrdinalIgnoreCase) || name.Equals("class", StringComparison.OrdinalIgnoreCase)) : -1;
        var weightColumn = hasHeader ? Array.FindIndex(header, name => string.Equals(name, "weight", StringComparison.OrdinalIgnoreCase)) : -1;
        var columns = ColumnsOf(options, header, labelColumn, weightColumn);
        var limit = (int)Math.Min(options.Whole("limit", lines.Count, 1, int.MaxValue), lines.Count);

        var values = new double[checked(limit * columns.Length)];
        var weights = weightColumn >= 0 ? new double[limit] : null;
        var labelTexts = labelColumn >= 0 ? new string[limit] : null;
        for (var n = 0; n < limit; n++)
        {
            // A limit takes lines that are spread evenly: tables are often sorted.
            var (number, text) = lines[(int)((long)n * lines.Count / limit)];
            var cells = Split(text, separator);
            if (cells.Length != header.Length)
                throw new UserException($"{address.Name} line {number} has {cells.Length} columns, the first line has {header.Length}; correct the line");
            for (var i = 0; i < columns.Length; i++)
                values[(n * columns.Length) + i] = Number(address.Name, number, header[columns[i]], cells[columns[i]]);
            if (weights is not null)
            {
                weights[n] = Number(address.Name, number, "weight", cells[weightColumn]);
                if (weights[n] < 0) throw new UserException($"{address.Name} line {number} has a negative weight; weights are masses");
            }

            if (labelTexts is not null) labelTexts[n] = cells[labelColumn];
        }

        int[]? labels = null;
        if (labelTexts is not null)
        {
            string[] names = labelTexts.All(text => int.TryParse(text, CultureInfo.InvariantCulture, out _))
                ? [.. labelTexts.Distinct().OrderBy(text => int.Parse(text, CultureInfo.InvariantCulture))]
                : [.. labelTexts.Distinct().Order(StringComparer.Ordinal)];
            var index = names.Select((name, k) => (name, k)).ToDictionary(pair => pair.name, pair => pair.k, StringComparer.Ordinal);
            labels = [.. labelTexts.Select(text => index[text])];
        }

        return new PointSet(address.ToString(), columns.Length, values, labels, weights);
    }

    private static List<(int Number, string Text)> Lines(string path)
    {
        try
        {
            return [.. File.ReadLines(path).Select((text, i) => (i + 1, text.Trim())).Where(line => line.Item2.Length > 0 && line.Item2[0] != '#')];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UserException($"{path} cannot be read: {error.Message}");
        }
    }

    private static char SeparatorOf(string line) => line.Contains('\t') ? '\t' : line.Contains(';') ? ';' : line.Contains(',') ? ',' : ' ';

    private static string[] Split(string line, char separator) => separator == ' '
        ? line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        : [.. line.Split(separator).Select(cell => cell.Trim().Trim('"'))];

    // "nan" counts as a number here, so that a first line with one is an error and not a header.
    private static bool IsNumber(string cell) => double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    private static double Number(string path, int line, string column, string cell)
    {
        if (!double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
            throw new UserException($"{path} line {line}: '{(cell.Length > 40 ? cell[..40] + "…" : cell)}' in column {column} is not a number; write numbers with a decimal point");
        if (!double.IsFinite(value))
            throw new UserException($"{path} line {line}: {cell} in column {column} is not a finite number; remove or correct the line");
        return value;
    }

    private static int[] ColumnsOf(DataOptions options, string[] header, int label, int weight)
    {
        if (!options.Has("columns"))
        {
            int[] all = [.. Enumerable.Range(0, header.Length).Where(i => i != label && i != weight)];
            return all.Length > 0 ? all : throw options.Bad("columns", "", "a table with at least one column of coordinates");
        }

        return [.. options.Text("columns", "").Split(',').Select(wanted =>
        {
            var index = Array.IndexOf(header, wanted.Trim());
            if (index < 0 && int.TryParse(wanted, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) index = number - 1;
            return index >= 0 && index < header.Length ? index : throw options.Bad("columns", wanted, $"names or numbers of columns: {string.Join(", ", header)}");
        })];
    }
}
