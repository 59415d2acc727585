using Earthmover.Data;
using Earthmover.Games;
using Earthmover.Nn;
using Earthmover.Objectives;
using Earthmover.Torch;

namespace Earthmover.Systems;

/// <summary>
/// RegGAN: the generator also has to be able to make the data's own samples, of what an encoder says of them, so that it forgets none of
/// their kinds.
/// </summary>
/// <remarks>
/// Che et al., "Mode Regularized Generative Adversarial Networks", 2016, arXiv:1612.02136, section 3.1. The paper prints the last term with
/// the other sign; what it means is here.
/// <code>
/// critic                 min_D      E sp(−D(x)) + E sp(D(G(z)))
/// generator and encoder  min_{G,E}  E sp(−D(G(z))) + λ₁ E (x − G(E(x)))² + λ₂ E sp(−D(G(E(x))))
/// </code>
/// </remarks>
public sealed class RegGan : EncodedSystem, IScorer
{
    /// <summary>Its place in the catalog.</summary>
    public static SystemEntry Entry { get; } = new SystemEntry<Options>("reg-gan", typeof(RegGan), (context, o) => new RegGan(context, o))
    {
        Title = "RegGAN: an encoder keeps the generator from forgetting kinds of samples",
        Paper = "Che et al., 2016, arXiv:1612.02136",
        Rows = ["R43"],
        Players = ["critic", "generator and encoder"],
        Example = "earthmover train gaussians-8 --system reg-gan",
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
        /// <summary>λ₂, weight of what the critic says of G(E(x)).</summary>
        [Bounds(AtLeast = 0, AtMost = 1e6)] public double Modes { get; init; } = 0.4;
    }

    private readonly Module _critic;

    /// <summary>A game for pictures or points.</summary>
    /// <exception cref="ArgumentException">The parts do not fit each other.</exception>
    public RegGan(SystemContext context, Options o) : base(context, o)
    {
        Module critic = _critic = Critic("critic");
        Func<Tensor, Tensor> D = critic.Forward, G = Generator.Forward;
        var (z, objective) = (Latent, new NonSaturating());
        Phase = _ => 0;
        Players =
        [
            new("critic", Role.Critic, [critic], o.Adam, round =>
            {
                Tensor x = round.Batch.X, fake = Autograd.NoGrad(() => G(z.Sample(x.Size(0))));
                return new() { [objective.Name, objective.Role] = objective.Critic(D(x), D(fake)) };
            }),

            new("generator and encoder", Role.Generator, [Generator, Encoder], o.Adam, round =>
            {
                // G(z) and G(E(x)) apart: each has a batch of its own to be normalized by.
                Tensor x = round.Batch.X, fake = G(z.Sample(x.Size(0))), again = Reconstructed(x);
                return new()
                {
                    [objective.Name, objective.Role] = objective.Generator(D(fake)),
                    ["reconstruction", TermRole.Reconstruction] = o.Reconstruction * (x - again).Square().Mean(),
                    ["modes", TermRole.Auxiliary] = o.Modes * objective.Generator(D(again)),
                };
            }),
        ];
    }

    /// <inheritdoc/>
    public IReadOnlyList<Module> Critics => [_critic];

    /// <inheritdoc/>
    public Tensor Score(Tensor x, Tensor? condition = null) => _critic.Forward(x);
}
