using Earthmover.Games;
using Earthmover.Sessions.Sampling;
using Earthmover.Torch;

namespace Earthmover.Sessions.Walks;

/// <summary>
/// Ways between latent vectors: coordinates of N(0, 1) go along a great circle, on which vectors keep the length of normal ones
/// (arXiv:1609.04468), uniform ones in a straight line, on which they stay within their bounds.
/// </summary>
public sealed class LatentWalk
{
    private readonly TrainedRun _run;
    private readonly Latent _law;
    private readonly float[] _from, _to;

    private LatentWalk(TrainedRun run, string origin, float[] from, float[] to) =>
        (_run, _law, Origin, _from, _to) = (run, run.Ability<ISampler>().Latent, origin, from, to);

    /// <summary>Where it begins and ends, for people: <c>seed 1</c>, <c>from seed 1 to seed 2</c>.</summary>
    public string Origin { get; }

    /// <summary>How many ways there are.</summary>
    public int Rows => _from.Length / _law.Size;

    /// <summary>Ways between random vectors.</summary>
    /// <param name="run">The run.</param>
    /// <param name="seed">Seed of their ends.</param>
    /// <param name="rows">How many.</param>
    /// <exception cref="UserException">The run draws no samples of latent vectors.</exception>
    public static LatentWalk Within(TrainedRun run, long seed, int rows)
    {
        ArgumentNullException.ThrowIfNull(run);
        var law = run.Ability<ISampler>().Latent;
        float[] Ends(int first) => LatentVectors.Draw(law, seed, "interpolate", first, rows);
        return new(run, $"seed {seed}", Ends(0), Ends(rows));
    }

    /// <summary>Ways from samples of one seed to those of another: the ends are the samples that <c>sample --seed</c> draws.</summary>
    /// <param name="run">The run.</param>
    /// <param name="from">Seed of the samples that they begin at.</param>
    /// <param name="to">Seed of the samples that they end at.</param>
    /// <param name="rows">How many: row k goes from sample k to sample k.</param>
    /// <exception cref="UserException">The run draws no samples of latent vectors.</exception>
    public static LatentWalk Between(TrainedRun run, long from, long to, int rows)
    {
        ArgumentNullException.ThrowIfNull(run);
        var law = run.Ability<ISampler>().Latent;
        float[] Ends(long seed) => LatentVectors.Draw(law, seed, RunSamples.Stream, 0, rows);
        return new(run, $"from seed {from} to seed {to}", Ends(from), Ends(to));
    }

    /// <summary>Samples along the ways, one way after another [rows × frames, …], points as the game sees them.</summary>
    /// <param name="frames">Steps of each, its ends among them; at least 2.</param>
    /// <param name="told">What all of them are told to be; as the latent vectors say when null.</param>
    /// <param name="progress">Told the share that is done.</param>
    /// <param name="cancellation">Ends it between two blocks with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="UserException">The samples are not finite.</exception>
    public float[] Draw(int frames, Told? told, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(frames, 2);
        using var use = _run.Streams.Use();
        var steps = new float[checked(Rows * frames * _law.Size)];
        for (var k = 0; k < Rows * frames; k++)
        {
            var row = k / frames * _law.Size;
            Between(_law, _from.AsSpan(row, _law.Size), _to.AsSpan(row, _law.Size), k % frames / (frames - 1.0),
                steps.AsSpan(k * _law.Size, _law.Size));
        }
        return SampleWriter.Draw(_run, Rows * frames, (first, count) => LatentVectors.BlockOf(steps, _law.Size, first, count, _run.Device),
            told, progress: progress, cancellation: cancellation);
    }

    /// <summary>The vector at a share of the way from one to another.</summary>
    /// <param name="law">Their law.</param>
    /// <param name="from">Where it begins.</param>
    /// <param name="to">Where it ends.</param>
    /// <param name="share">From 0, which gives the first to the bit, to 1, which gives the second.</param>
    /// <param name="at">Takes the vector.</param>
    internal static void Between(Latent law, ReadOnlySpan<float> from, ReadOnlySpan<float> to, double share, Span<float> at)
    {
        var (product, first, second) = (0.0, 0.0, 0.0);
        for (var i = 0; i < law.Normals; i++)
        {
            product += (double)from[i] * to[i];
            first += (double)from[i] * from[i];
            second += (double)to[i] * to[i];
        }
        var angle = first > 0 && second > 0 ? Math.Acos(Math.Clamp(product / Math.Sqrt(first * second), -1, 1)) : 0;
        var (a, b) = (1 - share, share);
        // Between vectors of one direction, or of opposite ones, there is no one great circle.
        var (u, v) = Math.Sin(angle) < 1e-6 ? (a, b) : (Math.Sin(a * angle) / Math.Sin(angle), Math.Sin(b * angle) / Math.Sin(angle));
        for (var i = 0; i < law.Size; i++)
            at[i] = (float)(i < law.Normals ? u * from[i] + v * to[i] : a * from[i] + b * to[i]);
    }
}
