using Earthmover.Torch;

namespace Earthmover.Health;

/// <summary>
/// Takes a reading: every signal that can be measured of a subject. It draws from a stream of its own and changes nothing of the run.
/// </summary>
public static class Look
{
    /// <summary>Measures everything.</summary>
    /// <param name="step">Steps played.</param>
    /// <param name="subject">The run, its networks in evaluation mode.</param>
    /// <param name="random">Where latent vectors and points are drawn from.</param>
    /// <param name="before">How things were before the last step; null where that is not known.</param>
    /// <param name="losses">Past losses of the critic, oldest first; the present one is added.</param>
    /// <param name="samples">Generated samples to be compared with the landmarks.</param>
    public static Reading Take(
        long step, Subject subject, RandomGenerator random,
        StepProbe? before = null, IList<double>? losses = null, int samples = Variety.Samples)
    {
        using var scope = TensorScope.Open();
        using var pause = Autograd.Pause();
        var values = new Values();
        var fake = subject.Generate(subject.Inputs(subject.Real.Size(0), random), subject.Labels);
        var truth = Truth.Measure(subject, fake, values);
        if (subject.Critic is { } critic && truth.Plan is { } plan)
        {
            truth.Normalize(Slopes.Measure(subject, fake, plan, random, values), values);
            if (subject.Critics.Count > 0)
                Layers.Measure(subject, random, values);
            double? Coupling() =>
                subject.WhileTraining?.Invoke(() => Slopes.Coupling(x => critic(x, subject.Labels), subject.Real));
            values[Signals.Coupling] = subject.CouplesBatch ? Coupling() ?? double.NaN : 0;
            Variety.Memory(subject, values);
            Dynamics.Measure(subject, random, values);
        }
        Recognition.Measure(subject, values);
        Variety.Measure(subject, Generate(subject, samples, random), values, count => Generate(subject, count, random));
        values[Signals.Far] = double.MaxNumber(values[Signals.FloorRatio], values[Signals.ExactFeatures] / values[Signals.FloorFeatures]);
        before?.Measure(subject, values);
        if (losses is not null)
        {
            losses.Add(Dynamics.LossOf(subject.Moves));
            values[Signals.LossSwing] = Dynamics.Swing(losses);
        }
        // Last, so that what it draws moves nothing else.
        Variety.Hearing(subject, random, values);
        return new(step, values) { Histograms = values.Histograms, LayerGradients = values.LayerGradients };
    }

    // In batches of the size that the networks are used to: other sizes may need kernels that are yet to be chosen.
    private static Tensor Generate(Subject subject, int count, RandomGenerator random)
    {
        using var scope = TensorScope.Open();
        var size = subject.Real.Size(0);
        var batches = Enumerable.Range(0, (int)((count + size - 1) / size))
            .Select(_ => subject.Generate(subject.Inputs(size, random), null));
        return scope.Keep(Tensor.Cat([.. batches]).Narrow(0, 0, count));
    }
}
