using Earthmover.Data.Formats;
using Earthmover.Data.Points;

namespace Earthmover.Data.Tables;

/// <summary>Rows of a table whose columns may be of any kind, from a file.</summary>
internal sealed class TableReader
{
    /// <summary>The options of a table.</summary>
    internal static readonly string[] Options = ["columns", "drop", "kinds", "header", "limit", "split", "as"];

    // What only tables have, and what only points have.
    private static readonly string[] s_ofTables = ["kinds", "drop"], s_ofPoints = ["index", "label", "masses", "missing"];
    private const int FewRows = 1000;
    private const double TestShare = 0.2;
    private const long SplitSeed = 7;

    private readonly DataAddress _address;
    private readonly DataOptions _options;
    private readonly Table _table;
    private readonly List<string> _notes;
    private readonly List<DataColumn> _leftOut = [];

    private TableReader(DataAddress address, Table? table)
    {
        (_address, _options) = (address, new(address, Options));
        _options.Choice("as", "table");
        _table = table ?? Table.Open(address.Name, _options.Choice("header", "auto", "yes", "no"));
        _notes = [.. _table.Notes];
    }

    /// <summary>
    /// Opens a table. Options: <c>kinds=zip:category,age:integer</c>, <c>columns</c> (names or numbers from 1, in the wanted order),
    /// <c>drop</c>, <c>header=yes|no</c>, <c>limit</c>, <c>split=train|test|all</c> (a fifth of the rows, chosen once and for all, are the
    /// test part).
    /// </summary>
    /// <param name="address">The address; its name is the path.</param>
    /// <param name="table">The file, where it is open already.</param>
    /// <param name="split">The part that is read when the address names none.</param>
    /// <exception cref="UserException">The file, the line, the column and the reason.</exception>
    internal static TableSet Open(DataAddress address, Table? table = null, string split = "all") =>
        new TableReader(address, table).Read(split);

    /// <summary>A file as points where all that is used of it are numbers, else as a table, unless the address says which.</summary>
    /// <param name="address">The address; its name is the path.</param>
    internal static DataSet OpenEither(DataAddress address)
    {
        var given = address["as"];
        if (given == "points" || (given is null && s_ofPoints.Any(name => address[name] is not null)))
            return TablePoints.Open(address);
        if (given == "table" || (given is null && s_ofTables.Any(name => address[name] is not null)))
            return Open(address);
        if (given is not null)
            throw new DataOptions(address, [.. Options, .. TablePoints.Options]).Bad("as", given, "points or table");
        var table = Table.Open(address.Name, address["header"] is ("yes" or "no") and var said ? said : "auto");
        var used = address["columns"] is { } chosen ? chosen.Split(',').Select(name => table.Find(name.Trim())).OfType<TableColumn>()
            : table.Columns.Where(column => !TablePoints.IsLabel(column));
        if (used.FirstOrDefault(column => IsNoNumber(table, column)) is { } other)
        {
            var set = Open(address, table);
            set.Notes = [.. set.Notes,
                $"read as a table, since column {other.Name} holds more than plain numbers; ?as=points reads points"];
            return set;
        }
        var points = TablePoints.Open(address);
        if (table.HasHeader)
            points.Notes = [.. points.Notes, "all its columns are numbers, read as points; ?as=table reads them as a table"];
        return points;
    }

    // Words; or gaps under a name, which a table keeps. A number that went wrong stays a fault of points.
    private static bool IsNoNumber(Table table, TableColumn column) =>
        (column.Kind == ColumnKind.Text && FieldFinder.IsOfWords(column) && !TablePoints.IsDamaged(column.FirstText!.Value.Text))
        || (table.HasHeader && column.Kind is ColumnKind.Number or ColumnKind.Integer && column.Gaps.Count > 0
            && !IsFailed(table, column));

    // Not-a-number is what a computation leaves that failed.
    private static bool IsFailed(Table table, TableColumn column) =>
        table.TextsOf(column).Any(cell => cell.TrimStart('-').Equals("nan", StringComparison.OrdinalIgnoreCase));

    private TableSet Read(string split)
    {
        var columns = Chosen();
        var wanted = Wanted(columns);
        FieldKind? Of(TableColumn column) => wanted.TryGetValue(column, out var kind) ? kind : null;
        var texts = CellTexts.Of(_table, columns, column => FieldFinder.NeedsTexts(column, Of(column)));
        // Codes such as 00501 are no numbers, whatever they look like.
        bool IsCode(TableColumn column, int k) => texts[k].HasLeadingZeros && texts[k].Names.Count == 0 && Of(column) is null;
        TableColumn[] codes = [.. columns.Where(IsCode)];
        foreach (var (column, text) in codes.Zip(codes.Length == 0 ? [] : CellTexts.Of(_table, codes, _ => true)))
        {
            texts[Array.IndexOf(columns, column)] = text;
            _notes.Add($"column {column.Name} has numbers that begin with 0, and is read as codes; "
                + $"?kinds={column.Name}:integer reads numbers");
        }
        var rows = Rows(split);
        if (rows.Length < FewRows)
            _notes.Add($"{rows.Length:N0} rows are few to learn from: expect rough rows, "
                + "and look at how near they are to those of the file before they are given away");
        var (fields, values) = (new TableField[columns.Length], new double[columns.Length][]);
        for (var k = 0; k < columns.Length; k++)
        {
            (fields[k], values[k]) = new FieldFinder(_table, columns[k], texts[k]).Find(Of(columns[k]), _notes);
            if (rows.Length < _table.Count)
                values[k] = Array.ConvertAll(rows, row => values[k][row]);
        }
        if (!fields.Any(field => field.IsLearned))
            throw new UserException($"{_table.Path} has no column to learn: "
                + string.Join(", ", fields.Select(field => $"{field.Name} is {Word(field.Kind)}").Take(5))
                + $"{(fields.Length > 5 ? ", …" : "")}; say what a column is with ?kinds={fields[0].Name}:category");
        return new(_address.ToString(), fields, values)
        {
            Separator = _table.Separator == ' ' ? ',' : _table.Separator,
            LeftOut = _leftOut,
            Notes = _notes,
        };
    }

