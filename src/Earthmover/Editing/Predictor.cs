using Earthmover.Games;
using Earthmover.Nn;
using Earthmover.Nn.Optimizers;
using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Editing;

/// <summary>How a predictor learns.</summary>
public sealed record PredictorOptions
{
    /// <summary>Steps.</summary>
    public int Steps { get; init; } = 400;

    /// <summary>Samples of a step.</summary>
    public int Batch { get; init; } = 64;

    /// <summary>Adam's step size at the beginning; it falls to 0 by a cosine.</summary>
    public double LearningRate { get; init; } = 2e-3;

    /// <summary>Weight of the distance of latent vectors beside that of the samples.</summary>
    public double LatentWeight { get; init; } = 0.1;
}

/// <summary>
/// A network that guesses the latent vector of a sample, learned from a sampler's own: a start for a search. Zhu et al., "Generative Visual
/// Manipulation on the Natural Image Manifold", 2016, arXiv:1609.03552, section 3.2.
/// </summary>
/// <remarks>
/// <code>
/// min_P  E |G(P(x)) − x|² + w |P(x) − z|² + CE(P(x), y),  x = G(z, y)
/// </code>
/// The paper learns from photographs and has features of a classifier in the error; a run folder has neither.
/// </remarks>
/// <param name="network">Samples [N, …] → [N, <see cref="OutputsOf"/>].</param>
/// <param name="sampler">In evaluation mode.</param>
public sealed class Predictor(Module network, ISampler sampler)
{
    private readonly Condition.Choice? _choice = sampler.Condition as Condition.Choice;

    /// <summary>
    /// Numbers that the network gives for each sample: a latent vector, and a score for each class that the sampler is told.
    /// </summary>
    /// <param name="sampler">The sampler.</param>
    public static int OutputsOf(ISampler sampler)
    {
        ArgumentNullException.ThrowIfNull(sampler);
        return sampler.Latent.Size + ((sampler.Condition as Condition.Choice)?.Count ?? 0);
    }

    /// <summary>Guesses, in evaluation mode.</summary>
    /// <param name="x">Samples [N, …].</param>
    /// <returns>Latent vectors [N, size], and scores of the classes [N, K] where there are some.</returns>
    public (Tensor Z, Tensor? Classes) Guess(Tensor x)
    {
        using var scope = TensorScope.Open();
        using var pause = Autograd.Pause();
        var (z, classes) = network.Evaluating(() => Split(network.Forward(x)));
        return (scope.Keep(z.Clone()), classes is null ? null : scope.Keep(classes.Clone()));
    }

    /// <summary>Learns.</summary>
    /// <param name="options">How.</param>
    /// <param name="from">Where latent vectors come from.</param>
    /// <param name="progress">Told the share that is done.</param>
    /// <param name="cancellation">Ends it between two steps with an <see cref="OperationCanceledException"/>.</param>
    public void Learn(PredictorOptions options, RandomGenerator from,
        IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        using var adam = new AdamOptions(options.LearningRate, 0.9, 0.999).Create(network.Flat);
        network.SetTraining(true);
        for (var step = 0; step < options.Steps; step++)
        {
            using var scope = TensorScope.Open();
            network.Flat.WriteGradients(Autograd.Gradients(Loss(options, from), network.Flat.Leaves));
            adam.Step((1 + Math.Cos(Math.PI * step / options.Steps)) / 2);
            progress?.Report((step + 1.0) / options.Steps);
            cancellation.ThrowIfCancellationRequested();
        }
        network.SetTraining(false);
    }

    private Tensor Loss(PredictorOptions options, RandomGenerator from)
    {
        var drawn = sampler.Latent.Sample(options.Batch, from);
        var y = _choice is null ? null : Classes(options.Batch, from);
        var x = Autograd.NoGrad(() => sampler.Generate(drawn, y));
        using var record = Autograd.Record();
        var (z, scores) = Split(network.Forward(x));
        // A coordinate that chooses the class says nothing where the class is told.
        var free = sampler.Latent.Size - (_choice is null ? 0 : 1);
        var loss = (sampler.Generate(z, y) - x).Square().Mean()
            + options.LatentWeight * (z - drawn).Narrow(1, 0, free).Square().Mean();
        return scores is null ? loss : loss + 0.1 * Op.CrossEntropyLoss(scores, y!);
    }

    // All classes that occur alike, so that rare ones are known as well.
    private Tensor Classes(int count, RandomGenerator from)
    {
        long[] occurring = [.. Enumerable.Range(0, _choice!.Count).Where(k => _choice.Shares[k] > 0).Select(k => (long)k)];
        return Tensor.From<long>(occurring, [occurring.Length], from.Device)
            .IndexSelect(0, Tensor.Integers([count], occurring.Length, from));
    }

    private (Tensor Z, Tensor? Classes) Split(Tensor outputs)
    {
        var law = sampler.Latent;
        var z = outputs.Narrow(1, 0, law.Size);
        if (law.Uniforms > 0)
            z = Tensor.Cat([z.Narrow(1, 0, law.Normals), z.Narrow(1, law.Normals, law.Uniforms).Tanh()], 1);
        return (z, _choice is null ? null : outputs.Narrow(1, law.Size, _choice.Count));
    }
}
