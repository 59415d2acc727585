using Earthmover.Data.Toys;
using Earthmover.Torch;

namespace Earthmover.Metrics;

/// <summary>
/// How many modes of a Gaussian mixture samples reach, and how many samples lie within 3 standard deviations of one (PacGAN's definitions,
/// arXiv:1712.04086).
/// </summary>
public sealed class ModeCoverage(GaussianModes mixture) : ISampleMeasure
{
    /// <summary>Samples that are counted in.</summary>
    public const int Samples = 2500;

    /// <summary>Samples that a mode needs to be counted as strictly covered.</summary>
    public const int StrictCount = 20;

    /// <inheritdoc/>
    public int SampleCount => Samples;

    /// <summary>
    /// <c>modes</c> with one good sample, <c>modes_strict</c> with twenty, <c>high_quality</c> share, and <c>mode_kl</c>, the divergence of
    /// the nearest-mode histogram from the weights.
    /// </summary>
    public IEnumerable<KeyValuePair<string, double>> Measure(Tensor samples)
    {
        var points = samples.ToArray<float>();
        var d = mixture.Dimension;
        var n = points.Length / d;
        int[] good = new int[mixture.Modes.Count], nearest = new int[mixture.Modes.Count];
        for (var i = 0; i < n; i++)
        {
            var (best, distance) = mixture.Nearest(points.AsSpan(i * d, d));
            nearest[best]++;
            if (distance < 3)
                good[best]++;
        }
        yield return new("modes", good.Count(c => c > 0));
        yield return new("modes_strict", good.Count(c => c >= StrictCount));
        yield return new("high_quality", good.Sum() / (double)n);
        double Term(double share, double weight) => share * Math.Log(share / weight);
        yield return new("mode_kl", nearest.Select((c, k) => c == 0 ? 0 : Term(c / (double)n, mixture.Modes[k].Weight)).Sum());
    }
}
