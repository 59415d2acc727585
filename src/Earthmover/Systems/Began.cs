using Earthmover.Data;
using Earthmover.Games;
using Earthmover.Networks;
using Earthmover.Nn;
using Earthmover.Nn.Layers;
using Earthmover.Nn.Optimizers;
using Earthmover.Torch;

namespace Earthmover.Systems;

/// <summary>
/// BEGAN: the critic is an autoencoder whose reconstruction error tells real from generated, and a control variable keeps the two errors in
/// proportion.
/// </summary>
/// <remarks>
/// Berthelot et al., "BEGAN: Boundary Equilibrium Generative Adversarial Networks", 2017, arXiv:1703.10717, section 3.
/// <code>
/// L(v) = mean |v − D(v)|
/// critic     min_D  L(x) − k L(G(z))
/// generator  min_G  L(G(z))
/// balance    k ← clip(k + λ (γ L(x) − L(G(z))), 0, 1)
/// measure    M = L(x) + |γ L(x) − L(G(z))|
/// </code>
/// </remarks>
public sealed class Began : GanSystem<Batch>, ISampler, IScorer
{
    /// <summary>Its place in the catalog.</summary>
    public static SystemEntry Entry { get; } = new SystemEntry<Options>("began", typeof(Began), (context, o) => new Began(context, o))
    {
        Title = "BEGAN: an autoencoder as the critic, in balance with the generator",
        Paper = "Berthelot et al., 2017, arXiv:1703.10717",
        Rows = ["R45"],
        Players = ["critic", "generator"],
        Example = "earthmover train fashion-mnist --system began",
        Acceptance = "BeganTests; pictures are far from DCGAN's in the same time, as the numbers above say",
        Formerly = new Dictionary<string, string> { ["networks"] = Autoencoder.Paper },
        Plays = { [Play.Images] = (new(), Rhythms.FewCores) },
    };

    /// <summary>The parts of the game.</summary>
    public sealed record Options : SystemOptions
    {
        /// <summary>The defaults; the paper's are networks=paper, a rate of 1e-4, γ of 0.3 to 0.7 and λ of 1e-3, for days.</summary>
        public Options() => (LearningRate, Beta2) = (2e-3, 0.99);
        /// <summary>Networks: small ones for few cores, or the paper's, whose layers of full size take ten times as long.</summary>
        [OneOf(Autoencoder.Compact, Autoencoder.Paper)]
        public string Networks { get; init; } = Autoencoder.Compact;
        /// <summary>n, channels of the networks.</summary>
        [Bounds(AtLeast = 1, AtMost = 16_384)]
        public int Width { get; init; } = 16;
        /// <summary>N_z, length of z, which is uniform on [−1, 1].</summary>
        [Bounds(AtLeast = 1, AtMost = 65_536)]
        public int LatentSize { get; init; } = 64;
        /// <summary>N_h, length of the autoencoder's code.</summary>
        [Bounds(AtLeast = 1, AtMost = 65_536)]
        public int CodeSize { get; init; } = 64;
        /// <summary>γ, the wanted L(G(z)) / L(x): low for quality, high for diversity.</summary>
        [Bounds(AtLeast = 0, AtMost = 1)]
        public double Diversity { get; init; } = 1;
        /// <summary>λ, step size of k.</summary>
        [Bounds(AtLeast = 0, AtMost = 1)]
        public double BalanceRate { get; init; } = 0.2;
    }

    private readonly Module _generator, _critic;

    /// <summary>A game for images of a shape.</summary>
    /// <exception cref="ArgumentException">The autoencoder cannot be built for them.</exception>
    public Began(SystemContext context, Options o)
    {
        var shape = ((SampleShape.Image)context.Shape).Shape;
        var parts = Autoencoder.Of(o.Networks, shape, o.LatentSize, o.CodeSize, o.Width);
        Module generator = Network("generator", parts.Generator),
            critic = Network("critic", new Sequential(parts.Encoder, parts.Decoder));
        Func<Tensor, Tensor> G = generator.Forward, L = v => Errors(v).Mean();
        var z = Latent = new(0, Uniforms: o.LatentSize);
        (_generator, _critic) = (generator, critic);
        var k = State("k", new SavedNumber(0));
        double real = 0, fake = 0; // L(x) and L(G(z)) of this step

        Players =
        [
            new("critic", Role.Critic, [critic], o.Adam, round =>
            {
                Tensor x = round.Batch.X, fake = Autograd.NoGrad(() => G(z.Sample(x.Size(0))));
                // One pass for both; every sample's error is its own.
                var errors = Errors(Tensor.Cat([x, fake]));
                var error = errors.Narrow(0, 0, x.Size(0)).Mean();
                real = WholeBatch.Average(error.Item());
                return new() { ["real"] = error, ["generated"] = -k.Value * errors.Narrow(0, x.Size(0), x.Size(0)).Mean() };
            }),

            new("generator", Role.Generator, [generator], o.Adam, round =>
            {
                var error = L(G(z.Sample(round.Batch.Count)));
                fake = WholeBatch.Average(error.Item());
                return new()
                {
                    ["generated"] = error,
                    Observed = { ["k"] = Tensor.Of(k.Value), ["convergence"] = Tensor.Of(real + Math.Abs(o.Diversity * real - fake)) },
                };
            })
            {
                AfterStep = () => k.Value = Math.Clamp(k.Value + o.BalanceRate * (o.Diversity * real - fake), 0, 1),
            },
        ];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Module> Generators => [_generator];

    /// <inheritdoc/>
    public Latent Latent { get; }

    /// <inheritdoc/>
    public Tensor Generate(Tensor z, Tensor? condition = null) => _generator.Forward(z);

    /// <inheritdoc/>
    public IReadOnlyList<Module> Critics => [_critic];

    // L of each sample [N, 1].
    private Tensor Errors(Tensor v)
    {
        using var scope = TensorScope.Open();
        return scope.Keep((v - _critic.Forward(v)).Abs().Flatten(1).Mean([1], keep: true));
    }

    /// <summary>−L of each sample: what the autoencoder reproduces well is real to it.</summary>
    /// <inheritdoc/>
    public Tensor Score(Tensor x, Tensor? condition = null)
    {
        using var scope = TensorScope.Open();
        return scope.Keep(-Errors(x));
    }
}
