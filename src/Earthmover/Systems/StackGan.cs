using Earthmover.Data;
using Earthmover.Games;
using Earthmover.Networks;
using Earthmover.Nn;
using Earthmover.Objectives;
using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Systems;

/// <summary>StackGAN: a small picture of a text first; then, with that frozen, the picture at its full size, drawn over it.</summary>
/// <remarks>
/// Zhang et al., "StackGAN: Text to Photo-realistic Image Synthesis with Stacked Generative Adversarial Networks", 2016, arXiv:1612.03242,
/// equations 1–6.
/// <code>
/// condition     c_k = μ_k(t) + σ_k(t) ε_k,  ε_k ~ N(0, I)
/// stage I       s = G₁(z, c₁);  real pictures x are made smaller
/// stage II      G₂(s, c₂) beside real pictures of full size;  G₁, μ₁ and σ₁ stay
/// critic k      min_{D,φ}    E sp(−D(x, φ(t))) + w E sp(D(x̂, φ(t))) + (1 − w) E sp(D(G_k, φ(t))) + penalty(D)
/// generator k   min_{G,μ,σ}  E sp(−D(G_k, φ(t))) + λ KL(N(μ_k(t), σ_k(t)²)‖N(0, I))                        x̂: of another text
/// </code>
/// The paper's encoder is trained beforehand; here every network learns to read for itself. The KL term is a mean over coordinates.
/// </remarks>
public sealed class StackGan : TextGan
{
    /// <summary>Its place in the catalog.</summary>
    public static SystemEntry Entry { get; } = new SystemEntry<Options>(
        "stackgan", typeof(StackGan), (context, o) => new StackGan(context, o))
    {
        Title = "StackGAN: pictures of a text in two stages, a small one and the whole drawn over it",
        Paper = "Zhang et al., 2016, arXiv:1612.03242",
        Rows = ["R39"],
        Players = ["critic and generator of each stage"],
        Example = "earthmover train fashion-captions?size=32 --system stackgan",
        Acceptance = "StackGanTests",
        Plays = { [new(DataKind.Images, Pairing.Captioned)] = (new(), Rhythms.FewCores) },
    };

    /// <summary>The parts of the game.</summary>
    public sealed record Options : TextOptions
    {
        /// <summary>How many times as large as the small picture the whole is.</summary>
        [OneOf("2", "4")] public string Ratio { get; init; } = "2";
        /// <summary>Length of a condition c.</summary>
        [Bounds(AtLeast = 1, AtMost = 4096)] public int ConditionSize { get; init; } = 16;
        /// <summary>
        /// λ, weight of the KL term, a mean over coordinates. The authors' code has 2, for texts that are read beforehand; where reading
        /// is learned by the game it must weigh less: of small garments 600 steps make 38 % as told with 2, 51 % with 0.25, 66 % with 0.02.
        /// </summary>
        [Bounds(AtLeast = 0, AtMost = 1e6)] public double KlWeight { get; init; } = 0.02;
        /// <summary>Residual blocks of the second generator.</summary>
        [Bounds(AtLeast = 0, AtMost = 64)] public int Blocks { get; init; } = 2;
        /// <summary>Share of the run that the first stage gets.</summary>
        [Bounds(Above = 0, Below = 1)] public double FirstShare { get; init; } = 0.5;
    }

    private readonly Module _small;
    private readonly Refiner _whole;
    private readonly ConditioningAugmentation[] _laws;
    private readonly TextJudge[] _judges;
    private readonly SavedNumber _stage; // whose pictures are made: that of the game in play
    private readonly int _ratio, _z, _c;

