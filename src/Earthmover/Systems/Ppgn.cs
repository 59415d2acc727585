using Earthmover.Constraints;
using Earthmover.Data;
using Earthmover.Games;
using Earthmover.Networks;
using Earthmover.Nn;
using Earthmover.Objectives;
using Earthmover.Torch;
using Earthmover.Torch.Operators;
using static Earthmover.Objectives.Explained;

namespace Earthmover.Systems;

/// <summary>PPGN: a generator turns a classifier's codes back into pictures; chains in the codes climb to what a network sees.</summary>
/// <remarks>
/// Nguyen et al., "Plug and Play Generative Networks", 2017, arXiv:1612.00005, sections 3.5 and S2, with the losses of arXiv:1602.02644.
/// <code>
/// h = E(x) a classifier's last features, f = F(x) its maps, x̂ = G(h + σ ε); |v − w|² in parts of v's variance
/// encoder    min_E  −E log p(y | x), before the rest, where no classifier that ships knows the data
/// critic     min_D  E sp(−D(x)) + E sp(D(x̂)) + penalty(D)
/// generator  min_G  λ_x |x − x̂|² + λ_f |f − F(x̂)|² + λ_h |h − E(x̂)|² + λ_D E sp(−D(x̂))
/// chain      h ← h + ε₁ (R(h) − h) + ε₂ ∂log p(y | G(h))/∂h + N(0, ε₃²), R(h) = E(G(h))
/// </code>
/// Without noise, σ = 0, it is the paper's noiseless joint PPGN-h; prior=codes makes R a perceptron that takes noise off codes: PPGN-h.
/// Features are taken before their rectifier. Plain samples are of codes from a <see cref="CodeLaw"/>.
/// </remarks>
public sealed class Ppgn : CodedSystem, IScorer
{
    /// <summary>Its place in the catalog.</summary>
    public static SystemEntry Entry { get; } = new SystemEntry<Options>("ppgn", typeof(Ppgn), (context, o) => new Ppgn(context, o))
    {
        Title = "PPGN: codes of a classifier back to pictures, and chains that climb to a class of any classifier",
        Paper = "Nguyen et al., 2017, arXiv:1612.00005",
        Rows = ["R40"],
        Players = ["encoder", "critic", "generator"],
        Example = "earthmover train fashion-mnist --system ppgn",
        Acceptance = "PpgnTests",
        NeedsClasses = true,
        Plays = { [Play.Images] = (new(), Rhythms.FewCores) },
    };

    /// <summary>The parts of the game.</summary>
    public sealed record Options : SystemOptions
    {
        /// <summary>The defaults.</summary>
        public Options() => (LearningRate, Beta2) = (4e-3, 0.99);
        /// <summary>The classifier whose features are the codes: what ships with this program, one trained here, or what fits.</summary>
        [OneOf(ClassEncoder.Auto, ClassEncoder.Shipped, ClassEncoder.Own)] public string Encoder { get; init; } = ClassEncoder.Auto;
        /// <summary>C, length of a code of an encoder that is trained here.</summary>
        [Bounds(AtLeast = 1, AtMost = 1024)] public int CodeSize { get; init; } = 128;
        /// <summary>Generator and critic.</summary>
        public Part<Architecture> Architecture { get; init; } = "compact-smooth";
        /// <summary>Base width of the networks.</summary>
        [Bounds(AtLeast = 1, AtMost = 16_384)] public int Width { get; init; } = 24;
        /// <summary>λ_x, weight of the picture.</summary>
        [Bounds(AtLeast = 0, AtMost = 1e6)] public double PictureWeight { get; init; } = 1;
        /// <summary>λ_f, weight of the classifier's maps.</summary>
        [Bounds(AtLeast = 0, AtMost = 1e6)] public double FeatureWeight { get; init; } = 1;
        /// <summary>λ_h, weight of the code.</summary>
        [Bounds(AtLeast = 0, AtMost = 1e6)] public double CodeWeight { get; init; } = 1;
        /// <summary>λ_D, weight of the game.</summary>
        [Bounds(AtLeast = 0, AtMost = 1e6)] public double GameWeight { get; init; } = 0.5;
        /// <summary>R, what draws a chain to codes of data: encoder and generator, or a network of its own.</summary>
        [OneOf("joint", "codes")] public string Prior { get; init; } = "joint";
        /// <summary>σ, noise on the codes that the generator learns from, in parts of their spread; the perceptron has 0.1 more.</summary>
        [Bounds(AtLeast = 0, AtMost = 10)] public double CodeNoise { get; init; }
        /// <summary>Constraint of the critic, with options after a question mark; the paper has none.</summary>
        public Part<Constraint> Constraint { get; init; } = "r1?gamma=1&every=8";
    }

