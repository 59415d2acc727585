using System.Text.Json.Serialization;

namespace Earthmover.Data.Tables;

/// <summary>
/// Values that many rows share, the atoms, are choices of their own. The others are one choice, and a number says which: their rank among
/// themselves, as a quantile of N(0, 1).
/// </summary>
/// <remarks>
/// A column of categories is coded alike: its frequent values are atoms, and a rare one is known by its place in the order of the others,
/// so that a category may have any number of values. Back, a rank becomes a number on straight lines between means of at least
/// <see cref="ColumnCode.Fewest"/> neighboring values of the training rows, so that no number is given out that one person alone has.
/// </remarks>
public sealed record RankCode : ColumnCode
{
    // Numbers of few values are categories with an order; above, a value is an atom with so large a share of the rows.
    private const int FewValues = 100, RowsForEach = 20, MostAtoms = 500, MostKnots = 256;
    private const double AtomShare = 0.02, Farthest = 1e-6;

    /// <summary>Values with a choice of their own [A].</summary>
    public required double[] Atoms { get; init; }

    /// <summary>Ranks of <see cref="Values"/>, rising from 0 to 1 [K]; empty where all values are atoms.</summary>
    public required double[] Ranks { get; init; }

    /// <summary>Values at the ranks, not falling [K].</summary>
    public required double[] Values { get; init; }

    private Dictionary<double, int> Places => field ??= Enumerable.Range(0, Atoms.Length).ToDictionary(k => Atoms[k]);

    /// <inheritdoc/>
    [JsonIgnore]
    public override bool HasNumber => Ranks.Length > 0;

    /// <inheritdoc/>
    [JsonIgnore]
    public override int Opens => HasNumber ? 1 : 0;

    /// <inheritdoc/>
    [JsonIgnore]
    public override BlockKind NumberKind => BlockKind.Number;

