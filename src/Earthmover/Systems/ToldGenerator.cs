using Earthmover.Constraints;
using Earthmover.Games;
using Earthmover.Networks;
using Earthmover.Nn;
using Earthmover.Objectives;
using Earthmover.Torch;

namespace Earthmover.Systems;

/// <summary>The parts that games of two with a generator that is told a class have in common.</summary>
public abstract record ToldOptions : SystemOptions
{
    private protected ToldOptions() => (LearningRate, Beta2) = (4e-3, 0.99);

    /// <summary>Networks.</summary>
    public Part<Architecture> Architecture { get; init; } = "compact-smooth";
    /// <summary>Base width of the networks.</summary>
    [Bounds(AtLeast = 1, AtMost = 16_384)]
    public int Width { get; init; } = 16;
    /// <summary>Length of z.</summary>
    [Bounds(AtLeast = 1, AtMost = 65_536)]
    public int LatentSize { get; init; } = 64;
    /// <summary>Objective, with options after a question mark.</summary>
    public Part<Objective> Objective { get; init; } = "non-saturating";
    /// <summary>Constraint of the critic's score, with options after a question mark; the paper has none.</summary>
    public Part<Constraint> Constraint { get; init; } = "r1?gamma=1&every=8";
}

/// <summary>A generator that is told the class beside z.</summary>
/// <param name="make">G(z, y): z [N, Z], y Int64 [N] → samples [N, …].</param>
/// <param name="prior">The law of classes.</param>
/// <param name="length">Z, length of z.</param>
internal sealed class ToldGenerator(Func<Tensor, Tensor, Tensor> make, ClassPrior prior, int length)
{
    private readonly Latent _z = new(length);

    /// <summary>One that is told it as a vector that is 1 at its place.</summary>
    /// <param name="network">[z, y] [N, Z + K] → samples [N, …].</param>
    /// <param name="prior">The law of classes.</param>
    /// <param name="length">Z, length of z.</param>
    public ToldGenerator(Module network, ClassPrior prior, int length)
        : this((z, y) => network.Forward(Tensor.Cat([z, prior.OneHot(y)], 1)), prior, length)
    {
    }

    /// <summary>One more than z: the last coordinate chooses the class.</summary>
    public Latent Latent { get; } = new(length + 1);

    /// <summary>G(z, y) of a z that is drawn.</summary>
    /// <param name="y">Classes, Int64 [N].</param>
    public Tensor Draw(Tensor y) => make(_z.Sample(y.Size(0)), y);

    /// <summary>G of a latent vector, whose last coordinate chooses the class where none is given.</summary>
    /// <param name="latent">[N, Z + 1].</param>
    /// <param name="y">Classes, Int64 [N].</param>
    public Tensor Of(Tensor latent, Tensor? y)
    {
        using var scope = TensorScope.Open();
        return scope.Keep(make(latent.Narrow(1, 0, length), y ?? prior.Choose(latent.Narrow(1, length, 1))));
    }
}
