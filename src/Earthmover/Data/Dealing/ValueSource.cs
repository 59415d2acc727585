using Earthmover.Data.Tables;
using Earthmover.Torch;

namespace Earthmover.Data.Dealing;

/// <summary>
/// Deals rows by their values, as CTGAN trains (arXiv:1907.00503, section 4.3): of each row first a category is drawn, all alike; then a
/// value of it, by the logarithm of how often it occurs, so that rare ones are seen; then a row that has it. The labels say which value,
/// counted through all categories.
/// </summary>
public sealed class ValueSource : BatchSource
{
    private readonly long _seed;
    private readonly (int First, double[] Cumulative, int[][] Rows)[] _categories;

    internal ValueSource(DataSet data, int size, long seed, TableCode code) : base(data, size, seed, code: code)
    {
        _seed = seed;
        var first = 0;
        _categories = [.. Rows!.Categories.Select((choices, k) =>
        {
            var found = Enumerable.Range(0, choices.Length).ToLookup(row => choices[row]);
            int[][] rows = [.. Enumerable.Range(0, Widths[k]).Select(value => found[value].ToArray())];
            var begin = first;
            var sum = 0.0;
            double[] cumulative = [.. rows.Select(some => sum += Math.Log(1 + some.Length))];
            first += rows.Length;
            return (begin, cumulative, rows);
        })];
    }

    // Of each category the values that it has, a gap among them.
    private int[] Widths => [.. Code!.Blocks.Where(block => block.IsCategory).Select(block => block.Width)];

    /// <inheritdoc/>
    public override Batch At(long index, Device? device = null)
    {
        if (_categories.Length == 0)
            return base.At(index, device);
        var random = new SeededRandom(_seed ^ (index + 1) * 0x5851f42d4c957f2d, "values");
        var (rows, labels) = (new int[Size], new long[Size]);
        for (var i = 0; i < Size; i++)
        {
            var (first, cumulative, of) = _categories[random.NextInt(_categories.Length)];
            var found = Array.BinarySearch(cumulative, random.NextDouble() * cumulative[^1]);
            var value = Math.Min(found >= 0 ? found + 1 : ~found, cumulative.Length - 1);
            // Values that do not occur have no width.
            while (of[value].Length == 0)
                value--;
            labels[i] = first + value;
            rows[i] = of[value][random.NextInt(of[value].Length)];
        }
        using var scope = TensorScope.Open();
        using var batch = Of(rows, device);
        return new(batch.X.Alias(), Tensor.From<long>(labels, [Size], device));
    }
}
