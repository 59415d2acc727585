using Earthmover.Data;
using Earthmover.Games;
using Earthmover.Networks;
using Earthmover.Nn;
using Earthmover.Objectives;
using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Systems;

/// <summary>
/// zi2zi: pix2pix that is told a style, such as a font: one generator makes all styles, and the critic names the style beside its score.
/// </summary>
/// <remarks>
/// Tian, "zi2zi: Master Chinese Calligraphy with Conditional Adversarial Networks", 2017, github.com/kaonashi-tyc/zi2zi; the constant term
/// is DTN's (arXiv:1611.02200), the named class AC-GAN's (arXiv:1610.09585). Styles s are vectors that are drawn once; C are the style's
/// logits, E is the way down of the U-Net.
/// <code>
/// y = G(a, s)
/// critic     min_D  E sp(−D(a, b)) + E sp(D(a, y)) + ½ κ (bce(C(a, b), s) + bce(C(a, y), s))
/// generator  min_G  E sp(−D(a, y)) + λ |b − y|₁ + μ ‖E(a) − E(y)‖² + κ bce(C(a, y), s),  two moves for one
/// </code>
/// With shuffled styles, every term but L1 is also that of a style that is not the pair's. A mixture of styles is told by weights.
/// </remarks>
public sealed class Zi2Zi : GanSystem<PairedBatch>, ITranslator
{
    /// <summary>Its place in the catalog.</summary>
    public static SystemEntry Entry { get; } = new SystemEntry<Options>("zi2zi", typeof(Zi2Zi), (context, o) => new Zi2Zi(context, o))
    {
        Title = "zi2zi: translation that is told a style, learned from pairs of many",
        Paper = "Tian, 2017, github.com/kaonashi-tyc/zi2zi",
        Rows = ["R35"],
        Players = ["critic", "generator"],
        Example = "earthmover train glyphs --system zi2zi",
        Acceptance = "Zi2ZiTests; with shuffle=true mixtures of 9, 11 and 12 of 12 pairs of fonts are in order",
        NeedsClasses = true,
        Plays =
        {
            [new(DataKind.Images, Pairing.Aligned)] = (new(), new() { Batch = 16, AverageImages = 0, Decay = "linear", DecayStart = 0.5 }),
        },
    };

    /// <summary>The parts of the game.</summary>
    public sealed record Options : SystemOptions
    {
        /// <summary>Adam of the authors' start.</summary>
        public Options() => LearningRate = 1e-3;

        /// <summary>Channels of both networks at half size.</summary>
        [Bounds(AtLeast = 1, AtMost = 16_384)] public int Width { get; init; } = 16;
        /// <summary>Length of a style's vector.</summary>
        [Bounds(AtLeast = 1, AtMost = 65_536)] public int EmbeddingSize { get; init; } = 16;
        /// <summary>λ, weight of the L1 term.</summary>
        [Bounds(AtLeast = 0, AtMost = 1e6)] public double Reconstruction { get; init; } = 100;
        /// <summary>μ, weight of the constant term: a translation is encoded as its source is.</summary>
        [Bounds(AtLeast = 0, AtMost = 1e6)] public double Constant { get; init; } = 15;
        /// <summary>κ, weight of the named style.</summary>
        [Bounds(AtLeast = 0, AtMost = 1e6)] public double StyleWeight { get; init; } = 1;
        /// <summary>Also plays with styles exchanged in a batch, for which there are no pairs: for going on with a trained run.</summary>
        public bool Shuffle { get; init; }
    }

    private readonly ToldUNet _generator;
    private readonly ClassPrior _prior;

