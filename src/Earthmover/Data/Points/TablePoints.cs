using System.Globalization;
using Earthmover.Data.Formats;

namespace Earthmover.Data.Points;

/// <summary>
/// Points from a table, one a row. Columns are coordinates, but for an index, for classes (<c>label</c> or <c>class</c>), and for masses
/// where they are asked for.
/// </summary>
internal sealed class TablePoints
{
    /// <summary>The options of a table that is read as points.</summary>
    internal static readonly string[] Options = ["columns", "index", "label", "masses", "missing", "header", "limit", "as"];

    private static readonly string[] s_indexNames =
        ["id", "index", "idx", "row", "row_id", "rowid", "row_number", "rownum", "rownames", "#", "unnamed: 0", "unnamed: 0.1", "level_0"];
    private static readonly string[] s_labelNames = ["label", "class"];
    private static readonly string[] s_massNames = ["weight", "weights", "mass", "masses"];

    private readonly Table _table;
    private readonly DataOptions _options;
    private readonly List<string> _notes;
    private readonly List<DataColumn> _uses = [];
    private List<DataProblem> _problems = [];

    private TablePoints(DataAddress address)
    {
        _options = new(address, Options);
        _options.Choice("as", "points");
        _table = Table.Open(address.Name, _options.Choice("header", "auto", "yes", "no"));
        _notes = [.. _table.Notes];
        if (!_options.Has("as") && Path.GetExtension(address.Name) is ".txt")
            _notes.Insert(0, "its lines are rows of numbers, read as points; ?as=text reads them as text");
    }

    /// <summary>
    /// Opens a table. Options: <c>columns</c> (names or numbers from 1, in the wanted order), <c>index=keep</c>,
    /// <c>label=COLUMN|none</c>, <c>masses=COLUMN</c>, <c>missing=skip</c>, <c>header=yes|no</c>, <c>limit</c>.
    /// </summary>
    /// <param name="address">The address; its name is the path.</param>
    /// <exception cref="UserException">The file, the line, the column and the reason.</exception>
    internal static PointSet Open(DataAddress address) => new TablePoints(address).Read(address);

    private PointSet Read(DataAddress address)
    {
        TableColumn? masses = _options.Has("masses") ? Wanted("masses", _options.Text("masses", "")) : null, label = LabelColumn();
        var coordinates = Coordinates(masses, label);
        var rows = Rows(coordinates, masses, label);
        var values = new double[checked(rows.Length * coordinates.Length)];
        for (var i = 0; i < values.Length; i++)
            values[i] = coordinates[i % coordinates.Length].Numbers[rows[i / coordinates.Length]];
        double[]? weights = masses is null ? null : [.. rows.Select(row => masses.Numbers[row])];
        if (weights?.Max() == 0)
            throw new UserException($"{_table.Path} has only masses of 0 in column {masses!.Name}; a law needs some mass");
        if (_table.HasHeader)
            RefuseDoubled(coordinates);
        if (PointColumns.Apart([.. coordinates.Select(column => column.Name)], values) is { } apart)
            _notes.Add(apart);
        return new PointSet(address.ToString(), coordinates.Length, values, label is null ? null : Labels(label, rows), weights)
        {
            ColumnNames = _table.HasHeader ? [.. coordinates.Select(column => column.Name)] : null,
            Columns = [.. coordinates.Select(column => new DataColumn(column.Name, KindOf(column), DataColumn.Coordinate)), .. _uses],
            Notes = _notes,
            Problems = _problems,
        };
    }

    private TableColumn Wanted(string option, string name) =>
        _table.Find(name) ?? throw _options.Bad(option, name, $"the name or number of a column: {Names(_table.Columns, ", ")}");

    private static string Names(IEnumerable<TableColumn> columns, string between) =>
        string.Join(between, columns.Select(column => column.Name));

    private TableColumn? LabelColumn()
    {
        if (_options.Has("label"))
            return _options.Text("label", "") is "none" ? null : Wanted("label", _options.Text("label", ""));
        var found = _table.Columns.FirstOrDefault(column => IsCalled(column, s_labelNames));
        var isCoordinate = found is not null && _options.Has("columns") && ExplicitColumns().Contains(found);
        // Classes are names or whole numbers; a fraction is something that was measured.
        return isCoordinate || found?.Kind == ColumnKind.Number ? null : found;
    }

    private static bool IsCalled(TableColumn column, string[] names) =>
        column.IsNamed && names.Contains(column.Name, StringComparer.OrdinalIgnoreCase);

    private TableColumn[] ExplicitColumns() =>
        [.. _options.Text("columns", "").Split(',').Select(wanted => Wanted("columns", wanted.Trim()))];

