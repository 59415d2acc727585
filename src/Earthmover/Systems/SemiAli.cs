using Earthmover.Constraints;
using Earthmover.Data;
using Earthmover.Games;
using Earthmover.Networks;
using Earthmover.Nn;
using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Systems;

/// <summary>Semi-supervised ALI: a critic of pairs that names the class of what is real, learned from a few labels.</summary>
/// <remarks>
/// Dumoulin et al., "Adversarially Learned Inference", 2016, arXiv:1606.00704, section 4.3, with the classes of Salimans et al. (2016,
/// arXiv:1606.03498, section 5): l are the critic's K logits, and that of the class "generated" is 0.
/// <code>
/// score                  D(x, z) = log Σ_k exp l_k(x, z),   P(k | x, z) = softmax l(x, z)
/// critic                 min_D     E sp(−D(x, E(x))) + E sp(D(G(z), z)) − λ E log P(y | x, E(x)), the last of labeled samples
/// generator and encoder  min_{G,E} E sp(−D(G(z), z)) + E sp(D(x, E(x))): the first two with the roles exchanged
/// </code>
/// The players are those of <see cref="PairGame{TBatch}"/>, as ALI's.
/// </remarks>
public sealed class SemiAli : GanSystem<Batch>, ISampler, IEncoder, IClassifier
{
    /// <summary>Its place in the catalog.</summary>
    public static SystemEntry Entry { get; } = new SystemEntry<Options>(
        "semi-ali", typeof(SemiAli), (context, o) => new SemiAli(context, o))
    {
        Title = "Semi-supervised ALI: a critic of pairs learns classes from a few labels",
        Paper = "Dumoulin et al., 2016, arXiv:1606.00704",
        Rows = ["R51"],
        Players = ["critic", "generator and encoder"],
        Example = "earthmover train fashion-mnist?labels=100 --system semi-ali",
        Acceptance = "AliTests",
        NeedsLabels = true,
        Plays = { [Play.Images] = (new(), new() { Batch = 64, AverageImages = 0, Decay = "linear", DecayStart = 0.5 }) },
    };

    /// <summary>The parts of the game.</summary>
    public sealed record Options : SystemOptions
    {
        /// <summary>Units of every hidden layer.</summary>
        [Bounds(AtLeast = 1, AtMost = 16_384)] public int Width { get; init; } = 512;
        /// <summary>Length of z.</summary>
        [Bounds(AtLeast = 1, AtMost = 65_536)] public int LatentSize { get; init; } = 50;
        /// <summary>λ, weight of the classes of labeled samples.</summary>
        [Bounds(AtLeast = 0, AtMost = 1e6)] public double ClassWeight { get; init; } = 1;
        /// <summary>Constraint of the critic's score, with options after a question mark; the paper has none.</summary>
        public Part<Constraint> Constraint { get; init; } = "r1?gamma=0.1";
    }

    private readonly Module _generator, _encoder, _critic;

    /// <summary>A game for pictures of which some are labeled.</summary>
    /// <exception cref="ArgumentException">The data has no classes.</exception>
    public SemiAli(SystemContext context, Options o)
    {
        var (shape, w, z) = (context.Shape, o.Width, new Latent(o.LatentSize));
        if (context.ClassShares.Count == 0)
            throw new ArgumentException("semi-ali learns classes, and the data has none");
        Module generator = Network("generator", Mlp.Generator(shape, z.Size, [w, w, w])),
            encoder = Network("encoder", StochasticEncoder.Create(shape, z.Size, [w, w], Normalization.None)),
            critic = Network("critic", new PairCritic(shape.Size, z.Size, [w, w, w], context.ClassShares.Count));
        (_generator, _encoder, _critic, Latent) = (generator, encoder, critic, z);
        var constraint = o.Constraint.Value;
        Phase = constraint.PhaseOf;
        Players = (PairGame.OfCodes(generator, encoder, critic,
            batch => Encode(batch.X, z.Sample(batch.Count)), batch => z.Sample(batch.Count), constraint) with
        {
            ScoreOf = logits => Op.Logsumexp(logits, [1], true),
            Classes = batch =>
            {
                var (x, y) = batch.Examples!.Value;
                var code = Autograd.NoGrad(() => Encode(x, z.Sample(x.Size(0))));
                return o.ClassWeight * Op.CrossEntropyLoss(Logits(x, code), y);
            },
        }).Players(o.Adam);
    }

    // l(x, z) [N, K].
    private Tensor Logits(Tensor x, Tensor z) => _critic.Forward(Tensor.Cat([x.Flatten(1), z], 1));

    /// <inheritdoc/>
    public override IReadOnlyList<Module> Generators => [_generator];

    /// <inheritdoc/>
    public Latent Latent { get; }

    /// <inheritdoc/>
    public Latent EncodingNoise => Latent;

    /// <inheritdoc/>
    public Tensor Generate(Tensor z, Tensor? condition = null) => _generator.Forward(z);

    /// <summary>Latent vectors of q(z|x), drawn by ε or its mean.</summary>
    /// <inheritdoc/>
    public Tensor Encode(Tensor x, Tensor? noise = null) => StochasticEncoder.Draw(_encoder, x, noise);

    /// <summary>By the pair of a sample and the mean of its latent vectors.</summary>
    /// <inheritdoc/>
    public Tensor Classify(Tensor x) => Op.Softmax(Logits(x, Encode(x)), 1);
}
