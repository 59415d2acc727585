using Earthmover.Constraints;
using Earthmover.Data;
using Earthmover.Games;
using Earthmover.Networks;
using Earthmover.Nn;
using Earthmover.Nn.Layers;
using Earthmover.Nn.Optimizers;
using Earthmover.Objectives;
using Earthmover.Torch;

namespace Earthmover.Systems;

/// <summary>SAGAN: both networks attend to all places of a picture at once, and their weights are spectrally normalized.</summary>
/// <remarks>
/// Zhang, Goodfellow, Metaxas and Odena, "Self-Attention Generative Adversarial Networks", 2018, arXiv:1805.08318, with the projection
/// critic of arXiv:1802.05637 and step sizes of the players' own (arXiv:1706.08500).
/// <code>
/// critic     min_D  E max(0, 1 − D(x, y)) + E max(0, 1 + D(G(z, y), y))        step size 4 times the generator's
/// generator  min_G  −E D(G(z, y), y)
/// attention  x_i + γ · o(Σ_j β_ij g(x_j)),  β_ij = softmax_j ⟨θ(x_i), φ(x_j)⟩,  γ = 0 at first
/// </code>
/// Where the data has no classes, clusters of its pixels take their place.
/// </remarks>
public sealed class Sagan : ToldSystem
{
    /// <summary>Its place in the catalog.</summary>
    public static SystemEntry Entry { get; } = new SystemEntry<Options>("sagan", typeof(Sagan), (context, o) => new Sagan(context, o))
    {
        Title = "SAGAN: self-attention and spectral normalization in both networks, told the class",
        Paper = "Zhang et al., 2018, arXiv:1805.08318",
        Rows = ["R54"],
        Players = ["critic", "generator"],
        Example = "earthmover train fashion-mnist --system sagan",
        Acceptance = "SaganTests",
        NeedsClasses = true,
        Plays = { [Play.Images] = (new(), Rhythms.FewCores) },
    };

    /// <summary>The parts of the game.</summary>
    public sealed record Options : SystemOptions
    {
        /// <summary>The paper's.</summary>
        public Options() => (LearningRate, Beta1, Beta2) = (1e-4, 0, 0.9);

        /// <summary>Step size of the critic; <c>learning_rate</c> is the generator's.</summary>
        [Bounds(Above = 0, AtMost = 1000)] public double CriticLearningRate { get; init; } = 4e-4;
        /// <summary>Attention in both networks, at the largest size of at most 16 places a side.</summary>
        public bool Attention { get; init; } = true;
        /// <summary>Channels of both networks at half size.</summary>
        [Bounds(AtLeast = 1, AtMost = 16_384)] public int Width { get; init; } = 16;
        /// <summary>Length of z.</summary>
        [Bounds(AtLeast = 1, AtMost = 65_536)] public int LatentSize { get; init; } = 64;
        /// <summary>Objective, with options after a question mark.</summary>
        public Part<Objective> Objective { get; init; } = "hinge";
        /// <summary>
        /// Constraint of the critic beside its norms, with options after a question mark; r1 keeps kinds of pictures that it would lose.
        /// </summary>
        public Part<Constraint> Constraint { get; init; } = "none";

        /// <summary>The critic's optimizer.</summary>
        internal AdamOptions CriticAdam => Adam with { LearningRate = CriticLearningRate };
    }

    private readonly ConditionalModule _critic;

    /// <summary>A game for pictures with classes.</summary>
    /// <exception cref="ArgumentException">The data has no classes, or the networks cannot make its size.</exception>
    public Sagan(SystemContext context, Options o) : base(context)
    {
        var shape = ((SampleShape.Image)context.Shape).Shape;
        var (objective, constraint) = (o.Objective.Value, o.Constraint.Value);
        var k = Prior.Count;
        var generator = Network("generator", Compact.ConditionalGenerator(
            shape, o.LatentSize, k, o.Width, attention: o.Attention, weights: Reparametrization.Spectral));
        var critic = _critic = Network("critic", Compact.ProjectionCritic(shape, k, o.Width, Normalization.Spectral, o.Attention));
        constraint.Admit(critic.CouplesBatch, critic.HasSpectralNorm);
        Func<Tensor, Tensor> G = (Told = new(generator.Forward, Prior, o.LatentSize)).Draw;
        Func<Tensor, Tensor, Tensor> D = critic.Forward;
        Phase = constraint.PhaseOf;

        Players =
        [
            new("critic", Role.Critic, [critic], o.CriticAdam, round =>
            {
                Tensor x = round.Batch.X, y = round.Batch.Labels!, fake = Autograd.NoGrad(() => G(y));
                var scores = D(Tensor.Cat([x, fake]), Tensor.Cat([y, y])).Chunk(2);      // [N, 1] each
                return new()
                {
                    [objective.Name, objective.Role] = objective.Critic(scores[0], scores[1], new(x, fake)),
                    ["penalty", TermRole.Penalty] = constraint.At(round.Step, v => D(v, y), x, fake),
                };
            }) { AfterStep = () => constraint.Project(critic.Flat.Values) },

            new("generator", Role.Generator, [generator], o.Adam, round =>
            {
                Tensor x = round.Batch.X, y = round.Batch.Labels!, fake = G(y);
                var real = objective.GeneratorSeesReal ? D(x, y) : null;
                return new() { [objective.Name, objective.Role] = objective.Generator(D(fake, y), real, new(x, fake)) };
            }),
        ];
    }

    /// <inheritdoc/>
    public override Tensor Score(Tensor x, Tensor? condition = null) => _critic.Forward(x, condition!);
}
