using Earthmover.Data;
using Earthmover.Metrics.Features;

namespace Earthmover.Metrics.Tables;

/// <summary>
/// Rows of a table as vectors: numbers less the real mean over the real deviation, categories as zeros and a one. What measures of columns
/// and pairs need goes with them as it is.
/// </summary>
public sealed class TableFeatures : FeatureExtractor
{
    // Numbers of all vectors together, of which nearest neighbors hold several copies of eight bytes each.
    private const int MostNumbers = 12_000_000;

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
        MostRows = Math.Max(1000, MostNumbers / _design.Of(table.Take(1)).Width);
        _protocol = ProtocolOf(table);
    }

    /// <summary>Rows of a table whose distances are measured at most; columns, pairs and classifiers take all.</summary>
    public int MostRows { get; }

    /// <inheritdoc/>
    public override string Name => "";

    /// <inheritdoc/>
    public override string ProtocolOf(DataSet data) => _protocol;

    /// <inheritdoc/>
    public override FeatureSet Extract(DataSet data, IProgress<int>? progress = null, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        var table = MeasuredTable.Of((TableSet)data);
        var rows = _design.Of(table.Take(MostRows));
        progress?.Report(table.Count);
        return new(rows.Dense<float>(), rows.Count, rows.Width, _protocol) { Table = table };
    }

    private string ProtocolOf(MeasuredTable table) => $"rows;{table.Columns.Count} columns;one-hot and standardized"
        + (table.Count > MostRows ? $";distances among at most {MostRows} rows" : "");
}
