using Earthmover.Constraints;
using Earthmover.Data;
using Earthmover.Games;
using Earthmover.Networks;
using Earthmover.Nn;
using Earthmover.Torch;

namespace Earthmover.Systems;

/// <summary>BiGAN: a generator and an encoder play together against a critic of pairs; at the optimum each inverts the other.</summary>
/// <remarks>
/// Donahue et al., "Adversarial Feature Learning", 2016, arXiv:1605.09782, equations 2–3; the perceptrons of its section 4.2.
/// <code>
/// critic                 min_D     E sp(−D(x, E(x))) + E sp(D(G(z), z))
/// generator and encoder  min_{G,E} E sp(D(x, E(x))) + E sp(−D(G(z), z)): the same with the labels exchanged
/// </code>
/// z is uniform on [−1, 1], and E ends in 2σ(·) − 1, so that codes lie where z does.
/// The players are those of <see cref="PairGame{TBatch}"/>; ALI (arXiv:1606.00704) is the same game with a stochastic encoder.
/// </remarks>
public sealed class BiGan : GanSystem<Batch>, ISampler, IEncoder
{
    /// <summary>Its place in the catalog.</summary>
    public static SystemEntry Entry { get; } = new SystemEntry<Options>("bigan", typeof(BiGan), (context, o) => new BiGan(context, o))
    {
        Title = "BiGAN: a generator and an encoder learn to invert each other",
        Paper = "Donahue et al., 2016, arXiv:1605.09782",
        Rows = ["R50"],
        Players = ["critic", "generator and encoder"],
        Example = "earthmover train fashion-mnist --system bigan",
        Acceptance = "BiGanTests",
        Formerly = new Dictionary<string, string> { ["latent_at_every_layer"] = "false", ["bounded_codes"] = "false" },
        Plays =
        {
            [Play.Images] = (new(), new() { Batch = 128, AverageImages = 0, Decay = "linear", DecayStart = 0.5 }),
            [Play.Points] = (new() { Width = 128, LatentSize = 2, LearningRate = 1e-3 }, Rhythms.Toy),
        },
    };

    /// <summary>The parts of the game.</summary>
    public sealed record Options : SystemOptions
    {
        /// <summary>Units of both hidden layers; the paper has 1024.</summary>
        [Bounds(AtLeast = 1, AtMost = 16_384)]
        public int Width { get; init; } = 512;
        /// <summary>Length of z.</summary>
        [Bounds(AtLeast = 1, AtMost = 65_536)]
        public int LatentSize { get; init; } = 50;
        /// <summary>The critic hears z at every layer, as in the paper; otherwise only at the first.</summary>
        public bool LatentAtEveryLayer { get; init; } = true;
        /// <summary>Codes lie within [−1, 1], as z and as the authors' do; otherwise anywhere, where a critic knows them by that.</summary>
        public bool BoundedCodes { get; init; } = true;
        /// <summary>
        /// Constraint of the critic as a function of the pair (x, z), with options after a question mark; the paper has none.
        /// </summary>
        public Part<Constraint> Constraint { get; init; } = "r1?gamma=0.1";
    }

    private readonly Module _generator, _encoder;
    private readonly bool _isBounded;

    /// <summary>A game for pictures or points.</summary>
    /// <exception cref="ArgumentException">The parts do not fit each other.</exception>
    public BiGan(SystemContext context, Options o)
    {
        var (shape, w) = (context.Shape, o.Width);
        var z = Latent = new(0, Uniforms: o.LatentSize);
        Module generator = Network("generator", Mlp.Generator(shape, o.LatentSize, [w, w], Normalization.Batch)),
            encoder = Network("encoder",
                Mlp.Generator(new SampleShape.Points(o.LatentSize), shape.Size, [w, w], Normalization.Batch, Nonlinearity.LeakyRelu)),
            critic = Network("critic", PairCritic.Create(shape, o.LatentSize, [w, w], o.LatentAtEveryLayer));
        (_generator, _encoder, _isBounded) = (generator, encoder, o.BoundedCodes);
        var constraint = o.Constraint.Value;
        Phase = constraint.PhaseOf;
        Players = PairGame.OfCodes(generator, encoder, critic, batch => Encode(batch.X), batch => z.Sample(batch.Count), constraint)
            .Players(o.Adam);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Module> Generators => [_generator];

    /// <inheritdoc/>
    public Latent Latent { get; }

    /// <inheritdoc/>
    public Tensor Generate(Tensor z, Tensor? condition = null) => _generator.Forward(z);

    /// <inheritdoc/>
    public Tensor Encode(Tensor x, Tensor? noise = null)
    {
        using var scope = TensorScope.Open();
        var a = _encoder.Forward(x.Flatten(1));
        return scope.Keep(_isBounded ? 2 * a.Sigmoid() - 1 : a);
    }
}
