using Earthmover.Data;
using Earthmover.Games;
using Earthmover.Networks;
using Earthmover.Nn;
using Earthmover.Nn.Optimizers;
using Earthmover.Objectives;
using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Systems;

/// <summary>
/// LAPGAN: a small image first, then at every level of a Laplacian pyramid the detail that the enlarged image lacks, each by a conditional
/// GAN of its own.
/// </summary>
/// <remarks>
/// Denton et al., "Deep Generative Image Models using a Laplacian Pyramid of Adversarial Networks", 2015, arXiv:1506.05751, sections 3.2
/// and 4.
/// <code>
/// I_{k+1} = d(I_k),  l_k = u(I_{k+1}),  h_k = I_k − l_k
/// critic k     min_{D_k}  E sp(−D_k(l_k + h_k)) + E sp(D_k(l_k + G_k(l_k, z_k)))
/// generator k  min_{G_k}  E sp(−D_k(l_k + G_k(l_k, z_k)))
/// coarsest     a GAN of I_K:  l_K = 0 and G_K(z_K)
/// sample       Ĩ_K = G_K(z_K),  Ĩ_k = u(Ĩ_{k+1}) + G_k(u(Ĩ_{k+1}), z_k)
/// </code>
/// The levels learn on real l_k, independently of each other.
/// </remarks>
public sealed class Lapgan : GanSystem<Batch>, ISampler, IScorer
{
    /// <summary>Its place in the catalog.</summary>
    public static SystemEntry Entry { get; } = new SystemEntry<Options>("lapgan", typeof(Lapgan), (context, o) => new Lapgan(context, o))
    {
        Title = "LAPGAN: a pyramid of conditional GANs from coarse to fine",
        Paper = "Denton et al., 2015, arXiv:1506.05751",
        Rows = ["R37"],
        Players = ["critic and generator of each level"],
        Example = "earthmover train fashion-mnist --system lapgan",
        Acceptance = "LapganTests; 1,500 steps: Fréchet distance in two outside classifiers 171 and 168, "
            + "a single-stage perceptron 420 and 339",
        Plays = { [Play.Images] = (new(), Rhythms.FewCores) },
    };

    /// <summary>The parts of the game.</summary>
    public sealed record Options : SystemOptions
    {
        /// <summary>The defaults.</summary>
        public Options() => LearningRate = 1e-3;

        /// <summary>Channels of a level's networks.</summary>
        [Bounds(AtLeast = 1, AtMost = 16_384)]
        public int Width { get; init; } = 16;
        /// <summary>Length of z at the coarsest level; every other level adds a plane of noise.</summary>
        [Bounds(AtLeast = 1, AtMost = 65_536)]
        public int CoarseLatentSize { get; init; } = 100;
        /// <summary>Images are halved while their shorter side is even and longer than this, pixels.</summary>
        [Bounds(AtLeast = 1, AtMost = 4096)]
        public int Coarsest { get; init; } = 4;
    }

    private readonly ImageShape[] _shapes; // from the full size, k = 0, to the coarsest, k = K
    private readonly Module[] _generators, _critics;
    private readonly int _coarseLatent;

