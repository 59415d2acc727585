using Earthmover.Data;
using Earthmover.Data.Tables;

namespace Earthmover.Sessions.Tables;

/// <summary>A generator of a table's rows: trained on records or on a file, or opened; it makes records and files.</summary>
/// <remarks>
/// Public properties of a record are columns of their names; <c>[Column("…")]</c> names one otherwise and <c>[NotMapped]</c> leaves one
/// out. Text, numbers, bool, enums and times are known; null is a missing value.
/// </remarks>
public sealed class TableModel : IDisposable
{
    private readonly TableCode _code;

    private TableModel(TrainedRun run, TrainingOutcome? outcome)
    {
        (Run, Outcome) = (run, outcome);
        _code = run.Spec.Code!;
    }

    /// <summary>What was trained.</summary>
    public TrainedRun Run { get; }

    /// <summary>How training ended; null where nothing was trained here.</summary>
    public TrainingOutcome? Outcome { get; }

    /// <summary>The columns, in the order of the file.</summary>
    public IReadOnlyList<TableField> Columns => _code.Fields;

    /// <summary>Trains on records. They are written to the file that the plan names, so that the run can go on and be measured.</summary>
    /// <param name="rows">The records, at least one.</param>
    /// <param name="plan">
    /// Its data are the file to be written, such as <c>people.csv</c>, with options as a file's: <c>people.csv?drop=Name</c>.
    /// </param>
    /// <param name="folder">Folder of the run, which is made.</param>
    /// <param name="progress">Told every report of the run.</param>
    /// <param name="cancellation">Stops training between two moves; what was learned is saved, and can be sampled.</param>
    /// <typeparam name="T">A type with public properties: a record, a class or a struct.</typeparam>
    /// <exception cref="UserException">
    /// A property or a value cannot stand in a table, the file holds other rows, or the plan does not fit.
    /// </exception>
    /// <exception cref="TrainingFailedException">It failed; the message says what is kept.</exception>
    /// <exception cref="OperationCanceledException">It was stopped before it began.</exception>
    public static TableModel Train<T>(IEnumerable<T> rows, RunPlan plan, string folder,
        IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(plan);
        var address = DataAddress.Parse(plan.Data);
        if (OutputPath.KindOf(address.Name) != ".csv" || DataCatalog.IsBuiltIn(plan.Data))
            throw new UserException($"the plan's data, {address.Name}, are the file that records are written to; name a .csv");
        Training.Runs.RunFolder.RequireFree(folder);
        var (lines, kinds) = RecordWriter.Of(rows, address, cancellation);
        address = address.Without("drop", "kinds", "header", "as").With("as", "table").With("header", "yes");
        address = kinds.Length == 0 ? address : address.With("kinds", kinds);
        var isNew = Put(address.Name, lines);
        try
        {
            return Train(plan with { Data = address.ToString() }, folder, progress, cancellation);
        }
        // What cannot be read back is of no use.
        catch when (isNew && !Directory.Exists(folder))
        {
            File.Delete(address.Name);
            throw;
        }
    }

    /// <summary>Trains on a file, or on a built-in table.</summary>
    /// <param name="plan">What is asked for.</param>
    /// <param name="folder">Folder of the run, which is made.</param>
    /// <param name="progress">Told every report of the run.</param>
    /// <param name="cancellation">Stops training between two moves; what was learned is saved, and can be sampled.</param>
    /// <exception cref="UserException">The data are no table, or the plan does not fit.</exception>
    /// <exception cref="TrainingFailedException">It failed; the message says what is kept.</exception>
    /// <exception cref="OperationCanceledException">It was stopped before it began.</exception>
    public static TableModel Train(RunPlan plan, string folder,
        IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        var context = new DataContext { Cancellation = cancellation };
        ArgumentNullException.ThrowIfNull(plan);
        var resolved = plan.Resolve(context);
        if (resolved.Data is not TableSet)
            throw new UserException($"{plan.Data} is {resolved.Data.Kind.ToString().ToLowerInvariant()}, no table; "
                + "for a file of numbers alone say ?as=table");
        TrainingOutcome outcome;
        using (var run = TrainingRun.Start(plan, resolved, folder))
            outcome = run.Play(progress, cancellation);
        return new(TrainedRun.Open(folder, context with { Cancellation = default }), outcome);
    }

    /// <summary>Opens a run of a table, wherever it was trained.</summary>
    /// <param name="run">Its folder.</param>
    /// <exception cref="UserException">There is no run, no checkpoint, or it makes no rows of a table.</exception>
    public static TableModel Open(string run)
    {
        var opened = TrainedRun.Open(run, new DataContext());
        try
        {
            _ = new TableSamples(opened);
            return new(opened, null);
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    /// <summary>Makes rows as records; properties take the columns of their names, whatever their order.</summary>
    /// <param name="count">How many.</param>
    /// <param name="seed">Their seed: the first rows are the same for any number of them.</param>
    /// <param name="where">Which are wanted, such as <c>Town=Bern,Age=30..40</c>; null for all.</param>
    /// <param name="progress">Told the share that is done.</param>
    /// <param name="cancellation">Ends it between two blocks.</param>
    /// <typeparam name="T">A type with public properties: a record, a class or a struct.</typeparam>
    /// <exception cref="UserException">A property has no column or cannot take its values, or no row fits.</exception>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    public IReadOnlyList<T> Sample<T>(int count, long seed = 1, string? where = null,
        IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var (reader, made) = (new RecordReader<T>(_code), new List<T>(count));
        using var use = Run.Streams.Use();
        foreach (var row in Rows(seed, count, where, progress, cancellation))
            made.Add(reader.Read(row, made.Count));
        return made;
    }

    /// <summary>Makes rows as a file of the training file's columns and formats, in constant memory.</summary>
    /// <param name="path">The file, <c>.csv</c>, <c>.tsv</c> or <c>.jsonl</c>.</param>
    /// <param name="count">How many.</param>
    /// <param name="seed">Their seed.</param>
    /// <param name="where">Which are wanted; null for all.</param>
    /// <param name="progress">Told the share that is done.</param>
    /// <param name="cancellation">Ends it between two blocks; nothing is written then.</param>
    /// <exception cref="UserException">It cannot be written so, or no row fits.</exception>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    public void Write(string path, long count, long seed = 1, string? where = null,
        IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        using var use = Run.Streams.Use();
        new TableSamples(Run).Write(path, Rows(seed, count, where, progress, cancellation), 0);
    }

    private IEnumerable<double[]> Rows(long seed, long count, string? where, IProgress<double>? progress, CancellationToken cancellation) =>
        new TableSamples(Run).Rows(seed, 0, count, where is null ? null : RowFilter.Parse(where, _code, "where"), progress, cancellation);

    // A file of the user's own is not written over.
    private static bool Put(string path, IEnumerable<string> lines)
    {
        if (!File.Exists(path))
        {
            OutputPath.WriteLines("the rows", path, lines);
            return true;
        }
        return File.ReadLines(path).SequenceEqual(lines.SelectMany(line => line.ReplaceLineEndings("\n").Split('\n'))) ? false
            : throw new UserException($"{path} holds other rows; delete it, or name another file in the plan");
    }

    /// <inheritdoc/>
    public void Dispose() => Run.Dispose();
}
