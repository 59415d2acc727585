using Earthmover.Data;
using Earthmover.Editing;
using Earthmover.Games;
using Earthmover.Sessions.Sampling;
using Earthmover.Torch;

namespace Earthmover.Sessions.Pictures;

/// <summary>Latent vectors of samples, and how near what the run makes of them comes.</summary>
/// <param name="Latents">[N, <paramref name="Size"/>], row by row.</param>
/// <param name="Size">Length of a latent vector.</param>
/// <param name="Reconstructions">What the run makes of them.</param>
/// <param name="Errors">Root mean squared error of each [N], in pixel values 0–255 or in units of the points' file.</param>
/// <param name="MeanErrors">The same of the mean of the run's samples, which is what a vector that says nothing could reach [N].</param>
/// <param name="Classes">Number of the class of each [N], where the run is told classes.</param>
/// <param name="IsEncoded">Whether the run's encoder gave them, or they were searched for.</param>
public sealed record ProjectedSamples(float[] Latents, int Size, DataSet Reconstructions,
    IReadOnlyList<double> Errors, IReadOnlyList<double> MeanErrors, IReadOnlyList<int>? Classes, bool IsEncoded);

/// <summary>A trained run as a way from samples to latent vectors: by its encoder, or else by a search.</summary>
public sealed class RunProjection
{
    private const int Block = 64, Blocks = 4;

    private readonly TrainedRun _run;
    private readonly ISampler _sampler;
    private readonly IEncoder? _encoder;
    private readonly RunPredictor? _predictor;

    /// <summary>Projects into a run.</summary>
    /// <param name="run">The run.</param>
    /// <param name="isEncoded">Whether its encoder does it; null lets it where there is one.</param>
    /// <param name="predictor">Where a search begins; null begins it at vectors of the latent law.</param>
    /// <exception cref="UserException">The run draws no samples of latent vectors, or has no encoder and should have.</exception>
    public RunProjection(TrainedRun run, bool? isEncoded = null, RunPredictor? predictor = null)
    {
        ArgumentNullException.ThrowIfNull(run);
        (_run, _sampler, _predictor) = (run, run.Ability<ISampler>(), predictor);
        _encoder = isEncoded switch
        {
            true => run.Ability<IEncoder>(),
            null => run.System as IEncoder,
            _ => null,
        };
    }

    /// <summary>Whether the encoder does it, which takes one evaluation and no search.</summary>
    public bool IsEncoded => _encoder is not null;

    /// <summary>Reads samples of the kind that the run makes.</summary>
    /// <param name="names">Files, folders of pictures or patterns; of points one file.</param>
    /// <param name="cancellation">Ends it with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="UserException">There is nothing of a name, or it cannot be read or does not fit.</exception>
    public NewSamples Read(IReadOnlyList<string> names, CancellationToken cancellation = default) =>
        NewSamples.Read(_run.Recipe, _run.Spec, isSecond: false, names, cancellation);

    /// <summary>Takes samples of the kind that the run makes.</summary>
    /// <inheritdoc cref="NewSamples.Take"/>
    public NewSamples Take(SentSamples sent, CancellationToken cancellation = default) =>
        NewSamples.Take(_run.Recipe, _run.Spec, isSecond: false, sent, cancellation);

    /// <summary>Projects each sample alone, so that its vector is the same beside whatever others.</summary>
    /// <param name="samples">The samples.</param>
    /// <param name="seed">Where a search begins, the same for every sample.</param>
    /// <param name="options">How to search where there is no encoder.</param>
    /// <param name="progress">Told the share that is done.</param>
    /// <param name="cancellation">Ends it between two steps of a search with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="UserException">What the run makes is not finite.</exception>
    public ProjectedSamples Project(NewSamples samples, long seed, ProjectionOptions options,
        IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentNullException.ThrowIfNull(options);
        using var use = _run.Streams.Use();
        using var pause = Autograd.Pause();
        var (n, size) = (samples.Count, _sampler.Latent.Size);
        var (latents, classes) = (new float[checked(n * size)], new List<int>());
        var made = new SampleBuffer(_run.Spec, n);
        for (var i = 0; i < n; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = TensorScope.Open();
            var x = samples.Of(i, _run.Device);
            var begun = i;
            var told = progress.Part((double share) => (begun + share) / n);
            var found = _encoder is { } encoder ? new(Encoded(encoder, x), null) : Find(x, seed, options, told, cancellation);
            found.Latent.CopyTo(latents, i * size);
            if (found.Class is { } k)
                classes.Add(k);
            // From the vector alone, as whoever is given it will.
            made.Put(i, _sampler.Generate(Tensor.From<float>(found.Latent, [1, size], _run.Device)));
            told?.Report(1);
        }
        var (reconstructions, mean) = (made.ToData("reconstructions"), MeanSample(seed));
        double[] Errors(DataSet near, Func<int, int> row) =>
            [.. Enumerable.Range(0, n).Select(i => Distance(samples.Data, i, near, row(i)))];
        return new(latents, size, reconstructions, Errors(reconstructions, i => i), Errors(mean, _ => 0),
            classes.Count == 0 ? null : classes, IsEncoded);
    }

    /// <summary>Searches for one sample.</summary>
    /// <param name="x">The sample [1, …].</param>
    /// <param name="seed">Where a search begins that begins at vectors of the law.</param>
    /// <param name="options">How to search.</param>
    /// <param name="progress">Told the share that is done.</param>
    /// <param name="cancellation">Ends it between two steps with an <see cref="OperationCanceledException"/>.</param>
    internal Projected Find(Tensor x, long seed, ProjectionOptions options,
        IProgress<double>? progress = null, CancellationToken cancellation = default) => _predictor is null
            ? Projection.Find(_sampler, x, rows => Vectors(seed, "project", 0, rows), options, progress, cancellation)
            : Projection.Find(_sampler, x, _predictor.Predictor, options, progress, cancellation);

    private Tensor Vectors(long seed, string stream, int first, int count) =>
        LatentVectors.OnDevice(_sampler.Latent, seed, stream, first, count, _run.Device);

    private float[] Encoded(IEncoder encoder, Tensor x)
    {
        var z = encoder.Encode(x).Clone();
        _sampler.Latent.Confine(z);
        return z.Contiguous().ToArray<float>();
    }

    // The best that can be said of a sample without having seen it.
    private DataSet MeanSample(long seed)
    {
        using var scope = TensorScope.Open();
        var sum = Tensor.Zeros([1, .. _run.Spec.Shape.Axes], device: _run.Device);
        for (var block = 0; block < Blocks; block++)
        {
            using var turn = TensorScope.Open();
            sum.CopyFrom(sum + _sampler.Generate(Vectors(seed, "mean sample", block * Block, Block)).Mean([0], keep: true));
        }
        var mean = new SampleBuffer(_run.Spec, 1);
        mean.Put(0, sum / Blocks);
        return mean.ToData("mean sample");
    }

    private static double Distance(DataSet a, int i, DataSet b, int j)
    {
        double[] Row(DataSet data, int row) => data is ImageSet images
            ? Array.ConvertAll(images[row].ToArray(), pixel => (double)pixel) : ((PointSet)data)[row].ToArray();
        return Math.Sqrt(Row(a, i).Zip(Row(b, j), (x, y) => (x - y) * (x - y)).Average());
    }
}
