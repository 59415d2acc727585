using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Data.Tables;
using Earthmover.Torch;

namespace Earthmover.Metrics.Tables;

/// <summary>What a few hundred generated rows show of a table's own sicknesses.</summary>
public sealed class TableFaults
{
    // A value of at most so many of the rows is rare; so many rows with one must be due before their lack means anything.
    private const double RareShare = 0.02, FewestDue = 20;
    // A column that hardly varies cannot lose much.
    private const double LeastVariety = 0.25;
    // Rows that others are held against, and columns whose pairs are: a look must not take longer than the steps between two.
    private const int MostCompared = 2000, MostColumns = 24;
    // Of fewer, what two draws of the real rows differ by is more than a rule lets pass.
    private const int FewestCompared = 100;

    private readonly TableCode _code;
    private readonly MeasuredTable _real, _some, _others;
    private readonly Dictionary<int, double[]> _varieties = [];
    private readonly int[] _columns;
    private readonly Dictionary<int, double> _qualities = [];
    private readonly HashSet<int>[] _rare;
    private readonly double _rareShare;

    /// <summary>Looks at training rows once.</summary>
    /// <param name="table">The training rows.</param>
    /// <param name="code">How they are encoded.</param>
    public TableFaults(TableSet table, TableCode code)
    {
        ArgumentNullException.ThrowIfNull(table);
        (_code, _real) = (code, MeasuredTable.Of(table));
        var order = Subset.Order(table.Count, 1);
        var compared = Math.Min(MostCompared, (order.Length + 1) / 2);
        _columns = [.. Subset.Order(_real.Columns.Count, 1).Take(MostColumns).Order()];
        _some = Seen(_real).Select(order[..compared]);
        _others = Seen(_real).Select(order[compared..Math.Min(order.Length, 2 * compared)]);
        _rare = [.. _real.Columns.Select(column => column.IsNumber ? [] : RareOf(column))];
        _rareShare = _real.Columns.Zip(_rare).Sum(pair => ShareOf(pair.First, pair.Second));
        // As a stranger's row would be: the other rows are as many as all of them but one.
        Twins = (double)Privacy.Twins(_real) / _real.Count;
    }

    /// <summary>Share of the training rows that are equal to another one: what people who are alike make.</summary>
    public double Twins { get; }

    /// <summary>Looks at generated rows.</summary>
    /// <param name="samples">Encoded rows [N, D].</param>
    public Faults Of(Tensor samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        return Of(TableFit.Decoded(samples, _code));
    }

    /// <summary>Looks at generated rows.</summary>
    /// <param name="generated">Rows of the training rows' columns.</param>
    public Faults Of(MeasuredTable generated)
    {
        ArgumentNullException.ThrowIfNull(generated);
        var (variety, column) = (double.NaN, "");
        var due = VarietiesOf(generated.Count);
        for (var k = 0; k < due.Length; k++)
            if (due[k] >= LeastVariety && VarietyOf(generated.Columns[k]) / due[k] is var share && !(share >= variety))
                (variety, column) = (share, _real.Columns[k].Name);
        var rare = _rareShare * generated.Count;
        var met = generated.Columns.Zip(_rare).Sum(pair => pair.First.IsNumber ? 0 : ShareOf(pair.First, pair.Second)) / _rareShare;
        var copies = (double)Privacy.Copies(generated, _real) / generated.Count;
        return new(variety, column, rare >= FewestDue ? Math.Max(0, 1 - met) : double.NaN, copies - Twins, QualityGap(generated));
    }

    private double QualityGap(MeasuredTable generated)
    {
        var count = Math.Min(generated.Count, _others.Count);
        if (count < FewestCompared)
            return double.NaN;
        if (!_qualities.TryGetValue(count, out var real))
            _qualities[count] = real = TableQuality.Of(_others.Take(count), _some).Quality;
        return real - TableQuality.Of(Seen(generated).Take(count), _some).Quality;
    }

    private MeasuredTable Seen(MeasuredTable table) => new([.. _columns.Select(k => table.Columns[k])], table.Count);

    // Of as many real rows: few rows cannot have thousands of values.
    private double[] VarietiesOf(int count)
    {
        if (_varieties.TryGetValue(count, out var known))
            return known;
        var some = count >= _real.Count ? _real : _real.Select(Subset.Order(_real.Count, 1)[..count]);
        return _varieties[count] = [.. some.Columns.Select(column => column.IsNumber ? 0 : VarietyOf(column))];
    }

    // e to the entropy, less one: 0 where all is one value, k − 1 where k values are alike; a gap is a value.
    private static double VarietyOf(MeasuredColumn column) =>
        Math.Exp(column.Shares().Sum(share => share > 0 ? -share * Math.Log(share) : 0)) - 1;

    private static HashSet<int> RareOf(MeasuredColumn column)
    {
        var shares = column.Shares();
        return [.. Enumerable.Range(0, shares.Length - 1).Where(code => shares[code] is > 0 and <= RareShare)];
    }

    private static double ShareOf(MeasuredColumn column, HashSet<int> codes) =>
        codes.Count == 0 ? 0 : (double)column.Codes!.Count(codes.Contains) / column.Count;
}

/// <summary>Sicknesses of generated rows.</summary>
/// <param name="Variety">Of the category that has lost most: its effective number of values over the real one, each less one.</param>
/// <param name="Column">That category.</param>
/// <param name="RareLost">Share by which rare values come too seldom; NaN where too few are due.</param>
/// <param name="Copies">Share of rows that are equal to a training row, less the share of training rows that are equal to another
/// one.</param>
/// <param name="QualityGap">Quality of as many real rows less that of the generated ones, both held against other real rows, over at most
/// 24 of the columns; NaN where there are fewer than 100 rows for it.</param>
public sealed record Faults(double Variety, string Column, double RareLost, double Copies, double QualityGap);
