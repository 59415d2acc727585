using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Games;
using Earthmover.Networks;
using Earthmover.Nn;
using Earthmover.Nn.Optimizers;
using Earthmover.Objectives;
using Earthmover.Torch;

namespace Earthmover.Systems;

/// <summary>
/// AffGAN: super-resolution whose results, made coarse, are the picture that was given, exactly; a critic says which of all those that are
/// look real.
/// </summary>
/// <remarks>
/// Sønderby et al., "Amortised MAP Inference for Image Super-resolution", 2017, arXiv:1610.04490, sections 2 and 3.
/// <code>
/// x = A y,  ŷ = (I − A⁺A) f(x) + A⁺x:  A ŷ = x, whatever f says
/// critic     min_D  E sp(−D(y)) + E sp(D(ŷ))
/// generator  min_f  −E D(ŷ),  which descends KL(p_ŷ‖p_y)
/// AffMSE     min_f  E (y − ŷ)²
/// SoftGAN    ŷ = f(x),  min_f  −E D(ŷ) + λ E |x − A ŷ|
/// </code>
/// y is drawn from the second domain, and x made of it; pictures of the first are translated later. The critic sees both with noise.
/// </remarks>
public sealed class AffGan : GanSystem<PairedBatch>, ITranslator
{
    /// <summary>Its places in the catalog.</summary>
    public static IReadOnlyList<SystemEntry> Entries { get; } =
    [
        Recipe("aff-gan", "AffGAN: super-resolution that keeps every picture that it is given", ["critic", "generator"], new()),
        Recipe("aff-mse", "AffMSE: the same by squared error alone, without a critic", ["generator"],
            new() { Adversarial = false, SquaredError = 1 }),
        Recipe("soft-gan", "SoftGAN: super-resolution whose results are held to the picture by a penalty alone", ["critic", "generator"],
            new() { Projects = false, Consistency = 10 }),
    ];

    private static SystemEntry<Options> Recipe(string name, string title, string[] players, Options options) =>
        new(name, typeof(AffGan), (context, o) => new AffGan(context, o))
        {
            Title = title,
            Paper = "Sønderby et al., 2017, arXiv:1610.04490",
            Rows = ["R46"],
            Players = players,
            Example = $"earthmover train fashion-small --system {name}",
            Acceptance = "AffGanTests",
            Enlarges = true,
            Plays =
            {
                [new(DataKind.Images, Pairing.Aligned)] = (options with { LearningRate = 1e-3, Beta2 = 0.99 },
                    new() { Batch = 32, Decay = "linear", AverageImages = 0 }),
            },
        };

    /// <summary>The parts of the game.</summary>
    public sealed record Options : SystemOptions
    {
        /// <summary>Channels of both networks at full size.</summary>
        [Bounds(AtLeast = 1, AtMost = 16_384)] public int Width { get; init; } = 16;
        /// <summary>Residual blocks of the generator.</summary>
        [Bounds(AtLeast = 0, AtMost = 64)] public int Blocks { get; init; } = 2;
        /// <summary>The game itself.</summary>
        public bool Adversarial { get; init; } = true;
        /// <summary>Objective of the game, with options after a question mark.</summary>
        public Part<Objective> Objective { get; init; } = "kl-update";
        /// <summary>Noise on all that the critic sees: none, or <c>normal?deviation=0.2&amp;steps=1000</c>.</summary>
        public Part<InstanceNoise> InstanceNoise { get; init; } = "normal?deviation=0.2&steps=1000";
        /// <summary>Critic moves per generator move.</summary>
        [Bounds(AtLeast = 1, AtMost = 1000)] public int CriticSteps { get; init; } = 1;
        /// <summary>Step size of the critic; 0 takes the generator's.</summary>
        [Bounds(AtLeast = 0, AtMost = 1000)] public double CriticLearningRate { get; init; }
        /// <summary>Every result is projected to the nearest that fits the picture that was given.</summary>
        public bool Projects { get; init; } = true;
        /// <summary>λ, weight of how far a result, made coarse, is from that picture.</summary>
        [Bounds(AtLeast = 0, AtMost = 1e6)] public double Consistency { get; init; }
        /// <summary>Weight of the squared error.</summary>
        [Bounds(AtLeast = 0, AtMost = 1e6)] public double SquaredError { get; init; }
    }

    private readonly Module _generator;
    private readonly Coarsening _a;
    private readonly bool _projects;

    /// <summary>A game for pairs of coarse and fine samples.</summary>
    /// <exception cref="ArgumentException">The fine are no whole number of times as large, or nothing moves the generator.</exception>
    public AffGan(SystemContext context, Options o)
    {
        var (objective, noise, A) = (o.Objective.Value, o.InstanceNoise.Value, _a = new Coarsening(context.Shape, context.Target));
        _projects = o.Projects;
        if (!o.Adversarial && o.SquaredError == 0)
            throw new ArgumentException("nothing moves the generator: take adversarial=true, or squared_error=1");
        _generator = Network("generator", context.Shape is SampleShape.Image { Shape: var small }
            ? Enlarger.Create(small, A.Doublings, o.Width, o.Blocks)
            : Mlp.Generator(context.Target, context.Shape.Size, [o.Width, o.Width]));
        Func<Round<PairedBatch>, Tensor> X = round => round.Once("A y", () => A.Coarse(round.Batch.B));
        Player<PairedBatch> Generator(Module? critic) => new("generator", Role.Generator, [_generator], o.Adam, round =>
        {
            Tensor x = X(round), y = round.Batch.B, made = Made(x);
            Tensor Score(Tensor samples) => critic!.Forward(noise.On(samples, round.Step));
            var terms = new Terms();
            if (critic is not null)
                terms[objective.Name, objective.Role] =
                    objective.Generator(Score(made), objective.GeneratorSeesReal ? Score(y) : null, new(y, made));
            if (o.Consistency > 0)
                terms["consistency", TermRole.Reconstruction] = o.Consistency * (x - A.Coarse(made)).Abs().Mean();
            if (o.SquaredError > 0)
                terms["error", TermRole.Reconstruction] = o.SquaredError * (y - made).Square().Mean();
            return terms;
        });
        if (!o.Adversarial)
        {
            Players = [Generator(null)];
            return;
        }
        var D = Network("critic", context.Target is SampleShape.Image { Shape: var large }
            ? Dcgan.Critic(large, o.Width) : Mlp.Critic(context.Target, [2 * o.Width, 2 * o.Width]));
        var adam = o.Adam with { LearningRate = o.CriticLearningRate > 0 ? o.CriticLearningRate : o.LearningRate };
        Players =
        [
            new("critic", Role.Critic, [D], adam, round =>
            {
                Tensor y = round.Batch.B, made = Autograd.NoGrad(() => Made(X(round)));
                Tensor Score(Tensor samples) => D.Forward(noise.On(samples, round.Step));
                return new() { [objective.Name, objective.Role] = objective.Critic(Score(y), Score(made), new(y, made)) };
            }) { Steps = _ => o.CriticSteps },
            Generator(D),
        ];
    }

    // ŷ
    private Tensor Made(Tensor x)
    {
        using var scope = TensorScope.Open();
        var y = _generator.Forward(x);
        return scope.Keep(_projects ? _a.Projected(y, x) : y);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Module> Generators => [_generator];

    /// <inheritdoc/>
    public IReadOnlyList<Direction> Directions { get; } = [Direction.AToB];

    /// <inheritdoc/>
    public Tensor Translate(Tensor x, Direction direction, Tensor? condition = null) => Made(x);
}
