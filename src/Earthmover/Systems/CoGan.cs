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
/// CoGAN: two generators that share their first layers make pairs of one latent vector, learned from examples without pairs.
/// </summary>
/// <remarks>
/// Liu and Tuzel, "Coupled Generative Adversarial Networks", 2016, arXiv:1606.07536, equations 1–4.
/// <code>
/// critics     min_{D₁,D₂}  E sp(−D₁(a)) + E sp(D₁(G₁(z))) + E sp(−D₂(b)) + E sp(D₂(G₂(z)))
/// generators  min_{G₁,G₂}  E sp(−D₁(G₁(z))) + E sp(−D₂(G₂(z)))
/// </code>
/// One z for both. The first layers of G₁ and G₂ are the same, and the last of D₁ and D₂: that alone couples the domains.
/// </remarks>
public sealed class CoGan : GanSystem<UnpairedBatch>, ISampler, IScorer
{
    /// <summary>Its place in the catalog.</summary>
    public static SystemEntry Entry { get; } = new SystemEntry<Options>("cogan", typeof(CoGan), (context, o) => new CoGan(context, o))
    {
        Title = "CoGAN: pairs of two domains, by generators that share their first layers",
        Paper = "Liu and Tuzel, 2016, arXiv:1606.07536",
        Rows = ["R52"],
        Players = ["critics", "generators"],
        Example = "earthmover train fashion-edges?pairs=unpaired --system cogan",
        Acceptance = "CoGanTests; edges agree in 0.91 of pixels, which chance does in 0.83; pairs in class in 0.93",
        Plays =
        {
            [new(DataKind.Images, Pairing.Unpaired)] = (new() { LearningRate = 2e-3, Beta2 = 0.99 },
                new() { Batch = 32, Decay = "linear", AverageImages = 0 }),
            [new(DataKind.Points, Pairing.Unpaired)] =
                (new() { Architecture = "mlp", Activation = "leaky-relu", Width = 128, LatentSize = 2, LearningRate = 1e-3 }, Rhythms.Toy),
        },
    };

    /// <summary>The parts of the game.</summary>
    public sealed record Options : SystemOptions
    {
        /// <summary>Networks, a sequence of layers: compact-detail, whose generators share a layer at full size; mlp for points.</summary>
        public Part<Architecture> Architecture { get; init; } = "compact-detail";
        /// <summary>Base width of the networks, channels or units.</summary>
        [Bounds(AtLeast = 1, AtMost = 16_384)] public int Width { get; init; } = 16;
        /// <summary>Activation of the hidden layers; the paper's rectifiers leak, by slopes that are learned.</summary>
        public Part<HiddenActivation> Activation { get; init; } = "auto";
        /// <summary>Length of z.</summary>
        [Bounds(AtLeast = 1, AtMost = 65_536)] public int LatentSize { get; init; } = 64;
        /// <summary>Last layers with weights that each generator has for itself; as many as there are ties nothing.</summary>
        [Bounds(AtLeast = 0, AtMost = 1000)] public int GeneratorOwn { get; init; } = 1;
        /// <summary>First layers with weights that each critic has for itself.</summary>
        [Bounds(AtLeast = 0, AtMost = 1000)] public int CriticOwn { get; init; } = 1;
        /// <summary>Constraint of both critics, with options after a question mark; the paper has none.</summary>
        public Part<Constraint> Constraint { get; init; } = "r1?gamma=0.1";
    }

    private readonly TiedNetworks _generators, _critics;
    private readonly ClassPrior _domains = new([0, 1]);

    /// <summary>A game for two domains of one shape.</summary>
    /// <exception cref="ArgumentException">No such networks fit the samples, or they are not made of plain layers.</exception>
    public CoGan(SystemContext context, Options o)
    {
        var parts = new NetworkOptions(context.Common, o.LatentSize, o.Width) { Activation = o.Activation.Value };
        var (architecture, constraint, objective) = (o.Architecture.Value, o.Constraint.Value, new NonSaturating());
        var generators = _generators = Network("generators", TiedNetworks.AtTheStart(() => architecture.Generator(parts), o.GeneratorOwn));
        var critics = _critics = Network("critics", TiedNetworks.AtTheEnd(() => architecture.Critic(parts), o.CriticOwn));
        constraint.Admit(critics.CouplesBatch, critics.HasSpectralNorm);
        Phase = constraint.PhaseOf;
        var law = new Latent(o.LatentSize);
        Latent = new(o.LatentSize + 1);
        // Of each domain: its examples, its generator and its critic.
        (string Name, Func<UnpairedBatch, Tensor> Of, Func<Tensor, Tensor> G, Func<Tensor, Tensor> D)[] domains =
            [("A", batch => batch.A, generators.First, critics.First), ("B", batch => batch.B, generators.Second, critics.Second)];

        Players =
        [
            new("critics", Role.Critic, [critics], o.Adam, round =>
            {
                var z = law.Sample(round.Batch.A.Size(0));
                var terms = new Terms();
                foreach (var (name, of, G, D) in domains)
                {
                    Tensor x = of(round.Batch), fake = Autograd.NoGrad(() => G(z));
                    terms[name] = objective.Critic(D(x), D(fake));
                    terms[$"penalty {name}", TermRole.Penalty] = constraint.At(round.Step, D, x, fake);
                }
                return terms;
            })
            {
                AfterStep = () => constraint.Project(critics.Flat.Values),
            },

            new("generators", Role.Generator, [generators], o.Adam, round =>
            {
                var z = law.Sample(round.Batch.A.Size(0));
                var terms = new Terms();
                foreach (var (name, _, G, D) in domains)
                    terms[name] = objective.Generator(D(G(z)));
                return terms;
            }),
        ];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Module> Generators => [_generators];

    /// <summary>z, and a last number that no sample goes by: where nobody says a domain, it is the second.</summary>
    public Latent Latent { get; }

    /// <summary>The domain: 0 is the first, 1 the second; what both make of one z is a pair.</summary>
    public Condition Condition => new Condition.Category(_domains.Shares);

    /// <inheritdoc/>
    public Tensor Generate(Tensor z, Tensor? condition = null)
    {
        using var scope = TensorScope.Open();
        z = z.Narrow(1, 0, Latent.Size - 1);
        var b = _generators.Second(z);
        if (condition is null)
            return scope.Keep(b);
        var isFirst = Op.Eq(condition, (Scalar)0).Reshape([-1, .. Enumerable.Repeat(1L, b.Rank - 1)]);
        return scope.Keep(Op.Where(isFirst, _generators.First(z), b));
    }

    /// <inheritdoc/>
    public IReadOnlyList<Module> Critics => [_critics];

    /// <summary>D₂, of samples of the second domain, which samples are of where nobody says another.</summary>
    /// <inheritdoc/>
    public Tensor Score(Tensor x, Tensor? condition = null) => _critics.Second(x);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _domains.Dispose();
        base.Dispose(disposing);
    }
}
