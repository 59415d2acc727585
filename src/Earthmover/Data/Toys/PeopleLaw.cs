using MathNet.Numerics.Distributions;

namespace Earthmover.Data.Toys;

/// <summary>
/// A population drawn from conditional laws that are written down, so that whatever is measured of a table has a true value: region →
/// income class → age → hours of work, gains from capital, ownership, a day of entry.
/// </summary>
/// <remarks>
/// <code>
/// region r    of five, by p(r)                  income c | r    of three, by p(c | r)
/// age a | c   N(mean(c), sd(c)²) to the year, in 18 … 90
/// hours h | a, c   0 or 40 as atoms (retired from 67 on), else N(30 + 6c − 0.15 (a − 40), 8²) to the half, in 0 … 100
///             missing with 0.02, above 50 with 0.3: not at random
/// gain | c    0 with 0.97, 0.9, 0.7; else exp N(mean(c), 0.8²) to the hundredth; missing with 0.02, 0.05, 0.15
/// owner | a, c  yes with 1 / (1 + exp(3 − 0.05 a − 0.8 c))
/// since | r   a day of 2000 … 2023, the share u^k(r) of them before the share u of that time
/// </code>
/// Given region, income class and age, all others are independent: every joint law is a sum over 1,095 states.
/// </remarks>
public sealed class PeopleLaw
{
    private const int Youngest = 18, Oldest = 90, Ages = Oldest - Youngest + 1;
    private const int Halves = 201;
    private const double Day = 86400, FirstDay = 946_684_800;
    private const int Days = 8766;
    private static readonly double[] s_regions = [0.34, 0.27, 0.20, 0.13, 0.06];
    private static readonly double[][] s_incomes =
        [[0.3, 0.5, 0.2], [0.45, 0.42, 0.13], [0.55, 0.37, 0.08], [0.25, 0.45, 0.3], [0.7, 0.28, 0.02]];
    private static readonly double[] s_ageMeans = [36, 44, 52], s_ageDeviations = [14, 12, 10];
    private static readonly double[] s_noGain = [0.97, 0.9, 0.7], s_gainMeans = [5.5, 7, 8.5], s_noAnswer = [0.02, 0.05, 0.15];
    private static readonly double[] s_growth = [1, 1.5, 2, 1, 3];
    private static readonly double[][][] s_hours = [.. Enumerable.Range(0, 3).Select(c =>
        Enumerable.Range(Youngest, Ages).Select(a => HoursOf(c, a)).ToArray())];

    private const double GainDeviation = 0.8, HoursDeviation = 8, Overtime = 50;

    private readonly double[] _weights;
    private readonly int? _owner;

    /// <summary>The whole population.</summary>
    public PeopleLaw()
        : this(Population(), null)
    {
    }

    private PeopleLaw(double[] weights, int? owner) => (_weights, _owner) = (weights, owner);

    /// <summary>Draws rows, column after column of each person from the conditional laws.</summary>
    /// <param name="count">How many, at least one.</param>
    /// <param name="random">Where randomness comes from.</param>
    public static People Draw(int count, SeededRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        var people = new People(new int[count], new int[count], new double[count], new double[count], new double[count],
            new int[count], new double[count]);
        for (var i = 0; i < count; i++)
        {
            var r = people.Region[i] = Pick(s_regions, random);
            var c = people.Income[i] = Pick(s_incomes[r], random);
            var a = people.Age[i] = Age(c, random);
            var h = Hours(c, a, random);
            people.Hours[i] = random.NextDouble() < HoursMissing(h) ? double.NaN : h;
            var gain = random.NextDouble() < s_noGain[c] ? 0
                : Math.Round(Math.Exp(s_gainMeans[c] + GainDeviation * random.NextGaussian()), 2);
            people.Gain[i] = random.NextDouble() < s_noAnswer[c] ? double.NaN : gain;
            people.Owner[i] = random.NextDouble() < Owns(c, a) ? 1 : 0;
            var day = Math.Floor(Days * Math.Pow(random.NextDouble(), 1 / s_growth[r]));
            people.Since[i] = FirstDay + Day * day;
        }
        return people;
    }