    private TableColumn[] Coordinates(TableColumn? masses, TableColumn? label)
    {
        if (masses is not null)
        {
            _uses.Add(new(masses.Name, KindOf(masses), "masses"));
            _notes.Add($"column {masses.Name} holds the masses of the points");
        }
        if (label is not null)
            _uses.Add(new(label.Name, KindOf(label), "classes"));
        TableColumn[] free = [.. _table.Columns.Where(column => column != masses && column != label)], chosen;
        if (_options.Has("columns"))
        {
            chosen = ExplicitColumns();
            foreach (var column in free.Except(chosen))
                _uses.Add(new(column.Name, KindOf(column), "left out: not among ?columns"));
        }
        else
            chosen = WithoutIndex(free);
        if (chosen.Length == 0)
            throw new UserException($"{_table.Path} has no column of coordinates beside "
                + string.Join(" and ", new[] { masses?.Name, label?.Name }.OfType<string>()));
        foreach (var column in chosen)
            RequireNumbers(column);
        foreach (var column in chosen.Where(column => masses is null && IsCalled(column, s_massNames)))
            _notes.Add($"column {column.Name} is a coordinate; ?masses={column.Name} makes it the masses of the points");
        return chosen;
    }

    private TableColumn[] WithoutIndex(TableColumn[] columns)
    {
        var keep = _options.Choice("index", "auto", "keep") == "keep";
        var kept = new List<TableColumn>();
        foreach (var column in columns)
        {
            // What spreadsheets leave behind a separator at the end of each line.
            if (!column.IsNamed && column.Kind == ColumnKind.Empty && column.Position == _table.Columns.Count)
                _notes.Add($"column {column.Position} has no name and no values, and is left out");
            else if (!keep && IsIndex(column) && columns.Length > 1)
                _notes.Add($"column {Title(column)} {(column.IsCounting ? "counts" : "numbers")} the rows and is left out as an index; "
                    + "?index=keep makes it a coordinate");
            else
            {
                if (!keep && columns.Length > 1 && Doubt(column) is { } doubt)
                    _notes.Add($"column {Title(column)} {doubt}; if it is an index, leave it out with "
                        + $"?columns={Names(columns.Where(other => other != column), ",")}");
                kept.Add(column);
                continue;
            }
            _uses.Add(new(column.Name, KindOf(column), column.Kind == ColumnKind.Empty ? "left out: empty" : "left out: an index"));
        }
        return [.. kept];
    }

    // What may be an index and may be a coordinate as well, so that it stays.
    private string? Doubt(TableColumn column) =>
        column.IsCounting && _table.Count > 2 ? "counts the rows"
        : _table.HasHeader && !column.IsNamed && column.Kind == ColumnKind.Integer ? "has no name, and some of its whole numbers are equal"
        : null;

    // Without a name where the others have one, or called an index; and such numbers as an index has.
    private bool IsIndex(TableColumn column) => _table.HasHeader && column.IsIdentifying
        && (!column.IsNamed || (IsCalled(column, s_indexNames) && _table.Count > 1));

    private static string Title(TableColumn column) => column.IsNamed ? $"'{column.Name}'" : $"{column.Position}";

    private void RequireNumbers(TableColumn column)
    {
        if (column.Kind == ColumnKind.Empty)
            throw new UserException($"{_table.Path} line {_table.LineOf(0)} has no value in column {column.Name}, nor has any other line; "
                + $"leave the column out{WithColumns()}");
        if (column.FirstText is null && column.FirstRounded is { } rounded)
            throw new UserException(
                $"{_table.Path} line {_table.LineOf(rounded.Row)}, column {column.Name}: {PointSet.TooLong(rounded.Text)}, "
                + "or choose the columns with ?columns=");
        if (column.FirstText is not { } text)
        {
            RefuseHuge(column);
            return;
        }
        var shown = Printable.Of(text.Text.Length > 40 ? text.Text[..40] + "…" : text.Text);
        throw new UserException($"{_table.Path} line {_table.LineOf(text.Row)}: '{shown}' in column {column.Name} is {Fault(text.Text)}");
    }

    private void RefuseHuge(TableColumn column)
    {
        for (var row = 0; row < _table.Count; row++)
            if (Math.Abs(column.Numbers[row]) > PointSet.Largest)
                throw new UserException(string.Create(CultureInfo.InvariantCulture,
                    $"{_table.Path} line {_table.LineOf(row)}: {column.Numbers[row]} in column {column.Name} "
                    + $"is beyond {PointSet.Largest}; ")
                    + "use larger units");
    }

    /// <summary>Whether a column holds the classes of points, where nobody says which does.</summary>
    internal static bool IsLabel(TableColumn column) => IsCalled(column, s_labelNames);

    /// <summary>Whether a cell is a number that cannot be read: infinite, or with a decimal comma.</summary>
    internal static bool IsDamaged(string text) => IsInfinite(text) || HasDecimalComma(text);

    private static bool IsInfinite(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _)
        || text.TrimStart('+', '-').ToLowerInvariant() is "inf" or "infinity";

