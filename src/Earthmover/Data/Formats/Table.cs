using System.Globalization;
using System.Text;
using CsvHelper;

namespace Earthmover.Data.Formats;

/// <summary>Looks at a cell.</summary>
/// <param name="row">Its row, from 0.</param>
/// <param name="column">Its column, counted among those that are looked at.</param>
/// <param name="cell">Its text in UTF-8, without quotes.</param>
internal delegate void CellVisitor(int row, int column, ReadOnlySpan<byte> cell);

/// <summary>
/// A table in a text file: rows of cells separated by commas, semicolons, tabs, bars or spaces, quoted as in RFC 4180, in UTF-8 or what a
/// byte order mark says, plain or gzipped. Empty lines and lines that begin with # are passed over. What its columns mean is for who asks:
/// this reads and names them, and finds what each is.
/// </summary>
public sealed class Table
{
    // Two gigabytes of numbers; a file that unpacks to more is refused before it fills the memory.
    private const long MostCells = 250_000_000;
    private const int LongestRow = 1 << 24;
    private readonly List<long> _lines;
    private readonly TableText.Dialect _dialect;

    private Table(
        string path, TableText.Dialect dialect, IReadOnlyList<TableColumn> columns, List<long> lines, bool hasHeader, List<string> notes) =>
        (Path, _dialect, Columns, _lines, HasHeader, Notes) = (path, dialect, columns, lines, hasHeader, notes);

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The columns, as many as the first line has.</summary>
    public IReadOnlyList<TableColumn> Columns { get; }

    /// <summary>Number of rows, at least 1.</summary>
    public int Count => _lines.Count;

    /// <summary>Whether the first line, or a comment above it, names the columns.</summary>
    public bool HasHeader { get; }

    /// <summary>What was decided that could have been decided otherwise, one line each.</summary>
    public IReadOnlyList<string> Notes { get; }

    /// <summary>What stands between the cells; a space stands for any run of spaces.</summary>
    public char Separator => _dialect.Separator;

