using Earthmover.Constraints;
using Earthmover.Data;
using Earthmover.Games;
using Earthmover.Networks;
using Earthmover.Nn;
using Earthmover.Nn.Optimizers;
using Earthmover.Objectives;
using Earthmover.Torch;

namespace Earthmover.Systems;

/// <summary>The game of two: a critic that tells real from generated, and a generator. Objective, constraint, architecture and rhythm are free; the named GANs are recipes of it.</summary>
/// <remarks>
/// Goodfellow et al., 2014, arXiv:1406.2661, with every objective and constraint of the papers named at those.
/// <code>
/// critic     min_D  L_D(D(x), D(G(z))) + penalty(D)
/// generator  min_G  L_G(D(G(z)))
/// </code>
/// </remarks>
public sealed class Gan : GanSystem<Batch>
{
    /// <summary>The parts of the game.</summary>
    public sealed record Options
    {
        /// <summary>Networks: <c>auto</c> takes mlp for points, dcgan for pictures, text for text.</summary>
        [Part<Architecture>]
        public string Architecture { get; init; } = "auto";
        /// <summary>Base width of the networks, channels or units.</summary>
        [Bounds(AtLeast = 1, AtMost = 16_384)]
        public int Width { get; init; } = 32;
        /// <summary>Length of z.</summary>
        [Bounds(AtLeast = 1, AtMost = 65_536)]
        public int LatentSize { get; init; } = 128;
        /// <summary>Objective, with options after a question mark.</summary>
        [Part<Objective>]
        public string Objective { get; init; } = "non-saturating";
        /// <summary>Constraint of the critic, with options after a question mark: <c>r1?gamma=1&amp;every=8</c>.</summary>
        [Part<Constraint>]
        public string Constraint { get; init; } = "none";
        /// <summary>Normalization in the critic.</summary>
        [Part<Normalizations>]
        public string CriticNormalization { get; init; } = "none";
        /// <summary>Critic moves per generator move: a number, or <c>wgan</c> for the schedule of arXiv:1701.07875.</summary>
        [Part<CriticSchedule>]
        public string CriticSteps { get; init; } = "1";
        /// <summary>Optimizer of both players: adam, rmsprop or sgd.</summary>
        [Part<Optimizers>]
        public string Optimizer { get; init; } = "adam";
        /// <summary>Step size of the generator.</summary>
        [Bounds(Above = 0, AtMost = 1000)]
        public double LearningRate { get; init; } = 2e-4;
        /// <summary>Step size of the critic; 0 takes the generator's.</summary>
        [Bounds(AtLeast = 0, AtMost = 1000)]
        public double CriticLearningRate { get; init; }
        /// <summary>β₁ of Adam.</summary>
        [Bounds(AtLeast = 0, Below = 1)]
        public double Beta1 { get; init; } = 0.5;
        /// <summary>β₂ of Adam.</summary>
        [Bounds(AtLeast = 0, Below = 1)]
        public double Beta2 { get; init; } = 0.999;
        /// <summary>Differentiable augmentation of what the critic sees: any of color+translation+cutout, or none (arXiv:2006.10738).</summary>
        [Part<Augmentation>]
        public string Augment { get; init; } = "none";
    }

    private readonly Module _generator;
    private readonly Func<Tensor, Tensor> _critic;

    /// <summary>A game for samples of a shape.</summary>
    /// <exception cref="ArgumentException">The parts do not fit each other; the message says why.</exception>
    public Gan(SystemContext context, Options o)
    {
        var objective = Objective.Named(o.Objective);
        var constraint = Constraint.Named(o.Constraint);
        var architecture = o.Architecture == Architecture.Auto ? Architecture.For(context.Shape) : Architecture.Named(o.Architecture);
        var parts = new NetworkOptions(context.Shape, o.LatentSize, o.Width, constraint.NeedsSpectralNorm
            ? Normalization.Spectral : Normalizations.Named(o.CriticNormalization));
        Module generator = Network("generator", architecture.Generator(parts)), critic = Network("critic", architecture.Critic(parts));
        constraint.Admit(critic.CouplesBatch);

        var T = Augmentation.Named(o.Augment);
        Func<Tensor, Tensor> G = generator.Forward, D = x => critic.Forward(T(x));
        var z = new Latent(o.LatentSize);
        (LatentSize, _generator, _critic) = (o.LatentSize, generator, critic.Forward);

        // One pass for both where a sample's score does not depend on its batch.
        (Tensor Real, Tensor Fake) Scores(Tensor x, Tensor fake) =>
            critic.CouplesBatch ? (D(x), D(fake)) : D(Tensor.Cat([x, fake])).Chunk(2) is [var real, var generated] ? (real, generated) : throw new InvalidOperationException();

        // Losses draw from streams and look at nothing but tensors; only a lazy penalty goes by the number of the step.
        Phase = constraint.PhaseOf;
        Players =
        [
            new("critic", [critic], Optimizers.Named(o.Optimizer, o.CriticLearningRate > 0 ? o.CriticLearningRate : o.LearningRate, o.Beta1, o.Beta2), round =>
            {
                Tensor x = round.Batch.X, fake = Autograd.NoGrad(() => G(z.Sample(x.Size(0))));
                var (real, generated) = Scores(x, fake);
                var terms = new Terms { [objective.Name] = objective.Critic(real, generated, new(x, fake)) };
                if (constraint.At(round.Step, D, x, fake) is { } penalty)
                    terms["penalty"] = penalty;
                return terms;
            })
            {
                Steps = CriticSchedule.Named(o.CriticSteps).Steps,
                AfterStep = () => constraint.Project(critic.Flat.Values),
            },

            new("generator", [generator], Optimizers.Named(o.Optimizer, o.LearningRate, o.Beta1, o.Beta2), round =>
            {
                Tensor x = round.Batch.X, fake = G(z.Sample(x.Size(0)));
                var real = objective.GeneratorSeesReal ? D(x) : null;
                return new() { [objective.Name] = objective.Generator(D(fake), real, new(x, fake)) };
            }),
        ];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Module> Generators => [_generator];

    /// <inheritdoc/>
    public override Func<Tensor, Tensor?, Tensor> Critic => (x, _) => _critic(x);

    /// <inheritdoc/>
    public override int LatentSize { get; }

    /// <inheritdoc/>
    public override Tensor Generate(Tensor z, Tensor? labels = null) => _generator.Forward(z);
}
