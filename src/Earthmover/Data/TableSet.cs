using System.Text;
using System.Text.Json;

namespace Earthmover.Data;

/// <summary>Rows of a table in memory: columns of any kind, in float64, with gaps.</summary>
public sealed class TableSet : DataSet
{
    /// <summary>Takes arrays over; the caller must not change them afterwards.</summary>
    /// <param name="name">The address.</param>
    /// <param name="fields">What the columns hold, in the order of the file; names are distinct.</param>
    /// <param name="columns">
    /// The values of each column [N], as <see cref="TableField.Parse"/> gives them: NaN where one is missing.
    /// </param>
    /// <exception cref="UserException">There is no row.</exception>
    public TableSet(string name, IReadOnlyList<TableField> fields, IReadOnlyList<double[]> columns)
        : base(name, CountOf(fields, columns), FingerprintOf(fields, columns)) => (Fields, Columns) = (fields, columns);

    /// <inheritdoc/>
    public override DataKind Kind => DataKind.Table;

    /// <summary>What the columns hold, in the order of the file.</summary>
    public IReadOnlyList<TableField> Fields { get; }

    /// <summary>The values, one array [N] for each of <see cref="Fields"/>; NaN where a value is missing.</summary>
    public IReadOnlyList<double[]> Columns { get; }

    /// <summary>What stands between the cells of its file.</summary>
    public char Separator { get; init; } = ',';

    /// <summary>Columns of the file that were left out, with the reason.</summary>
    public IReadOnlyList<Points.DataColumn> LeftOut { get; init; } = [];

    /// <summary>The code by ranks of these rows, which is found once.</summary>
    internal Tables.TableCode Ranks => field ??= Tables.TableCode.Of(this, Tables.TableCode.Ranks);

    /// <summary>The place of a column; −1 where there is none of that name.</summary>
    /// <param name="name">Its name.</param>
    public int IndexOf(string name)
    {
        for (var k = 0; k < Fields.Count; k++)
            if (Fields[k].Name == name)
                return k;
        return -1;
    }

    /// <summary>A cell as its file writes it.</summary>
    /// <param name="row">0 to N−1.</param>
    /// <param name="column">Place in <see cref="Fields"/>.</param>
    public string Cell(int row, int column) => Fields[column].Print(Columns[column][row]);

    /// <summary>The names of the columns and the first rows, as a file of them has them.</summary>
    /// <param name="count">Rows; all where there are fewer.</param>
    public IEnumerable<string> Lines(int count = int.MaxValue) => Enumerable.Range(0, Math.Min(count, Count))
        .Select(row => Formats.TableFile.Line(Enumerable.Range(0, Fields.Count).Select(k => Cell(row, k)), Separator))
        .Prepend(Formats.TableFile.Line(Fields.Select(field => field.Name), Separator));

    /// <summary>Some of the rows, in their order.</summary>
    /// <param name="rows">0 to Count − 1, at least one.</param>
    public TableSet Rows(ReadOnlySpan<int> rows)
    {
        var chosen = rows.ToArray();
        return new(Name, Fields, [.. Columns.Select(column => Array.ConvertAll(chosen, row => column[row]))])
        {
            Separator = Separator,
            LeftOut = LeftOut,
            Notes = Notes,
            Problems = Problems,
        };
    }

    /// <summary>
    /// The rows with the columns of another table, matched by name: in its order, of its kinds, a category's value at the place that it has
    /// there. Values that are not there stand behind those that are.
    /// </summary>
    /// <param name="other">The other table.</param>
    /// <exception cref="UserException">A column is missing, or a cell does not fit its kind there; with its name.</exception>
    public TableSet Like(TableSet other)
    {
        ArgumentNullException.ThrowIfNull(other);
        var (fields, columns) = (new TableField[other.Fields.Count], new double[other.Fields.Count][]);
        for (var k = 0; k < fields.Length; k++)
        {
            var from = IndexOf(other.Fields[k].Name);
            if (from < 0)
                throw new UserException($"{Name} has no column '{other.Fields[k].Name}', which {other.Name} has; it has "
                    + $"{string.Join(", ", Fields.Take(20).Select(field => field.Name))}{(Fields.Count > 20 ? ", …" : "")}");
            (fields[k], columns[k]) = Recast(from, other.Fields[k], other.Name);
        }
        return new(Name, fields, columns) { Separator = Separator, Notes = Notes, Problems = Problems };
    }

    private (TableField, double[]) Recast(int column, TableField wanted, string whose)
    {
        var (field, values) = (Fields[column], Columns[column]);
        var isAlike = field.IsNumeric && wanted.IsNumeric && field.Format == wanted.Format;
        if (isAlike)
            return (wanted with { Gap = wanted.Gap ?? field.Gap }, values);
        if ((field.Kind, wanted.Kind) == (FieldKind.Identifier, FieldKind.Identifier))
            return (wanted with { Gap = wanted.Gap ?? field.Gap }, Array.ConvertAll(values, v => v + (field.Next - wanted.Next)));
        // What is a constant here is a value like others there.
        var levels = wanted.Levels.ToList();
        var places = levels.Select((level, place) => (level, place)).ToDictionary(pair => pair.level, pair => pair.place);
        var recast = new double[values.Length];
        for (var row = 0; row < recast.Length; row++)
        {
            if (double.IsNaN(values[row]))
            {
                recast[row] = double.NaN;
                continue;
            }
            var cell = field.Print(values[row]);
            if (wanted.IsDiscrete || wanted.Kind == FieldKind.Constant)
            {
                if (!places.TryGetValue(cell, out var place))
                {
                    places.Add(cell, place = levels.Count);
                    levels.Add(cell);
                }
                recast[row] = place;
            }
            else
                recast[row] = wanted.Parse(cell) ?? throw new UserException(
                    $"{Name} row {row + 1}: '{Printable.Of(cell)}' in column {field.Name} is no "
                    + $"{wanted.Kind.ToString().ToLowerInvariant()}, which the column is in {whose}; "
                    + $"say what it is with ?kinds={field.Name}:category on both");
        }
        // A constant with other values is a category.
        var kind = wanted.Kind == FieldKind.Constant && levels.Count > 1 ? FieldKind.Category : wanted.Kind;
        return (wanted with { Kind = kind, Levels = levels, Gap = wanted.Gap ?? field.Gap }, recast);
    }

    private static int CountOf(IReadOnlyList<TableField> fields, IReadOnlyList<double[]> columns)
    {
        ArgumentNullException.ThrowIfNull(fields);
        ArgumentNullException.ThrowIfNull(columns);
        if (fields.Count != columns.Count || fields.Count == 0)
            throw new ArgumentException($"{columns.Count} columns for {fields.Count} fields.", nameof(columns));
        if (columns.Any(column => column.Length != columns[0].Length))
            throw new ArgumentException("Columns of different lengths.", nameof(columns));
        return columns[0].Length;
    }

    // Identifiers count as the numbers that they are, as they did when runs of before were trained.
    private static string FingerprintOf(IReadOnlyList<TableField> fields, IReadOnlyList<double[]> columns) =>
        HashOf("table", [fields.Count],
        [
            Encoding.UTF8.GetBytes(JsonSerializer.Serialize(fields)),
            .. fields.Zip(columns, (field, column) => BytesOf(
                field.Kind == FieldKind.Identifier ? Array.ConvertAll(column, v => v + field.Next) : column)),
        ]);
}
