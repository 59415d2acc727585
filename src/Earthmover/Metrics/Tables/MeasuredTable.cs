using Earthmover.Data;

namespace Earthmover.Metrics.Tables;

/// <summary>A column of rows that are measured: numbers, or codes of named values. What is missing is NaN, or the code −1.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Numbers">[N], NaN where missing; null for a category.</param>
/// <param name="Codes">[N], −1 where missing; null for numbers.</param>
/// <param name="Values">Names of the codes.</param>
public sealed record MeasuredColumn(string Name, double[]? Numbers, int[]? Codes, IReadOnlyList<string> Values)
{
    /// <summary>Whether it holds numbers (or times, as seconds).</summary>
    public bool IsNumber => Numbers is not null;

    /// <summary>Rows.</summary>
    public int Count => Numbers?.Length ?? Codes!.Length;

    /// <summary>The numbers that are there, in rising order.</summary>
    public double[] Sorted()
    {
        var values = Array.FindAll(Numbers!, value => !double.IsNaN(value));
        Array.Sort(values);
        return values;
    }

    /// <summary>Rows whose value is missing, as a share.</summary>
    public double MissingShare =>
        (double)(Numbers?.Count(double.IsNaN) ?? Codes!.Count(code => code < 0)) / Count;

    /// <summary>How often each value occurs, what is missing last [Values.Count + 1], as shares of all rows.</summary>
    public double[] Shares()
    {
        var shares = new double[Values.Count + 1];
        foreach (var code in Codes!)
            shares[code < 0 ? Values.Count : code]++;
        for (var k = 0; k < shares.Length; k++)
            shares[k] /= Count;
        return shares;
    }

    /// <summary>Some rows.</summary>
    /// <param name="rows">0 to N − 1; repeats are allowed.</param>
    public MeasuredColumn Select(int[] rows) => this with
    {
        Numbers = Numbers is null ? null : Array.ConvertAll(rows, row => Numbers[row]),
        Codes = Codes is null ? null : Array.ConvertAll(rows, row => Codes[row]),
    };
}

/// <summary>Rows of a table as measures see them.</summary>
/// <param name="Columns">The columns, at least one, all of one length.</param>
/// <param name="Count">Rows.</param>
public sealed record MeasuredTable(IReadOnlyList<MeasuredColumn> Columns, int Count)
{
    /// <summary>The columns of a table, identifiers left out: those of generated rows are new and comparable with nothing.</summary>
    /// <param name="table">The table; one that is to be compared with another has been made <see cref="TableSet.Like"/> it.</param>
    public static MeasuredTable Of(TableSet table)
    {
        ArgumentNullException.ThrowIfNull(table);
        var columns = table.Fields.Zip(table.Columns).Where(pair => pair.First.Kind != FieldKind.Identifier);
        return new([.. columns.Select(pair => Of(pair.First, pair.Second))], table.Count);
    }

    private static MeasuredColumn Of(TableField field, double[] values) => field.IsNumeric
        ? new(field.Name, values, null, [])
        : new(field.Name, null, Array.ConvertAll(values, value => double.IsNaN(value) ? -1 : (int)value), field.Levels);

    /// <summary>Some rows.</summary>
    /// <param name="rows">0 to Count − 1; repeats are allowed.</param>
    public MeasuredTable Select(int[] rows) => new([.. Columns.Select(column => column.Select(rows))], rows.Length);

    /// <summary>The first rows.</summary>
    /// <param name="count">How many; all where there are fewer.</param>
    public MeasuredTable Take(int count) => count >= Count ? this : Select([.. Enumerable.Range(0, count)]);

    /// <summary>The rows of this table, and then those of another of the same columns.</summary>
    /// <param name="other">The other table.</param>
    public MeasuredTable Join(MeasuredTable other)
    {
        RequireSameColumns(other);
        static T[]? Both<T>(T[]? a, T[]? b) => a is null ? null : [.. a, .. b!];
        return new([.. Columns.Zip(other.Columns, (a, b) => a with
        {
            Numbers = Both(a.Numbers, b.Numbers),
            Codes = Both(a.Codes, b.Codes),
            Values = a.Values.Count >= b.Values.Count ? a.Values : b.Values,
        })], Count + other.Count);
    }

    /// <summary>The table without a column.</summary>
    /// <param name="column">Its number.</param>
    public MeasuredTable Without(int column) => new([.. Columns.Where((_, k) => k != column)], Count);

    /// <summary>Refuses a table whose columns are others; the codes of both must have one meaning.</summary>
    /// <param name="other">The other table.</param>
    /// <exception cref="ArgumentException">Names, order or kinds differ.</exception>
    public void RequireSameColumns(MeasuredTable other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (Columns.Count != other.Columns.Count
            || Columns.Zip(other.Columns).Any(pair => pair.First.Name != pair.Second.Name || pair.First.IsNumber != pair.Second.IsNumber))
            throw new ArgumentException("two tables of different columns cannot be compared");
    }
}
