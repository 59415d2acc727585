using Earthmover.Data.Dealing;
using Earthmover.Games;
using Earthmover.Health;
using Earthmover.Metrics;
using Earthmover.Torch;

namespace Earthmover.Training;

/// <summary>
/// What a report says beside the players' terms: the truth beside the estimate, and measures of the last samples. Streams of their own,
/// made anew from the step, so that reporting never changes the training.
/// </summary>
/// <param name="system">The system.</param>
/// <param name="data">Its data.</param>
/// <param name="samples">Makes samples.</param>
/// <param name="seed">The run's seed.</param>
/// <param name="device">Where the networks are.</param>
internal sealed class Measurements(GanSystem system, BatchSource data, SampleGrid samples, long seed, Device device)
{
    private readonly IReadOnlyList<ISampleMeasure> _measures = ISampleMeasure.For(data.Target.Data, data.Target.Code);
    private readonly Dictionary<string, double> _ofSamples = [];
    private bool _estimates;

    /// <summary>Measures as many samples as each measure wants; the next report says it.</summary>
    public void MeasureSamples()
    {
        foreach (var measure in _measures)
        {
            using var scope = TensorScope.Open();
            using var latent = RandomGenerator.Named("measured samples", seed, device);
            foreach (var (name, value) in measure.Measure(samples.Samples(samples.Inputs(measure.SampleCount, latent))))
                _ofSamples[name] = value;
        }
    }

    /// <summary>All measures by name.</summary>
    /// <param name="step">Steps played.</param>
    /// <param name="moves">What the players showed.</param>
    /// <param name="look">The look at the same step, where there was one: what it has measured is not measured again.</param>
    public Dictionary<string, double> Take(long step, IReadOnlyList<Move> moves, Reading? look)
    {
        // Only a critic that was trained to measure a distance has an estimate of it; others have a gap between their scores.
        _estimates |= Truth.IsEstimated(moves);
        var measures = look is null
            ? BatchDistances.Measure(system, data, step, seed, device, _estimates)
            : BatchDistances.Of(look, system, _estimates);
        // Each is reported once, beside the samples it was taken of.
        foreach (var (name, value) in _ofSamples)
            measures[name] = value;
        _ofSamples.Clear();
        return measures;
    }
}
