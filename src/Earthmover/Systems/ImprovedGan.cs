using Earthmover.Constraints;
using Earthmover.Data;
using Earthmover.Games;
using Earthmover.Networks;
using Earthmover.Nn;
using Earthmover.Objectives;
using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Systems;

/// <summary>Improved GAN: a critic that names K classes learns them from a few labels, since generated samples are of none.</summary>
/// <remarks>
/// Salimans et al., "Improved Techniques for Training GANs", 2016, arXiv:1606.03498, sections 3 and 5. l are the critic's K logits; that of
/// the class "generated" is 0.
/// <code>
/// score      D(x) = log Σ_k exp l_k(x),   P(real | x) = σ(D(x)),   P(k | x) = softmax l(x)
/// critic     min_D  −λ E log P(y | x) + ½ μ (E sp(−D(x)) + E sp(D(G(z)))),   the first over labeled samples alone
/// generator  min_G  ‖E h(x) − E h(G(z))‖²,   h: what the critic's last layer takes
/// </code>
/// With μ = 0 the critic is a classifier of the labeled samples alone, but for its constraint, which goes by all samples.
/// Historical averaging adds γ ‖θ − mean of θ so far‖² to both.
/// </remarks>
public sealed class ImprovedGan : GanSystem<Batch>, ISampler, IScorer, IClassifier
{
    /// <summary>Its place in the catalog.</summary>
    public static SystemEntry Entry { get; } = new SystemEntry<Options>(
        "improved-gan", typeof(ImprovedGan), (context, o) => new ImprovedGan(context, o))
    {
        Title = "Improved GAN: learns to tell classes from a few labels and many samples without any",
        Paper = "Salimans et al., 2016, arXiv:1606.03498",
        Rows = ["R32"],
        Players = ["critic", "generator"],
        Example = "earthmover train fashion-mnist?labels=100 --system improved-gan",
        Acceptance = "ImprovedGanTests",
        NeedsLabels = true,
        Plays = { [Play.Images] = (new(), Rhythms.FewCores with { Batch = 64 }) },
    };

    /// <summary>The parts of the game.</summary>
    public sealed record Options : SystemOptions
    {
        /// <summary>The defaults.</summary>
        public Options() => (LearningRate, Beta2) = (4e-3, 0.99);
        /// <summary>Networks; those of the paper are <c>mlp-noisy</c>, with a width of 500 or 1000.</summary>
        public Part<Architecture> Architecture { get; init; } = "compact-smooth";
        /// <summary>Base width of the networks.</summary>
        [Bounds(AtLeast = 1, AtMost = 16_384)] public int Width { get; init; } = 16;
        /// <summary>Length of z.</summary>
        [Bounds(AtLeast = 1, AtMost = 65_536)] public int LatentSize { get; init; } = 64;
        /// <summary>λ, weight of the classes of labeled samples.</summary>
        [Bounds(AtLeast = 0, AtMost = 1e6)] public double CriticClassWeight { get; init; } = 1;
        /// <summary>μ, weight of telling real from generated; 0 learns from labeled samples and its constraint.</summary>
        [Bounds(AtLeast = 0, AtMost = 1e6)] public double GameWeight { get; init; } = 1;
        /// <summary>Objective; one-sided label smoothing is <c>non-saturating?smoothing=0.1</c>.</summary>
        public Part<Objective> Objective { get; init; } = "non-saturating";
        /// <summary>Constraint of the critic's score, with options after a question mark; the paper has none.</summary>
        public Part<Constraint> Constraint { get; init; } = "r1?gamma=0.3&every=8";
        /// <summary>Differentiable augmentation of all that the critic sees (arXiv:2006.10738); the paper has none.</summary>
        public Part<Augmentation> Augment { get; init; } = "none";
        /// <summary>What the generator minimizes; without <c>alone=true</c>, beside the scores of its samples.</summary>
        public Part<Auxiliary> Auxiliary { get; init; } = "feature-matching?alone=true";
        /// <summary>γ, weight of historical averaging of both players; 0 is none.</summary>
        [Bounds(AtLeast = 0, AtMost = 1e6)] public double History { get; init; }
        /// <summary>Latent vectors that the generator's batch normalization takes its statistics from; 0 takes the batch's own.</summary>
        [Bounds(AtLeast = 0, AtMost = 1_000_000)] public int VirtualBatch { get; init; }
    }

    private readonly Module _generator, _critic;

    /// <summary>A game for pictures of which some are labeled.</summary>
    /// <exception cref="ArgumentException">The data has no classes, or the networks cannot make its size.</exception>
    public ImprovedGan(SystemContext context, Options o)
    {
        var (objective, constraint, auxiliary) = (o.Objective.Value, o.Constraint.Value, o.Auxiliary.Value);
        if (context.ClassShares.Count == 0)
            throw new ArgumentException("improved-gan learns classes, and the data has none");
        var parts = new NetworkOptions(context.Shape, o.LatentSize, o.Width) { Head = new(Outputs: context.ClassShares.Count) };
        var z = Latent = new(o.LatentSize);
        Module generator = _generator = Network("generator", z.WithVirtualBatch(o.Architecture.Value.Generator(parts), o.VirtualBatch)),
            critic = _critic = Network("critic", o.Architecture.Value.Critic(parts));
        constraint.Admit(critic.CouplesBatch, critic.HasSpectralNorm);
        Func<Tensor, Tensor> T = o.Augment.Value.From(), G = generator.Forward,
            D = x => Score(T(x)), l = x => critic.Forward(T(x)), h = x => CriticHead.Features(critic, T(x));

        Phase = constraint.PhaseOf;
        Players = WithHistory(o.History,
        [
            new("critic", Role.Critic, [critic], o.Adam, round =>
            {
                var (labeled, y) = round.Batch.Examples!.Value;
                Tensor x = round.Batch.X, fake = Autograd.NoGrad(() => G(z.Sample(x.Size(0))));
                return new()
                {
                    ["class", TermRole.Auxiliary] = o.CriticClassWeight * Op.CrossEntropyLoss(l(labeled), y),
                    [objective.Name, objective.Role] = 0.5 * o.GameWeight * objective.Critic(D(x), D(fake), new(x, fake)),
                    ["penalty", TermRole.Penalty] = constraint.At(round.Step, D, x, fake),
                };
            }) { AfterStep = () => constraint.Project(critic.Flat.Values) },

            new("generator", Role.Generator, [generator], o.Adam, round =>
            {
                Tensor x = round.Batch.X, fake = G(z.Sample(x.Size(0)));
                return new()
                {
                    [objective.Name, objective.Role] = auxiliary.Alone ? null : objective.Generator(D(fake), D(x), new(x, fake)),
                    [auxiliary.Name, TermRole.Auxiliary] = auxiliary.Of(h, x, fake),
                };
            }),
        ]);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Module> Generators => [_generator];

    /// <summary>The classifier too, as in the paper.</summary>
    public override IReadOnlyList<Module> Averaged => [_generator, _critic];

    /// <inheritdoc/>
    public Latent Latent { get; }

    /// <inheritdoc/>
    public Tensor Generate(Tensor z, Tensor? condition = null) => _generator.Forward(z);

    /// <inheritdoc/>
    public IReadOnlyList<Module> Critics => [_critic];

    /// <inheritdoc/>
    public Tensor Score(Tensor x, Tensor? condition = null) => Op.Logsumexp(_critic.Forward(x), [1], true);

    /// <inheritdoc/>
    public Tensor Classify(Tensor x) => Op.Softmax(_critic.Forward(x), 1);
}
