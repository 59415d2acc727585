using Earthmover.Games;
using Earthmover.Nn;
using Earthmover.Torch;

namespace Earthmover.Health;

/// <summary>What one training step does to the functions: samples and scores of the same inputs before and after it.</summary>
public sealed class StepProbe : IDisposable
{
    private readonly TensorOwner _owner = new();
    private readonly Tensor _inputs, _samples;
    private readonly Tensor? _points, _labels, _scores;
    private readonly Tensor[] _critics, _generators;

    /// <summary>Remembers how things are before a step.</summary>
    /// <param name="subject">The run.</param>
    /// <param name="random">Where inputs are drawn from.</param>
    public StepProbe(Subject subject, RandomGenerator random)
    {
        using var scope = TensorScope.Open();
        using var pause = Autograd.Pause();
        var inputs = subject.Inputs(subject.Real.Size(0), random);
        var samples = subject.Generate(inputs, subject.Labels);
        if (subject.Critic is { } critic && samples.Shape.SequenceEqual(subject.Real.Shape))
        {
            var points = Tensor.Cat([subject.Real, samples]);
            var labels = subject.Labels is { } y ? Tensor.Cat([y, y]) : null;
            (_points, _labels) = (_owner.Adopt(points), labels is null ? null : _owner.Adopt(labels));
            _scores = _owner.Adopt(critic(points, labels).Clone());
        }
        (_inputs, _samples) = (_owner.Adopt(inputs), _owner.Adopt(samples.Clone()));
        Tensor[] Copies(IReadOnlyList<FlatParameters> all) => [.. all.Select(flat => _owner.Adopt(flat.Values.Detach().Clone()))];
        (_critics, _generators) = (Copies(subject.Critics), Copies(subject.Generators));
    }

    /// <summary>Compares with how things are after it.</summary>
    internal void Measure(Subject subject, Values values)
    {
        // A generator that has run away moves far, but not far for its own samples.
        var spread = subject.Landmarks.Spread * Math.Max(1, double.IsNaN(values[Signals.Diversity]) ? 1 : values[Signals.Diversity]);
        using var scope = TensorScope.Open();
        using var pause = Autograd.Pause();
        // Told what it was told before, whether or not a critic is there to be told as well.
        var way = (subject.Generate(_inputs, subject.Labels) - _samples).SquaredNormPerSample().Mean().Item();
        // Two lines that differ in every symbol are not twice as far from each other as two that differ in a quarter of them; nor are rows.
        var areChoices = subject.Spelling is not null || subject.Faults is not null;
        values[Signals.GeneratorJump] = areChoices ? way / (spread * spread) : Math.Sqrt(way) / spread;
        values[Signals.GeneratorStep] = Step(subject.Generators, _generators);
        values[Signals.CriticStep] = Step(subject.Critics, _critics);
        // Scores of a table's quiet critic hardly differ from the beginning on, and how much they change of that means nothing.
        if (_scores is null || subject.Faults is not null)
            return;
        var change = Truth.Flat(subject.Critic!(_points!, _labels) - _scores);
        values[Signals.CriticJump] = Statistics.Deviation(change) / Statistics.Deviation(Truth.Flat(_scores));
    }

    private static double Step(IReadOnlyList<FlatParameters> after, Tensor[] before)
    {
        double moved = 0, size = 0;
        for (var i = 0; i < before.Length; i++)
        {
            moved += (after[i].Values.Detach() - before[i]).Square().Sum().Item();
            size += before[i].Square().Sum().Item();
        }
        return Math.Sqrt(moved / size);
    }

    /// <inheritdoc/>
    public void Dispose() => _owner.Dispose();
}

/// <summary>What of the critic's slope reaches the generator, how noisy it is, and how the critic's loss swings.</summary>
internal static class Dynamics
{
    private const int Window = 10;

    /// <summary>Compares the generator's own gradient with the gradient of its mean score.</summary>
    public static void Measure(Subject subject, RandomGenerator random, Values values)
    {
        if (subject.Critic is not { } critic || subject.Generators.Count == 0)
            return;
        using var scope = TensorScope.Open();
        using var record = Autograd.Record();
        var leaves = subject.Generators.SelectMany(flat => flat.Leaves).ToArray();
        var n = subject.Real.Size(0);
        if (n < 2)
            return;
        var fake = subject.Generate(subject.Inputs(n, random), subject.Labels);
        var scores = critic(fake, subject.Labels).Flatten(1).Mean([1]);
        var half = n / 2;
        var first = Autograd.Gradients(scores.Narrow(0, 0, half).Mean(), leaves, retainGraph: true, allowUnused: true);
        var second = Autograd.Gradients(scores.Narrow(0, half, half).Mean(), leaves, allowUnused: true);
        double plus = 0, minus = 0;
        for (var i = 0; i < leaves.Length; i++)
            if (first[i] is { } a && second[i] is { } b)
            {
                plus += (a + b).Square().Sum().Item();
                minus += (a - b).Square().Sum().Item();
            }
        if (plus == 0)
            return;
        values[Signals.GradientNoise] = Math.Sqrt(minus / plus);
        // Only where these parameters are all that the move's gradient is of, and the scores what it follows: whoever matches features
        // has a gradient that says nothing of them.
        if (subject.MovesGeneratorsAlone && subject.Moves.Where(m => m.Role == Role.Generator).ToList() is [var move]
            && (move.Has(TermRole.Adversarial) || move.Has(TermRole.Distance) || move.Has(TermRole.Dual)))
            values[Signals.GradientShare] = move.GradientNorm / (Math.Sqrt(plus) / 2);
    }

    /// <summary>The loss of the critics' moves, kept between looks.</summary>
    public static double LossOf(IReadOnlyList<Move> moves)
    {
        var critics = moves.Where(move => move.Role == Role.Critic).ToList();
        return critics.Count == 0 ? double.NaN : critics.Sum(move => move.Roles.Keys.Sum(term => move.Terms[term]));
    }

    /// <summary>Swing of the last values of the critic's loss.</summary>
    public static double Swing(IEnumerable<double> losses)
    {
        var last = losses.Where(double.IsFinite).TakeLast(Window).ToArray();
        if (last.Length < 3)
            return double.NaN;
        var changes = last.Zip(last.Skip(1), (a, b) => (b - a) * (b - a)).Average();
        return Math.Sqrt(changes / last.Average(v => v * v));
    }
}
