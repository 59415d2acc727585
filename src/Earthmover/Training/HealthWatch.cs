using System.Diagnostics;
using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Games;
using Earthmover.Health;
using Earthmover.Metrics.Tables;
using Earthmover.Nn;
using Earthmover.Torch;
using Earthmover.Torch.Operators;
using Spelling = Earthmover.Metrics.Spelling;

namespace Earthmover.Training;

/// <summary>
/// Watches the health of a run: looks at it now and then, within a share of its time, with random streams of its own, and changes nothing.
/// </summary>
public sealed class HealthWatch : IDisposable
{
    private const int LandmarkCount = 1024, LargeLandmarkCount = 512;

    // Two to compare with, and two others for the floor.
    private const int FewestData = 4;

    // The first look waits for so much training, seconds: what it costs is not known before.
    private const double Patience = 1;

    private readonly GanSystem _system;
    private readonly Fakes _fakes;
    private readonly BatchSource _source, _data;
    private readonly BatchSource? _heldOut;
    private readonly RealSamples _real;
    private readonly Course _course;
    private readonly RandomStreams _streams;
    private readonly Landmarks _landmarks;
    private readonly Spelling? _spelling;
    private readonly TableFaults? _faults;
    private readonly double _share;
    private readonly int _size;
    private readonly List<double> _losses = [];
    private double _spent, _last;
    private long _drawn, _looks;
    private Pending? _pending;

