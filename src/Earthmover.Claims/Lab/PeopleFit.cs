using Earthmover.Data;
using Earthmover.Data.Toys;

namespace Earthmover.Claims.Lab;

/// <summary>How far rows of people are from the law that the built-in table is drawn from, in closed form.</summary>
/// <remarks>
/// A column of numbers is held to the law by Kolmogorov and Smirnov's distance of the numbers that are there, or by the share that is
/// missing, whichever differs more; a category by total variation. Of a pair numbers are cut into ten cells that are alike by the law, or
/// into five and one for each number that a tenth of the rows has; what is missing is one more.
/// </remarks>
public sealed class PeopleFit
{
    private const int Cuts = 10;
    private readonly Dictionary<string, double[]> _edges = [];
    private readonly TableSet _rows;

    /// <summary>Takes rows.</summary>
    /// <param name="rows">Rows of the columns of people.</param>
    public PeopleFit(TableSet rows)
    {
        _rows = rows;
        var people = PeopleLaw.Draw(100_000, new(1, "edges"));
        foreach (var name in People.Columns)
        {
            if (people.Numbers(name) is not { } numbers)
                continue;
            double[] sorted = [.. numbers.Where(v => !double.IsNaN(v)).Order()];
            double[] spikes = [.. sorted.CountBy(v => v).Where(pair => pair.Value > sorted.Length / Cuts).Select(pair => pair.Key)];
            double[] others = [.. sorted.Where(v => !spikes.Contains(v))];
            double Next(double value) => sorted.FirstOrDefault(v => v > value, value);
            _edges[name] =
            [
                .. (spikes.Length == 0 ? Cut(sorted, Cuts) : [.. Cut(others, Cuts / 2), .. spikes, .. spikes.Select(Next)])
                    .Where(edge => edge > sorted[0]).Distinct().Order(),
            ];
        }
    }

    /// <summary>The whole population.</summary>
    public static PeopleLaw Law { get; } = new();

    /// <summary>Edges of the cells of a column; none of a category.</summary>
    /// <param name="column">Its name.</param>
    public double[] EdgesOf(string column) => _edges.GetValueOrDefault(column, []);

    /// <summary>The distance of each column from the law.</summary>
    public Dictionary<string, double> Columns() => People.Columns.ToDictionary(name => name, name => Column(name, Law, null, 1000));

    /// <summary>The distance of each pair of columns from the law.</summary>
    public Dictionary<(string First, string Second), double> Pairs() =>
        (from i in Enumerable.Range(0, People.Columns.Count)
         from j in Enumerable.Range(i + 1, People.Columns.Count - i - 1)
         select (First: People.Columns[i], Second: People.Columns[j])).ToDictionary(pair => pair, pair => Pair(pair.First, pair.Second));

    /// <summary>The distance of each other column from the law of those who have a value, for each value of each category.</summary>
    public Dictionary<string, double> Given()
    {
        var all = new Dictionary<string, double>();
        foreach (var told in People.Columns)
            foreach (var (value, code) in People.ValuesOf(told).Select((value, code) => (value, code)))
            {
                var (law, those) = (Law.Given(told, value), Array.ConvertAll(Values(told), v => v == code));
                foreach (var other in People.Columns.Where(name => name != told))
                    all[$"{other} where {told}={value}"] = Column(other, law, those, 200);
            }
        return all;
    }

    private static IEnumerable<double> Cut(double[] sorted, int parts) =>
        Enumerable.Range(1, parts - 1).Select(k => sorted[k * sorted.Length / parts]);

    /// <summary>Shares of the cells of a column among the rows; the last is what is missing.</summary>
    /// <param name="column">Its name.</param>
    public double[] Shares(string column)
    {
        var (shares, edges) = (new double[CellsOf(column)], EdgesOf(column));
        foreach (var value in Values(column))
            shares[CellOf(column, value, edges)] += 1.0 / _rows.Count;
        return shares;
    }

    private double[] Values(string column) => _rows.Columns[_rows.IndexOf(column)];

    private int CellsOf(string column) => EdgesOf(column) is { Length: > 0 } edges ? edges.Length + 2 : People.ValuesOf(column).Count + 1;

    // A cell holds its lower edge, as those of the law do.
    private int CellOf(string column, double value, double[] edges) =>
        double.IsNaN(value) ? CellsOf(column) - 1 : edges.Length == 0 ? (int)value : edges.Count(edge => edge <= value);

    private double Column(string name, PeopleLaw law, bool[]? those, int places)
    {
        double[] values = [.. Values(name).Where((_, row) => those?[row] ?? true)];
        double[] there = [.. values.Where(v => !double.IsNaN(v)).Order()];
        if (values.Length == 0)
            return 1;
        if (EdgesOf(name).Length == 0)
        {
            var shares = law.Shares(name);
            return Enumerable.Range(0, shares.Length)
                .Sum(k => Math.Abs(shares[k] - values.Count(v => CellOf(name, v, []) == k) / (double)values.Length)) / 2;
        }
        // Below a number and below the next of them, so that both ends of a jump are looked at.
        double[] distinct = [.. there.Distinct()];
        double[] at = [.. Enumerable.Range(0, distinct.Length).Where(k => k < 2 || k % (1 + distinct.Length / places) < 2)
            .Select(k => distinct[k])];
        var cells = law.Shares(name, at);
        var (sum, known, largest) = (0.0, 1 - cells[^1], 0.0);
        for (var k = 0; k < at.Length; k++)
        {
            sum += cells[k];
            largest = Math.Max(largest, Math.Abs(sum / known - Below(there, at[k]) / (double)there.Length));
        }
        return Math.Max(largest, Math.Abs(cells[^1] - (1 - there.Length / (double)values.Length)));
    }

    private static int Below(double[] sorted, double value)
    {
        var (low, high) = (0, sorted.Length);
        while (low < high)
            if (sorted[(low + high) / 2] < value)
                low = (low + high) / 2 + 1;
            else
                high = (low + high) / 2;
        return low;
    }

    private double Pair(string first, string second)
    {
        double[] a = EdgesOf(first), b = EdgesOf(second), x = Values(first), y = Values(second);
        var (law, table) = (Law.Table(first, second, a, b), new double[CellsOf(first), CellsOf(second)]);
        for (var row = 0; row < x.Length; row++)
            table[CellOf(first, x[row], a), CellOf(second, y[row], b)] += 1.0 / x.Length;
        return (from i in Enumerable.Range(0, law.GetLength(0))
                from j in Enumerable.Range(0, law.GetLength(1))
                select Math.Abs(law[i, j] - table[i, j])).Sum() / 2;
    }
}