    private static string Word(FieldKind kind) =>
        kind == FieldKind.Identifier ? "an identifier" : $"a {kind.ToString().ToLowerInvariant()}";

    private int[] Rows(string split)
    {
        var part = _options.Has("split") ? _options.Choice("split", "all", "train", "test") : split;
        var test = (int)Math.Round(TestShare * _table.Count);
        if (part != "all" && (test == 0 || test == _table.Count))
            throw new UserException($"{_table.Path} has {_table.Count} row{(_table.Count == 1 ? "" : "s")}, too few to split; "
                + "leave ?split= out");
        int[] order = [.. Enumerable.Range(0, _table.Count)];
        if (part != "all")
            new SeededRandom(SplitSeed, "table split").Shuffle<int>(order);
        int[] rows = part switch { "test" => order[..test], "train" => order[test..], _ => order };
        var limit = (int)Math.Min(_options.Whole("limit", rows.Length, 1, int.MaxValue), rows.Length);
        return limit == rows.Length ? rows : [.. Enumerable.Range(0, limit).Select(n => rows[(int)((long)n * rows.Length / limit)])];
    }

    private TableColumn[] Chosen()
    {
        if (_options.Has("columns") && _options.Has("drop"))
            throw new UserException($"?columns= names what is read of {_address.Name} and ?drop= what is not; give one of the two");
        TableColumn[] chosen = _options.Has("columns") ? Named("columns") : [.. _table.Columns];
        if (_options.Has("drop"))
        {
            var dropped = Named("drop");
            chosen = [.. chosen.Except(dropped)];
            _leftOut.AddRange(dropped.Select(column => new DataColumn(column.Name, "any", "left out: ?drop")));
        }
        else if (!_options.Has("columns"))
            chosen = [.. chosen.Where(column => !IsLeftOut(column))];
        if (chosen.GroupBy(column => column.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Skip(1).Any()) is { } doubled)
            throw doubled.Distinct().Count() == 1
                ? _options.Bad("columns", doubled.Key, "each column once")
                : new UserException($"{_table.Path} has {doubled.Count()} columns named '{doubled.Key}' "
                    + $"(numbers {string.Join(" and ", doubled.Select(column => column.Position))}); "
                    + "rename one, or choose columns by number with ?columns=");
        if (chosen.Length == 0)
            throw new UserException($"nothing is left of {_table.Path} by ?drop={_options.Text("drop", "")}; name fewer columns");
        return chosen;
    }

    // What data frames and spreadsheets leave beside the columns of a table.
    private bool IsLeftOut(TableColumn column)
    {
        if (!_table.HasHeader || column.IsNamed || _table.Columns.Count == 1)
            return false;
        var isIndex = column.IsCounting;
        if (!isIndex && (column.Kind != ColumnKind.Empty || column.Position != _table.Columns.Count))
            return false;
        _notes.Add(isIndex
            ? $"column {column.Position} has no name and counts the rows; it is left out as an index"
            : $"column {column.Position} has no name and no values, and is left out");
        _leftOut.Add(new(column.Name, isIndex ? "integer" : "empty", isIndex ? "left out: an index" : "left out: empty"));
        return true;
    }

    private TableColumn[] Named(string option) =>
        [.. _options.Text(option, "").Split(',').Select(name => Column(option, name.Trim()))];

    private TableColumn Column(string option, string name)
    {
        if (_table.Find(name) is { } column)
            return column;
        throw new ColumnNames([.. _table.Columns.Select(c => c.Name)]).NoSuch(_options, option, name);
    }

    private Dictionary<TableColumn, FieldKind> Wanted(TableColumn[] columns)
    {
        var wanted = new Dictionary<TableColumn, FieldKind>();
        foreach (var part in _options.Text("kinds", "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var colon = part.LastIndexOf(':');
            if (colon < 1 || !FieldFinder.Words.TryGetValue(part[(colon + 1)..].Trim(), out var kind))
                throw _options.Bad("kinds", part, $"COLUMN:KIND, where KIND is one of {string.Join(", ", FieldFinder.Words.Keys)}");
            var column = Column("kinds", part[..colon].Trim());
            if (!columns.Contains(column))
                throw _options.Bad("kinds", part, "a column that is read");
            wanted[column] = kind;
        }
        return wanted;
    }
}
