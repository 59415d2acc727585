using Earthmover.Data.Formats;

namespace Earthmover.Data.Tables;

/// <summary>Records as rows of a file, their properties as its columns.</summary>
internal static class RecordWriter
{
    /// <summary>The lines of the file, and what has to be said of them where it is opened.</summary>
    /// <param name="rows">The records.</param>
    /// <param name="address">The file: its <c>?drop=</c> leaves columns out, its <c>?kinds=</c> says what others are.</param>
    /// <param name="cancellation">Ends it between two columns.</param>
    /// <returns>The lines, names first; and <c>?kinds=</c>, with those of columns that would be read as something else.</returns>
    /// <exception cref="UserException">A property or a value cannot stand in a table, or there is no column of a name.</exception>
    public static (IEnumerable<string> Lines, string Kinds) Of<T>(
        IEnumerable<T> rows, DataAddress address, CancellationToken cancellation)
    {
        var columns = Kept(RecordColumn.Of(typeof(T)), address);
        if (columns.FirstOrDefault(column => !column.IsKnown) is { } strange)
            throw new UserException($"{strange.Place} is of type {strange.TypeName}, which no table holds; "
                + "use text, numbers, bool, an enum or a time, or mark the property [NotMapped]");
        object[] all = [.. rows.Select((row, i) => (object?)row ?? throw new UserException($"row {i + 1} is null; leave it out"))];
        if (all.Length == 0)
            throw new UserException($"there are no rows of {typeof(T).Name} to learn from");
        var names = NamesOf(columns);
        var (cells, kinds) = (new string?[columns.Length][], ListOf(address["kinds"]));
        HashSet<int?> said = [.. kinds.Select(one => names.Find(one[..Math.Max(0, one.LastIndexOf(':'))].Trim()))];
        for (var k = 0; k < columns.Length; k++)
        {
            cancellation.ThrowIfCancellationRequested();
            cells[k] = columns[k].Cells([.. all.Select(columns[k].Property.GetValue)]);
            if (!said.Contains(k) && KindOf(columns[k], cells[k]) is { } kind)
                kinds.Add($"{names.Say(k)}:{kind}");
        }
        // A line without anything would be passed over.
        var gap = columns.Length == 1 ? "?" : "";
        var lines = Enumerable.Range(0, all.Length).Select(i => TableFile.Line(cells.Select(column => column[i] ?? gap)))
            .Prepend(TableFile.Line(columns.Select(column => column.Name)));
        return (lines, string.Join(',', kinds));
    }

    private static RecordColumn[] Kept(RecordColumn[] columns, DataAddress address)
    {
        var (names, options) = (NamesOf(columns), new DataOptions(address, TableReader.Options));
        HashSet<int> dropped = [.. ListOf(address["drop"]).Select(name => names.Find(name) ?? throw names.NoSuch(options, "drop", name))];
        return [.. columns.Where((_, k) => !dropped.Contains(k))];
    }

    private static ColumnNames NamesOf(RecordColumn[] columns) => new([.. columns.Select(column => column.Name)]);

    private static List<string> ListOf(string? option) =>
        [.. (option ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];

    // Texts of digits are no quantities, unless they number the rows; and an enum has its values whatever they are called.
    private static string? KindOf(RecordColumn column, string?[] cells)
    {
        string[] present = [.. cells.OfType<string>().Where(cell => !TableColumn.IsGap(cell))];
        if (column.Type.IsEnum)
            return present.Distinct().Skip(1).Any() ? "category" : null;
        var isOfDigits = column.Type == typeof(string) && present.Length > 0 && present.All(TableColumn.IsNumber);
        var distinct = isOfDigits ? present.Distinct().Count() : 0;
        return distinct <= 1 || (distinct == present.Length && distinct > 20) ? null : "category";
    }
}
