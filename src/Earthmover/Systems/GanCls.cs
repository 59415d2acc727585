using Earthmover.Data;
using Earthmover.Games;
using Earthmover.Networks;
using Earthmover.Nn;
using Earthmover.Torch;

namespace Earthmover.Systems;

/// <summary>
/// GAN-CLS: pictures of a text. The critic also refuses real pictures whose text is another's, and the generator makes pictures of what
/// lies between two texts.
/// </summary>
/// <remarks>
/// Reed et al., "Generative Adversarial Text to Image Synthesis", 2016, arXiv:1605.05396, algorithm 1 and equation 5.
/// <code>
/// critic     min_{D,φ}  E sp(−D(x, φ(t))) + w E sp(D(x̂, φ(t))) + (1 − w) E sp(D(G(z, ψ(t)), φ(t))) + penalty(D)
/// generator  min_{G,ψ}  E sp(−D(G(z, ψ(t)), φ(t))) + λ E sp(−D(G(z, ψ_β), φ_β))
/// between    ψ_β = β ψ(t) + (1 − β) ψ(t̂), φ_β alike
/// </code>
/// x̂ is a real picture of another text t̂. The paper's encoder is trained beforehand; here each player learns to read, φ and ψ.
/// </remarks>
public sealed class GanCls : TextGan
{
    /// <summary>Its place in the catalog.</summary>
    public static SystemEntry Entry { get; } = new SystemEntry<Options>("gan-cls", typeof(GanCls), (context, o) => new GanCls(context, o))
    {
        Title = "GAN-CLS: pictures of a text, by a critic that knows what belongs together",
        Paper = "Reed et al., 2016, arXiv:1605.05396",
        Rows = ["R38"],
        Players = ["critic and its encoder", "generator and its encoder"],
        Example = "earthmover train fashion-captions --system gan-cls",
        Acceptance = "GanClsTests",
        Plays = { [new(DataKind.Images, Pairing.Captioned)] = (new(), Rhythms.FewCores) },
    };

    /// <summary>The parts of the game.</summary>
    public sealed record Options : TextOptions
    {
        /// <summary>λ, weight of pictures of what lies between two texts (GAN-INT).</summary>
        [Bounds(AtLeast = 0, AtMost = 1e6)] public double InterpolationWeight { get; init; } = 1;
        /// <summary>β, where between two texts that is.</summary>
        [Bounds(AtLeast = 0, AtMost = 1)] public double Interpolation { get; init; } = 0.5;
    }

    private readonly Module _generator, _reader;
    private readonly int _z;

    /// <summary>A game for pictures with captions.</summary>
    /// <exception cref="ArgumentException">The data has no captions, or the networks cannot make its size.</exception>
    public GanCls(SystemContext context, Options o) : base(context)
    {
        var (architecture, text, z) = (o.Architecture.Value, (SampleShape.Text)context.Target, new Latent(_z = o.LatentSize));
        Module generator = _generator = Network("generator", architecture.Generator(new(context.Shape, _z + o.TextSize, o.Width))),
            reader = _reader = Network("generator_text", new TextEncoder(text, o.TextSize, o.TextReading));
        var judge = Judge = new(Network("critic", new TextCritic(architecture, new(context.Shape, _z, o.Width), o.TextSize)),
            Network("critic_text", new TextEncoder(text, o.TextSize, o.TextReading, Math.Sqrt(o.TextSize))), o);
        Func<Tensor, Tensor> ψ = reader.Forward, G = code => Make(z.Sample(code.Size(0)), code);
        Tensor Between(Tensor a) => o.Interpolation * a + (1 - o.Interpolation) * ToldBatch.Next(a);

        Phase = o.Constraint.Value.PhaseOf;
        Players =
        [
            judge.Player("critic", ToldBatch.Of, t => G(ψ(t))),

            new("generator", Role.Generator, [generator, reader], o.Adam, round =>
            {
                var told = ToldBatch.Of(round.Batch);
                Tensor read = ψ(told.T), code = judge.Code(told.T);
                var terms = judge.Generator(told, G(read), code);
                if (o.InterpolationWeight > 0)
                    terms["interpolation", TermRole.Auxiliary] =
                        o.InterpolationWeight * judge.Loss(told, G(Between(read)), Between(code));
                return terms;
            }),
        ];
    }

    private Tensor Make(Tensor z, Tensor code) => _generator.Forward(Tensor.Cat([z, code], 1));

    private protected override TextJudge Judge { get; }

    private protected override Tensor Paint(Tensor latent, Tensor t) => Make(latent.Narrow(1, 0, _z), _reader.Forward(t));

    /// <inheritdoc/>
    public override IReadOnlyList<Module> Generators => [_generator, _reader];

    /// <inheritdoc/>
    public override Latent Latent => new(_z + 1);
}
