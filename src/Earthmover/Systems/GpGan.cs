using Earthmover.Constraints;
using Earthmover.Data;
using Earthmover.Games;
using Earthmover.Networks;
using Earthmover.Nn;
using Earthmover.Objectives;
using Earthmover.Torch;

namespace Earthmover.Systems;

/// <summary>
/// GP-GAN's blending GAN: a generator that sees a picture with a square of another one pasted into its middle, and makes one picture of it.
/// </summary>
/// <remarks>
/// Wu et al., "GP-GAN: Towards Realistic High-Resolution Image Blending", 2017, arXiv:1703.07195, section 3.2.
/// <code>
/// c = collage of x and x': x' in the middle, x around it;  x' of the class of x where there are classes
/// critic     min_D  E D(G(c)) − E D(x),  weights clipped to [−0.01, 0.01]
/// generator  min_G  w |G(c) − x|² − (1 − w) E D(G(c))
/// </code>
/// What it makes are the colors of <c>blend</c>, which takes the detail from the pictures themselves.
/// </remarks>
public sealed class GpGan : GanSystem<Batch>, IBlender, IScorer
{
    /// <summary>Its place in the catalog.</summary>
    public static SystemEntry Entry { get; } = new SystemEntry<Options>("gp-gan", typeof(GpGan), (context, o) => new GpGan(context, o))
    {
        Title = "GP-GAN: collages to pictures of one piece",
        Paper = "Wu et al., 2017, arXiv:1703.07195",
        Rows = ["R36"],
        Players = ["critic", "generator"],
        Example = "earthmover train fashion-mnist?size=32 --system gp-gan",
        Acceptance = "GpGanTests",
        Plays = { [Play.Images] = (new(), new() { Batch = 64, AverageImages = 0, Decay = "linear", DecayStart = 0.5 }) },
    };

    /// <summary>The parts of the game.</summary>
    public sealed record Options : SystemOptions
    {
        /// <summary>The paper's settings, with fewer moves of the critic and a shorter code.</summary>
        public Options() => LearningRate = 2e-3;

        /// <summary>Channels of both networks at half size.</summary>
        [Bounds(AtLeast = 1, AtMost = 16_384)]
        public int Width { get; init; } = 16;
        /// <summary>Numbers of the bottleneck; the paper's 4,000.</summary>
        [Bounds(AtLeast = 1, AtMost = 65_536)]
        public int CodeSize { get; init; } = 1024;
        /// <summary>A bottleneck that mixes the places of each channel and no channels.</summary>
        public bool ChannelWise { get; init; }
        /// <summary>w, the share of the squared error in what the generator minimizes.</summary>
        [Bounds(AtLeast = 0, AtMost = 1)]
        public double Fidelity { get; init; } = 0.999;
        /// <summary>Side of the pasted square over that of the picture.</summary>
        [Bounds(Above = 0, Below = 1)]
        public double Pasted { get; init; } = 0.5;
        /// <summary>Objective, with options after a question mark.</summary>
        public Part<Objective> Objective { get; init; } = "wasserstein";
        /// <summary>Constraint of the critic.</summary>
        public Part<Constraint> Constraint { get; init; } = "clipping?limit=0.01";
        /// <summary>Critic moves per generator move; <c>wgan</c> is the paper's schedule.</summary>
        public Part<CriticSchedule> CriticSteps { get; init; } = "1";
        /// <summary>Step size of the critic.</summary>
        [Bounds(Above = 0, AtMost = 1000)]
        public double CriticLearningRate { get; init; } = 2e-4;
    }

    private readonly Module _generator, _critic;
    private readonly double _pasted;

    /// <summary>A game for pictures of a shape.</summary>
    /// <exception cref="ArgumentException">No such networks fit them, or the constraint does not fit the critic.</exception>
    public GpGan(SystemContext context, Options o)
    {
        var shape = ((SampleShape.Image)context.Shape).Shape;
        var (objective, constraint) = (o.Objective.Value, o.Constraint.Value);
        Module generator = _generator = Network("generator", EncoderDecoder.Create(shape, o.Width, o.CodeSize, o.ChannelWise)),
            critic = _critic = Network("critic",
                Dcgan.Critic(shape, o.Width, constraint.NeedsSpectralNorm ? Normalization.Spectral : Normalization.None));
        constraint.Admit(critic.CouplesBatch, critic.HasSpectralNorm);
        _pasted = o.Pasted;
        Func<Tensor, Tensor> G = generator.Forward, D = critic.Forward;
        Func<Round<Batch>, Tensor> C = round => round.Once("c",
            () => Collage.Paste(round.Batch.X, Collage.Others(round.Batch.X, round.Batch.Labels), o.Pasted));

        Phase = constraint.PhaseOf;
        Players =
        [
            new("critic", Role.Critic, [critic], o.Adam with { LearningRate = o.CriticLearningRate }, round =>
            {
                Tensor x = round.Batch.X, fake = Autograd.NoGrad(() => G(C(round)));
                return new()
                {
                    [objective.Name, objective.Role] = objective.Critic(D(x), D(fake), new(x, fake)),
                    ["penalty", TermRole.Penalty] = constraint.At(round.Step, D, x, fake),
                };
            })
            {
                Steps = o.CriticSteps.Value.Steps,
                Until = o.CriticSteps.Value.Until,
                AfterStep = () => constraint.Project(critic.Flat.Values),
            },

            new("generator", Role.Generator, [generator], o.Adam, round =>
            {
                Tensor x = round.Batch.X, fake = G(C(round));
                var score = objective.Generator(D(fake), objective.GeneratorSeesReal ? D(x) : null, new(x, fake));
                return new()
                {
                    ["l2", TermRole.Reconstruction] = o.Fidelity * (fake - x).Square().Mean(),
                    [objective.Name, objective.Role] = (1 - o.Fidelity) * score,
                };
            }),
        ];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Module> Generators => [_generator];

    /// <inheritdoc/>
    public IReadOnlyList<Direction> Directions { get; } = [Direction.AToB];

    /// <inheritdoc/>
    public Tensor Translate(Tensor x, Direction direction, Tensor? condition = null) => _generator.Forward(x);

    /// <inheritdoc/>
    public Tensor CollagesOf(Tensor reals) => Collage.Paste(reals, Collage.Next(reals), _pasted);

    /// <inheritdoc/>
    public IReadOnlyList<Module> Critics => [_critic];

    /// <inheritdoc/>
    public Tensor Score(Tensor x, Tensor? condition = null) => _critic.Forward(x);
}
