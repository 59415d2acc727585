using Earthmover.Data.Points;
using Earthmover.Data.Tables;
using Earthmover.Torch;

namespace Earthmover.Data.Dealing;

/// <summary>
/// Delivers batches of a data set without end. Batch number k is a function of the seed and k alone, so a position is one number and a
/// resumed run sees the same batches.
/// </summary>
public class BatchSource
{
    private readonly DataSet _data;
    private readonly long _seed;
    private readonly bool _flip;
    // Null where all samples count alike.
    private readonly MassLaw? _masses;
    // Those whose class is known, where not all are.
    private readonly BatchSource? _examples;
    // The loader's thread and the trainer's, which measures, ask at once: what they share is one reference to something that never changes.
    private volatile Epoch _epoch = new(-1, []);

    /// <summary>Batches of a data set.</summary>
    /// <param name="data">The samples.</param>
    /// <param name="size">Samples in a batch.</param>
    /// <param name="seed">Seed of the order.</param>
    /// <param name="flip">Mirror each picture with probability one half.</param>
    /// <param name="scaling">How points are brought to unit scale; by what these data are, each column on its own, when null.</param>
    /// <param name="code">How rows of a table are encoded; by ranks of these when null.</param>
    /// <exception cref="UserException">The batch is larger than the data.</exception>
    public BatchSource(DataSet data, int size, long seed, bool flip = false, PointScaling? scaling = null, TableCode? code = null)
    {
        if (size < 1)
            throw new UserException($"a batch of {size} samples is empty; use --set batch=64 or so");
        if (size > data.Count)
            throw new UserException($"a batch of {size} samples is larger than the data "
                + $"({data.Count} samples in {data.Name}); "
                + $"use --set batch={Math.Min(64, data.Count)} or less");
        (_data, Size, _seed, _flip) = (data, size, seed, flip && data is ImageSet);
        Rows = data is TableSet table ? (code ?? table.Ranks).Encode(table) : null;
        Shape = Code is { } coded ? new SampleShape.Table(coded.Blocks) : SampleShape.Of(data);
        Scaling = scaling ?? PointScaling.Of(data);
        _masses = MassLaw.Of(data);
        if (data is ImageSet { IsPartlyLabeled: true, LabeledCount: > 0 } images)
            _examples = new(Subset.Of(images, images.LabeledRows()), Math.Min(size, images.LabeledCount), seed ^ 0x6c6162656c6564, flip);
    }

    /// <summary>Samples in a batch.</summary>
    public int Size { get; }

    /// <summary>Shape of one sample.</summary>
    public SampleShape Shape { get; }

    /// <summary>How points are brought to unit scale; the identity for pictures, text and built-in toys.</summary>
    public PointScaling Scaling { get; }

    /// <summary>How rows of a table are encoded; null for all else.</summary>
    public TableCode? Code => Rows?.Code;

    private protected TableRows? Rows { get; }

    /// <summary>The data behind the batches.</summary>
    public DataSet Data => _data;

    /// <summary>The samples whose class is known, which may be all; null where there are none.</summary>
    public BatchSource? Labeled => _examples ?? (_data is ImageSet { Labels: not null } ? this : null);

    /// <summary>The second domain alone, where the game is played with two; null else.</summary>
    public virtual BatchSource? Partners => null;

    /// <summary>What generated samples should look like: these samples, or the second domain of a translation.</summary>
    public virtual BatchSource Target => this;

    /// <summary>The batches of some data: <see cref="Batch"/>, <see cref="UnpairedBatch"/> or <see cref="PairedBatch"/>.</summary>
    /// <param name="data">The samples.</param>
    /// <param name="pairing">What the system plays with: the first domain alone, whatever of each, or pairs. Data of pairs may be played
    /// unpaired.</param>
    /// <param name="size">Samples in a batch, of each domain.</param>
    /// <param name="seed">Seed of the order.</param>
    /// <param name="flip">Mirror pictures with probability one half, both of a pair alike.</param>
    /// <param name="scaling">How points are scaled.</param>
    /// <param name="encoding">How rows of a table are encoded and dealt.</param>
    /// <exception cref="ArgumentException">The data does not correspond in that way.</exception>
    public static BatchSource Create(DataSet data, Pairing pairing, int size, long seed, bool flip = false,
        string scaling = PointScaling.PerColumn, string encoding = TableCode.Ranks) => (pairing, data.Counterpart) switch
        {
            (Pairing.None, _) when data is TableSet table => encoding == TableCode.MixtureByValue
                ? new ValueSource(data, size, seed, TableCode.Of(table, TableCode.Mixture))
                : new BatchSource(data, size, seed, code: encoding == TableCode.Ranks ? null : TableCode.Of(table, encoding)),
            (Pairing.None, _) => new BatchSource(data, size, seed, flip, PointScaling.Of(data, scaling)),
            (Pairing.Unpaired, { } other) => new UnpairedSource(data, other, size, seed, flip, scaling),
            (_, not null) when pairing == data.Pairing => new AlignedSource(data, size, seed, flip, scaling),
            _ => throw new ArgumentException($"{data.Name} is {data.Pairing}, not {pairing}.", nameof(pairing)),
        };

