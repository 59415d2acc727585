using Earthmover.Data;
using Earthmover.Games;
using Earthmover.Networks;
using Earthmover.Nn;
using Earthmover.Torch;

namespace Earthmover.Systems;

/// <summary>
/// What games have in common in which an encoder E brings samples to latent vectors, so that G(E(x)) shows the generator what it misses.
/// </summary>
public abstract class EncodedSystem : GanSystem<Batch>, ISampler, IEncoder
{
    /// <summary>The parts that all of them have.</summary>
    public abstract record Parts : SystemOptions
    {
        /// <summary>Networks: <c>auto</c> takes mlp for points, dcgan for pictures. The encoder is a critic with other outputs.</summary>
        public Part<Architecture> Architecture { get; init; } = "auto";
        /// <summary>Base width of the networks, channels or units.</summary>
        [Bounds(AtLeast = 1, AtMost = 16_384)] public int Width { get; init; } = 32;
        /// <summary>Length of z.</summary>
        [Bounds(AtLeast = 1, AtMost = 65_536)] public int LatentSize { get; init; } = 64;
        /// <summary>λ₁, weight of the mean squared error of G(E(x)).</summary>
        [Bounds(AtLeast = 0, AtMost = 1e6)] public double Reconstruction { get; init; } = 1;

        /// <summary>The same for points of few dimensions, of which G needs as many latent numbers.</summary>
        internal static T For<T>(T options, SampleShape shape) where T : Parts => shape is SampleShape.Points points
            ? options with { LatentSize = Math.Max(options.LatentSize, points.Dimension) } : options;
    }

    private readonly NetworkOptions _parts;
    private readonly Architecture _architecture;

    /// <summary>A generator and an encoder.</summary>
    /// <exception cref="ArgumentException">The parts do not fit each other.</exception>
    private protected EncodedSystem(SystemContext context, Parts o)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(o);
        (_architecture, _parts, Latent) = (o.Architecture.Value, new(context.Shape, o.LatentSize, o.Width), new(o.LatentSize));
        Generator = Network("generator", _architecture.Generator(_parts));
        Encoder = Network("encoder", _architecture.Critic(_parts with { Head = new(o.LatentSize) }));
    }

    /// <summary>G.</summary>
    private protected Module Generator { get; }

    /// <summary>E.</summary>
    private protected Module Encoder { get; }

    /// <summary>D, of a name.</summary>
    private protected Module Critic(string name) => Network(name, _architecture.Critic(_parts));

    /// <summary>G(E(x)).</summary>
    private protected Tensor Reconstructed(Tensor x) => Generator.Forward(Encoder.Forward(x));

    /// <inheritdoc/>
    public override IReadOnlyList<Module> Generators => [Generator];

    /// <inheritdoc/>
    public Latent Latent { get; }

    /// <inheritdoc/>
    public Tensor Generate(Tensor z, Tensor? condition = null) => Generator.Forward(z);

    /// <inheritdoc/>
    public Tensor Encode(Tensor x, Tensor? noise = null) => Encoder.Forward(x);
}