    private static bool HasDecimalComma(string text) =>
        text.Contains(',', StringComparison.Ordinal) && TableColumn.IsNumber(text.Replace(',', '.'));

    private string Fault(string text)
    {
        if (IsInfinite(text))
            return "not a finite number; remove or correct the line";
        if (HasDecimalComma(text))
            return "not a number: it has a decimal comma; write numbers with a decimal point";
        return $"not a number; correct it, or choose the columns of numbers{WithColumns()}";
    }

    private string WithColumns()
    {
        var numeric = Names(_table.Columns.Where(column => column.Kind is ColumnKind.Number or ColumnKind.Integer), ",");
        return numeric.Length > 0 ? $" with ?columns={numeric}" : "";
    }

    // Rows with a value in every column that is used, as many as the limit allows, spread evenly: tables are often sorted.
    private int[] Rows(TableColumn[] coordinates, TableColumn? masses, TableColumn? label)
    {
        if (masses?.FirstText is not null || masses?.Kind == ColumnKind.Empty)
            RequireNumbers(masses);
        TableColumn[] used = [.. coordinates.Concat([masses, label]).OfType<TableColumn>()];
        var gaps = used.SelectMany(column => column.Gaps.Select(row => (Row: row, Column: column)))
            .OrderBy(gap => gap.Row).DistinctBy(gap => gap.Row).ToArray();
        if (gaps.Length > 0 && _options.Choice("missing", "refuse", "skip") == "refuse")
            throw new UserException($"{_table.Path} line {_table.LineOf(gaps[0].Row)} has no value in column {gaps[0].Column.Name}"
                + (gaps.Length > 1 ? $", and {gaps.Length - 1} more lines have gaps" : "")
                + "; fill the gaps, leave such lines out with ?missing=skip, or read a table, which has gaps, with ?as=table");
        string Place(int row) => $"{_table.Path} line {_table.LineOf(row)}";
        _problems = [.. gaps.Select(gap => new DataProblem(Place(gap.Row), $"no value in column {gap.Column.Name}"))];
        var without = gaps.Select(gap => gap.Row).ToHashSet();
        int[] rows = [.. Enumerable.Range(0, _table.Count).Where(row => !without.Contains(row))];
        if (rows.Length == 0)
            throw new UserException($"{_table.Path} has a gap in every line; leave columns out with ?columns=");
        if (gaps.Length > 0)
            _notes.Add($"{gaps.Length:N0} of {_table.Count:N0} lines have gaps and are left out");
        if (masses is not null && Array.FindIndex(rows, row => masses.Numbers[row] < 0) is >= 0 and var negative)
            throw new UserException($"{Place(rows[negative])} has a negative mass in column {masses.Name}; masses are 0 or more");
        var limit = (int)Math.Min(_options.Whole("limit", rows.Length, 1, int.MaxValue), rows.Length);
        return limit == rows.Length ? rows : [.. Enumerable.Range(0, limit).Select(n => rows[(int)((long)n * rows.Length / limit)])];
    }

    private int[] Labels(TableColumn column, int[] rows)
    {
        var texts = _table.TextsOf(column);
        var used = rows.Select(row => texts[row]).Distinct(StringComparer.Ordinal).ToArray();
        string[] names = column.Kind == ColumnKind.Integer
            ? [.. used.OrderBy(text => double.Parse(text, CultureInfo.InvariantCulture))]
            : [.. used.Order(StringComparer.Ordinal)];
        var index = names.Select((name, k) => (name, k)).ToDictionary(pair => pair.name, pair => pair.k, StringComparer.Ordinal);
        _notes.Add($"column {column.Name} holds {names.Length:N0} classes and is no coordinate; ?label=none makes it one");
        return [.. rows.Select(row => index[texts[row]])];
    }

    private void RefuseDoubled(TableColumn[] coordinates)
    {
        var doubled = coordinates.GroupBy(column => column.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Skip(1).Any());
        if (doubled is null)
            return;
        if (doubled.Distinct().Count() == 1)
            throw _options.Bad("columns", doubled.Key, "each column once");
        var places = string.Join(" and ", doubled.Select(column => column.Position));
        throw new UserException($"{_table.Path} has {doubled.Count()} columns named '{doubled.Key}' (numbers {places}); "
            + "rename one, or leave one out by choosing columns by number with ?columns=");
    }

    private static string KindOf(TableColumn column) => column.Kind switch
    {
        ColumnKind.Text => "text",
        ColumnKind.Empty => "empty",
        ColumnKind.Integer when Constant(column) => "constant",
        ColumnKind.Number when Constant(column) => "constant",
        ColumnKind.Integer => "integer",
        _ => "number",
    };

    private static bool Constant(TableColumn column)
    {
        var first = column.Numbers.First(v => !double.IsNaN(v));
        return column.Numbers.All(v => v == first || double.IsNaN(v));
    }
}
