using Earthmover.Constraints;
using Earthmover.Data;
using Earthmover.Games;
using Earthmover.Networks;
using Earthmover.Nn;
using Earthmover.Nn.Optimizers;
using Earthmover.Objectives;
using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Systems;

/// <summary>
/// Class-conditional GAN with a projection critic, on small networks: the default for pictures, tuned for quality per minute on two cores.
/// </summary>
/// <remarks>
/// Miyato and Koyama, "cGANs with Projection Discriminator", 2018, arXiv:1802.05637, with the zero-centered penalty of Mescheder et al.,
/// 2018, arXiv:1801.04406.
/// Where the data has no classes, clusters of its pixels take their place.
/// <code>
/// generator  min_G  E[sp(−D(G(z, y), y))]
/// critic     min_D  E[sp(−D(x, y))] + E[sp(D(G(z, y), y))] + γ/2 E‖∇D(x, y)‖²      every k-th step carries the penalty, k times as heavy
/// </code>
/// </remarks>
public sealed class ProjectionGan : ToldSystem
{
    /// <summary>Its place in the catalog.</summary>
    public static SystemEntry Entry { get; } = new SystemEntry<Options>(
        "projection", typeof(ProjectionGan), (context, o) => new ProjectionGan(context, o))
    {
        Title = "Class-conditional GAN with a projection critic and lazy R1, tuned for quality per minute on two cores; "
            + "the default for pictures",
        Paper = "Miyato and Koyama, 2018, arXiv:1802.05637",
        Rows = ["R29", "R06"],
        Players = ["generator", "critic"],
        Example = "earthmover train fashion-mnist --time 5m",
        Acceptance = "ProjectionGanTests",
        NeedsClasses = true,
        Formerly = new Dictionary<string, string> { ["architecture"] = "compact" },
        Plays = { [Play.Images] = (new(), Rhythms.FewCores) },
        // The critic of few pictures would learn them by heart.
        Fit = (o, shape, count) => o.Suited(shape) with { Augment = count < 2000 ? "translation+cutout" : o.Augment },
    };

    /// <summary>The parts of the game.</summary>
    public sealed record Options : SystemOptions
    {
        /// <summary>The defaults.</summary>
        public Options() => (LearningRate, Beta2) = (4e-3, 0.99);

        /// <summary>Networks: of color pictures from 32 × 32 on <c>compact-style</c>; <c>compact</c> leaves a lattice.</summary>
        [OneOf("compact-smooth", "compact-detail", "compact-style", "compact")]
        public string Architecture { get; init; } = "compact-smooth";
        /// <summary>Channels of both networks at half size.</summary>
        [Bounds(AtLeast = 1, AtMost = 16_384)]
        public int Width { get; init; } = 16;
        /// <summary>Length of z.</summary>
        [Bounds(AtLeast = 1, AtMost = 65_536)]
        public int LatentSize { get; init; } = 64;
        /// <summary>Objective, with options after a question mark.</summary>
        public Part<Objective> Objective { get; init; } = "non-saturating";
        /// <summary>Constraint of the critic, with options after a question mark.</summary>
        public Part<Constraint> Constraint { get; init; } = "r1?gamma=1&every=8";
        /// <summary>Differentiable augmentation of what the critic sees; of fewer than 2,000 pictures translation+cutout.</summary>
        public Part<Augmentation> Augment { get; init; } = "none";

        // What photographs show is fine, and a heavy penalty keeps a critic from seeing it.
        internal Options Suited(SampleShape shape) => shape is SampleShape.Image { Shape: { Channels: 3, Height: >= 32, Width: >= 32 } }
            ? this with { Architecture = "compact-style", Constraint = "r1?gamma=0.2&every=8" } : this;
    }

    private readonly ConditionalModule _critic;

    /// <summary>A game for pictures with classes.</summary>
    /// <exception cref="ArgumentException">The data has no classes, or the networks cannot make its size.</exception>
    public ProjectionGan(SystemContext context, Options o) : base(context)
    {
        var shape = context.Shape is SampleShape.Image image ? image.Shape
            : throw new ArgumentException("the projection GAN makes pictures");
        var (objective, constraint) = (o.Objective.Value, o.Constraint.Value);
        var fineness = Compact.FinenessOf(o.Architecture);
        var generator = Network("generator", Compact.ConditionalGenerator(shape, o.LatentSize, Prior.Count, o.Width, fineness));
        var critic = _critic = Network("critic", Compact.ProjectionCritic(shape, Prior.Count, o.Width, fineness: fineness));
        constraint.Admit(critic.CouplesBatch, critic.HasSpectralNorm);
        Told = new(generator.Forward, Prior, o.LatentSize);

        var T = o.Augment.Value.From("augment");
        Func<Tensor, Tensor, Tensor> D = (x, y) => critic.Forward(T(x), y); // [N, 1]
        // The players move at once: both see the same samples, and the same scores of them.
        Tensor Fake(Round<Batch> round) => round.Once("G(z, y)", () => Told.Draw(round.Batch.Labels!));
        Tensor OfFake(Round<Batch> round) => round.Once("D(G(z, y), y)", () => D(Fake(round), round.Batch.Labels!));
        Tensor OfReal(Round<Batch> round) => round.Once("D(x, y)", () => D(round.Batch.X, round.Batch.Labels!));

        Player<Batch>[] players =
        [
            new("generator", Role.Generator, [generator], o.Adam, round => new()
            {
                [objective.Name, objective.Role] = objective.Generator(
                    OfFake(round), objective.GeneratorSeesReal ? OfReal(round) : null, new(round.Batch.X, Fake(round))),
            }),

            new("critic", Role.Critic, [critic], o.Adam, round =>
            {
                Tensor x = round.Batch.X, y = round.Batch.Labels!, fake = Fake(round).Detach();
                return new()
                {
                    [objective.Name, objective.Role] = objective.Critic(OfReal(round), OfFake(round), new(x, fake)),
                    ["penalty", TermRole.Penalty] = constraint.At(round.Step, v => D(v, y), x, fake),
                };
            }) { AfterStep = () => constraint.Project(critic.Flat.Values) },
        ];
        Stages =
        [
            new("game", players)
            {
                IsSimultaneous = true, SharesGraph = true, DividesBatch = !objective.CouplesBatch, Phase = constraint.PhaseOf,
            },
        ];
    }

    /// <inheritdoc/>
    public override Tensor Score(Tensor x, Tensor? condition = null) => _critic.Forward(x, condition!);
}
