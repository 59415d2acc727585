using Earthmover.Games;
using Earthmover.Torch;

namespace Earthmover.Editing;

/// <summary>Pixels of a picture that are known, and stay.</summary>
/// <param name="Picture">The picture [1, C, H, W].</param>
/// <param name="Free">1 where it is to be found, 0 where it is known [1, 1, H, W].</param>
public sealed record KnownPixels(Tensor Picture, Tensor Free)
{
    /// <summary>Samples, with the known pixels in place [N, C, H, W].</summary>
    /// <param name="x">Samples [N, C, H, W].</param>
    public Tensor Over(Tensor x) => TensorScope.Run(() => x * Free + Picture * (1 - Free));

    /// <summary>How far samples are from the known pixels: the mean absolute difference at them [N].</summary>
    /// <param name="x">Samples [N, C, H, W].</param>
    public Tensor Miss(Tensor x)
    {
        using var scope = TensorScope.Open();
        var known = 1 - Free;
        return scope.Keep(((x - Picture) * known).Abs().Flatten(1).Sum([1]) / (known.Sum() * Picture.Size(1)));
    }

    /// <summary>
    /// What is most like the known pixels, of a sampler: a latent vector, found as <see cref="Projection"/> finds it, whose sample goes on
    /// where they end.
    /// </summary>
    /// <param name="sampler">In evaluation mode.</param>
    /// <param name="starts">Latent vectors to begin with, as many as it is told [count, size].</param>
    /// <param name="options">How to search.</param>
    /// <param name="progress">Told the share that is done.</param>
    /// <param name="cancellation">Ends it between two steps with an <see cref="OperationCanceledException"/>.</param>
    public Projected Find(ISampler sampler, Func<int, Tensor> starts, ProjectionOptions options,
        IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        using var scope = TensorScope.Open();
        var known = 1 - Free;
        return Projection.Find(new Seen(sampler, known), Picture * known, starts, options, progress, cancellation);
    }

    // A sampler of which only the known pixels are seen.
    private sealed class Seen(ISampler sampler, Tensor known) : ISampler
    {
        public Latent Latent => sampler.Latent;

        public Condition Condition => sampler.Condition;

        public Tensor Generate(Tensor z, Tensor? condition = null) => TensorScope.Run(() => sampler.Generate(z, condition) * known);
    }
}
