using Earthmover.Games;
using Earthmover.Nn.Optimizers;
using Earthmover.Torch;

namespace Earthmover.Editing;

/// <summary>How strokes move a latent vector.</summary>
public sealed record EditOptions
{
    /// <summary>Steps of Adam.</summary>
    public int Steps { get; init; } = 100;

    /// <summary>Latent vectors that are moved at a time, from places around the picture's own.</summary>
    public int Candidates { get; init; } = 8;

    /// <summary>Standard deviation of those places.</summary>
    public double Spread { get; init; } = 0.3;

    /// <summary>Adam's step size.</summary>
    public double LearningRate { get; init; } = 0.1;

    /// <summary>λ, the weight of the mean squared distance from the picture's own latent vector.</summary>
    public double Smoothness { get; init; } = 0.01;

    /// <summary>Pictures of the way from the picture to its edit.</summary>
    public int Frames { get; init; } = 8;
}

/// <summary>
/// Moves latent vectors until their samples show what strokes ask for. Zhu et al., 2016, arXiv:1609.03552, section 4.
/// </summary>
/// <remarks>
/// <code>
/// z₁ = argmin_z  Σ |G(z) − color|² under color + 0.2 Σ |HOG(G(z)) − HOG(lines)|² under lines + λ |z − z₀|²
/// </code>
/// The paper's λ of 5 is of vectors whose coordinates are bounded and of strokes over whole pictures.
/// </remarks>
public static class LatentEdit
{
    /// <summary>What was found.</summary>
    /// <param name="Z">[N, size], the best first: near to what the strokes ask for, and to the picture.</param>
    /// <param name="Errors">How far each is from what the strokes ask for.</param>
    public sealed record Found(Tensor Z, IReadOnlyList<double> Errors);

    /// <summary>Moves.</summary>
    /// <param name="sampler">In evaluation mode.</param>
    /// <param name="z0">The picture's latent vector [1, size].</param>
    /// <param name="label">The class that it is made with; null where the sampler is told none.</param>
    /// <param name="guide">What the strokes ask for.</param>
    /// <param name="options">How.</param>
    /// <param name="noise">Standard normal numbers [candidates, size], for where the candidates begin.</param>
    /// <param name="progress">Told the share that is done.</param>
    /// <param name="cancellation">Ends it between two steps with an <see cref="OperationCanceledException"/>.</param>
    public static Found Find(ISampler sampler, Tensor z0, int? label, Guide guide, EditOptions options, Tensor noise,
        IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(sampler);
        ArgumentNullException.ThrowIfNull(guide);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(noise);
        using var scope = TensorScope.Open();
        using var record = Autograd.Record();
        // The first begins at the picture itself.
        var away = noise.Clone();
        using (Autograd.Pause())
            away.Narrow(0, 0, 1).CopyFrom(away.Narrow(0, 0, 1) * 0);
        var begun = z0 + away * options.Spread;
        sampler.Latent.Confine(begun);
        using var vectors = new FreeVectors(begun);
        using var adam = new AdamOptions(options.LearningRate, 0.9, 0.999).Create(vectors.Flat);
        var labels = Labels(label, options.Candidates, z0.Device);
        Tensor Terms() => guide.Errors(sampler.Generate(vectors.Value, labels))
            + options.Smoothness * (vectors.Value - z0).Square().Mean([1]);
        for (var step = 0; step < options.Steps; step++)
        {
            using var turn = TensorScope.Open();
            vectors.Flat.WriteGradients(Autograd.Gradients(Terms().Sum(), vectors.Flat.Leaves));
            adam.Step((1 + Math.Cos(Math.PI * step / options.Steps)) / 2);
            sampler.Latent.Confine(vectors.Value);
            progress?.Report((step + 1.0) / options.Steps);
            cancellation.ThrowIfCancellationRequested();
        }
        using var pause = Autograd.Pause();
        var reached = Terms().ToArray<float>();
        long[] order = [.. Enumerable.Range(0, reached.Length).OrderBy(i => float.IsNaN(reached[i]) ? float.MaxValue : reached[i])
            .Select(i => (long)i)];
        var z = vectors.Value.IndexSelect(0, Tensor.From<long>(order, [order.Length], z0.Device));
        var errors = guide.Errors(sampler.Generate(z, labels)).ToArray<float>();
        return new(scope.Keep(z.Clone()), [.. errors.Select(error => (double)error)]);
    }

    /// <summary>What the sampler makes on the straight way between two vectors.</summary>
    /// <param name="sampler">In evaluation mode.</param>
    /// <param name="from">[1, size].</param>
    /// <param name="to">[1, size].</param>
    /// <param name="label">The class; null where the sampler is told none.</param>
    /// <param name="count">How many, both ends among them.</param>
    /// <returns>[count, C, H, W], values in [0, 1].</returns>
    public static Tensor Way(ISampler sampler, Tensor from, Tensor to, int? label, int count)
    {
        ArgumentNullException.ThrowIfNull(sampler);
        ArgumentNullException.ThrowIfNull(from);
        using var scope = TensorScope.Open();
        using var pause = Autograd.Pause();
        var shares = Tensor.From<float>([.. Enumerable.Range(0, count).Select(k => k / (count - 1f))], [count, 1], from.Device);
        return scope.Keep((sampler.Generate(from + (to - from) * shares, Labels(label, count, from.Device)) + 1) / 2);
    }

    /// <summary>One class for all [N]; null where there is none.</summary>
    public static Tensor? Labels(int? label, int count, Device device) => label is { } k
        ? Tensor.From<long>([.. Enumerable.Repeat((long)k, count)], [count], device) : null;
}
