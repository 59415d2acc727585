using Earthmover.Constraints;
using Earthmover.Data;
using Earthmover.Games;
using Earthmover.Networks;
using Earthmover.Nn;
using Earthmover.Nn.Optimizers;
using Earthmover.Objectives;
using Earthmover.Torch;

namespace Earthmover.Systems;

/// <summary>
/// The game of two: a critic that tells real from generated, and a generator. Objective, constraint, architecture and rhythm are free; the
/// named GANs are recipes of it.
/// </summary>
/// <remarks>
/// Goodfellow et al., 2014, arXiv:1406.2661, with every objective and constraint of the papers named at those.
/// <code>
/// critic     min_D  L_D(D(x), D(G(z))) + penalty(D)
/// generator  min_G  L_G(D(G(z)))
/// </code>
/// </remarks>
public sealed class Gan : GanSystem<Batch>, ISampler, IScorer
{
    /// <summary>A recipe of this game.</summary>
    internal static SystemEntry<Options> Recipe(string name, string title, string paper, string[] rows, string example) =>
        new(name, typeof(Gan), (context, o) => new Gan(context, o))
        {
            Title = title,
            Paper = paper,
            Rows = rows,
            Players = ["critic", "generator"],
            Example = example,
            // Fewer latent numbers than coordinates make a sheet in the space of the points, which cannot fill it.
            Fit = (o, shape) => shape is SampleShape.Points points ? o with { LatentSize = Math.Max(o.LatentSize, points.Dimension) } : o,
        };

    /// <summary>The parts of the game.</summary>
    public sealed record Options : SystemOptions
    {
        /// <summary>Networks: <c>auto</c> takes mlp for points, dcgan for pictures, text for text.</summary>
        public Part<Architecture> Architecture { get; init; } = "auto";
        /// <summary>Base width of the networks, channels or units.</summary>
        [Bounds(AtLeast = 1, AtMost = 16_384)] public int Width { get; init; } = 32;
        /// <summary>Length of z.</summary>
        [Bounds(AtLeast = 1, AtMost = 65_536)] public int LatentSize { get; init; } = 128;
        /// <summary>Objective, with options after a question mark.</summary>
        public Part<Objective> Objective { get; init; } = "non-saturating";
        /// <summary>Constraint of the critic, with options after a question mark: <c>r1?gamma=1&amp;every=8</c>.</summary>
        public Part<Constraint> Constraint { get; init; } = "none";
        /// <summary>Normalization in the critic.</summary>
        public Normalization CriticNormalization { get; init; }
        /// <summary>Critic moves per generator move: a number, <c>wgan</c> as in arXiv:1701.07875, or <c>adaptive</c>.</summary>
        public Part<CriticSchedule> CriticSteps { get; init; } = "1";
        /// <summary>Optimizer of both players: adam, rmsprop or sgd.</summary>
        public Part<OptimizerKind> Optimizer { get; init; } = "adam";
        /// <summary>Step size of the critic; 0 takes the generator's.</summary>
        [Bounds(AtLeast = 0, AtMost = 1000)] public double CriticLearningRate { get; init; }
        /// <summary>Augmentation of what the critic sees: any of color+translation+cutout, or none (arXiv:2006.10738).</summary>
        public Part<Augmentation> Augment { get; init; } = "none";
        /// <summary>What the critic is told of a batch beside each sample: none, deviation or discrimination.</summary>
        public Part<Minibatch> Minibatch { get; init; } = "none";
        /// <summary>What the generator minimizes beside the scores: none, or <c>feature-matching?weight=1</c>.</summary>
        public Part<Auxiliary> Auxiliary { get; init; } = "none";
        /// <summary>Weight of historical averaging of both players (arXiv:1606.03498); 0 is none.</summary>
        [Bounds(AtLeast = 0, AtMost = 1e6)] public double History { get; init; }
        /// <summary>Latent vectors that the generator's batch normalization goes by (arXiv:1606.03498); 0 goes by the batch.</summary>
        [Bounds(AtLeast = 0, AtMost = 1_000_000)] public int VirtualBatch { get; init; }