    /// <summary>The law of those who have a value of a category.</summary>
    /// <param name="column"><c>region</c>, <c>income</c> or <c>owner</c>.</param>
    /// <param name="value">One of its values.</param>
    /// <exception cref="ArgumentException">There is no such category or value.</exception>
    public PeopleLaw Given(string column, string value)
    {
        var code = People.ValuesOf(column).ToList().IndexOf(value);
        if (code < 0)
            throw new ArgumentException($"people have no category '{column}' of the value '{value}'", nameof(value));
        var weights = new double[_weights.Length];
        for (var s = 0; s < weights.Length; s++)
            weights[s] = _weights[s] * OfState(s, column, [])[code];
        var sum = weights.Sum();
        return new([.. weights.Select(weight => weight / sum)], column == "owner" ? code : _owner);
    }

    /// <summary>The share of each cell of a column: its values, or the numbers below the first edge, between two, and from the last on; the
    /// last cell is what is missing.</summary>
    /// <param name="column">Its name.</param>
    /// <param name="edges">Rising edges of a column of numbers; a cell holds its lower edge.</param>
    public double[] Shares(string column, params double[] edges)
    {
        double[]? sum = null;
        for (var s = 0; s < _weights.Length; s++)
        {
            var cells = OfState(s, column, edges);
            sum ??= new double[cells.Length];
            for (var k = 0; k < cells.Length; k++)
                sum[k] += _weights[s] * cells[k];
        }
        return sum!;
    }

    /// <summary>The share of rows in each pair of cells of two columns, cells as in <see cref="Shares"/>.</summary>
    /// <param name="first">Name of one column.</param>
    /// <param name="second">Name of another.</param>
    /// <param name="firstEdges">Edges of the first, if it holds numbers.</param>
    /// <param name="secondEdges">Edges of the second.</param>
    public double[,] Table(string first, string second, double[]? firstEdges = null, double[]? secondEdges = null)
    {
        if (first == second)
            throw new ArgumentException("a table is of two columns", nameof(second));
        double[,]? table = null;
        for (var s = 0; s < _weights.Length; s++)
        {
            double[] a = OfState(s, first, firstEdges ?? []), b = OfState(s, second, secondEdges ?? []);
            table ??= new double[a.Length, b.Length];
            for (var i = 0; i < a.Length; i++)
                for (var j = 0; j < b.Length; j++)
                    table[i, j] += _weights[s] * a[i] * b[j];
        }
        return table!;
    }

    /// <summary>What the cells of one column tell of those of another, in nats.</summary>
    /// <inheritdoc cref="Table"/>
    public double MutualInformation(string first, string second, double[]? firstEdges = null, double[]? secondEdges = null)
    {
        var table = Table(first, second, firstEdges, secondEdges);
        double[] a = Shares(first, firstEdges ?? []), b = Shares(second, secondEdges ?? []);
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
            for (var j = 0; j < b.Length; j++)
                if (table[i, j] > 0)
                    sum += table[i, j] * Math.Log(table[i, j] / (a[i] * b[j]));
        return sum;
    }

    /// <summary>Share of rows whose value is missing.</summary>
    /// <param name="column">Its name.</param>
    public double Missing(string column) => Shares(column)[^1];

    /// <summary>Share of the numbers that are there which are below another.</summary>
    /// <param name="column">Name of a column of numbers.</param>
    /// <param name="x">The other number.</param>
    public double Below(string column, double x) => Shares(column, x) is var cells ? cells[0] / (cells[0] + cells[1]) : 0;

    private static double[] Population()
    {
        var weights = new double[s_regions.Length * s_ageMeans.Length * Ages];
        for (var s = 0; s < weights.Length; s++)
        {
            var (r, c, a) = Parts(s);
            weights[s] = s_regions[r] * s_incomes[r][c] * AgeMass(c, a);
        }
        return weights;
    }

    private static (int Region, int Income, int Age) Parts(int state) =>
        (state / (3 * Ages), state / Ages % 3, Youngest + state % Ages);

