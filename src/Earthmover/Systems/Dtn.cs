using Earthmover.Constraints;
using Earthmover.Data;
using Earthmover.Games;
using Earthmover.Networks;
using Earthmover.Nn;
using Earthmover.Objectives;
using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Systems;

/// <summary>
/// DTN: what a classifier of one domain sees in a sample, shown as a sample of another; it sees the same in what is shown, and samples of
/// the other domain stay as they are.
/// </summary>
/// <remarks>
/// Taigman, Polyak and Wolf, "Unsupervised Cross-Domain Image Generation", 2016, arXiv:1611.02200, section 4, equations 3–8.
/// <code>
/// G = g ∘ f, f a classifier's features of the first domain, learned before the rest; D one of three: G(a), G(b) or b
/// encoder    min_f  −E log p(y | a)
/// critic     min_D  −E log D₁(G(a)) − E log D₂(G(b)) − E log D₃(b) + penalty(D)
/// generator  min_g  −E log D₃(G(a)) − E log D₃(G(b)) + α d(f(a), f(G(a))) + β |b − G(b)|² + γ TV(G)
/// </code>
/// d is 1 − cos: f of a faint sample is short, and it is to be shown, not to be shown faintly. Two ways take G(a) and G(b) for one.
/// </remarks>
public sealed class Dtn : GanSystem<UnpairedBatch>, ITranslator, IScorer
{
    /// <summary>Its place in the catalog.</summary>
    public static SystemEntry Entry { get; } = new SystemEntry<Options>("dtn", typeof(Dtn), (context, o) => new Dtn(context, o))
    {
        Title = "DTN: samples of one domain as another, by what a classifier sees in them",
        Paper = "Taigman et al., 2016, arXiv:1611.02200",
        Rows = ["R53"],
        Players = ["encoder", "critic", "generator"],
        Example = "earthmover train fashion-prints?pairs=unpaired --system dtn",
        Acceptance = "DtnTests",
        NeedsLabels = true,
        Plays = { [new(DataKind.Images, Pairing.Unpaired)] = (new(), Rhythms.FewCores) },
    };

    /// <summary>The parts of the game.</summary>
    public sealed record Options : SystemOptions
    {
        /// <summary>The defaults.</summary>
        public Options() => (LearningRate, Beta2) = (2e-3, 0.99);
        /// <summary>Length of f.</summary>
        [Bounds(AtLeast = 1, AtMost = 65_536)] public int CodeSize { get; init; } = 128;
        /// <summary>Networks of g and D.</summary>
        public Part<Architecture> Architecture { get; init; } = "compact-smooth";
        /// <summary>Base width of the networks.</summary>
        [Bounds(AtLeast = 1, AtMost = 16_384)] public int Width { get; init; } = 24;
        /// <summary>α, weight of what f no longer sees of a translation.</summary>
        [Bounds(AtLeast = 0, AtMost = 1e6)] public double Constancy { get; init; } = 8;
        /// <summary>β, weight of what is changed of samples of the second domain.</summary>
        [Bounds(AtLeast = 0, AtMost = 1e6)] public double Identity { get; init; } = 15;
        /// <summary>γ, weight of the total variation; the paper has 0 for digits and 0.05 for faces.</summary>
        [Bounds(AtLeast = 0, AtMost = 1e6)] public double Variation { get; init; }
        /// <summary>Kinds that the critic tells: 3, or 2, which takes both kinds of what is made for one.</summary>
        [Bounds(AtLeast = 2, AtMost = 3)] public int Ways { get; init; } = 3;
        /// <summary>Constraint of the critic, with options after a question mark; the paper has none.</summary>
        public Part<Constraint> Constraint { get; init; } = "r1?gamma=1&every=8";
    }

    private readonly ClassEncoder _encoder;
    private readonly Module _generator, _critic;