        /// <summary>The optimizer of a player.</summary>
        internal OptimizerOptions OptimizerAt(double rate) => Optimizer.Value.Of(rate, Beta1, Beta2);
    }

    private readonly Module _generator, _critic;

    /// <summary>A game for samples of a shape.</summary>
    /// <exception cref="ArgumentException">The parts do not fit each other; the message says why.</exception>
    public Gan(SystemContext context, Options o)
    {
        var (objective, constraint, auxiliary) = (o.Objective.Value, o.Constraint.Value, o.Auxiliary.Value);
        var architecture = o.Architecture.Value;
        var normalization = constraint.NeedsSpectralNorm ? Normalization.Spectral : o.CriticNormalization;
        var parts = new NetworkOptions(context.Shape, o.LatentSize, o.Width, normalization) { Head = new(Minibatch: o.Minibatch.Value) };
        var z = Latent = new(o.LatentSize);
        Module generator = Network("generator", z.WithVirtualBatch(architecture.Generator(parts), o.VirtualBatch)),
            critic = Network("critic", architecture.Critic(parts));
        constraint.Admit(critic.CouplesBatch);

        Func<Tensor, Tensor> T = o.Augment.Value.From(), G = generator.Forward,
            D = x => critic.Forward(T(x)), h = x => CriticHead.Features(critic, T(x));
        (_generator, _critic) = (generator, critic);

        // One pass for both where a sample's score does not depend on its batch.
        (Tensor Real, Tensor Fake) Scores(Tensor x, Tensor fake) =>
            critic.CouplesBatch ? (D(x), D(fake))
            : D(Tensor.Cat([x, fake])).Chunk(2) is [var real, var generated] ? (real, generated)
            : throw new InvalidOperationException();

        // Losses draw from streams and look at nothing but tensors; only a lazy penalty goes by the number of the step.
        Phase = constraint.PhaseOf;
        Players = WithHistory(o.History,
        [
            new("critic", Role.Critic, [critic], o.OptimizerAt(o.CriticLearningRate > 0 ? o.CriticLearningRate : o.LearningRate), round =>
            {
                Tensor x = round.Batch.X, fake = Autograd.NoGrad(() => G(z.Sample(x.Size(0))));
                var (real, generated) = Scores(x, fake);
                var terms = new Terms { [objective.Name, objective.Role] = objective.Critic(real, generated, new(x, fake)) };
                if (constraint.At(round.Step, D, x, fake) is { } penalty)
                    terms["penalty", TermRole.Penalty] = penalty;
                return terms;
            })
            {
                Steps = o.CriticSteps.Value.Steps,
                Until = o.CriticSteps.Value.Until,
                AfterStep = () => constraint.Project(critic.Flat.Values),
            },

            new("generator", Role.Generator, [generator], o.OptimizerAt(o.LearningRate), round =>
            {
                Tensor x = round.Batch.X, fake = G(z.Sample(x.Size(0)));
                var real = objective.GeneratorSeesReal ? D(x) : null;
                var terms = new Terms();
                if (!auxiliary.Alone)
                    terms[objective.Name, objective.Role] = objective.Generator(D(fake), real, new(x, fake));
                if (auxiliary.Of(h, x, fake) is { } term)
                    terms[auxiliary.Name, TermRole.Auxiliary] = term;
                return terms;
            }),
        ]);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Module> Generators => [_generator];

    /// <inheritdoc/>
    public Latent Latent { get; }

    /// <inheritdoc/>
    public Tensor Generate(Tensor z, Tensor? condition = null) => _generator.Forward(z);

    /// <inheritdoc/>
    public IReadOnlyList<Module> Critics => [_critic];

    /// <inheritdoc/>
    public Tensor Score(Tensor x, Tensor? condition = null) => _critic.Forward(x);
}
