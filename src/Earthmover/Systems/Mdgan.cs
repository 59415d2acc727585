using Earthmover.Data;
using Earthmover.Games;
using Earthmover.Nn;
using Earthmover.Objectives;
using Earthmover.Torch;

namespace Earthmover.Systems;

/// <summary>
/// MDGAN: first an autoencoder learns where the samples lie, held to them by a critic; then a second critic spreads the generator's samples
/// over what the autoencoder makes.
/// </summary>
/// <remarks>
/// Che et al., "Mode Regularized Generative Adversarial Networks", 2016, arXiv:1612.02136, section 3.3.
/// <code>
/// manifold   critic                 min_{D₁}   E sp(−D₁(x)) + E sp(D₁(G(E(x))))
///            generator and encoder  min_{G,E}  λ₁ E (x − G(E(x)))² + λ₂ E sp(−D₁(G(E(x))))
/// diffusion  critic                 min_{D₂}   E sp(−D₂(G(E(x)))) + E sp(D₂(G(z)))
///            generator              min_G      E sp(−D₂(G(z)))
/// </code>
/// </remarks>
public sealed class Mdgan : EncodedSystem
{
    /// <summary>Its place in the catalog.</summary>
    public static SystemEntry Entry { get; } = new SystemEntry<Options>("mdgan", typeof(Mdgan), (context, o) => new Mdgan(context, o))
    {
        Title = "MDGAN: a manifold first, and samples spread over it after",
        Paper = "Che et al., 2016, arXiv:1612.02136",
        Rows = ["R43"],
        Players = ["manifold critic", "generator and encoder", "diffusion critic", "generator"],
        Example = "earthmover train gaussians-8 --system mdgan",
        Acceptance = "EncodedSystemTests",
        Fit = (o, shape, _) => Parts.For(o, shape),
        Plays =
        {
            [Play.Images] = (new() { LearningRate = 1e-3, Beta2 = 0.99 }, Rhythms.FewCores),
            [Play.Points] = (new() { Width = 128, LatentSize = 2, LearningRate = 1e-3, Reconstruction = 2 }, Rhythms.Toy),
        },
    };

    /// <summary>The parts of the game.</summary>
    public sealed record Options : Parts
    {
        /// <summary>λ₂, weight of what the first critic says of G(E(x)).</summary>
        [Bounds(AtLeast = 0, AtMost = 1e6)] public double Manifold { get; init; } = 0.4;
    }

    /// <summary>A game for pictures or points.</summary>
    /// <exception cref="ArgumentException">The parts do not fit each other.</exception>
    public Mdgan(SystemContext context, Options o) : base(context, o)
    {
        Module manifold = Critic("manifold_critic"), diffusion = Critic("diffusion_critic");
        Func<Tensor, Tensor> D1 = manifold.Forward, D2 = diffusion.Forward, G = Generator.Forward;
        var (z, objective) = (Latent, new NonSaturating());
        Tensor Fixed(Round<Batch> round) => Autograd.NoGrad(() => Reconstructed(round.Batch.X));
        Phase = _ => 0;
        Players =
        [
            new("manifold critic", Role.Critic, [manifold], o.Adam, round =>
                new() { [objective.Name, objective.Role] = objective.Critic(D1(round.Batch.X), D1(Fixed(round))) }),

            new("generator and encoder", Role.Generator, [Generator, Encoder], o.Adam, round =>
            {
                Tensor x = round.Batch.X, again = Reconstructed(x);
                return new()
                {
                    [objective.Name, objective.Role] = o.Manifold * objective.Generator(D1(again)),
                    ["reconstruction", TermRole.Reconstruction] = o.Reconstruction * (x - again).Square().Mean(),
                };
            }),

            new("diffusion critic", Role.Critic, [diffusion], o.Adam, round =>
            {
                var fake = Autograd.NoGrad(() => G(z.Sample(round.Batch.Count)));
                return new() { [objective.Name, objective.Role] = objective.Critic(D2(Fixed(round)), D2(fake)) };
            }),

            new("generator", Role.Generator, [Generator], o.Adam, round =>
                new() { [objective.Name, objective.Role] = objective.Generator(D2(G(z.Sample(round.Batch.Count)))) }),
        ];
    }
}
