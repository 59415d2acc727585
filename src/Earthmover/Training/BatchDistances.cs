using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Games;
using Earthmover.Torch;
using Earthmover.Transport;

namespace Earthmover.Training;

/// <summary>The truth beside the critic's estimate, of one batch.</summary>
internal static class BatchDistances
{
    // A batch up to this size is solved exactly in about a millisecond.
    private const int LargestExact = 256;

    /// <summary>
    /// <c>w_exact</c> and <c>w_floor</c>, and <c>w_estimate</c> or <c>critic_gap</c> where the system has a critic of the plain form.
    /// </summary>
    /// <param name="system">The system.</param>
    /// <param name="data">Its data.</param>
    /// <param name="position">Number of the batch.</param>
    /// <param name="latent">Where latent vectors are drawn from.</param>
    /// <param name="estimates">Whether its critic estimates a distance.</param>
    public static Dictionary<string, double> Measure(
        GanSystem system, BatchSource data, long position, RandomGenerator latent, bool estimates)
    {
        var measures = new Dictionary<string, double>();
        using var scope = TensorScope.Open();
        using var pause = Autograd.Pause();
        using var still = new Still(system);
        using Batch real = data.Target.At(position, latent.Device), other = data.Target.At(position + 1, latent.Device);
        using var given = data.Target == data ? null : data.At(position, latent.Device);
        var fakes = Fakes.Of(system);
        var labels = fakes.TakesClasses ? real.Labels : null;
        var fake = fakes.Make(fakes.Inputs(data.Size, () => given!.X, latent), labels);
        if (system is IScorer critic)
            measures[estimates ? "w_estimate" : "critic_gap"] =
                critic.Score(real.X, labels).Mean().Item() - critic.Score(fake, labels).Mean().Item();
        if (data.Size <= LargestExact)
        {
            measures["w_exact"] = Exact(real.X, fake);
            measures["w_floor"] = Exact(real.X, other.X);
        }
        return measures;
    }

    // Exact W₁ between two batches of the same size, with its certificate.
    private static double Exact(Tensor a, Tensor b)
    {
        float[] x = a.Contiguous().ToArray<float>(), y = b.Contiguous().ToArray<float>();
        var n = (int)a.Size(0);
        if (!x.All(float.IsFinite) || !y.All(float.IsFinite))
            return double.NaN;
        // A number without its proof is no measurement, and no reason to end a run.
        return ExactTransport.Wasserstein1(x, y, n, n, x.Length / n) is { Certified: true } result ? result.Cost : double.NaN;
    }
}
