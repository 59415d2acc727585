using Earthmover.Data;
using Earthmover.Data.Formats;
using Earthmover.Data.Tables;

namespace Earthmover.Sessions.Tables;

/// <summary>
/// Rows of which some cells are given and the others are filled: each by a drawn row that has the given values of categories, and numbers
/// near those that are given.
/// </summary>
public sealed class RowCompletion
{
    // Rows that are drawn to choose from, at most and at first; of those that fit best one of so many is taken.
    private const int Pool = 50_000, First = 2_000, PoolOfRow = 20, Nearest = 5;
    // Shares of a deviation that a given number may be off, before more rows are drawn.
    private const double Near = 0.1;
    private const double Another = 1e6, Far = 1e3;

    private readonly TableCode _code;
    private readonly string?[][] _cells;
    private readonly double[][] _values;

    private RowCompletion(TableCode code, string?[][] cells, double[][] values) => (_code, _cells, _values) = (code, cells, values);

    /// <summary>Number of rows.</summary>
    public int Count => _cells.Length;

    /// <summary>Rows that were drawn to choose from: until each line had some that fit it, or there is little hope of more.</summary>
    public int Drawn { get; private set; }

    /// <summary>Rows for which no drawn row had every given value, so that the one that had most of them was taken.</summary>
    public int Inexact { get; private set; }

    /// <summary>Reads rows.</summary>
    /// <param name="path">A file with some of the table's columns, by name; a gap in it is filled.</param>
    /// <param name="code">The table.</param>
    /// <exception cref="UserException">A column is none of the table's, or a value none of its column's, with its line.</exception>
    public static RowCompletion Read(string path, TableCode code)
    {
        ArgumentNullException.ThrowIfNull(code);
        var table = Table.Open(path, "yes");
        var names = code.Fields.Select(field => field.Name).ToList();
        string?[][] cells = [.. Enumerable.Range(0, table.Count).Select(_ => new string?[names.Count])];
        double[][] values = [.. cells.Select(row => Enumerable.Repeat(double.NaN, names.Count).ToArray())];
        foreach (var column in table.Columns)
        {
            var k = names.IndexOf(column.Name);
            if (k < 0)
                throw new UserException($"{path} has a column '{column.Name}', which the table has not"
                    + $"{NearestName.Hint(column.Name, names)}; it has {string.Join(", ", names.Take(30))}"
                    + (names.Count > 30 ? ", …" : ""));
            if (table.Columns.Any(other => other != column && other.Name == column.Name))
                throw new UserException($"{path} has two columns named '{column.Name}'; leave one of them out");
            var texts = table.TextsOf(column);
            for (var row = 0; row < texts.Length; row++)
            {
                if (TableColumn.IsGap(texts[row]))
                    continue;
                cells[row][k] = texts[row];
                // What is not learned is copied as it stands.
                if (code.Codes[k] is not null)
                    values[row][k] = code.Fields[k].Parse(texts[row]) ?? throw new UserException($"{path} line {table.LineOf(row)}: "
                        + $"'{Printable.Of(texts[row])}' is no value of column {column.Name}; correct it, or leave it empty to be filled");
            }
        }
        return new(code, cells, values);
    }

    /// <summary>The rows as lines of a file, its names first.</summary>
    /// <param name="samples">What draws rows.</param>
    /// <param name="seed">Seed of what is drawn.</param>
    /// <param name="progress">Told the share that is done.</param>
    /// <param name="cancellation">Ends it between two rows.</param>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    public IEnumerable<string> Lines(TableSamples samples, long seed,
        IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(samples);
        Inexact = 0;
        var pool = new List<double[]>();
        double[] spreads = [];
        var open = Enumerable.Range(0, Count).ToList();
        var next = Math.Clamp(PoolOfRow * Count, First, Pool);
        foreach (var row in samples.Rows(seed, 0, Pool, cancellation: cancellation))
        {
            pool.Add(row);
            progress?.Report(pool.Count / (2.0 * Pool));
            if (pool.Count < next)
                continue;
            spreads = [.. _code.Fields.Select((field, k) => field.IsNumeric ? Spread(pool, k) : 1)];
            open.RemoveAll(i => IsMet(_values[i], pool, spreads));
            if (open.Count == 0)
                break;
            next = Math.Min(Pool, 2 * next);
        }
        Drawn = pool.Count;
        var random = new SeededRandom(seed, "completion");
        yield return _code.Header;
        // Identifiers that some rows have already are not issued to others.
        HashSet<string?>[] given = [.. _code.Fields.Select((_, k) => _cells.Select(row => row[k]).ToHashSet())];
        var issued = new long[given.Length];
        string Issue(int k)
        {
            string text;
            do
                text = _code.Fields[k].Print(issued[k]++);
            while (given[k].Contains(text));
            return text;
        }
        for (var i = 0; i < Count; i++)
        {
            var chosen = pool[Choose(_values[i], pool, spreads, random)];
            yield return TableFile.Line(_code.Fields.Select((field, k) => _cells[i][k]
                ?? (field.Kind == FieldKind.Identifier ? Issue(k) : field.Print(chosen[k]))), _code.Separator);
            progress?.Report(0.5 + (i + 1) / (2.0 * Count));
            cancellation.ThrowIfCancellationRequested();
        }
    }

    private static int[] Asked(double[] given) => [.. Enumerable.Range(0, given.Length).Where(k => !double.IsNaN(given[k]))];

    private bool IsMet(double[] given, List<double[]> pool, double[] spreads)
    {
        var asked = Asked(given);
        return pool.Where(row => asked.All(k => Apart(k, row[k], given[k], spreads[k]) <= Near)).Take(Nearest).Count() == Nearest;
    }

    // Values of categories that differ count first, then how far the numbers are.
    private int Choose(double[] given, List<double[]> pool, double[] spreads, SeededRandom random)
    {
        var asked = Asked(given);
        var found = new (double Cost, int Row)[Nearest];
        Array.Fill(found, (double.PositiveInfinity, -1));
        // From anywhere on: of rows that are equally near, each line meets others first.
        var start = random.NextInt(pool.Count);
        for (var n = 0; n < pool.Count; n++)
        {
            var (row, cost) = ((start + n) % pool.Count, 0.0);
            foreach (var k in asked)
                cost += Apart(k, pool[row][k], given[k], spreads[k]);
            if (cost >= found[^1].Cost)
                continue;
            found[^1] = (cost, row);
            Array.Sort(found, (a, b) => a.Cost.CompareTo(b.Cost));
        }
        if (found[0].Cost >= Another)
            Inexact++;
        // Only rows that are about as near as the nearest.
        var near = found.Count(one => one.Row >= 0 && one.Cost <= found[0].Cost + 0.1);
        return found[random.NextInt(near)].Row;
    }

    private double Apart(int column, double made, double given, double spread) =>
        !_code.Fields[column].IsNumeric ? made == given ? 0 : Another
        : double.IsNaN(made) ? Far
        : Math.Min(Far, Math.Abs(made - given) / spread);

    private static double Spread(List<double[]> pool, int column)
    {
        double[] values = [.. pool.Select(row => row[column]).Where(v => !double.IsNaN(v))];
        var spread = values.Length < 2 ? 0 : Statistics.SampleDeviation(values);
        return spread > 0 ? spread : 1;
    }
}
