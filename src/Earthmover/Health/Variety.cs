using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Health;

/// <summary>Whether the generator makes all of the data, and does not merely repeat it.</summary>
internal static class Variety
{
    /// <summary>Samples that the comparison with the landmarks is made of.</summary>
    public const int Samples = 256;

    // The second test of missing parts; the first asks for it from here on.
    private const int MoreSamples = 4 * Samples;
    private const double Suspicious = 0.2;

    /// <summary>Measures generated samples.</summary>
    /// <param name="subject">The run.</param>
    /// <param name="samples">Generated samples of classes of the generator's choice [M, …].</param>
    /// <param name="values">Where the values go.</param>
    /// <param name="more">So many more of them.</param>
    public static void Measure(Subject subject, Tensor samples, Values values, Func<int, Tensor> more)
    {
        using var scope = TensorScope.Open();
        if (!double.IsFinite(samples.Detach().Abs().Sum().Item()))
            return;
        var made = samples;
        samples = subject.Used(samples);
        if (subject.Spelling is { } spelling)
            (values[Signals.Trigrams], values[Signals.TrigramFloor],
                values[Signals.Misspelled], values[Signals.Repeated]) = spelling(samples);
        if (subject.Faults is { } faults && faults(samples.Detach()) is var found)
            (values[Signals.CategoryVariety], values[Signals.RareLost], values[Signals.Copied], values[Signals.QualityGap]) =
                (found.Variety, found.RareLost, found.Copies, found.QualityGap);
        var x = samples.Detach().Flatten(1);
        var n = (double)x.Size(0);
        var diversity = Landmarks.Distances(x, x).Sum().Item() / (n * (n - 1));
        // All lines are the same one. A generator that is collapsed onto it still weighs other symbols, now more, now less; a dead one does
        // not.
        if (diversity == 0)
            diversity = Deviation(made);
        values[Signals.Diversity] = diversity / subject.Landmarks.Spread;
        (values[Signals.ExactLarge], values[Signals.FloorLarge], values[Signals.ExactFeatures], values[Signals.FloorFeatures]) =
            subject.Landmarks.Distance(samples);
        values[Signals.Beyond] = (values[Signals.ExactFeatures] - values[Signals.FloorFeatures]) / subject.Landmarks.SpreadInFeatures;
        // Lines of symbols have many neighbors at the very same distance, of which none is the nearest.
        var isText = subject.Spelling is not null;
        if (!isText)
            (values[Signals.OwnKind], values[Signals.Density]) = (subject.Landmarks.OfOwnKind(samples), subject.Landmarks.Density(samples));
        var (nearest, mass, classes) = subject.Landmarks.Compare(samples);
        values[Signals.OffData] = (nearest - subject.Landmarks.Neighbor) / subject.Landmarks.Spread;
        values[Signals.MissingMass] = isText ? double.NaN : mass;
        values[Signals.MissingClasses] = classes;
        if (subject.Landmarks.Neighbor > 0)
            values[Signals.NeighborRatio] = nearest / subject.Landmarks.Neighbor;
        if (subject.Landmarks.Spectrum is { } real && Spectrum.Of(samples) is { } generated)
            Spectrum.Measure(generated, real, values);
        if (subject.MissingModes is { } missing)
            values[Signals.MissingModes] = missing(samples);
        // Zero where the first test is content.
        values[Signals.MissingAgain] = isText ? double.NaN
            : double.MaxNumber(mass, double.MaxNumber(classes, values[Signals.MissingModes])) <= Suspicious ? 0
            : subject.MissingModes is { } modes ? modes(more(MoreSamples))
                : subject.Landmarks.MissingAgain(subject.Used(more(MoreSamples)));
    }

    // Root mean square distance between two of them, exact for those that are nearly the same.
    private static double Deviation(Tensor samples)
    {
        using var scope = TensorScope.Open();
        var x = samples.Detach().Flatten(1);
        // The mean of equal numbers may round; that of their differences does not.
        x -= x.Narrow(0, 0, 1);
        return Math.Sqrt(2 * (x - x.Mean([0], keep: true)).SquaredNormPerSample().Mean().Item());
    }

    /// <summary>Measures whether samples change with what they are told.</summary>
    /// <param name="subject">The run.</param>
    /// <param name="random">Where latent vectors are drawn from.</param>
    /// <param name="values">Where the value goes.</param>
    public static void Hearing(Subject subject, RandomGenerator random, Values values)
    {
        if (subject.Labels is not { } told)
            return;
        using var scope = TensorScope.Open();
        var others = Op.Roll(told, [1], [0]);
        var areOthers = Op.Gt((told - others).Reshape(told.Size(0), -1).Abs().Sum([1]), 0).To(DType.Float32);
        var count = areOthers.Sum().Item();
        if (count == 0)
            return;
        var z = subject.Inputs(told.Size(0), random);
        var way = (subject.Used(subject.Generate(z, told)) - subject.Used(subject.Generate(z, others))).SquaredNormPerSample().Sqrt();
        values[Signals.Heard] = (way * areOthers).Sum().Item() / count / subject.Landmarks.Spread;
    }

    /// <summary>Measures whether the critic knows training samples from held-out ones.</summary>
    public static void Memory(Subject subject, Values values)
    {
        if (subject.Critic is null || subject.HeldOut is null)
            return;
        using var scope = TensorScope.Open();
        float[] training =
        [
            .. Scores(subject, subject.Real, subject.Labels), .. Scores(subject, subject.Other, subject.OtherLabels),
        ];
        var held = Scores(subject, subject.HeldOut, subject.HeldOutLabels);
        var auc = Statistics.Auc(training, held);
        values[Signals.HeldOutAuc] = auc;
        values[Signals.HeldOutZ] = Statistics.AucZ(auc, training.Length, held.Length);
    }

    // In batches of the usual size.
    private static float[] Scores(Subject subject, Tensor x, Tensor? labels)
    {
        var size = subject.Real.Size(0);
        var scores = new List<float>();
        for (long start = 0; start < x.Size(0); start += size)
        {
            using var scope = TensorScope.Open();
            var count = Math.Min(size, x.Size(0) - start);
            scores.AddRange(Truth.Flat(subject.Critic!(x.Narrow(0, start, count), labels?.Narrow(0, start, count))));
        }
        return [.. scores];
    }
}
