using Earthmover.Data;
using Earthmover.Nn;

namespace Earthmover.Networks;

/// <summary>What a pair of networks is built for.</summary>
/// <param name="Shape">The samples.</param>
/// <param name="Latent">Length of z.</param>
/// <param name="Width">Units or channels, in the sense of the architecture; null for its own default.</param>
/// <param name="CriticNormalization">Between the critic's layers.</param>
public sealed record NetworkOptions(
    SampleShape Shape, int Latent = 128, int? Width = null, Normalization CriticNormalization = Normalization.None)
{
    /// <summary>What stands on the critic's features: a score, and what a system asks for beside.</summary>
    public CriticHead Head { get; init; } = CriticHead.Score;
    /// <summary>What follows hidden layers; only architectures of plain layers take another than their own.</summary>
    public HiddenActivation Activation { get; init; } = new();
}

/// <summary>
/// A named pair of networks, generator z [N, latent] → samples and critic samples → scores [N, 1], for whatever data it can be built for.
/// </summary>
/// <remarks>The seven whose title starts with a letter in parentheses are those that arXiv:1704.00028, figure 2, trains.</remarks>
public sealed class Architecture : IOptionPart<Architecture>
{
    private readonly Func<NetworkOptions, int, Module> _generator, _critic;

    private Architecture(
        string name, string title, int width,
        Func<NetworkOptions, int, Module> generator, Func<NetworkOptions, int, Module> critic) =>
        (Name, Title, Width, _generator, _critic) = (name, title, width, generator, critic);

    /// <summary>Name on the command line, e.g. <c>dcgan</c>.</summary>
    public string Name { get; }

    /// <summary>One line for people.</summary>
    public string Title { get; }

    /// <summary>The width that is taken when none is given.</summary>
    public int Width { get; }

    /// <summary>A new generator; the initial weights come from the stream <c>init</c>.</summary>
    /// <exception cref="ArgumentException">The architecture cannot make these samples.</exception>
    public Module Generator(NetworkOptions options) => _generator(Checked(options), options.Width ?? Width);

    /// <summary>A new critic; the initial weights come from the stream <c>init</c>.</summary>
    /// <exception cref="ArgumentException">The architecture cannot take these samples, or not with this normalization.</exception>
    public Module Critic(NetworkOptions options) => _critic(Checked(options), options.Width ?? Width);

