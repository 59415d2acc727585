using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Games;
using Earthmover.Networks;
using Earthmover.Nn;
using Earthmover.Objectives;
using Earthmover.Torch;

namespace Earthmover.Systems;

/// <summary>
/// pix2pix: translation from pairs; the critic judges whether a picture belongs to its input, patch by patch, and an L1 term holds the
/// translation to its pair.
/// </summary>
/// <remarks>
/// Isola et al., "Image-to-Image Translation with Conditional Adversarial Networks", 2016, arXiv:1611.07004, equations 1–4.
/// <code>
/// critic     min_D  ½ (E sp(−D(a, b)) + E sp(D(a, G(a))))
/// generator  min_G  E sp(−D(a, G(a))) + λ |b − G(a)|₁
/// </code>
/// The paper's noise is dropout, which it keeps in use; here it ends with training, so that a translation follows from its input.
/// </remarks>
public sealed class Pix2Pix : GanSystem<PairedBatch>, ITranslator
{
    /// <summary>Its place in the catalog.</summary>
    public static SystemEntry Entry { get; } = new SystemEntry<Options>("pix2pix", typeof(Pix2Pix), (context, o) => new Pix2Pix(context, o))
    {
        Title = "pix2pix: translation between two domains from pairs",
        Paper = "Isola et al., 2016, arXiv:1611.07004",
        Rows = ["R34", "R42"],
        Players = ["critic", "generator"],
        Example = "earthmover train fashion-edges?size=32 --system pix2pix",
        Acceptance = "Pix2PixTests",
        Formerly = new Dictionary<string, string> { ["smooth_every_size"] = "true", ["conditional"] = "true" },
        Plays =
        {
            [new(DataKind.Images, Pairing.Aligned)] = (new(), new() { Batch = 4, AverageImages = 0, Decay = "linear", DecayStart = 0.5 }),
        },
    };

    /// <summary>The parts of the game.</summary>
    public sealed record Options : SystemOptions
    {
        /// <summary>Channels of both networks at half size.</summary>
        [Bounds(AtLeast = 1, AtMost = 16_384)]
        public int Width { get; init; } = 32;
        /// <summary>λ, weight of the L1 term.</summary>
        [Bounds(AtLeast = 0)]
        public double Reconstruction { get; init; } = 100;
        /// <summary>The game itself; without it, only the L1 term is left.</summary>
        public bool Adversarial { get; init; } = true;
        /// <summary>Joins layers of one size of the generator, as in a U-Net.</summary>
        public bool Skips { get; init; } = true;
        /// <summary>Smooths what the generator doubles at every size and not at the last alone, which blurs.</summary>
        public bool SmoothEverySize { get; init; }
        /// <summary>The critic sees the input beside the translation, and so whether the one belongs to the other.</summary>
        public bool Conditional { get; init; } = true;
        /// <summary>Halvings in the critic: 0 judges each pixel, 1 patches of 16 pixels, 2 of 34, 3 of 70, 4 of 142, 5 of 286.</summary>
        [Bounds(AtLeast = 0, AtMost = 8)]
        public int PatchHalvings { get; init; } = 2;
    }

    private readonly Module _generator;

    /// <summary>A game for pairs of pictures of one size, whose channels may differ.</summary>
    /// <exception cref="ArgumentException">Their sides differ, or cannot be halved.</exception>
    public Pix2Pix(SystemContext context, Options o)
    {
        ImageShape joined = context.Joined, a = ((SampleShape.Image)context.Shape).Shape, b = ((SampleShape.Image)context.Target).Shape;
        Module generator = _generator = Network("generator", UNet.Create(a, b.Channels, o.Width, o.Skips, o.SmoothEverySize)),
            critic = Network("critic", PatchCritic.Create(o.Conditional ? joined : b, o.Width, o.PatchHalvings));
        Func<Tensor, Tensor> G = generator.Forward;
        Func<Tensor, Tensor, Tensor> D = (x, y) => critic.Forward(o.Conditional ? Tensor.Cat([x, y], 1) : y);
        var objective = new NonSaturating();

        Phase = _ => 0;
        Players =
        [
            new("critic", Role.Critic, [critic], o.Adam, round =>
            {
                var (x, y) = (round.Batch.A, round.Batch.B);
                var fake = Autograd.NoGrad(() => G(x));
                return new() { [objective.Name, objective.Role] = 0.5 * objective.Critic(D(x, y), D(x, fake)) };
            }),

            new("generator", Role.Generator, [generator], o.Adam, round =>
            {
                var (x, y) = (round.Batch.A, round.Batch.B);
                var fake = G(x);
                var terms = new Terms { ["l1", TermRole.Reconstruction] = o.Reconstruction * (y - fake).Abs().Mean() };
                if (o.Adversarial)
                    terms[objective.Name, objective.Role] = objective.Generator(D(x, fake));
                return terms;
            }),
        ];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Module> Generators => [_generator];

    /// <inheritdoc/>
    public IReadOnlyList<Direction> Directions { get; } = [Direction.AToB];

    /// <inheritdoc/>
    public Tensor Translate(Tensor x, Direction direction, Tensor? condition = null) => _generator.Forward(x);
}