    /// <summary>A game for images of a shape.</summary>
    /// <exception cref="ArgumentException">The sides cannot be halved.</exception>
    public Lapgan(SystemContext context, Options o)
    {
        var full = ((SampleShape.Image)context.Shape).Shape;
        var coarsest = Pyramid.Halvings(full, o.Coarsest); // K
        if (coarsest == 0)
            throw new ArgumentException($"a pyramid halves its images, so their sides are even, not {full.Width}x{full.Height}: "
                + $"use ?size={full.Width + full.Width % 2}x{full.Height + full.Height % 2} after the data");
        _shapes = [.. Enumerable.Range(0, coarsest + 1).Select(k => new ImageShape(full.Channels, full.Height >> k, full.Width >> k))];
        (_generators, _critics, _coarseLatent) = (new Module[coarsest + 1], new Module[coarsest + 1], o.CoarseLatentSize);
        var objective = new NonSaturating();
        var players = new List<Player<Batch>>();

        // I_k of a round, shared by the levels.
        Tensor I(Round<Batch> round, int k) => k == 0 ? round.Batch.X : round.Once($"I{k}", () => Halve(I(round, k - 1)));

        for (var level = coarsest; level >= 0; level--)
        {
            var (k, shape, name) = (level, _shapes[level], $"{_shapes[level].Width}");
            Module generator = _generators[k] = Network($"generator_{name}", k == coarsest
                    ? Mlp.Generator(shape, o.CoarseLatentSize, [128], nonlinearity: Nonlinearity.LeakyRelu)
                    : LaplacianLevel.Generator(shape.Channels, o.Width)),
                critic = _critics[k] = Network($"critic_{name}", k == coarsest
                    ? Mlp.Critic(shape, [128], nonlinearity: Nonlinearity.LeakyRelu)
                    : LaplacianLevel.Critic(shape, o.Width));
            Func<Tensor, Tensor> D = critic.Forward;
            Func<Tensor?, Tensor, Tensor> G = (l, z) => Ascend(k, l, z);
            Func<Round<Batch>, Tensor> Fake = round =>
                G(k == coarsest ? null : round.Once($"l{k}", () => Double(I(round, k + 1))), Noise(k).Sample(round.Batch.Count));

            players.Add(new($"critic {name}", Role.Critic, [critic], o.Adam, round =>
                new() { [objective.Name, objective.Role] = objective.Critic(D(I(round, k)), D(Autograd.NoGrad(() => Fake(round)))) }));
            players.Add(new($"generator {name}", Role.Generator, [generator], o.Adam, round =>
                new() { [objective.Name, objective.Role] = objective.Generator(D(Fake(round))) }));
        }
        Phase = _ => 0;
        Players = players;
    }

    /// <summary>d: the mean of every 2 × 2 pixels.</summary>
    public static Tensor Halve(Tensor images) => Op.AvgPool2d(images, [2, 2]);

    /// <summary>u: every pixel four times.</summary>
    public static Tensor Double(Tensor images) => Op.UpsampleNearest2d(images, [2 * images.Size(2), 2 * images.Size(3)]);

    // l_k + G_k(l_k, z_k), or G_K(z_K).
    private Tensor Ascend(int k, Tensor? l, Tensor z)
    {
        using var scope = TensorScope.Open();
        if (l is null)
            return scope.Keep(_generators[k].Forward(z));
        var plane = z.Reshape(-1, 1, _shapes[k].Height, _shapes[k].Width);
        return scope.Keep(l + _generators[k].Forward(Tensor.Cat([l, plane], 1)));
    }

    private int NoiseSize(int k) => k == _shapes.Length - 1 ? _coarseLatent : _shapes[k].Height * _shapes[k].Width;

    private Latent Noise(int k) => new(0, Uniforms: NoiseSize(k));

    /// <inheritdoc/>
    public override IReadOnlyList<Module> Generators => _generators;

    /// <summary>z_K, …, z_0, one after another.</summary>
    public Latent Latent => new(0, Uniforms: Enumerable.Range(0, _shapes.Length).Sum(NoiseSize));

    /// <summary>Climbs the levels.</summary>
    public Tensor Generate(Tensor z, Tensor? condition = null)
    {
        using var scope = TensorScope.Open();
        Tensor? image = null;
        for (int k = _shapes.Length - 1, at = 0; k >= 0; at += NoiseSize(k--))
            image = Ascend(k, image is null ? null : Double(image), z.Narrow(1, at, NoiseSize(k)));
        return scope.Keep(image!);
    }

    /// <inheritdoc/>
    public IReadOnlyList<Module> Critics => [_critics[0]];

    /// <summary>The critic of the finest level, which sees whole images.</summary>
    /// <inheritdoc/>
    public Tensor Score(Tensor x, Tensor? condition = null) => _critics[0].Forward(x);
}
