using Earthmover.Data;
using Earthmover.Metrics.Features;

namespace Earthmover.Metrics.Tables;

/// <summary>
/// Rows of a table as vectors: numbers less the real mean over the real deviation, categories as zeros and a one. What measures of columns
/// and pairs need goes with them as it is.
/// </summary>
public sealed class TableFeatures : FeatureExtractor
{
    // Numbers of all vectors together, of which nearest neighbors take eight bytes each.
    private const int MostNumbers = 40_000_000;

    private readonly TableDesign _design;
    private readonly string _protocol;

    /// <summary>Finds means, deviations and slots.</summary>
    /// <param name="real">Real rows.</param>
    /// <param name="others">All other rows that will be measured, made like these.</param>
    public TableFeatures(TableSet real, params IReadOnlyList<TableSet> others)
    {
        ArgumentNullException.ThrowIfNull(real);
        var table = MeasuredTable.Of(real);
        _design = TableDesign.Fit(table, [.. others.Select(MeasuredTable.Of)]);
        _protocol = ProtocolOf(table);
    }

    /// <inheritdoc/>
    public override string Name => "";

    /// <inheritdoc/>
    public override string ProtocolOf(DataSet data) => _protocol;

    /// <inheritdoc/>
    public override FeatureSet Extract(DataSet data, IProgress<int>? progress = null, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        var table = MeasuredTable.Of((TableSet)data);
        var width = _design.Of(table.Take(1)).Width;
        var rows = _design.Of(table.Take(Math.Max(1000, MostNumbers / width)));
        progress?.Report(table.Count);
        return new(Array.ConvertAll(rows.Dense(), value => (float)value), rows.Count, rows.Width, _protocol) { Table = table };
    }

    private static string ProtocolOf(MeasuredTable table) => $"rows;{table.Columns.Count} columns;one-hot and standardized";
}