    private double[] OfState(int state, string column, double[] edges)
    {
        var (r, c, a) = Parts(state);
        switch (column)
        {
            case "region":
                return One(r, s_regions.Length);
            case "income":
                return One(c, 3);
            case "owner":
                return _owner is { } known ? One(known, 2) : [1 - Owns(c, a), Owns(c, a), 0];
        }
        // What is there and below each edge, and what is there at all.
        Func<double, double> below = column switch
        {
            "age" => x => a < x ? 1 : 0,
            "hours" => x => s_hours[c][a - Youngest][(int)Math.Clamp(Math.Ceiling(2 * x), 0, Halves)],
            "gain" => x => (1 - s_noAnswer[c]) * ((x > 0 ? s_noGain[c] : 0) + (1 - s_noGain[c]) * GainBelow(c, x)),
            "since" => x => Math.Pow(Math.Clamp(Math.Ceiling((x - FirstDay) / Day), 0, Days) / Days, s_growth[r]),
            _ => throw new ArgumentException($"people have no column '{column}'", nameof(column)),
        };
        var cells = new double[edges.Length + 2];
        var last = 0.0;
        for (var k = 0; k <= edges.Length; k++)
        {
            var next = below(k < edges.Length ? edges[k] : double.MaxValue);
            (cells[k], last) = (next - last, next);
        }
        cells[^1] = 1 - last;
        return cells;
    }

    private static double[] One(int code, int values)
    {
        var cells = new double[values + 1];
        cells[code] = 1;
        return cells;
    }

    private static double AgeMass(int c, double a)
    {
        double Below(double x) => Normal.CDF(s_ageMeans[c], s_ageDeviations[c], x);
        return (Below(a + 0.5) - Below(a - 0.5)) / (Below(Oldest + 0.5) - Below(Youngest - 0.5));
    }

    private static double GainBelow(int c, double x)
    {
        // The next hundredth that is not below x; what is rounded to less lies half a hundredth under it.
        var edge = Math.Min(Math.Ceiling(Math.Round(100 * x, 6)), 1e15) / 100 - 0.005;
        return edge > 0 ? Normal.CDF(s_gainMeans[c], GainDeviation, Math.Log(edge)) : 0;
    }

    // Share that is there and below each half: [0] is 0, [201] all that is there.
    private static double[] HoursOf(int c, int a)
    {
        var (none, full, mean) = HoursLaw(c, a);
        double Under(double x) => Normal.CDF(mean, HoursDeviation, x);
        var all = Under(100.25) - Under(-0.25);
        var below = new double[Halves + 1];
        for (var k = 0; k < Halves; k++)
        {
            var hours = k / 2.0;
            var mass = (1 - none - full) * (Under(hours + 0.25) - Under(hours - 0.25)) / all
                + (hours == 0 ? none : 0) + (hours == 40 ? full : 0);
            below[k + 1] = below[k] + mass * (1 - HoursMissing(hours));
        }
        return below;
    }

    private static (double None, double Full, double Mean) HoursLaw(int c, double a) =>
        (a < 67 ? 0.02 : 0.6, a < 67 ? 0.4 : 0.1, 30 + 6 * c - 0.15 * (a - 40));

    private static double HoursMissing(double hours) => hours > Overtime ? 0.3 : 0.02;

    private static double Owns(int c, double a) => 1 / (1 + Math.Exp(3 - 0.05 * a - 0.8 * c));

    private static int Pick(double[] shares, SeededRandom random)
    {
        var u = random.NextDouble();
        for (var k = 0; k < shares.Length - 1; k++)
            if ((u -= shares[k]) < 0)
                return k;
        return shares.Length - 1;
    }

    private static double Age(int c, SeededRandom random)
    {
        while (true)
            if (Math.Round(s_ageMeans[c] + s_ageDeviations[c] * random.NextGaussian()) is >= Youngest and <= Oldest and var age)
                return age;
    }

    private static double Hours(int c, double a, SeededRandom random)
    {
        var (none, full, mean) = HoursLaw(c, a);
        var u = random.NextDouble();
        if (u < none + full)
            return u < none ? 0 : 40;
        while (true)
            if (Math.Round(2 * (mean + HoursDeviation * random.NextGaussian())) is >= 0 and < Halves and var halves)
                return halves / 2;
    }
}