    /// <summary>A game for pairs of pictures of one size, with a style each.</summary>
    /// <exception cref="ArgumentException">Their sides differ, or they have no styles.</exception>
    public Zi2Zi(SystemContext context, Options o)
    {
        ImageShape joined = context.Joined, from = ((SampleShape.Image)context.Shape).Shape;
        var (channels, k) = (joined.Channels - from.Channels, (_prior = new(context.ClassShares)).Count);
        var generator = _generator = Network("generator", UNet.Told(from, channels, o.Width, k, o.EmbeddingSize));
        var critic = Network("critic", Dcgan.Critic(joined, o.Width, Normalization.Batch, head: new(Outputs: 1 + k)));
        Func<Tensor, Tensor, Tensor> G = (x, s) => generator.Forward(x, _prior.OneHot(s));
        // A translation in other channels is read by their mean.
        Func<Tensor, Tensor> E = x => generator.Encode(x.Size(1) == from.Channels ? x
            : x.Mean([1], keep: true).Expand([x.Size(0), from.Channels, x.Size(2), x.Size(3)]));
        Func<Tensor, Tensor, (Tensor Score, Tensor Names)> D = (x, y) => CriticHead.Split(critic.Forward(Tensor.Cat([x, y], 1)));
        Func<Tensor, Tensor, Tensor> bce = (logits, s) => Op.BinaryCrossEntropyWithLogits(logits, _prior.OneHot(s));
        // The styles that are told: a pair's own and, shuffled, its neighbor's.
        Func<Tensor, Tensor[]> told = s => o.Shuffle ? [s, Op.Roll(s, [1], [0])] : [s];
        var objective = new NonSaturating();

        Phase = _ => 0;
        Players =
        [
            new("critic", Role.Critic, [critic], o.Adam, round =>
            {
                Tensor a = round.Batch.A, own = round.Batch.Labels!;
                var (real, names) = D(a, round.Batch.B);
                Tensor game = (-real).Softplus().Mean(), named = bce(names, own);
                var styles = told(own);
                foreach (var s in styles)
                {
                    var (score, claimed) = D(a, Autograd.NoGrad(() => G(a, s)));
                    (game, named) = (game + score.Softplus().Mean(), named + bce(claimed, s));
                }
                return new()
                {
                    [objective.Name, objective.Role] = game,
                    ["style", TermRole.Auxiliary] = o.StyleWeight / (1 + styles.Length) * named,
                };
            }),

            new("generator", Role.Generator, [generator], o.Adam, round =>
            {
                var (a, b) = round.Batch;
                var styles = told(round.Batch.Labels!);
                var made = styles.Select(s => (Style: s, Fake: G(a, s))).ToArray();
                var judged = made.Select(m => D(a, m.Fake)).ToArray();
                var code = E(a);
                // Of every style alike.
                Tensor Mean(Func<int, Tensor> of) => Enumerable.Range(0, made.Length).Select(of).Aggregate((x, y) => x + y) / made.Length;
                return new()
                {
                    [objective.Name, objective.Role] = Mean(i => objective.Generator(judged[i].Score)),
                    ["l1", TermRole.Reconstruction] = o.Reconstruction * (b - made[0].Fake).Abs().Mean(),
                    ["constant", TermRole.Reconstruction] = o.Constant * Mean(i => (E(made[i].Fake) - code).Square().Mean()),
                    ["style", TermRole.Auxiliary] = o.StyleWeight * Mean(i => bce(judged[i].Names, made[i].Style)),
                };
            }) { Steps = _ => 2 },
        ];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Module> Generators => [_generator];

    /// <inheritdoc/>
    public IReadOnlyList<Direction> Directions { get; } = [Direction.AToB];

    /// <summary>The style, or several by their weights.</summary>
    public Condition Condition => new Condition.Class(_prior.Shares) { Mixes = true };

    /// <inheritdoc/>
    public Tensor Translate(Tensor x, Direction direction, Tensor? condition = null)
    {
        using var scope = TensorScope.Open();
        var styles = condition ?? Tensor.Zeros([x.Size(0)], DType.Int64, x.Device);
        return scope.Keep(_generator.Forward(x, styles.DType == DType.Int64 ? _prior.OneHot(styles) : styles));
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        // There is none where the constructor has refused.
        _prior?.Dispose();
        base.Dispose(disposing);
    }
}
