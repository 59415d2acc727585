using Earthmover.Data;
using Earthmover.Games;
using Earthmover.Networks;
using Earthmover.Nn;
using Earthmover.Nn.Layers;
using Earthmover.Torch;

namespace Earthmover.Systems;

/// <summary>
/// EBGAN: the critic is an energy, the error of an autoencoder, low where data are; what is generated is to cost it a margin and no more.
/// </summary>
/// <remarks>
/// Zhao et al., "Energy-based Generative Adversarial Networks", 2016, arXiv:1609.03126, sections 2.1 and 2.4.
/// <code>
/// E(v) = |v − Dec(Enc(v))|², the mean over a sample;  S = Enc(G(z))
/// critic     min_D  E E(x) + E max(0, m − E(G(z))), sample by sample
/// generator  min_G  E E(G(z)) + w · 1/(n(n−1)) Σ_{i≠j} cos²(S_i, S_j)
/// </code>
/// </remarks>
public sealed class Ebgan : GanSystem<Batch>, ISampler, IScorer
{
    /// <summary>Its place in the catalog.</summary>
    public static SystemEntry Entry { get; } = new SystemEntry<Options>("ebgan", typeof(Ebgan), (context, o) => new Ebgan(context, o))
    {
        Title = "EBGAN: an autoencoder's error as an energy with a margin, and a term that pulls codes apart",
        Paper = "Zhao et al., 2016, arXiv:1609.03126",
        Rows = ["R44"],
        Players = ["critic", "generator"],
        Example = "earthmover train fashion-mnist --system ebgan",
        Acceptance = "EbganTests",
        Formerly = new Dictionary<string, string> { ["networks"] = Autoencoder.Paper },
        Plays = { [Play.Images] = (new(), Rhythms.FewCores) },
    };

    /// <summary>The parts of the game.</summary>
    public sealed record Options : SystemOptions
    {
        /// <summary>
        /// The defaults; the paper's step size is 1e-3 for both. A generator that moves faster keeps its energy below the margin.
        /// </summary>
        public Options() => (LearningRate, Beta2) = (8e-3, 0.99);

        /// <summary>Step size of the critic; <c>learning_rate</c> is the generator's.</summary>
        [Bounds(Above = 0, AtMost = 1000)] public double CriticLearningRate { get; init; } = 1e-3;
        /// <summary>Networks: small ones for few cores, or those of BEGAN's paper, which take ten times as long.</summary>
        [OneOf(Autoencoder.Compact, Autoencoder.Paper)] public string Networks { get; init; } = Autoencoder.Compact;
        /// <summary>Channels of the networks.</summary>
        [Bounds(AtLeast = 1, AtMost = 16_384)] public int Width { get; init; } = 16;
        /// <summary>Length of z.</summary>
        [Bounds(AtLeast = 1, AtMost = 65_536)] public int LatentSize { get; init; } = 64;
        /// <summary>Length of the autoencoder's code.</summary>
        [Bounds(AtLeast = 1, AtMost = 65_536)] public int CodeSize { get; init; } = 32;
        /// <summary>m, the energy beyond which a generated sample no longer moves the critic, in squares of values from −1 to 1.</summary>
        [Bounds(Above = 0, AtMost = 1e6)] public double Margin { get; init; } = 0.08;
        /// <summary>w, weight of the term that pulls codes apart.</summary>
        [Bounds(AtLeast = 0, AtMost = 1e6)] public double PullingAway { get; init; } = 0.1;
    }

    private readonly Module _generator, _critic;

    /// <summary>A game for images of a shape.</summary>
    /// <exception cref="ArgumentException">The autoencoder cannot be built for them.</exception>
    public Ebgan(SystemContext context, Options o)
    {
        var shape = ((SampleShape.Image)context.Shape).Shape;
        var (encoder, decoder, made) = Autoencoder.Of(o.Networks, shape, o.LatentSize, o.CodeSize, o.Width);
        Module generator = _generator = Network("generator", made),
            critic = _critic = Network("critic", new Sequential(encoder, decoder));
        Func<Tensor, Tensor> G = generator.Forward, E = Energy;
        var z = Latent = new(o.LatentSize);
        Phase = _ => 0;
        Players =
        [
            new("critic", Role.Critic, [critic], o.Adam with { LearningRate = o.CriticLearningRate }, round =>
            {
                Tensor x = round.Batch.X, fake = Autograd.NoGrad(() => G(z.Sample(x.Size(0))));
                return new() { ["real"] = E(x).Mean(), ["generated"] = (o.Margin - E(fake)).Relu().Mean() };
            }),

            new("generator", Role.Generator, [generator], o.Adam, round =>
            {
                var fake = G(z.Sample(round.Batch.Count));
                return new()
                {
                    ["generated"] = E(fake).Mean(),
                    ["pulling", TermRole.Auxiliary] = o.PullingAway > 0 ? o.PullingAway * SquaredCosine(encoder.Forward(fake)) : null,
                };
            }),
        ];
    }

    /// <summary>Mean squared cosine between different rows of codes [N, C], a tensor without axes.</summary>
    public static Tensor SquaredCosine(Tensor codes)
    {
        using var scope = TensorScope.Open();
        var n = codes.Size(0);
        var unit = codes / (codes.Square().Sum([1], keep: true) + 1e-12).Sqrt();
        // Each row with itself is 1.
        return scope.Keep((unit.MatMul(unit.Transpose(0, 1)).Square().Sum() - n) / (double)(n * (n - 1)));
    }

    // [N, 1]
    private Tensor Energy(Tensor x)
    {
        using var scope = TensorScope.Open();
        return scope.Keep((x - _critic.Forward(x)).Square().Flatten(1).Mean([1], keep: true));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Module> Generators => [_generator];

    /// <inheritdoc/>
    public Latent Latent { get; }

    /// <inheritdoc/>
    public Tensor Generate(Tensor z, Tensor? condition = null) => _generator.Forward(z);

    /// <inheritdoc/>
    public IReadOnlyList<Module> Critics => [_critic];

    /// <summary>−E of each sample: what costs little is real.</summary>
    /// <inheritdoc/>
    public Tensor Score(Tensor x, Tensor? condition = null)
    {
        using var scope = TensorScope.Open();
        return scope.Keep(-Energy(x));
    }
}