    /// <summary>A game for pictures with captions.</summary>
    /// <exception cref="ArgumentException">The data has no captions, or the networks cannot make its size.</exception>
    public StackGan(SystemContext context, Options o) : base(context)
    {
        var (full, text, architecture) = (((SampleShape.Image)context.Shape).Shape, (SampleShape.Text)context.Target, o.Architecture.Value);
        (_ratio, _z, _c, _stage) = (o.Ratio == "4" ? 4 : 2, o.LatentSize, o.ConditionSize, State("stage", new SavedNumber(0)));
        var multiple = 4 * _ratio;
        int Near(int side) => (side + multiple - 1) / multiple * multiple;
        if (full.Height % multiple != 0 || full.Width % multiple != 0)
            throw new ArgumentException($"stackgan makes small pictures first, so that sides are divisible by {multiple}, "
                + $"not {full.Width}x{full.Height}: use ?size={Near(full.Width)}x{Near(full.Height)} after the data");
        ImageShape small = new(full.Channels, full.Height / _ratio, full.Width / _ratio);
        _small = Network("generator1", architecture.Generator(new(small, _z + _c, o.Width)));
        _whole = Network("generator2", new Refiner(small, _c, _ratio / 2, o.Width, o.Blocks));
        _laws = [.. new[] { 1, 2 }.Select(k =>
            Network($"generator{k}_text", new ConditioningAugmentation(text, o.TextSize, _c, o.TextReading)))];
        _judges = [.. new[] { small, full }.Select((shape, k) => new TextJudge(
            Network($"critic{k + 1}", new TextCritic(architecture, new(shape, _z, o.Width), o.TextSize)),
            Network($"critic{k + 1}_text", new TextEncoder(text, o.TextSize, o.TextReading, Math.Sqrt(o.TextSize))), o))];
        Stages = [Act(0, o.FirstShare, o), Act(1, 1 - o.FirstShare, o)];
    }

    // Stage k of the two.
    private Stage<PairedBatch> Act(int k, double share, Options o)
    {
        var (judge, law) = (_judges[k], _laws[k]);
        Func<Tensor, Tensor> G = t => Paint(k, Latent.Sample(t.Size(0)), t);
        ToldBatch See(PairedBatch batch) => k == 0 ? new(Smaller(batch.A), ToldBatch.Of(batch).T) : ToldBatch.Of(batch);
        return new(k == 0 ? "stage I" : "stage II",
        [
            judge.Player($"critic {k + 1}", See, G),

            new($"generator {k + 1}", Role.Generator, [k == 0 ? _small : _whole, law], o.Adam, round =>
            {
                var told = See(round.Batch);
                var terms = judge.Generator(told, G(told.T), judge.Code(told.T));
                var (mean, logVariance) = law.LawOf(told.T);
                terms["kl", TermRole.Auxiliary] = o.KlWeight * StandardNormal.Divergence(mean, logVariance);
                return terms;
            }),
        ], share)
        {
            Phase = o.Constraint.Value.PhaseOf,
        };
    }

    // Pictures of stage k; a latent vector is z, ε₁, ε₂ and the number that chooses the caption.
    private Tensor Paint(int k, Tensor latent, Tensor t)
    {
        using var scope = TensorScope.Open();
        Tensor Condition(int i) => _laws[i].Draw(t, latent.Narrow(1, _z + i * _c, _c));
        Tensor Small() => _small.Forward(Tensor.Cat([latent.Narrow(1, 0, _z), Condition(0)], 1));
        // What is frozen keeps its statistics, too.
        return scope.Keep(k == 0 ? Small() : _whole.Forward(_small.Evaluating(Small), Condition(1)));
    }

    private Tensor Smaller(Tensor x) => Op.AvgPool2d(x, [_ratio, _ratio]);

    /// <summary>Begins a stage, of which samples are from then on.</summary>
    /// <inheritdoc/>
    public override IGame Begin(int stage, Func<IDisposable> next)
    {
        _stage.Value = stage;
        return base.Begin(stage, next);
    }

    private int Now => _stage.Value > 0 ? 1 : 0;

    private protected override TextJudge Judge => _judges[Now];

    private protected override Tensor Seen(Tensor x) => Now == 0 ? Smaller(x) : x;

    // In the first stage small pictures, enlarged.
    private protected override Tensor Paint(Tensor latent, Tensor t)
    {
        var made = Paint(Now, latent, t);
        return Now > 0 ? made : Op.UpsampleBilinear2d(made, [_ratio * made.Size(2), _ratio * made.Size(3)], align_corners: false);
    }

    /// <summary>The small pictures that samples are drawn over [N, C, H/ratio, W/ratio].</summary>
    /// <param name="z">[N, size of <see cref="Latent"/>].</param>
    /// <param name="texts">Int64 [N, L].</param>
    public Tensor Sketch(Tensor z, Tensor texts) => Paint(0, z, texts);

    /// <inheritdoc/>
    public override IReadOnlyList<Module> Generators => [_small, _laws[0], _whole, _laws[1]];

    /// <summary>z, the noise of both conditions, and a last coordinate that chooses the caption.</summary>
    public override Latent Latent => new(_z + 2 * _c + 1);
}
