using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Data.Tables;
using Earthmover.Files;
using Earthmover.Games;
using Earthmover.Torch;
using Earthmover.Training.Runs;

namespace Earthmover.Training.Views;

/// <summary>Generated rows of a table, one file per report.</summary>
/// <param name="code">How they are encoded.</param>
public sealed class TableView(TableCode code) : ISampleView
{
    /// <inheritdoc/>
    public void DrawReals(RunFolder? folder, BatchSource data, int count)
    {
        if (folder is not null && data.Target.Data is TableSet table)
            AtomicFile.WriteLines(Path.Combine(folder.Samples, "reals.csv"), table.Lines(count));
    }

    /// <inheritdoc/>
    public string? Draw(RunFolder? folder, long step, Tensor samples, IScorer? critic, IReadOnlyList<string>? rows = null)
    {
        if (folder is null)
            return null;
        var path = Path.Combine(folder.Samples, $"{step:D6}.csv");
        AtomicFile.WriteLines(path, Lines(code, samples.Contiguous().ToArray<float>()).Prepend(code.Header));
        return path;
    }

    /// <summary>Encoded rows as lines of a file.</summary>
    /// <param name="code">How they are encoded.</param>
    /// <param name="rows">Vectors, one after another.</param>
    /// <param name="first">Number of the first, from 0, by which identifiers are issued.</param>
    public static IEnumerable<string> Lines(TableCode code, float[] rows, long first = 0)
    {
        ArgumentNullException.ThrowIfNull(code);
        var values = new double[code.Fields.Count];
        for (var i = 0; i < rows.Length / code.Size; i++)
        {
            code.Decode(rows.AsSpan(i * code.Size, code.Size), values);
            yield return code.Line(values, first + i);
        }
    }
}
