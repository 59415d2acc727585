using System.Diagnostics;
using Earthmover.Data;
using Earthmover.Editing;
using Earthmover.Games;
using Earthmover.Metrics;
using Earthmover.Metrics.Features;
using Earthmover.Sessions.Sampling;
using Earthmover.Torch;
using Earthmover.Training.Views;

namespace Earthmover.Sessions.Walks;

/// <summary>
/// Perceptual path length (arXiv:1812.04948, section 4.1): E ‖f(G(w(t))) − f(G(w(t + ε)))‖² / ε² on ways between two latent vectors, in the
/// features f of a judge. Short where a small change of the vector is a small change of what is seen.
/// </summary>
/// <remarks>
/// Ways are straight between styles, where a system has them, and else those of <see cref="LatentWalk"/>, on which what a vector chooses,
/// a class or a text, stays the same. ε is 0.05 and not the paper's 10⁻⁴: pictures are bytes, whose rounding would be all that shorter
/// pieces show.
/// </remarks>
internal static class PathLength
{
    private const double Piece = 0.05;

    /// <summary>Measures a run.</summary>
    /// <param name="address">The run.</param>
    /// <param name="metric">Its entry in the catalog.</param>
    /// <param name="features">The judge.</param>
    /// <param name="n">Ways.</param>
    /// <param name="seed">Seed of the latent vectors.</param>
    /// <param name="progress">Told what is done.</param>
    /// <param name="cancellation">Ends it with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="UserException">It is no run that draws pictures of latent vectors.</exception>
    public static MetricResult Measure(string address, Metric metric, FeatureExtractor features, int n, long seed,
        IProgress<WorkProgress>? progress = null, CancellationToken cancellation = default)
    {
        if (!RunSamples.IsRun(address))
            throw new UserException($"{metric.Name} is measured on ways between latent vectors, and {address} is no run; "
                + "leave it out of --metrics");
        using var run = TrainedRun.Open(address, SampleSets.Context(seed, progress, cancellation));
        using var use = run.Streams.Use();
        using var pause = Autograd.Pause();
        var sampler = run.Ability<ISampler>();
        if (run.Spec.Shape is not SampleShape.Image { Shape: var shape })
            throw new UserException($"{metric.Name} looks at pictures, and {run.Recipe.Data} is {run.Spec.Kind}; "
                + "leave it out of --metrics");
        var clock = Stopwatch.StartNew();
        var pixels = new List<byte>();
        var random = new SeededRandom(seed, "path length");
        for (var done = 0; done < n; done += RunSamples.Block)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = TensorScope.Open();
            var some = Math.Min(RunSamples.Block, n - done);
            float[] Ends(string stream) => LatentVectors.Draw(sampler.Latent, seed, stream, done, some);
            float[] at = [.. Enumerable.Range(0, some).Select(_ => (float)(random.NextDouble() * (1 - Piece)))];
            var (from, to) = Near(sampler, Ends("path begins"), Ends("path ends"), at, run.Device);
            RunSamples.RequireFinite(from, "this run");
            RunSamples.RequireFinite(to, "this run");
            pixels.AddRange(ImageView.ToBytes(Tensor.Stack([from, to], 1).Reshape([2 * some, .. from.Shape.AsSpan(1)])));
            progress?.Report(new("drawing ways", (double)(done + some) / n));
        }
        var seen = features.Extract(new ImageSet(address, shape, [.. pixels]), cancellation: cancellation);
        var value = Intervals.Mean(metric.Name, [.. Enumerable.Range(0, n).Select(i => Squared(seen, i) / (Piece * Piece))]);
        return new(features.Qualify(metric.Name), value.Value, value.Low95, value.High95, value.Interval, metric.Floor, n,
            $"{seen.Protocol};{metric.Settings}", metric.Better)
        { Seconds = clock.Elapsed.TotalSeconds };
    }

    private static double Squared(FeatureSet seen, int pair)
    {
        var d = seen.Dimension;
        ReadOnlySpan<float> a = seen.Values.AsSpan(2 * pair * d, d), b = seen.Values.AsSpan((2 * pair + 1) * d, d);
        var sum = 0.0;
        for (var j = 0; j < d; j++)
            sum += (a[j] - (double)b[j]) * (a[j] - b[j]);
        return sum;
    }

    /// <summary>Samples at a place of each way [N, …], and those a piece further.</summary>
    /// <param name="sampler">The system.</param>
    /// <param name="begins">Latent vectors that the ways begin at [N × size].</param>
    /// <param name="ends">Those that they end at.</param>
    /// <param name="at">The places, 0 to 1 less the piece [N].</param>
    /// <param name="device">Where the system is.</param>
    internal static (Tensor From, Tensor To) Near(ISampler sampler, float[] begins, float[] ends, float[] at, Device device)
    {
        var (law, n) = (sampler.Latent, at.Length);
        Tensor Vectors(float[] z) => Tensor.From<float>(z, [n, law.Size], device);
        if (sampler is IStylist styled)
        {
            Tensor a = styled.Styles(Vectors(begins)), b = styled.Styles(Vectors(ends));
            var places = Tensor.From<float>(at, [n, 1], device);
            Tensor Made(Tensor t) => styled.Synthesize(StyleEdits.Everywhere(styled, a + (b - a) * t));
            return (Made(places), Made(places + Piece));
        }
        // The last coordinate chooses, where there is something to choose.
        var chooses = sampler.Condition != Condition.None;
        Tensor Further(double by)
        {
            var z = new float[begins.Length];
            for (var i = 0; i < n; i++)
            {
                var (place, size) = (i * law.Size, law.Size);
                LatentWalk.Between(law, begins.AsSpan(place, size), ends.AsSpan(place, size), at[i] + by, z.AsSpan(place, size));
                if (chooses)
                    z[place + size - 1] = begins[place + size - 1];
            }
            return sampler.Generate(Vectors(z));
        }
        return (Further(0), Further(Piece));
    }
}