    /// <summary>Every architecture.</summary>
    public static IReadOnlyList<Architecture> All { get; } =
    [
        Perceptrons("mlp", "perceptrons for points, images and texts", null),
        Perceptrons("mlp-uniform",
            "the same with LibTorch's initial weights, U(±1/√fan-in), for comparisons with what was measured there",
            Initializers.Default),
        new("dcgan", "(a) DCGAN", 64,
            (o, w) => Dcgan.Generator(Image(o), o.Latent, w, nonlinearity: o.Activation.Or(Nonlinearity.Relu)),
            PlainCritic),
        new("dcgan-constant-width", "(b) DCGAN, its generator without normalization and with as many channels in every layer", 64,
            (o, w) => Dcgan.Generator(Image(o), o.Latent, w, Normalization.None, o.Activation.Or(Nonlinearity.Relu), constantWidth: true),
            PlainCritic),
        new("dcgan-mlp-generator", "(c) DCGAN critic, and a perceptron of four hidden layers as the generator", 64,
            (o, w) => Mlp.Generator(Image(o), o.Latent, [8 * w, 8 * w, 8 * w, 8 * w], nonlinearity: o.Activation.Or(Nonlinearity.Relu)),
            PlainCritic),
        new("dcgan-unnormalized", "(d) DCGAN without normalization layers in either network", 64,
            (o, w) => Dcgan.Generator(Image(o), o.Latent, w, Normalization.None, o.Activation.Or(Nonlinearity.Relu)),
            (o, w) => PlainCritic(o with { CriticNormalization = o.CriticNormalization.WithoutLayers }, w)),
        new("dcgan-gated", "(e) DCGAN with gated multiplicative nonlinearities in both networks", 64,
            (o, w) => Dcgan.Generator(Image(o), o.Latent, w, nonlinearity: Nonlinearity.Gated),
            (o, w) => Dcgan.Critic(Image(o), w, o.CriticNormalization, Nonlinearity.Gated, head: o.Head)),
        new("dcgan-tanh", "(f) DCGAN with tanh everywhere", 64,
            (o, w) => Dcgan.Generator(Image(o), o.Latent, w, nonlinearity: Nonlinearity.Tanh),
            (o, w) => Dcgan.Critic(Image(o), w, o.CriticNormalization, Nonlinearity.Tanh, head: o.Head)),
        new("resnet-101", "(g) residual networks of 101 layers", 64,
            (o, w) => BottleneckResNet.Generator(Image(o), o.Latent, w),
            (o, w) => BottleneckResNet.Critic(Image(o), w, o.CriticNormalization, o.Head)),
        new("resnet", "the residual networks of WGAN-GP and SNGAN", 128,
            (o, w) => ResNet.Generator(Image(o), o.Latent, w),
            (o, w) => ResNet.Critic(Image(o), w, o.CriticNormalization, o.Head)),
        new("resnext", "the residual networks of R3GAN, without normalization", 16,
            (o, w) => ResNeXt.Generator(Image(o), o.Latent, w),
            (o, w) => ResNeXt.Critic(Image(o), w, o.CriticNormalization, o.Head)),
        new("compact-smooth", "small networks for few cores, whose doublings leave no lattice", 16,
            (o, w) => Compact.Generator(Image(o), o.Latent, w),
            (o, w) => Compact.Critic(Image(o), w, o.CriticNormalization, o.Head)),
        new("compact", "the same without smoothing, which leaves a lattice on smooth pictures", 16,
            (o, w) => Compact.Generator(Image(o), o.Latent, w, Fineness.Lattice),
            (o, w) => Compact.Critic(Image(o), w, o.CriticNormalization, o.Head)),
        new("compact-detail", "compact-smooth with a layer at full size and a critic that is shown what is fine apart: for photographs", 16,
            (o, w) => Compact.Generator(Image(o), o.Latent, w, Fineness.Detail),
            (o, w) => Compact.Critic(Image(o), w, o.CriticNormalization, o.Head, fineness: Fineness.Detail)),
        new("compact-attention", "compact-smooth with self-attention in both networks, which sees all of a picture at once", 16,
            (o, w) => Compact.Generator(Image(o), o.Latent, w, attention: true),
            (o, w) => Compact.Critic(Image(o), w, o.CriticNormalization, o.Head, attention: true)),
        new("mnist", "the WGAN-GP networks for 28x28 pixels", 64,
            // tanh x = 2 σ(2x) − 1: the paper's sigmoid, for images in [−1, 1].
            (o, w) => MnistNet.Generator(Image(o), o.Latent, w, output: Nn.Layers.Activation.Tanh),
            (o, w) => MnistNet.Critic(Image(o), w, o.CriticNormalization, o.Head)),
        new("text-resnet", "the one-dimensional residual networks of WGAN-GP for characters", 512,
            (o, w) => TextResNet.Generator(Text(o), o.Latent, w),
            (o, w) => TextResNet.Critic(Text(o), w, normalization: o.CriticNormalization, head: o.Head)),
        new("text-resnet-small", "the same with three blocks instead of five, for few cores", 64,
            (o, w) => TextResNet.Generator(Text(o), o.Latent, w, blocks: 3),
            (o, w) => TextResNet.Critic(Text(o), w, blocks: 3, normalization: o.CriticNormalization, head: o.Head)),
        new("mlp-noisy", "perceptrons with normalized weights and noise on every layer, for learning from few labels", 500,
            (o, w) => Mlp.Noisy.Generator(o.Shape, o.Latent, w),
            (o, w) => Mlp.Noisy.Critic(o.Shape, w, o.CriticNormalization, o.Head)),
    ];