    /// <summary>Where a row begins, as an editor counts lines.</summary>
    /// <param name="row">0 to Count − 1.</param>
    public long LineOf(int row) => _lines[row];

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="header"><c>yes</c> or <c>no</c> says whether the first line names the columns; <c>auto</c> finds out.</param>
    /// <exception cref="UserException">Unreadable, no table, or rows of different lengths; with file and line.</exception>
    public static Table Open(string path, string header = "auto")
    {
        var dialect = TableText.Look(path);
        string[]? first = null;
        var firstLine = 0L;
        TableColumn[] columns = [];
        var lines = new List<long>();
        var empty = 0;
        Rows(path, dialect, (reader, line) =>
        {
            if (first is null)
            {
                (first, firstLine) = ([.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetString)], line);
                columns = [.. first.Select((_, i) => new TableColumn(i + 1))];
                return;
            }
            if (columns.Length > 1 && Enumerable.Range(0, reader.FieldCount).All(reader.IsEmpty))
            {
                empty++;
                return;
            }
            // Names without one for the rows themselves, as R writes them.
            if (lines.Count == 0 && dialect.Separator is ' ' or '\t' && reader.FieldCount == columns.Length + 1 && !first.Any(IsNumber))
            {
                first = ["", .. first];
                columns = [.. first.Select((_, i) => new TableColumn(i + 1))];
            }
            if (reader.FieldCount != columns.Length)
                throw Ragged(path, line, reader.FieldCount, columns.Length, dialect.Separator);
            if ((long)(lines.Count + 1) * columns.Length > MostCells)
                throw new UserException($"{path} has more than {MostCells:N0} cells, which is more than is read; divide it");
            lines.Add(line);
            for (var i = 0; i < columns.Length; i++)
                columns[i].Add(reader.GetSpan(i));
        });
        if (first is null)
            throw new UserException($"{path} has no lines with data");
        var notes = new List<string>();
        var decided = NamesAbove(dialect, first, header) is { } above
            ? new TableHeader(above, null)
            : TableHeader.Of(path, firstLine, first, columns, header);
        var isRow = decided.Names is null || !ReferenceEquals(decided.Names, first);
        if (isRow)
        {
            lines.Insert(0, firstLine);
            for (var i = 0; i < columns.Length; i++)
                columns[i].Prepend(first[i]);
        }
        if (decided.Note is not null)
            notes.Add(decided.Note);
        if (isRow && decided.Names is not null)
            notes.Add($"the comment above line {firstLine} names the columns: {Some(decided.Names)}");
        if (empty > 0)
            notes.Add($"{empty} line{(empty > 1 ? "s" : "")} of separators alone {(empty > 1 ? "are" : "is")} passed over");
        if (lines.Count == 0)
            throw new UserException($"{path} has a header but no rows under it");
        for (var i = 0; i < columns.Length && decided.Names is not null; i++)
            if (Printable.Of(decided.Names[i].Trim()) is { Length: > 0 } name)
                (columns[i].Name, columns[i].IsNamed) = (name, true);
        return new(path, dialect, columns, lines, decided.Names is not null, notes);
    }

    /// <summary>The cells of a column as text; the file is read once more.</summary>
    /// <param name="column">One of <see cref="Columns"/>.</param>
    public string[] TextsOf(TableColumn column)
    {
        var texts = new List<string>(Count);
        Visit([column], (_, _, cell) => texts.Add(Encoding.UTF8.GetString(cell)));
        return [.. texts];
    }

    /// <summary>Shows cells once more, row by row; the file is read for it.</summary>
    /// <param name="columns">Some of <see cref="Columns"/>.</param>
    /// <param name="look">Called with each of their cells in each row.</param>
    /// <exception cref="UserException">The file has changed.</exception>
    internal void Visit(IReadOnlyList<TableColumn> columns, CellVisitor look)
    {
        var row = 0;
        Rows(Path, _dialect, (reader, line) =>
        {
            if (row == Count || line != _lines[row])
                return;
            for (var k = 0; k < columns.Count; k++)
                look(row, k, reader.GetSpan(columns[k].Position - 1));
            row++;
        });
        if (row != Count)
            throw new UserException($"{Path} changed while it was read; try again");
    }

    /// <summary>The columns that a user names, in that order.</summary>
    /// <param name="wanted">A name, or a position from 1.</param>
    /// <returns>The column, or null where there is none.</returns>
    /// <exception cref="UserException">Two columns have the name.</exception>
    public TableColumn? Find(string wanted)
    {
        var named = Columns.Where(column => column.IsNamed && column.Name == wanted).ToArray();
        if (named.Length > 1)
            throw new UserException($"{Path} has {named.Length} columns named '{wanted}', numbers "
                + $"{string.Join(" and ", named.Select(c => c.Position))}; give a number");
        if (named.Length == 1)
            return named[0];
        var isNumber = int.TryParse(wanted, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        return isNumber && number >= 1 && number <= Columns.Count ? Columns[number - 1] : null;
    }

    private static void Rows(string path, TableText.Dialect dialect, Action<CsvReader, long> row) => TableText.Reading(path, () =>
    {
        using var text = TableText.Open(path);
        for (var i = 0; i < dialect.FirstLines; i++)
            text.ReadLine();
        var spaces = dialect.Separator == ' ';
        using var source = spaces ? new SpaceCollapsingReader(text) : (TextReader)text;
        try
        {
            using var reader = CsvReader.Create(source, new CsvReaderOptions
            {
                Separator = dialect.Separator,
                HasHeader = false,
                CommentPrefix = '#',
                TrimWhitespace = !spaces,
                TrackLineNumbers = true,
                MalformedData = CsvMalformedDataHandling.Throw,
                MaxRecordSize = LongestRow,
            });
            while (reader.Read())
                row(reader, reader.LineNumber + dialect.FirstLines);
        }
        catch (CsvFormatException error)
        {
            var line = error.LineNumber + dialect.FirstLines;
            throw new UserException($"{path} line {line} is not quoted as tables are: {Cause(error.Message)}; correct the line");
        }
        return true;
    });

    // "Malformed CSV in record 4 (line 8): a quote inside an unquoted field (byte offset 38)."
    private static string Cause(string message)
    {
        var from = message.IndexOf("): ", StringComparison.Ordinal) is >= 0 and var colon ? colon + 3 : 0;
        var to = message.IndexOf(" (byte", from, StringComparison.Ordinal) is >= 0 and var offset ? offset : message.Length;
        return message[from..to].TrimEnd('.');
    }

    // numpy.savetxt puts its header into a comment.
    private static string[]? NamesAbove(TableText.Dialect dialect, string[] first, string header)
    {
        if (header != "auto" || dialect.Comment is not { Length: > 0 } comment || !first.Any(IsNumber))
            return null;
        var names = TableText.Split(comment, dialect.Separator);
        var fit = names.Length == first.Length && first.Length > 1;
        return fit && names.All(name => !IsNumber(name) && !TableColumn.IsGap(name)) ? names : null;
    }

    private static bool IsNumber(string cell) => TableColumn.IsNumber(cell);

    private static string Some(IReadOnlyList<string> names) => string.Join(", ", names.Take(6)) + (names.Count > 6 ? ", …" : "");

    private static UserException Ragged(string path, long line, int has, int expected, char separator) =>
        new($"{path} line {line} has {has} column{(has == 1 ? "" : "s")}, the first line has {expected}; correct the line"
            + (separator == ',' && has > expected ? ", and write decimal points where numbers have commas" : ""));
}
