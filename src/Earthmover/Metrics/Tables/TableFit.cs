using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Data.Tables;
using Earthmover.Torch;

namespace Earthmover.Metrics.Tables;

/// <summary>How well a thousand generated rows fit the training rows, for the reports of a run; <c>evaluate</c> says more.</summary>
public sealed class TableFit : ISampleMeasure
{
    private const int MostReal = 5000;
    private readonly MeasuredTable _real;
    private readonly TableCode _code;

    /// <summary>Takes some of the training rows.</summary>
    /// <param name="table">The training rows.</param>
    /// <param name="code">How they are encoded.</param>
    public TableFit(TableSet table, TableCode code)
    {
        ArgumentNullException.ThrowIfNull(table);
        var rows = Subset.Order(table.Count, 1);
        (_code, _real) = (code, MeasuredTable.Of(table.Rows(rows.AsSpan(0, Math.Min(MostReal, rows.Length)))));
    }

    /// <inheritdoc/>
    public int SampleCount => 1000;

    /// <summary><c>quality</c> over columns and all pairs, <c>columns</c>, <c>pairs</c>, and <c>column_w1</c> in deviations.</summary>
    /// <param name="samples">Encoded rows [N, D].</param>
    public IEnumerable<KeyValuePair<string, double>> Measure(Tensor samples)
    {
        var fit = TableQuality.Of(Decoded(samples, _code), _real);
        (string Name, double Value)[] all =
            [("quality", fit.Quality), ("columns", fit.ColumnScore), ("pairs", fit.PairScore), ("column_w1", fit.Distance)];
        return all.Where(measure => double.IsFinite(measure.Value)).Select(measure => KeyValuePair.Create(measure.Name, measure.Value));
    }

    /// <summary>Encoded rows as they would be written.</summary>
    /// <param name="samples">Encoded rows [N, D].</param>
    /// <param name="code">How they are encoded.</param>
    internal static MeasuredTable Decoded(Tensor samples, TableCode code)
    {
        var rows = samples.Contiguous().ToArray<float>();
        var count = rows.Length / code.Size;
        var columns = code.Fields.Select(_ => new double[count]).ToArray();
        var values = new double[columns.Length];
        for (var i = 0; i < count; i++)
        {
            code.Decode(rows.AsSpan(i * code.Size, code.Size), values);
            for (var k = 0; k < values.Length; k++)
                columns[k][i] = values[k];
        }
        return MeasuredTable.Of(new TableSet("generated rows", code.Fields, columns));
    }
}
