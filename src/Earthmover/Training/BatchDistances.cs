using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Games;
using Earthmover.Health;
using Earthmover.Torch;

namespace Earthmover.Training;

/// <summary>
/// The truth beside the critic's estimate: <c>w_exact</c> and <c>w_floor</c>, and <c>w_estimate</c> or <c>critic_gap</c> where the system
/// has a critic of the plain form. A report that brings a look says the look's numbers; they are measured as a look would only where there
/// is none.
/// </summary>
internal static class BatchDistances
{
    private static readonly Signal[] s_all = [Signals.Estimate, Signals.Gap, Signals.Exact, Signals.Floor];

    /// <summary>Those of a look; what it could not measure is NaN.</summary>
    /// <param name="look">The look.</param>
    /// <param name="system">Whose it is.</param>
    /// <param name="estimates">Whether the critic estimates a distance.</param>
    public static Dictionary<string, double> Of(Reading look, GanSystem system, bool estimates) => s_all
        .Where(signal => signal == Signals.Estimate ? system is IScorer && estimates
            : signal != Signals.Gap || system is IScorer && !estimates)
        .ToDictionary(signal => signal.Name, signal => look[signal == Signals.Estimate && !Knows(look) ? Signals.Gap : signal]);

    // A look after a step that showed no moves has the same difference of scores, and cannot know that it is an estimate.
    private static bool Knows(Reading look) => look.Values.ContainsKey(Signals.Estimate.Name);

    /// <summary>Measured now.</summary>
    /// <param name="system">The system.</param>
    /// <param name="data">Its data.</param>
    /// <param name="step">Steps played, which decide what is drawn.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="device">Where the networks are.</param>
    /// <param name="estimates">Whether its critic estimates a distance.</param>
    public static Dictionary<string, double> Measure(
        GanSystem system, BatchSource data, long step, long seed, Device device, bool estimates)
    {
        var measures = new Dictionary<string, double>();
        using var scope = TensorScope.Open();
        using var pause = Autograd.Pause();
        using var still = new Still(system);
        using var latent = RandomGenerator.Named($"measure/{step}", seed, device);
        using var chosen = RandomGenerator.Named($"measured rows/{step}", seed);
        var samples = new RealSamples(data, device);
        var n = samples.Count();
        var rows = RealSamples.Rows(samples.Target, 2 * n, chosen, distinct: true);
        var fakes = Fakes.Of(system);
        using Batch real = RealSamples.Told(samples.Target, rows.AsSpan(0, n), fakes.Condition, device),
            other = samples.Target.Of(rows.AsSpan(n), device);
        var labels = real.Labels;
        var fake = fakes.Make(samples.Inputs(fakes, n, latent, () => RealSamples.Rows(data, n, chosen)), labels);
        if (system is IScorer critic)
            measures[(estimates ? Signals.Estimate : Signals.Gap).Name] =
                critic.Score(real.X, labels).Mean().Item() - critic.Score(fake, labels).Mean().Item();
        measures[Signals.Exact.Name] = Truth.Distance(WholeBatch.Gather(real.X), WholeBatch.Gather(fake));
        // A single sample has no other to differ from.
        if (rows.Length == 2 * n)
            measures[Signals.Floor.Name] = Truth.Distance(WholeBatch.Gather(real.X), WholeBatch.Gather(other.X));
        return measures;
    }
}