    /// <summary>
    /// Batch number <paramref name="index"/>, from 0. Every epoch shows every sample once, in a new order; a batch may span two epochs.
    /// Points with masses are drawn by them. Where the class of some samples is known, as many of those come beside, in an
    /// order of their own.
    /// </summary>
    public virtual Batch At(long index, Device? device = null)
    {
        if (_examples is null)
            return Of(RowsAt(index), device, FlipsAt(index));
        using Batch all = Of(RowsAt(index), device, FlipsAt(index)), told = _examples.At(index, device);
        using var scope = TensorScope.Open();
        return new(all.X.Alias(), examples: new(told.X.Alias(), told.Labels!.Alias()));
    }

    /// <summary>Which samples batch number <paramref name="index"/> holds.</summary>
    protected int[] RowsAt(long index)
    {
        var rows = new int[Size];
        var drawn = _masses is null ? null : new SeededRandom(_seed ^ (index + 1) * 0x5851f42d4c957f2d, "masses");
        for (var i = 0; i < Size; i++)
        {
            if (drawn is not null)
            {
                rows[i] = _masses!.Row(drawn.NextDouble());
                continue;
            }
            var position = index * Size + i;
            rows[i] = OrderOf(position / _data.Count)[position % _data.Count];
        }
        return rows;
    }

    /// <summary>What decides which pictures of a batch are mirrored, from its start at every call; null where none is.</summary>
    protected SeededRandom? FlipsAt(long index) => _flip ? new SeededRandom(_seed + index, "flip") : null;

    /// <summary>Batch number <paramref name="index"/> as the game plays with it.</summary>
    public virtual TensorOwner Deal(long index, Device? device = null) => At(index, device);

    /// <summary>Rows drawn independently: all alike, or by their masses.</summary>
    /// <param name="count">How many; repeats are possible.</param>
    /// <param name="from">Where randomness comes from, on the processor.</param>
    public int[] DrawRows(int count, RandomGenerator from)
    {
        using var scope = TensorScope.Open();
        return _masses is null
            ? [.. Tensor.Integers([count], _data.Count, from).ToArray<long>().Select(row => (int)row)]
            : [.. Tensor.Uniform([count], from, type: DType.Float64).ToArray<double>().Select(_masses.Row)];
    }

    /// <summary>Rows drawn independently by the managed generator: the first of more are those of fewer.</summary>
    /// <param name="count">How many; repeats are possible.</param>
    /// <param name="from">Where randomness comes from.</param>
    public int[] DrawRows(int count, SeededRandom from) =>
        [.. Enumerable.Range(0, count).Select(_ => _masses is null ? from.NextInt(_data.Count) : _masses.Row(from.NextDouble()))];

    /// <summary>Whether samples have masses, by which they are drawn.</summary>
    public bool HasMasses => _masses is not null;

    /// <summary>The batch of chosen samples.</summary>
    public Batch Of(ReadOnlySpan<int> rows, Device? device = null, SeededRandom? flip = null)
    {
        var values = new float[rows.Length * Shape.Size];
        int[]? labels = null;
        for (var i = 0; i < rows.Length; i++)
            Fill(rows[i], values.AsSpan(checked((int)(i * Shape.Size)), (int)Shape.Size), flip is not null && flip.NextDouble() < 0.5);
        if (_data is ImageSet { Labels: { } classes })
        {
            labels = new int[rows.Length];
            for (var i = 0; i < rows.Length; i++)
                labels[i] = classes[rows[i]];
        }
        using var scope = TensorScope.Open();
        var y = labels is null ? null : Tensor.From<long>([.. labels.Select(l => (long)l)], [labels.Length], device);
        return new(Tensor.From<float>(values, [rows.Length, .. Shape.Axes], device), y);
    }

