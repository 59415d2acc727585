using Earthmover.Games;
using Earthmover.Nn.Optimizers;
using Earthmover.Torch;

namespace Earthmover.Editing;

/// <summary>How a projection searches.</summary>
public sealed record ProjectionOptions
{
    /// <summary>Steps of Adam, from 1.</summary>
    public int Steps { get; init; } = 300;

    /// <summary>Latent vectors that are begun with, shared among the classes of a sampler that is told some.</summary>
    public int Starts { get; init; } = 16;

    /// <summary>How many of them go on after a quarter of the steps; each class begins with no fewer.</summary>
    public int Kept { get; init; } = 4;

    /// <summary>The first step size, which falls to 0 by a cosine.</summary>
    public double LearningRate { get; init; } = 0.1;
}

/// <summary>The latent vector of a sample.</summary>
/// <param name="Latent">[size of the latent law]; where the sampler is told classes, the last number chooses the one found.</param>
/// <param name="Class">The class that was found; null where the sampler is told none.</param>
public sealed record Projected(float[] Latent, int? Class);

/// <summary>
/// Finds the latent vector whose sample is nearest to a given one: Adam descends the mean squared error from several vectors of the
/// latent law, and the best is kept. Zhu et al., "Generative Visual Manipulation on the Natural Image Manifold", 2016, arXiv:1609.03552.
/// </summary>
/// <remarks>
/// <code>
/// z* = argmin_z |G(z) − x|²,  coordinates of a uniform law within [−1, 1]
/// </code>
/// A quarter of the steps goes to all starts, of all classes; the rest to the few that have come nearest.
/// </remarks>
public static class Projection
{
    /// <summary>Projects one sample.</summary>
    /// <param name="sampler">In evaluation mode.</param>
    /// <param name="x">The sample [1, …].</param>
    /// <param name="starts">Latent vectors to begin with, as many as it is told [count, size].</param>
    /// <param name="options">How to search.</param>
    /// <param name="progress">Told the share that is done.</param>
    /// <param name="cancellation">Ends it between two steps with an <see cref="OperationCanceledException"/>.</param>
    public static Projected Find(ISampler sampler, Tensor x,
        Func<int, Tensor> starts, ProjectionOptions options, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(sampler);
        ArgumentNullException.ThrowIfNull(starts);
        ArgumentNullException.ThrowIfNull(options);
        using var scope = TensorScope.Open();
        // Classes that never occur are not tried.
        var shares = (sampler.Condition as Condition.Choice)?.Shares ?? [];
        long[] classes = [.. Enumerable.Range(0, shares.Count).Where(k => shares[k] > 0).Select(k => (long)k)];
        var each = Math.Max(options.Kept, options.Starts / Math.Max(1, classes.Length));
        var rows = each * Math.Max(1, classes.Length);
        long[] labels = [.. classes.SelectMany(k => Enumerable.Repeat(k, each))];
        var begun = starts(rows);

        var first = rows > options.Kept ? options.Steps / 4 : 0;
        // A step takes about as long as it has rows.
        var (done, all) = (0L, (long)first * rows + (options.Steps - first) * (long)(first > 0 ? options.Kept : rows));
        void Count(int moved)
        {
            done += moved;
            progress?.Report(done / (double)all);
            cancellation.ThrowIfCancellationRequested();
        }
        cancellation.ThrowIfCancellationRequested();
        if (first > 0)
        {
            var (tried, errors) = Descend(sampler, x, begun, labels, first, options, Count);
            // Sorted by error and, of equal ones, by their place: the same ones everywhere.
            long[] kept = [.. Enumerable.Range(0, rows).OrderBy(row => errors[row]).Take(options.Kept).Select(row => (long)row)];
            begun = tried.IndexSelect(0, Tensor.From<long>(kept, [kept.Length], x.Device));
            labels = labels.Length == 0 ? labels : [.. kept.Select(row => labels[row])];
        }
        var (found, distances) = Descend(sampler, x, begun, labels, options.Steps - first, options, Count);
        var best = Enumerable.Range(0, distances.Length).MinBy(row => distances[row]);
        var latent = found.Select(0, best).Contiguous().ToArray<float>();
        if (labels.Length == 0)
            return new(latent, null);
        var chosen = (int)labels[best];
        latent[^1] = (float)ClassPrior.NumberOf(shares, chosen);
        return new(latent, chosen);
    }