    /// <summary>The code of a column.</summary>
    /// <param name="field">The column.</param>
    /// <param name="values">Its values, at least one of them not missing.</param>
    /// <param name="all">Whether every value is an atom, which is for categories alone.</param>
    public static RankCode Of(TableField field, double[] values, bool all = false)
    {
        double[] present = [.. values.Where(v => !double.IsNaN(v)).Order()];
        var counts = present.CountBy(v => v).OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key).ToList();
        var few = counts.Count <= FewValues && present.Length >= RowsForEach * counts.Count;
        bool IsAtom(int count) => all || (count >= Fewest && (field.IsDiscrete || few || count > AtomShare * values.Length));
        var most = all ? int.MaxValue : MostAtoms;
        var atoms = counts.Take(most).Where(pair => IsAtom(pair.Value)).ToDictionary(pair => pair.Key, pair => pair.Value);
        double[] others = [.. present.Where(v => !atoms.ContainsKey(v))], ordered = [.. atoms.Keys.Order()];
        var gaps = values.Length - present.Length;
        // So few say something of themselves alone: each counts as the atom that is nearest.
        if (!field.IsDiscrete && others.Length < Fewest && (ordered.Length > 0 || gaps > 0))
            others = [];
        var (ranks, knots) = Knots(others, field.IsDiscrete);
        return new()
        {
            Atoms = ordered,
            Ranks = ranks,
            Values = knots,
            HasGap = gaps > 0,
            Shares =
            [
                .. ranks.Length > 0 ? [(double)others.Length] : ReadOnlySpan<double>.Empty,
                .. ordered.Select(atom => (double)atoms[atom]),
                .. gaps > 0 ? [(double)gaps] : ReadOnlySpan<double>.Empty,
            ],
        };
    }

    // Where many have the same value, the line is flat; else it goes through means of neighbors.
    private static (double[] Ranks, double[] Values) Knots(double[] sorted, bool exact)
    {
        List<double> ranks = [], values = [];
        var n = sorted.Length;
        if (n == 0)
            return ([], []);
        var group = exact ? 1 : Math.Max(Fewest, n / MostKnots);
        void Add(double rank, double value)
        {
            ranks.Add(rank / n);
            values.Add(value);
        }
        double Mean(int from, int to) => sorted.AsSpan(from, to - from).ToArray().Average();
        var pending = 0;
        for (var begin = 0; begin < n;)
        {
            var end = begin + 1;
            while (end < n && sorted[end] == sorted[begin])
                end++;
            var isFlat = end - begin >= group;
            // Fewer than a group are passed over: the line goes on to the next knot.
            if ((isFlat && begin - pending >= Fewest) || (!isFlat && end - pending >= group))
            {
                var to = isFlat ? begin : end;
                Add((pending + to) / 2.0, Mean(pending, to));
                pending = to;
            }
            if (isFlat)
            {
                Add(begin, sorted[begin]);
                Add(end, sorted[begin]);
                pending = end;
            }
            begin = end;
        }
        // The ends are means as well: the largest value of all is somebody's.
        if (ranks.Count == 0)
            Add(n / 2.0, sorted.Average());
        var edge = Math.Min(Fewest, n);
        if (ranks[0] > 0)
            (ranks, values) = ([0, .. ranks], [Math.Min(values[0], Mean(0, edge)), .. values]);
        if (ranks[^1] < 1)
            Add(n, Math.Max(values[^1], Mean(n - edge, n)));
        return ([.. ranks], [.. values]);
    }

    /// <inheritdoc/>
    public override (float Number, int Choice) Encode(double value, double u)
    {
        if (double.IsNaN(value))
            return (0, HasGap ? Gap : 0);
        if (Places.TryGetValue(value, out var place))
            return (0, Opens + place);
        // What was never seen and has no rank is taken for the atom that is nearest.
        if (!HasNumber)
            return (0, Atoms.Length == 0 ? 0 : Places[Atoms.MinBy(atom => Math.Abs(atom - value))]);
        return ((float)Statistics.NormalQuantile(Math.Clamp(RankOf(value, u), Farthest, 1 - Farthest)), 0);
    }

    private double RankOf(double value, double u)
    {
        // All knots of the value, from the first to the last.
        var low = Array.BinarySearch(Values, value);
        var high = low;
        while (low > 0 && Values[low - 1] == value)
            low--;
        while (high >= 0 && high < Values.Length - 1 && Values[high + 1] == value)
            high++;
        if (low >= 0)
            return Ranks[low] + u * (Ranks[high] - Ranks[low]);
        var next = ~low;
        // Beyond the ends, which are means: within what the outermost values have of the ranks.
        if (next == 0)
            return u * Ranks[Math.Min(1, Ranks.Length - 1)] / 2;
        if (next == Values.Length)
            return 1 - u * (1 - Ranks[Math.Max(0, Ranks.Length - 2)]) / 2;
        return Ranks[next - 1] + (value - Values[next - 1]) / (Values[next] - Values[next - 1]) * (Ranks[next] - Ranks[next - 1]);
    }

    /// <inheritdoc/>
    public override double Decode(double number, int choice)
    {
        if (HasGap && choice == Gap)
            return double.NaN;
        if (choice >= Opens)
            return Atoms[choice - Opens];
        var rank = Statistics.NormalShare(number);
        var next = Array.BinarySearch(Ranks, rank);
        next = next >= 0 ? next : ~next;
        if (next == 0 || next == Ranks.Length)
            return Values[Math.Min(next, Values.Length - 1)];
        var width = Ranks[next] - Ranks[next - 1];
        var share = width > 0 ? (rank - Ranks[next - 1]) / width : 0;
        return Values[next - 1] + share * (Values[next] - Values[next - 1]);
    }

    /// <inheritdoc/>
    [JsonIgnore]
    public override (double Low, double High) Range
    {
        get
        {
            double[] all = [.. Atoms, .. Values];
            return all.Length == 0 ? (double.NaN, double.NaN) : (all.Min(), all.Max());
        }
    }

    /// <inheritdoc/>
    internal override string? Problem(TableField field)
    {
        var known = Atoms.Concat(Values);
        if (Ranks.Length != Values.Length || Shares.Length != Opens + Atoms.Length + (HasGap ? 1 : 0) || Width == 0)
            return $"codes column {field.Name} by ranks that do not fit each other";
        if (known.Any(v => !double.IsFinite(v) || (field.IsDiscrete && !(v >= 0 && v < field.Levels.Count)))
            || Atoms.Distinct().Count() != Atoms.Length || Ranks.Any(rank => !(rank is >= 0 and <= 1)))
            return $"codes column {field.Name} by values that it cannot have";
        var rises = Enumerable.Range(1, Math.Max(0, Ranks.Length - 1)).All(k => Ranks[k] >= Ranks[k - 1] && Values[k] >= Values[k - 1]);
        return rises ? null : $"codes column {field.Name} by ranks that do not rise";
    }
}
