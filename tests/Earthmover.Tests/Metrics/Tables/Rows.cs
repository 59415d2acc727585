using Earthmover.Data.Toys;
using Earthmover.Metrics.Tables;
using Population = Earthmover.Data.Toys.People;

namespace Earthmover.Tests.Metrics.Tables;

/// <summary>Small tables for tests.</summary>
internal static class Rows
{
    public static MeasuredColumn Numbers(string name, params double[] values) => new(name, values, null, []);

    public static MeasuredColumn Codes(string name, string values, params int[] codes) => new(name, null, codes, values.Split(','));

    public static MeasuredTable Table(params MeasuredColumn[] columns) => new(columns, columns[0].Count);

    public static MeasuredTable Of(Population people) => Table([.. Population.Columns.Select(name =>
        new MeasuredColumn(name, people.Numbers(name), people.Codes(name), Population.ValuesOf(name)))]);

    public static MeasuredTable People(int count, long seed) => Of(PeopleLaw.Draw(count, new SeededRandom(seed)));

    /// <summary>Each column in an order of its own: right alone, wrong together.</summary>
    public static MeasuredTable Shuffled(MeasuredTable table)
    {
        var random = new SeededRandom(5);
        return Table([.. table.Columns.Select(column =>
        {
            int[] order = [.. Enumerable.Range(0, table.Count)];
            random.Shuffle<int>(order);
            return column.Select(order);
        })]);
    }
}