    /// <summary>A game for pictures of two domains, of one shape.</summary>
    /// <exception cref="ArgumentException">The first domain has no classes, or the networks cannot make the size.</exception>
    public Dtn(SystemContext context, Options o)
    {
        if (context.ClassShares.Count == 0)
            throw new ArgumentException("dtn learns what to keep from classes of the first domain, and it has none");
        var (constraint, architecture) = (o.Constraint.Value, o.Architecture.Value);
        var shape = ((SampleShape.Image)context.Common).Shape;
        var encoder = _encoder = ClassEncoder.Of(ClassEncoder.Own, shape, context.ClassShares.Count, context.ClassNames, o.CodeSize);
        Network("encoder", encoder.Network);
        NetworkOptions sizes = new(context.Common, o.CodeSize, o.Width) { Head = new(o.Ways) };
        Module generator = _generator = Network("generator", architecture.Generator(sizes)),
            critic = _critic = Network("critic", architecture.Critic(sizes));
        constraint.Admit(critic.CouplesBatch, critic.HasSpectralNorm);
        Func<Tensor, Tensor> f = encoder.Codes, g = generator.Forward, D = critic.Forward;
        Tensor F(Round<UnpairedBatch> round, string name, Tensor x) => round.Once($"f({name})", () => Autograd.NoGrad(() => f(x)));
        // One pass for both domains.
        (Tensor OfA, Tensor OfB) Made(Round<UnpairedBatch> round) =>
            Parts(g(Tensor.Cat([F(round, "a", round.Batch.A), F(round, "b", round.Batch.B)])), 0, round.Batch.A.Size(0));
        Tensor Is(int way, Tensor x) => -Op.LogSoftmax(D(x), 1).Narrow(1, way, 1).Mean();
        var real = o.Ways - 1;

        Player<UnpairedBatch> student = new("encoder", Role.Encoder, [encoder.Network], o.Adam with { LearningRate = 1e-3 }, round =>
        {
            var (a, y) = round.Batch.Examples ?? throw new UserException("dtn learns classes of the first domain, and it has none");
            return new() { ["class", TermRole.Auxiliary] = Op.CrossEntropyLoss(encoder.Network.Forward(a), y) };
        });
        Player<UnpairedBatch> criticPlayer = new("critic", Role.Critic, [critic], o.Adam, round =>
        {
            var (ofA, ofB) = Autograd.NoGrad(() => Made(round));
            var b = round.Batch.B;
            var terms = new Terms { ["G(a)"] = Is(0, ofA), ["G(b)"] = Is(real - 1, ofB), ["b"] = Is(real, b) };
            terms["penalty", TermRole.Penalty] = constraint.At(round.Step, x => Score(x), b, ofA);
            return terms;
        })
        { AfterStep = () => constraint.Project(critic.Flat.Values) };
        Player<UnpairedBatch> generatorPlayer = new("generator", Role.Generator, [generator], o.Adam, round =>
        {
            var (ofA, ofB) = Made(round);
            var terms = new Terms { ["G(a)"] = Is(real, ofA), ["G(b)"] = Is(real, ofB) };
            if (o.Constancy > 0)
                terms["constancy", TermRole.Reconstruction] = o.Constancy * Explained.Turned(F(round, "a", round.Batch.A), f(ofA));
            if (o.Identity > 0)
                terms["identity", TermRole.Reconstruction] = o.Identity * (ofB - round.Batch.B).Square().Mean();
            if (o.Variation > 0)
                terms["variation", TermRole.Auxiliary] = o.Variation * (Roughness.TotalVariation(ofA) + Roughness.TotalVariation(ofB));
            return terms;
        });
        Stages =
        [
            new("encoder", [student]) { Phase = _ => 0 },
            new("game", [criticPlayer, generatorPlayer]) { Phase = constraint.PhaseOf },
        ];
    }

    private static (Tensor, Tensor) Parts(Tensor x, int axis, long first) =>
        (x.Narrow(axis, 0, first), x.Narrow(axis, first, x.Size(axis) - first));

    /// <inheritdoc/>
    public override IReadOnlyList<Module> Generators => [_generator];

    /// <inheritdoc/>
    public IReadOnlyList<Direction> Directions { get; } = [Direction.AToB];

    /// <inheritdoc/>
    public Tensor Translate(Tensor x, Direction direction, Tensor? condition = null)
    {
        using var scope = TensorScope.Open();
        return scope.Keep(_generator.Forward(_encoder.Codes(x)));
    }

    /// <inheritdoc/>
    public IReadOnlyList<Module> Critics => [_critic];

    /// <inheritdoc/>
    public Tensor Score(Tensor x, Tensor? condition = null)
    {
        using var scope = TensorScope.Open();
        var logits = _critic.Forward(x);
        var (made, real) = Parts(logits, 1, logits.Size(1) - 1);
        return scope.Keep(real - Op.Logsumexp(made, [1], true));
    }
}