    /// <summary>Projects one sample from where a predictor guesses its vector to be, by L-BFGS.</summary>
    /// <param name="sampler">In evaluation mode.</param>
    /// <param name="x">The sample [1, …].</param>
    /// <param name="predictor">Guesses; of a sampler that is told classes, the few that are most likely are tried.</param>
    /// <param name="options">How to search.</param>
    /// <param name="progress">Told the share that is done.</param>
    /// <param name="cancellation">Ends it between two steps with an <see cref="OperationCanceledException"/>.</param>
    public static Projected Find(ISampler sampler, Tensor x, Predictor predictor, ProjectionOptions options,
        IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(sampler);
        ArgumentNullException.ThrowIfNull(predictor);
        ArgumentNullException.ThrowIfNull(options);
        using var scope = TensorScope.Open();
        var (guess, scores) = predictor.Guess(x);
        var start = guess.Flatten().ToArray<float>();
        var shares = (sampler.Condition as Condition.Choice)?.Shares ?? [];
        var likely = scores?.Flatten().ToArray<float>() ?? [];
        int?[] classes = scores is null ? [null]
            : [.. Enumerable.Range(0, shares.Count).Where(k => shares[k] > 0).OrderByDescending(k => likely[k])
                .Take(options.Kept).Cast<int?>()];
        Projected? best = null;
        var least = double.PositiveInfinity;
        for (var i = 0; i < classes.Length; i++)
        {
            var condition = LatentEdit.Labels(classes[i], 1, x.Device);
            // A sum, whose slopes are of a size that steps can begin with.
            var before = i;
            var (z, error) = LatentSearch.Minimize(sampler.Latent, start,
                z => (sampler.Generate(z, condition) - x).Square().Sum(), options.Steps, x.Device,
                k => progress?.Report((before + k / (double)options.Steps) / classes.Length), cancellation);
            if (best is null || error < least)
                (best, least) = (new(z, classes[i]), error);
            progress?.Report((i + 1.0) / classes.Length);
            cancellation.ThrowIfCancellationRequested();
        }
        if (best!.Class is { } chosen)
            best.Latent[^1] = (float)ClassPrior.NumberOf(shares, chosen);
        return best;
    }

    /// <summary>Projects many samples at once, each from one vector.</summary>
    /// <param name="sampler">In evaluation mode.</param>
    /// <param name="x">The samples [N, …].</param>
    /// <param name="starts">The vector that each begins with [N, size].</param>
    /// <param name="label">What the sampler is told for all of them; null where it is told nothing.</param>
    /// <param name="options">How to search; starts are those given.</param>
    /// <param name="progress">Told the share that is done.</param>
    /// <param name="cancellation">Ends it between two steps with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>Their latent vectors [N, size].</returns>
    public static Tensor FindEach(ISampler sampler, Tensor x, Tensor starts, long? label, ProjectionOptions options,
        IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(sampler);
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(options);
        using var scope = TensorScope.Open();
        long[] labels = label is { } one ? [.. Enumerable.Repeat(one, (int)x.Size(0))] : [];
        var done = 0;
        return scope.Keep(Descend(sampler, x, starts, labels, options.Steps, options, _ =>
        {
            progress?.Report(++done / (double)options.Steps);
            cancellation.ThrowIfCancellationRequested();
        }).Z);
    }

    // Each row of z on its own way; their vectors [R, size] and errors [R] after the last step.
    private static (Tensor Z, float[] Errors) Descend(ISampler sampler, Tensor x, Tensor z, long[] labels, int steps,
        ProjectionOptions options, Action<int> count)
    {
        using var scope = TensorScope.Open();
        using var record = Autograd.Record();
        using var vectors = new FreeVectors(z);
        using var adam = new AdamOptions(options.LearningRate, 0.9, 0.999).Create(vectors.Flat);
        var condition = labels.Length == 0 ? null : Tensor.From<long>(labels, [labels.Length], x.Device);
        Tensor Errors() => (sampler.Generate(vectors.Value, condition) - x).Flatten(1).Square().Mean([1]);
        for (var step = 0; step < steps; step++)
        {
            using var turn = TensorScope.Open();
            vectors.Flat.WriteGradients(Autograd.Gradients(Errors().Sum(), vectors.Flat.Leaves));
            adam.Step((1 + Math.Cos(Math.PI * step / steps)) / 2);
            sampler.Latent.Confine(vectors.Value);
            count((int)z.Size(0));
        }
        using var pause = Autograd.Pause();
        // What has diverged is the farthest, not the nearest.
        var errors = Array.ConvertAll(Errors().ToArray<float>(), error => float.IsNaN(error) ? float.PositiveInfinity : error);
        return (scope.Keep(vectors.Value.Detach().Clone()), errors);
    }
}