    private void Fill(int row, Span<float> into, bool mirror)
    {
        switch (_data)
        {
            case ImageSet images:
                var pixels = images[row];
                var width = images.Shape.Width;
                for (var i = 0; i < into.Length; i++)
                    into[i] = pixels[mirror ? i - i % width + width - 1 - i % width : i] * (2f / 255) - 1;
                break;
            case PointSet points:
                Scaling.Apply(points[row], into);
                break;
            case TableSet:
                Rows!.Fill(row, into);
                break;
            case TextSet text:
                into.Clear();
                var codes = text[row];
                for (var position = 0; position < codes.Length; position++)
                    into[codes[position] * codes.Length + position] = 1;
                break;
        }
    }

    private int[] OrderOf(long number)
    {
        var epoch = _epoch;
        if (epoch.Number == number)
            return epoch.Order;
        int[] order = [.. Enumerable.Range(0, _data.Count)];
        new SeededRandom(_seed ^ (number + 1) * 0x5851f42d4c957f2d, "order").Shuffle<int>(order);
        _epoch = new(number, order);
        return order;
    }

    private sealed record Epoch(long Number, int[] Order);
}

/// <summary>Deals batches of two data sets that do not correspond. What is asked of single samples concerns the first.</summary>
public sealed class UnpairedSource(DataSet a, DataSet b, int size, long seed, bool flip = false, string scaling = PointScaling.PerColumn)
    : BatchSource(a, size, seed, flip, PointScaling.Of(a, scaling))
{
    private readonly BatchSource _other = new(b, size, seed ^ 0x2545f4914f6cdd1d, flip, PointScaling.Of(b, scaling));

    /// <inheritdoc/>
    public override BatchSource Target => _other;

    /// <inheritdoc/>
    public override BatchSource Partners => _other;

    /// <inheritdoc/>
    public override TensorOwner Deal(long index, Device? device = null)
    {
        using var scope = TensorScope.Open();
        using Batch first = At(index, device), second = _other.At(index, device);
        var a = first.X.Alias();
        return new UnpairedBatch(a, second.X.Alias(), first.Examples is not { } told ? null
            : new(ReferenceEquals(told.X, first.X) ? a : told.X.Alias(), told.Labels.Alias()));
    }
}

/// <summary>
/// Deals pairs: the same rows of both domains, pictures mirrored together. What is asked of single samples concerns the first.
/// </summary>
/// <param name="data">The first domain, with its counterpart.</param>
/// <param name="size">Pairs in a batch.</param>
/// <param name="seed">Seed of the order.</param>
/// <param name="flip">Mirror pictures with probability one half; a caption stays as it is.</param>
/// <param name="scaling">How points are scaled.</param>
public sealed class AlignedSource(DataSet data, int size, long seed, bool flip = false, string scaling = PointScaling.PerColumn)
    : BatchSource(data, size, seed, flip && MayMirror(data), PointScaling.Of(data, scaling))
{
    // Of the same seed, so that what is asked of it alone goes with what is asked of the first.
    private readonly BatchSource _other = new(data.Counterpart!, size, seed, flip && MayMirror(data),
        PointScaling.Of(data.Counterpart!, scaling));

    /// <summary>The second domain; of captioned data the pictures, since captions are a condition.</summary>
    public override BatchSource Target => Data.Pairing == Pairing.Captioned ? this : _other;

    /// <inheritdoc/>
    public override BatchSource Partners => _other;

    /// <inheritdoc/>
    public override TensorOwner Deal(long index, Device? device = null)
    {
        var rows = RowsAt(index);
        using var scope = TensorScope.Open();
        using Batch first = Of(rows, device, FlipsAt(index)), second = _other.Of(rows, device, FlipsAt(index));
        return new PairedBatch(first.X.Alias(), second.X.Alias(), (second.Labels ?? first.Labels)?.Alias());
    }

    // A picture that is mirrored no longer belongs to the points that go with it.
    private static bool MayMirror(DataSet data) =>
        data is ImageSet && (data.Pairing == Pairing.Captioned || data.Counterpart is ImageSet);
}