    private const string Auto = "auto";

    // Whichever fits the samples.
    private static readonly Architecture s_fitting = new(Auto, "", 32,
        (o, w) => For(o.Shape).Generator(o with { Width = w }),
        (o, w) => For(o.Shape).Critic(o with { Width = w }));

    static string IOptionPart<Architecture>.Takes => "an architecture";

    static IReadOnlyList<KnownPart> IOptionPart<Architecture>.Known =>
        [new(Auto, "mlp for points, dcgan for pictures, text-resnet for text"), .. All.Select(a => new KnownPart(a.Name, a.Title))];

    static Architecture IOptionPart<Architecture>.Parse(string text) => text == Auto ? s_fitting : Named(text);

    /// <summary>The architecture that fits a kind of sample, for those who have no other wish.</summary>
    public static Architecture For(SampleShape shape) =>
        Named(shape switch { SampleShape.Points => "mlp", SampleShape.Text => "text-resnet", _ => "dcgan" });

    /// <summary>The architecture of a name.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists the names.</exception>
    public static Architecture Named(string name) => All.FirstOrDefault(a => a.Name == name)
        ?? throw new ArgumentException($"unknown architecture '{name}'{NearestName.Hint(name, All.Select(a => a.Name))}: "
            + $"use one of {string.Join(", ", All.Select(a => a.Name))}");

    private static Architecture Perceptrons(string name, string title, Initializer? initializer) => new(name, title, 512,
        (o, w) => Mlp.Generator(o.Shape, o.Latent, o.Shape is SampleShape.Points ? [w, w, w] : [Half(w), w],
            nonlinearity: Between(o), initializer: initializer),
        (o, w) => Mlp.Critic(o.Shape, o.Shape is SampleShape.Points ? [w, w, w] : [w, Half(w)], o.CriticNormalization,
            Between(o), initializer, o.Head));

    private static Nonlinearity Between(NetworkOptions o) =>
        o.Activation.Or(o.Shape is SampleShape.Points ? Nonlinearity.Relu : Nonlinearity.LeakyRelu);

    private static Module PlainCritic(NetworkOptions o, int width) =>
        Dcgan.Critic(Image(o), width, o.CriticNormalization, o.Activation.Or(Nonlinearity.LeakyRelu), o.Head);

    private bool TakesActivation =>
        Name is Auto or "mlp" or "mlp-uniform" or "dcgan" or "dcgan-constant-width" or "dcgan-mlp-generator" or "dcgan-unnormalized";

    private NetworkOptions Checked(NetworkOptions options)
    {
        var expected = Name switch
        {
            "mlp" or "mlp-uniform" or "mlp-noisy" or Auto => null,
            "text-resnet" or "text-resnet-small" => "texts",
            _ => "images",
        };
        var (given, instead) = options.Shape switch
        {
            SampleShape.Points => ("points", "mlp"),
            SampleShape.Text => ("texts", "text-resnet"),
            _ => ("images", "dcgan"),
        };
        if (expected is not null && expected != given)
            throw new ArgumentException($"the architecture '{Name}' is for {expected}, not for {given}: use {instead}");
        if (!options.Activation.IsUsual && !TakesActivation)
            throw new ArgumentException($"the architecture '{Name}' has activations of its own: take activation=auto, or one of "
                + string.Join(", ", All.Where(a => a.TakesActivation).Select(a => a.Name)));
        if (options.Latent < 1 || options.Width < 1 || options.Shape.Size < 1)
            throw new ArgumentException($"the architecture '{Name}' needs a latent size, a width and samples of one number at least");
        return options;
    }

    private static int Half(int width) => Math.Max(1, width / 2);

    private static ImageShape Image(NetworkOptions options) => ((SampleShape.Image)options.Shape).Shape;

    private static SampleShape.Text Text(NetworkOptions options) => (SampleShape.Text)options.Shape;
}
