using System.Text.Encodings.Web;
using System.Text.Json;
using Earthmover.Data;
using Earthmover.Data.Tables;
using Earthmover.Games;
using Earthmover.Reports.Runs;
using Earthmover.Sessions.Sampling;
using Earthmover.Torch;

namespace Earthmover.Sessions.Tables;

/// <summary>
/// Rows that a run of a table makes, drawn a block at a time and never all kept: as a file of the training file's columns, formats and
/// separator.
/// </summary>
public sealed class TableSamples
{
    // So many rows without one that fits: it will not come.
    private const int Patience = 200_000;
    private static readonly JsonSerializerOptions s_json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly TrainedRun _run;
    private readonly TableCode _code;

    /// <summary>Rows of a run.</summary>
    /// <param name="run">The run; its streams are in use on this thread.</param>
    /// <exception cref="UserException">It makes no rows of a table.</exception>
    public TableSamples(TrainedRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        _run = run;
        _code = run.Spec.Code
            ?? throw new UserException($"{run.Entry.Name} of {DataLabel.Of(run.Recipe.Data)} makes {run.Spec.Kind}, no rows of a table");
    }

    /// <summary>Rows that were drawn so far, those that were not wanted among them.</summary>
    public long Drawn { get; private set; }

    /// <summary>Rows that were given.</summary>
    public long Given { get; private set; }

    /// <summary>Share of the drawn rows that fit what was asked for.</summary>
    public double Rate => Drawn == 0 ? 1 : Given / (double)Drawn;

    /// <summary>The rows, as values of each column.</summary>
    /// <param name="seed">Their seed: the same rows for any number of them.</param>
    /// <param name="first">Number of the first, from 0, counted among those that fit.</param>
    /// <param name="count">How many.</param>
    /// <param name="where">Which are wanted; null for all.</param>
    /// <param name="progress">Told the share that is done.</param>
    /// <param name="cancellation">Ends it between two blocks.</param>
    /// <exception cref="UserException">None fits, or the generator makes values that are not finite.</exception>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    public IEnumerable<double[]> Rows(long seed, long first, long count, RowFilter? where = null,
        IProgress<double>? progress = null, CancellationToken cancellation = default) =>
        Blocks(seed, first, count, where, progress, cancellation).SelectMany(rows => rows);

    /// <summary>The same, those of each block that was drawn at once, which may be none.</summary>
    /// <inheritdoc cref="Rows"/>
    public IEnumerable<IReadOnlyList<double[]>> Blocks(long seed, long first, long count, RowFilter? where = null,
        IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        (Drawn, Given) = (0, 0);
        // Without a condition rows that are not asked for need not be drawn.
        var begin = where is null ? first - first % RunSamples.Block : 0;
        var skip = where is null ? first - begin : first;
        var met = 0L;
        for (var done = begin; Given < count; done += RunSamples.Block)
        {
            cancellation.ThrowIfCancellationRequested();
            progress?.Report(Given / (double)count);
            var block = Block(seed, checked((int)done), where);
            var wanted = new List<double[]>();
            for (var i = 0; i < block.Length / _code.Size && Given < count; i++)
            {
                var values = new double[_code.Fields.Count];
                _code.Decode(block.AsSpan(i * _code.Size, _code.Size), values);
                if (where is null && skip-- > 0)
                    continue;
                Drawn++;
                if (where?.Fits(values) == false)
                    continue;
                met++;
                if (where is not null && skip-- > 0)
                    continue;
                Given++;
                wanted.Add(values);
            }
            yield return wanted;
            if (Drawn >= Patience && met == 0)
                throw new UserException($"none of {Drawn:N0} rows has {where}; ask for less at once, or for a wider range");
        }
    }

    /// <summary>Rows as a table, identifiers issued by their numbers.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="first">Number of the first, by which identifiers are issued.</param>
    /// <param name="count">How many there are.</param>
    public TableSet Set(IEnumerable<double[]> rows, long first, int count)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var columns = _code.Fields.Select(_ => new double[count]).ToArray();
        var at = 0;
        foreach (var row in rows)
        {
            for (var k = 0; k < columns.Length; k++)
                columns[k][at] = _code.Fields[k].Kind == FieldKind.Identifier ? first + at : row[k];
            at++;
        }
        return new("samples", _code.Fields, columns) { Separator = _code.Separator };
    }

    private float[] Block(long seed, int first, RowFilter? where)
    {
        using var scope = TensorScope.Open();
        using var pause = Autograd.Pause();
        var z = _run.DrawInput(seed, first, RunSamples.Block);
        var made = Fakes.Of(_run.System).Make(z, Told(where));
        RunSamples.RequireFinite(made, "this run");
        return made.Contiguous().ToArray<float>();
    }

    // A system that can be told a value is told the first that is wanted; the others are waited for.
    private Tensor? Told(RowFilter? where)
    {
        if (where is null || _run.System is not ISampler { Condition: Condition.Value })
            return null;
        foreach (var (column, value) in where.Exact(_code))
            if (_code.PlaceOf(column, value) is { } place)
                return Tensor.From<long>([.. Enumerable.Repeat((long)place, RunSamples.Block)], [RunSamples.Block], _run.Device);
        return null;
    }

    /// <summary>The rows as lines of a file, its names first.</summary>
    /// <param name="path">The file, whose ending says its form: <c>.jsonl</c>, else that of the training file.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="first">Number of the first, by which identifiers are issued.</param>
    public IEnumerable<string> Lines(string path, IEnumerable<double[]> rows, long first)
    {
        var isJson = Path.GetExtension(path).Equals(".jsonl", StringComparison.OrdinalIgnoreCase);
        if (!isJson)
            yield return _code.Header;
        foreach (var row in rows)
        {
            yield return isJson ? Json(row, first) : _code.Line(row, first);
            first++;
        }
    }

    /// <summary>Writes a file.</summary>
    /// <inheritdoc cref="Lines"/>
    /// <exception cref="UserException">It cannot be written so.</exception>
    public void Write(string path, IEnumerable<double[]> rows, long first)
    {
        RequireTable(path);
        OutputPath.WriteLines("the rows", path, Lines(path, rows, first));
    }

    /// <summary>Refuses a file that holds no table.</summary>
    /// <exception cref="UserException">Its ending is of another kind.</exception>
    /// <param name="path">The file.</param>
    /// <param name="isText">Whether it must have the form of the training file.</param>
    public static void RequireTable(string path, bool isText = false)
    {
        if (OutputPath.KindOf(path) is not (".csv" or ".tsv" or ".txt") && (isText || OutputPath.KindOf(path) != ".jsonl"))
            throw new UserException($"cannot write rows of a table to {path}; use .csv{(isText ? "" : " or .jsonl")}");
    }

    private string Json(double[] row, long number)
    {
        var cells = _code.Fields.Select((field, k) => (field, Value: field.Kind == FieldKind.Identifier ? number : row[k]));
        return "{" + string.Join(",", cells.Select(cell => $"{Quoted(cell.field.Name)}:"
            + (double.IsNaN(cell.Value) ? "null"
                : cell.field.IsWrittenAsNumber ? cell.field.PrintNumber(cell.Value)
                : Quoted(cell.field.Print(cell.Value))))) + "}";
    }

    private static string Quoted(string text) => JsonSerializer.Serialize(text, s_json);
}
