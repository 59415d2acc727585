using System.Diagnostics;
using System.Globalization;
using Earthmover.Data;
using Earthmover.Editing;
using Earthmover.Games;
using Earthmover.Metrics;
using Earthmover.Metrics.Features;
using Earthmover.Torch;
using Earthmover.Torch.Operators;
using Earthmover.Training.Views;

namespace Earthmover.Sessions;

/// <summary>
/// Perceptual path length (arXiv:1812.04948, section 4.1): E ‖f(G(w(t))) − f(G(w(t + ε)))‖² / ε² on ways between two latent vectors, in the
/// features f of a judge. Short where a small change of the vector is a small change of what is seen.
/// </summary>
/// <remarks>
/// Ways are straight between styles, where a system has them, and else great arcs between latent vectors. ε is 0.05 and not the paper's
/// 10⁻⁴: pictures are bytes, whose rounding would be all that shorter pieces show.
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
            Tensor Ends(string stream) => LatentVectors.OnDevice(sampler.Latent, seed, stream, done, some, run.Device);
            var at = Tensor.From<float>([.. Enumerable.Range(0, some).Select(_ => (float)(random.NextDouble() * (1 - Piece)))], [some, 1],
                run.Device);
            var (from, to) = Near(sampler, Ends("path begins"), Ends("path ends"), at);
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

    // Pictures at a place of each way, and a piece further.
    private static (Tensor From, Tensor To) Near(ISampler sampler, Tensor begins, Tensor ends, Tensor at)
    {
        if (sampler is IStylist styled)
        {
            Tensor a = styled.Styles(begins), b = styled.Styles(ends);
            Tensor Made(Tensor t) => styled.Synthesize(StyleEdits.Everywhere(styled, a + (b - a) * t));
            return (Made(at), Made(at + Piece));
        }
        // Normal vectors stay as long as they are on arcs: cos(t π/2) a + sin(t π/2) b has the law of a and b. Nothing else is drawn anew.
        Tensor Arc(Tensor t) => sampler.Generate(Op.Cos(t * (Math.PI / 2)) * begins + Op.Sin(t * (Math.PI / 2)) * ends);
        return (Arc(at), Arc(at + Piece));
    }
}