    /// <summary>A watch on a system.</summary>
    /// <param name="system">The system.</param>
    /// <param name="data">Its data.</param>
    /// <param name="heldOut">Data of the same kind that it does not train on, or null.</param>
    /// <param name="patient">What the run's remedies are fitted to.</param>
    /// <param name="seed">Seed of the watch's own streams.</param>
    /// <param name="device">Where the networks are.</param>
    /// <param name="share">Share of the training time that looking may take.</param>
    /// <param name="larger">Multiplies the number of samples of a look.</param>
    public HealthWatch(GanSystem system, BatchSource data, BatchSource? heldOut,
        Patient patient, long seed, Device device, double share, int larger = 1)
    {
        (_system, _fakes) = (system, Fakes.Of(system));
        (_source, _data, _heldOut, _course, _share) = (data, data.Target, heldOut, new(patient), share);
        _streams = new(seed ^ 0x6865616c7468, device);
        _real = new(data, device);
        _size = _real.Count(larger);
        var start = Stopwatch.GetTimestamp();
        using var use = _streams.Use();
        using var scope = TensorScope.Open();
        var rows = Rows(Math.Min(larger * (_real.AreLarge ? LargeLandmarkCount : LandmarkCount), _data.Data.Count), _data, distinct: true);
        using var batch = _data.Of(rows, device);
        _landmarks = new(batch.X, batch.Labels);
        _spelling = _data.Data is TextSet text ? new(text, Variety.Samples, seed) : null;
        _faults = _data is { Data: TableSet table, Code: { } code } ? new(table, code) : null;
        _spent = Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>Why no look can be taken; null where one can.</summary>
    /// <param name="data">The data of a run.</param>
    public static string? Lacking(BatchSource data) => data.Target.Data.Count is < FewestData and var count
        ? $"{count} {(count == 1 ? "sample is" : "samples are")} too few to look at the health of a run; it takes {FewestData}" : null;

    /// <summary>All readings, oldest first.</summary>
    public IReadOnlyList<Reading> History => _course.History;

    /// <summary>Seconds that looking has taken.</summary>
    public double Seconds => _spent;

    /// <summary>Whether another look stays within the share of the time.</summary>
    /// <param name="elapsed">Seconds of training so far, looks included.</param>
    public bool IsDue(double elapsed) => _share > 0
        && (_looks == 0 && _share < 1 ? elapsed >= Patience : _spent + _last <= _share * elapsed);

    /// <summary>Remembers how things are before a training step; <see cref="After"/> follows it.</summary>
    /// <param name="step">Steps played.</param>
    public void Before(long step) => Begin(step, besideStep: true);

    private void Begin(long step, bool besideStep)
    {
        var start = Stopwatch.GetTimestamp();
        using var use = _streams.Use();
        using var still = new Still(_system);
        Abandon();
        using var scope = TensorScope.Open();
        var random = RandomGenerator.Named($"look/{step}", _streams.Seed, _streams.Device);
        var rows = Rows(2 * _size, _data, distinct: true);
        Batch Told(BatchSource from, ReadOnlySpan<int> some) => RealSamples.Told(from, some, _fakes.Condition, _streams.Device);
        Batch real = Told(_data, rows.AsSpan(0, _size)), other = Told(_data, rows.AsSpan(_size));
        var held = _heldOut is null ? null : Told(_heldOut, Rows(RealSamples.HeldOut(_size), _heldOut));
        _pending = new(random, real, other, held, Examples(), Stopwatch.GetElapsedTime(start).TotalSeconds);
        if (besideStep)
            _pending.Probe = new(Subject(_pending, []), random);
        _pending.Seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>Takes a reading after the step, and says what follows.</summary>
    /// <param name="step">Steps played.</param>
    /// <param name="moves">What the players showed in it.</param>
    public Diagnosis After(long step, IReadOnlyList<Move> moves)
    {
        var start = Stopwatch.GetTimestamp();
        var pending = _pending ?? throw new InvalidOperationException("a look begins before the step");
        using (var use = _streams.Use())
        using (var still = new Still(_system))
            _course.Add(Look.Take(step, Subject(pending, moves), pending.Random, pending.Probe, _losses));
        var cost = pending.Seconds + Stopwatch.GetElapsedTime(start).TotalSeconds;
        // What the first look costs once, code and kernels brought in, the next will not.
        _last = ++_looks == 1 ? 0 : cost;
        _spent += cost;
        Abandon();
        return _course.Diagnosis;
    }

    /// <summary>
    /// Looks once more after the last step, and lets a fresh critic look at pictures of the generator as it is used from now on.
    /// </summary>
    /// <param name="step">Steps played.</param>
    /// <param name="moves">What the players showed in the last one.</param>
    /// <param name="asUsed">Runs a function while the generator is as it is used.</param>
    public Diagnosis Close(long step, IReadOnlyList<Move> moves, Func<Func<Tensor>, Tensor> asUsed)
    {
        if (_looks == 0 || History[^1].Step != step)
        {
            Begin(step, besideStep: false);
            After(step, moves);
        }
        if (_data.Shape is SampleShape.Image)
        {
            using var use = _streams.Use();
            using var random = RandomGenerator.Named("fresh critic", _streams.Seed, _streams.Device);
            using var scope = TensorScope.Open();
            var count = FreshCritic.Wanted(_data.Data.Count, _data.Shape.Size);
            var real = Views(Rows(count, _data, distinct: true), _data, x => x);
            var fake = asUsed(() => Views(Rows(count, _source), _source, x => _fakes.Make(_fakes.Inputs(x.Size(0), () => x, random))));
            _course.Complete(Signals.ToldApart, FreshCritic.Auc(real, fake, random));
        }
        return _course.Diagnosis;
    }

    /// <summary>Readings of before, from the log; before the first look.</summary>
    public void Remember(IEnumerable<Reading> readings)
    {
        foreach (var reading in readings)
            _course.Add(reading);
    }

    private Subject Subject(Pending look, IReadOnlyList<Move> moves)
    {
        var scorer = _system as IScorer;
        IReadOnlyList<Module> critics = scorer?.Critics ?? [];
        return new()
        {
            Critic = scorer is null ? null : (x, labels) => OneEach(scorer.Score(x, labels)),
            Generate = _fakes.Make,
            Inputs = Inputs,
            Real = look.Real.X,
            Labels = look.Real.Labels,
            Other = look.Other.X,
            OtherLabels = look.Other.Labels,
            HeldOut = look.Held?.X,
            HeldOutLabels = look.Held?.Labels,
            Classify = _system is IClassifier classifier ? classifier.Classify : null,
            Examples = look.Examples?.X,
            ExampleLabels = look.Examples?.Labels,
            Landmarks = _landmarks,
            Critics = [.. critics.Select(network => network.Flat)],
            Generators = [.. _system.Generators.Select(network => network.Flat)],
            MovesGeneratorsAlone = _system.MovedByGenerators.SequenceEqual(_system.Generators),
            CouplesBatch = critics.Any(network => network.CouplesBatch),
            WhileTraining = body => WhileTraining(critics, body),
            Moves = moves,
            Used = _spelling is null ? samples => samples : Likeliest,
            Spelling = _spelling is { } spelling ? samples => spelling.Measure(samples) is var m
                ? (m.Divergence, spelling.Floor, m.Gap, m.Repeated) : default : null,
            Faults = _faults is null ? null : samples => _faults.Of(samples),
            MissingModes = _data.Data is PointSet { Density: Data.Toys.GaussianModes mixture }
                ? samples => MissingModes(mixture, samples) : null,
        };
    }

    // Samples whose class is known, where that is asked for: held-out ones if there are any.
    private Batch? Examples()
    {
        if (_system is not IClassifier || (_heldOut?.Labeled ?? _source.Labeled) is not { } labeled)
            return null;
        return labeled.Of(Rows(Math.Min(RealSamples.HeldOut(_size), labeled.Data.Count), labeled, distinct: true), _streams.Device);
    }

    // A critic of patches scores a picture by their mean, as its loss does.
    private static Tensor OneEach(Tensor scores) =>
        scores.Rank < 2 || scores.Flatten(1).Size(1) == 1 ? scores : scores.Flatten(1).Mean([1], keep: true);

    // The symbols that would be written down, as the data have them: [N, V, L].
    private static Tensor Likeliest(Tensor samples)
    {
        using var scope = TensorScope.Open();
        return scope.Keep(Op.OneHot(samples.Argmax(1), (int)samples.Size(1)).To(samples.DType).Transpose(1, 2).Contiguous());
    }

    // Inputs of the generator; a system that translates gets real samples of its first domain.
    private Tensor Inputs(long count, RandomGenerator random)
    {
        var rows = Rows((int)count, _source);
        return _real.Inputs(_fakes, count, random, () => rows);
    }

    // What is shown of real samples, as a fresh critic sees it; in batches, of which only this is kept.
    private Tensor Views(int[] rows, BatchSource from, Func<Tensor, Tensor> shown)
    {
        using var scope = TensorScope.Open();
        using var pause = Autograd.Pause();
        using var still = new Still(_system);
        var parts = new List<Tensor>();
        foreach (var chunk in rows.Chunk(_size))
        {
            using var inner = TensorScope.Open();
            using var batch = from.Of(chunk, _streams.Device);
            parts.Add(inner.Keep(FreshCritic.View(shown(batch.X))));
        }
        return scope.Keep(Tensor.Cat([.. parts]));
    }

    private static double WhileTraining(IReadOnlyList<Module> networks, Func<double> body)
    {
        using var scope = TensorScope.Open();
        var kept = networks.SelectMany(network => network.Buffers()).Select(b => (b.Buffer, Copy: b.Buffer.Value.Clone())).ToList();
        try
        {
            foreach (var network in networks)
                network.SetTraining(true);
            return body();
        }
        finally
        {
            foreach (var network in networks)
                network.SetTraining(false);
            foreach (var (buffer, copy) in kept)
                buffer.Value.CopyFrom(copy);
        }
    }

    private static double MissingModes(Data.Toys.GaussianModes mixture, Tensor samples)
    {
        var points = samples.ToArray<float>();
        var d = mixture.Dimension;
        var counts = new int[mixture.Modes.Count];
        var n = points.Length / d;
        for (var i = 0; i < n; i++)
            counts[mixture.Nearest(points.AsSpan(i * d, d)).Mode]++;
        return mixture.Modes.Where((m, k) => counts[k] < m.Weight * n / 4).Sum(m => m.Weight);
    }

    // Chosen by the watch's own stream.
    private int[] Rows(int count, BatchSource from, bool distinct = false)
    {
        using var random = RandomGenerator.Named($"rows/{_drawn++}", _streams.Seed);
        return RealSamples.Rows(from, count, random, distinct);
    }

    private void Abandon()
    {
        _pending?.Dispose();
        _pending = null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Abandon();
        _landmarks.Dispose();
        _streams.Dispose();
    }

    // What a look holds across a step.
    private sealed record Pending(
        RandomGenerator Random, Batch Real, Batch Other, Batch? Held, Batch? Examples, double Began) : IDisposable
    {
        public StepProbe? Probe { get; set; }

        public double Seconds { get; set; } = Began;

        public void Dispose()
        {
            Random.Dispose();
            Real.Dispose();
            Other.Dispose();
            Held?.Dispose();
            Examples?.Dispose();
            Probe?.Dispose();
        }
    }
}
