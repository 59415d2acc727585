using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Games;
using Earthmover.Networks;
using Earthmover.Nn;
using Earthmover.Torch;

namespace Earthmover.Systems;

/// <summary>
/// What games of two translators and two critics have in common: G leads from domain A to B, F back, D_A and D_B judge what arrives.
/// </summary>
public abstract class TwoWaySystem : GanSystem<UnpairedBatch>, ITranslator, IScorer
{
    /// <summary>The parts that all of them have.</summary>
    public abstract record Parts : SystemOptions
    {
        /// <summary>
        /// Translators: <c>auto</c> takes resnet for pictures and residual-mlp for points; <c>residual-resnet</c> begins near the picture
        /// itself, and <c>mlp</c> is a perceptron without a shortcut, for points.
        /// </summary>
        [OneOf("auto", "resnet", "residual-resnet", "residual-mlp", "mlp")]
        public string Translator { get; init; } = "auto";
        /// <summary>Channels of the first layer, or units of a hidden one.</summary>
        [Bounds(AtLeast = 1, AtMost = 16_384)]
        public int Width { get; init; } = 16;
        /// <summary>Residual blocks of a translator for pictures.</summary>
        [Bounds(AtLeast = 0, AtMost = 1000)]
        public int Blocks { get; init; } = 4;
    }

    /// <summary>Two translators and two critics for domains of one shape.</summary>
    /// <exception cref="ArgumentException">No such networks fit the samples.</exception>
    private protected TwoWaySystem(SystemContext context, Parts o)
    {
        ArgumentNullException.ThrowIfNull(context);
        var shape = context.Common;
        (AToB, BToA) = (Network("a_to_b", Way(shape, o)), Network("b_to_a", Way(shape, o)));
        (CriticA, CriticB) = (Network("critic_a", Critic(shape, o)), Network("critic_b", Critic(shape, o)));
    }

    /// <summary>G.</summary>
    private protected Module AToB { get; }

    /// <summary>F.</summary>
    private protected Module BToA { get; }

    /// <summary>D_A.</summary>
    private protected Module CriticA { get; }

    /// <summary>D_B.</summary>
    private protected Module CriticB { get; }

    /// <summary>A translator of samples of one shape.</summary>
    internal static Module Way(SampleShape shape, Parts o) => (o.Translator, shape) switch
    {
        ("auto" or "resnet", SampleShape.Image images) => Translator.ResNet(images.Shape, o.Width, o.Blocks),
        ("residual-resnet", SampleShape.Image images) => Translator.ResidualResNet(images.Shape, o.Width, o.Blocks),
        ("auto" or "residual-mlp", SampleShape.Points points) => Translator.ResidualMlp(points.Dimension, [o.Width, o.Width]),
        ("mlp", SampleShape.Points points) => Translator.Mlp(points.Dimension, [o.Width, o.Width]),
        _ => throw new ArgumentException($"there is no translator '{o.Translator}' for such samples: "
            + "use auto, resnet or residual-resnet for pictures, or residual-mlp or mlp for points"),
    };

    /// <summary>A critic of such samples: of patches, where they are pictures.</summary>
    internal static Module Critic(SampleShape shape, Parts o) => shape is SampleShape.Image images
        ? PatchCritic.Create(images.Shape, o.Width)
        : Mlp.Critic(shape, [o.Width, o.Width], nonlinearity: Nonlinearity.LeakyRelu);

    /// <inheritdoc/>
    public override IReadOnlyList<Module> Generators => [AToB];

    /// <summary>Both translators: either way is used as an average where averages are kept.</summary>
    public override IReadOnlyList<Module> Averaged => [AToB, BToA];

    /// <inheritdoc/>
    public virtual IReadOnlyList<Direction> Directions { get; } = [Direction.AToB, Direction.BToA];

    /// <inheritdoc/>
    public Tensor Translate(Tensor x, Direction direction, Tensor? condition = null) =>
        (direction == Direction.AToB ? AToB : BToA).Forward(x);

    /// <inheritdoc/>
    public IReadOnlyList<Module> Critics => [CriticB];

    /// <summary>D_B, of samples of domain B.</summary>
    /// <inheritdoc/>
    public Tensor Score(Tensor x, Tensor? condition = null) => CriticB.Forward(x);
}
