using Earthmover.Data;
using Earthmover.Editing;
using Earthmover.Games;
using Earthmover.Media;
using Earthmover.Sessions.Sampling;
using Earthmover.Torch;

namespace Earthmover.Sessions.Walks;

/// <summary>Samples at the ends of chains.</summary>
/// <param name="Values">Row by row, as the network makes them [N, …].</param>
/// <param name="Probabilities">Of the class that was wanted, by the condition network [N].</param>
/// <param name="Began">The same where the chains began [N].</param>
/// <param name="Ways">What the first of them showed on their ways, a row of <paramref name="Stops"/> samples each.</param>
/// <param name="Stops">The steps after which they were looked at.</param>
public sealed record ChainedSamples(
    float[] Values, IReadOnlyList<float> Probabilities, IReadOnlyList<float> Began, DataSet Ways, IReadOnlyList<int> Stops)
{
    /// <summary>A picture of the ways: a chain in each row, from its beginning to its end.</summary>
    /// <exception cref="UserException">They are no pictures.</exception>
    public Image Sheet()
    {
        if (Ways is not ImageSet images)
            throw new UserException("--chain draws pictures, and this run makes none");
        var rows = images.Count / Stops.Count;
        string[] labels = [.. Enumerable.Repeat("", (rows - 1) * Stops.Count), .. Stops.Select(step => $"step {step}")];
        return ImageGrid.Draw([.. Enumerable.Range(0, images.Count).Select(images.ToImage)], Stops.Count, labels: labels);
    }
}

/// <summary>A trained run as the beginning of chains in its codes, which climb to a class of any classifier: arXiv:1612.00005.</summary>
public sealed class RunChain
{
    // Chains that are climbed at once, always a whole block: a sample is the same beside whatever others.
    private const int Block = 16;

    // Chains whose ways are shown.
    private const int Shown = 8;

    private readonly TrainedRun _run;
    private readonly ISampler _sampler;
    private readonly ICoder _coder;
    private readonly ConditionNetwork _condition;

    /// <summary>Chains of a run.</summary>
    /// <param name="run">The run.</param>
    /// <param name="condition">What says what samples show.</param>
    /// <exception cref="UserException">The run has no codes to move in.</exception>
    public RunChain(TrainedRun run, ConditionNetwork condition)
    {
        ArgumentNullException.ThrowIfNull(run);
        (_run, _condition, _sampler) = (run, condition, run.Ability<ISampler>());
        _coder = LatentCodes.Of(run.System)
            ?? throw new UserException("a chain moves in codes that an encoder finds: " + Systems.SystemCatalog.Lacks<IEncoder>(run.Entry));
    }

    /// <summary>Climbs from the samples of a seed.</summary>
    /// <param name="label">Number of the class, of the condition network.</param>
    /// <param name="n">How many.</param>
    /// <param name="seed">Their seed: chain k begins at the sample that it draws for k.</param>
    /// <param name="first">The first of them, from 0.</param>
    /// <param name="options">How to climb.</param>
    /// <param name="progress">Told the share that is done.</param>
    /// <param name="cancellation">Ends it between two steps with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="UserException">What the run makes is not finite.</exception>
    public ChainedSamples Draw(int label, int n, long seed, int first, ChainOptions options,
        IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        using var use = _run.Streams.Use();
        using var pause = Autograd.Pause();
        int[] stops = [.. StopsOf(options.Steps)];
        var (values, ended, began) = (new List<float>(), new List<float>(), new List<float>());
        var shown = Math.Min(n, Shown);
        var ways = new SampleBuffer(_run.Spec, shown * stops.Length);
        var chain = new CodeChain(_coder, x => _condition.Probability(x, label));
        for (var block = first - first % Block; block < first + n; block += Block)
        {
            using var scope = TensorScope.Open();
            var (at, from) = (block, Math.Max(0, first - block));
            var count = Math.Min(Block, first + n - block) - from;
            var h = _coder.Begin(LatentVectors.OnDevice(_sampler.Latent, seed, RunSamples.Stream, at, Block, _run.Device));
            void Look(int step, Tensor codes)
            {
                var done = (at + Block * step / (double)options.Steps - first) / n;
                progress?.Report(Math.Clamp(done, 0, 1));
                var stop = Array.IndexOf(stops, step);
                if (stop < 0 || at + from >= first + shown)
                    return;
                using var look = TensorScope.Open();
                var x = _coder.Decode(codes);
                for (var row = 0; row < count && at + from + row < first + shown; row++)
                    ways.Put((at + from + row - first) * stops.Length + stop, x.Narrow(0, from + row, 1));
            }
            var size = (int)h.Size(1);
            Tensor Noise(int step) => LatentVectors.OnDevice(new(size), seed, $"chain {step}", at, Block, _run.Device);
            began.AddRange(Rows(_condition.Probability(_coder.Decode(h), label), from, count));
            var x = _coder.Decode(chain.Climb(h, options, Noise, Look, cancellation));
            RunSamples.RequireFinite(x, "this run");
            ended.AddRange(Rows(_condition.Probability(x, label), from, count));
            values.AddRange(Rows(x, from, count));
        }
        return new([.. values], ended, began, ways.ToData("ways"), stops);
    }

    /// <summary>Writes the picture of the ways.</summary>
    /// <param name="path">The file, a PNG.</param>
    /// <param name="chained">The samples.</param>
    /// <param name="how">How they were made.</param>
    /// <exception cref="UserException">It cannot be written, or they are no pictures.</exception>
    public void WriteWays(string path, ChainedSamples chained, string how)
    {
        ArgumentNullException.ThrowIfNull(chained);
        var sheet = chained.Sheet();
        OutputPath.Write("the picture of the chains", () => ImageFile.SavePng(path, sheet, SampleWriter.Texts(_run, how)));
    }

    private static float[] Rows(Tensor x, int from, int count) => x.Narrow(0, from, count).Contiguous().ToArray<float>();

    // The beginning, the first steps, and then ever fewer.
    private static IEnumerable<int> StopsOf(int steps)
    {
        int[] usual = [0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000];
        return usual.Where(step => step < steps).Append(steps);
    }
}
