using Earthmover.Constraints;
using Earthmover.Data;
using Earthmover.Games;
using Earthmover.Networks;
using Earthmover.Nn;
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
            Fit = (o, shape, _) =>
                shape is SampleShape.Points points ? o with { LatentSize = Math.Max(o.LatentSize, points.Dimension) } : o,
        };

    /// <summary>The parts of the game; its tricks are those of <see cref="TrickOptions"/>.</summary>
    public sealed record Options : TrickOptions
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
    }

    private readonly Module _generator, _critic;

    /// <summary>A game for samples of a shape.</summary>
    /// <exception cref="ArgumentException">The parts do not fit each other; the message says why.</exception>
    public Gan(SystemContext context, Options o)
    {
        var (objective, constraint, auxiliary) = (o.Objective.Value, o.Constraint.Value, o.Auxiliary.Value);
        var (architecture, noise) = (o.Architecture.Value, o.InstanceNoise.Value);
        var normalization = constraint.NeedsSpectralNorm ? Normalization.Spectral : o.CriticNormalization;
        var parts = new NetworkOptions(context.Shape, o.LatentSize, o.Width, normalization)
        {
            Head = new(Minibatch: o.Minibatch.Value),
            Activation = o.Activation.Value,
        };
        var z = Latent = new(o.LatentSize);
        Module generator = Network("generator", z.WithVirtualBatch(architecture.Generator(parts), o.VirtualBatch)),
            critic = Network("critic", architecture.Critic(parts));
        constraint.Admit(critic.CouplesBatch, critic.HasSpectralNorm, critic.CouplesInGroups);

        Func<Tensor, Tensor> T = o.Augment.Value.From(), G = generator.Forward, h = x => CriticHead.Features(critic, T(x));
        Func<Tensor, Tensor> At(long step) => x => critic.Forward(noise.On(T(x), step));
        (_generator, _critic) = (generator, critic);

        // Losses draw from streams and look at nothing but tensors; only a lazy penalty and noise that fades go by the number of the step.
        Phase = noise.Fades ? null : constraint.PhaseOf;
        Players = WithHistory(o.History,
        [
            new("critic", Role.Critic, [critic], o.CriticOptimizer, round =>
            {
                Func<Tensor, Tensor> D = At(round.Step);
                Tensor x = round.Batch.X, fake = Autograd.NoGrad(() => G(z.Sample(x.Size(0))));
                // One pass for both where a sample's score does not depend on its batch.
                var (real, generated) = critic.CouplesBatch ? (D(x), D(fake)) : Halves(D(Tensor.Cat([x, fake])));
                return new()
                {
                    [objective.Name, objective.Role] = objective.Critic(real, generated, new(x, fake)),
                    ["penalty", TermRole.Penalty] = constraint.At(round.Step, D, x, fake),
                    ["drift", TermRole.Penalty] = o.Drift > 0 ? o.Drift * real.Square().Mean() : null,
                };
            })
            {
                Steps = o.CriticSteps.Value.Steps,
                Until = o.CriticSteps.Value.Until,
                AfterStep = () => constraint.Project(critic.Flat.Values),
            },

            new("generator", Role.Generator, [generator], o.GeneratorOptimizer, round =>
            {
                Func<Tensor, Tensor> D = At(round.Step);
                Tensor x = round.Batch.X, fake = G(z.Sample(x.Size(0)));
                var real = objective.GeneratorSeesReal ? D(x) : null;
                return new()
                {
                    [objective.Name, objective.Role] = auxiliary.Alone ? null : objective.Generator(D(fake), real, new(x, fake)),
                    [auxiliary.Name, TermRole.Auxiliary] = auxiliary.Of(h, x, fake),
                };
            }),
        ]);
    }

    private static (Tensor Real, Tensor Fake) Halves(Tensor scores) =>
        scores.Chunk(2) is [var real, var fake] ? (real, fake) : throw new InvalidOperationException();

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