    private readonly Module _critic;
    private readonly Module? _prior;

    /// <summary>A game for pictures with classes.</summary>
    /// <exception cref="ArgumentException">The shipped classifier is not for them, or the networks cannot make their size.</exception>
    public Ppgn(SystemContext context, Options o) : base(context, o.Encoder, o.CodeSize)
    {
        var (constraint, architecture, objective, encoder) = (o.Constraint.Value, o.Architecture.Value, new NonSaturating(), Encoder);
        NetworkOptions sizes = new(Shape, encoder.Size, o.Width);
        Module generator = Generator = Network("generator", architecture.Generator(sizes)),
            critic = _critic = Network("critic", architecture.Critic(sizes));
        constraint.Admit(critic.CouplesBatch, critic.HasSpectralNorm);
        Func<Tensor, Tensor> G = generator.Forward, D = critic.Forward;
        Tensor F(Round<Batch> round) => round.Once("F(x)", () => Autograd.NoGrad(() => encoder.Maps(round.Batch.X)));
        Tensor E(Round<Batch> round) => round.Once("E(x)", () => Autograd.NoGrad(() => encoder.CodesOf(F(round))));
        Tensor Made(Round<Batch> round) => G(Noisy(E(round), o.CodeNoise, RandomStreams.Current["latent"]));

        Player<Batch> criticPlayer = new("critic", Role.Critic, [critic], o.Adam, round =>
        {
            Tensor x = round.Batch.X, fake = Autograd.NoGrad(() => Made(round));
            return new()
            {
                [objective.Name, objective.Role] = objective.Critic(D(x), D(fake)),
                ["penalty", TermRole.Penalty] = constraint.At(round.Step, D, x, fake),
            };
        })
        { AfterStep = () => constraint.Project(critic.Flat.Values) };

        Player<Batch> generatorPlayer = new("generator", Role.Generator, [generator], o.Adam, round =>
        {
            Tensor x = round.Batch.X, h = E(round), made = Made(round), maps = encoder.Maps(made);
            Gather(h, round.Batch.Labels!);
            return new()
            {
                ["picture", TermRole.Reconstruction] = o.PictureWeight * Missing(x, made),
                ["features", TermRole.Reconstruction] = o.FeatureWeight * Missing(F(round), maps),
                ["code", TermRole.Reconstruction] = o.CodeWeight * Missing(h, encoder.CodesOf(maps)),
                [objective.Name, objective.Role] = o.GameWeight * objective.Generator(D(made)),
            };
        });
        List<Player<Batch>> players = [criticPlayer, generatorPlayer];
        if (o.Prior == "codes")
        {
            var (codes, w) = (new SampleShape.Points(encoder.Size), 2 * encoder.Size);
            var prior = _prior = Network("prior", Mlp.Generator(codes, encoder.Size, [w, w]));
            players.Add(new("prior", Role.Other, [prior], o.Adam, round =>
            {
                var noisy = Noisy(E(round), o.CodeNoise + 0.1, RandomStreams.Current["latent"]);
                return new() { ["code", TermRole.Reconstruction] = Missing(E(round), prior.Forward(noisy)) };
            }));
        }
        Stage<Batch> game = new("game", players, Share: 3) { Phase = constraint.PhaseOf };
        Player<Batch> student = new("encoder", Role.Encoder, [encoder.Network], o.Adam with { LearningRate = 1e-3 }, round => new()
        {
            ["class", TermRole.Auxiliary] = Op.CrossEntropyLoss(encoder.Network.Forward(round.Batch.X), round.Batch.Labels!),
        });
        Stages = encoder.IsTrained ? [game] : [new("encoder", [student]) { Phase = _ => 0 }, game];
    }

    /// <inheritdoc/>
    public override Tensor Restored(Tensor h, Tensor x) =>
        _prior is { } prior ? TensorScope.Run(() => Law.Whiten(prior.Forward(Law.Unwhiten(h)))) : base.Restored(h, x);

    /// <inheritdoc/>
    public IReadOnlyList<Module> Critics => [_critic];

    /// <inheritdoc/>
    public Tensor Score(Tensor x, Tensor? condition = null) => _critic.Forward(x);
}
