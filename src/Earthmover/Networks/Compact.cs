using Earthmover.Data;
using Earthmover.Nn;
using Earthmover.Nn.Layers;
using Earthmover.Nn.PyTorch;
using Earthmover.Torch;

namespace Earthmover.Networks;

/// <summary>What the compact networks do for what is fine in a picture.</summary>
public enum Fineness
{
    /// <summary>Nothing: doublings leave a lattice on smooth pictures.</summary>
    Lattice,
    /// <summary>Sub-pixels start equal and are averaged two by two after each doubling, so that no lattice is left.</summary>
    Smooth,
    /// <summary>
    /// The same, a layer at the picture's full size after the last doubling, and a critic that is shown apart how pixels differ from their
    /// neighbors, which is little of a photograph (compare wavelets, arXiv:2102.06108). The one without the other gains nothing.
    /// </summary>
    Detail,
    /// <summary>
    /// The same, and in a generator that is told the class z moves the gains and biases of every layer (arXiv:1810.01365), and every
    /// doubling adds noise by learned gains, for what z need not tell (arXiv:1812.04948).
    /// </summary>
    Style,
}

/// <summary>
/// Small networks for pictures, made for few cores: their work sits at the small sizes, where a convolution is cheap per weight.
/// </summary>
public static class Compact
{
    // Differences of neighbors about as large as all else in a photograph.
    private const float DetailGain = 4;

    // Attention stands where a picture has at most this side: there it costs little, and sees all of it.
    private const int AttentionSide = 16;

    private static readonly Initializer s_linear = (shape, fanIn, _) => Initializers.Normal(1 / Math.Sqrt(fanIn))(shape, 0, 0);

    // The picture starts near gray, where tanh has its slope. A window of 4 with stride 2 meets each pixel with 4 weights per channel.
    private static readonly Initializer s_output = (shape, _, _) => Initializers.Normal(0.5 * Math.Sqrt(2.0 / (4 * shape[0])))(shape, 0, 0);

    // The same of a window of 3.
    private static readonly Initializer s_picture = (shape, fanIn, _) => Initializers.Normal(0.5 * Math.Sqrt(2.0 / fanIn))(shape, 0, 0);

    private static readonly Initializer s_subPixels = Initializers.EqualPhases(s_picture);

    /// <summary>
    /// The fineness of an architecture: <c>compact</c>, <c>compact-smooth</c>, <c>compact-detail</c> or <c>compact-style</c>.
    /// </summary>
    internal static Fineness FinenessOf(string architecture) => architecture switch
    {
        "compact-smooth" => Fineness.Smooth,
        "compact-detail" => Fineness.Detail,
        "compact-style" => Fineness.Style,
        "compact" => Fineness.Lattice,
        _ => throw new ArgumentException($"the architecture '{architecture}' is none of the compact ones", nameof(architecture)),
    };

    /// <summary>
    /// G: z [N, latent] → images [N, C, H, W] in [−1, 1]: a dense layer, and 3 × 3 convolutions whose sub-pixels double the size
    /// (arXiv:1609.05158).
    /// </summary>
    /// <param name="shape">The images; their sides are divisible by four.</param>
    /// <param name="latent">Length of z.</param>
    /// <param name="width">Channels at half size; twice as many at a quarter.</param>
    /// <param name="fineness">What is done for what is fine.</param>
    /// <param name="attention">Self-attention at the largest size of at most 16 places a side.</param>
    /// <exception cref="ArgumentException">A side is not divisible by four.</exception>
    public static Module Generator(
        ImageShape shape, int latent, int width = 16, Fineness fineness = Fineness.Smooth, bool attention = false)
    {
        var (doublings, smooth) = (Doublings(shape), fineness != Fineness.Lattice);
        int h = shape.Height >> doublings, w = shape.Width >> doublings, channels = 2 * width;
        List<Module> layers =
        [
            new Linear(latent, channels * h * w, bias: false, initializer: s_linear), Shapes.Reshape(channels, h, w),
            new BatchNorm(channels), Activation.Relu(),
        ];
        for (var i = 0; i < doublings; i++)
        {
            if (i > 0)
            {
                var next = i == doublings - 1 ? width : 2 * width;
                layers.AddRange([.. Doubling(channels, next, smooth), new BatchNorm(next), Activation.Relu()]);
                channels = next;
            }
            if (attention && i == AttentionLevel(shape))
                layers.Add(new SelfAttention(channels));
        }
        return new Sequential([.. layers, .. Output(channels, shape.Channels, fineness)]);
    }

    /// <summary>
    /// As <see cref="Generator"/>, without normalization and without bounds: codes [N, latent] → images [N, C, H, W]. A decoder whose error
    /// is a score judges each sample by itself, and can always move.
    /// </summary>
    /// <param name="shape">The images; their sides are divisible by four.</param>
    /// <param name="latent">Length of a code.</param>
    /// <param name="width">As of <see cref="Generator"/>.</param>
    /// <exception cref="ArgumentException">A side is not divisible by four.</exception>
    public static Module Decoder(ImageShape shape, int latent, int width = 16)
    {
        var doublings = Doublings(shape);
        int h = shape.Height >> doublings, w = shape.Width >> doublings, channels = 2 * width;
        List<Module> layers =
            [new Linear(latent, channels * h * w, initializer: s_linear), Shapes.Reshape(channels, h, w), Activation.Relu()];
        for (var i = 1; i < doublings; i++)
        {
            var next = i == doublings - 1 ? width : 2 * width;
            layers.AddRange([.. Doubling(channels, next, smooth: false, bias: true), Activation.Relu()]);
            channels = next;
        }
        return new Sequential([.. layers, .. Output(channels, shape.Channels, Fineness.Lattice).SkipLast(1)]); // the last is tanh
    }

    // How often the smallest size of the generator doubles to the largest of at most 16 places a side, which the picture is not.
    private static int AttentionLevel(ImageShape shape)
    {
        var doublings = Doublings(shape);
        var side = Math.Max(shape.Height, shape.Width) >> doublings;
        return Enumerable.Range(0, doublings).Where(level => side << level <= AttentionSide).LastOrDefault();
    }

    // [N, inputs, H, W] → [N, outputs, 2H, 2W].
    private static Module[] Doubling(
        int inputs, int outputs, bool smooth, Reparametrization weights = Reparametrization.None, bool bias = false)
    {
        var initializer = smooth ? Initializers.EqualPhases(Initializers.HeNormal) : Initializers.HeNormal;
        var convolution = new Conv2d(inputs, 4 * outputs, 3, 1, 1, bias, initializer, weights);
        return smooth ? [convolution, Resampling.PixelShuffle(), Resampling.Smooth()] : [convolution, Resampling.PixelShuffle()];
    }

    // The last doubling, to the picture.
    private static Module[] Output(int inputs, int channels, Fineness fineness, Reparametrization weights = Reparametrization.None)
    {
        var fine = Math.Max(1, inputs / 2);
        return fineness switch
        {
            Fineness.Lattice =>
                [new ConvTranspose2d(inputs, channels, 4, 2, 1, initializer: s_output, reparametrization: weights), Activation.Tanh()],
            Fineness.Smooth =>
            [
                new Conv2d(inputs, 4 * channels, 3, 1, 1, initializer: s_subPixels, reparametrization: weights),
                Resampling.PixelShuffle(), Resampling.Smooth(), Activation.Tanh(),
            ],
            _ =>
            [
                .. Doubling(inputs, fine, smooth: true, weights), new BatchNorm(fine), Activation.Relu(),
                .. Picture(fine, channels, weights),
            ],
        };
    }

    // At its full size.
    private static Module[] Picture(int inputs, int channels, Reparametrization weights) =>
        [new Conv2d(inputs, channels, 3, 1, 1, initializer: s_picture, reparametrization: weights), Activation.Tanh()];

    /// <summary>D: images [N, C, H, W] → scores [N, 1], by strided convolutions.</summary>
    /// <param name="shape">The images; their sides are divisible by four.</param>
    /// <param name="width">Channels at half size.</param>
    /// <param name="normalization">Between the layers.</param>
    /// <param name="head">On its features; a score and nothing else when absent.</param>
    /// <param name="attention">Self-attention at the largest size of at most 16 places a side.</param>
    /// <param name="fineness">As of <see cref="Generator"/>.</param>
    /// <exception cref="ArgumentException">A side is not divisible by four.</exception>
    public static Module Critic(ImageShape shape, int width = 16, Normalization normalization = Normalization.None,
        CriticHead? head = null, bool attention = false, Fineness fineness = Fineness.Smooth)
    {
        var (layers, size) = Features(shape, width, normalization, attention, fineness);
        return new Sequential([.. layers, .. (head ?? CriticHead.Score).On(size, s_linear, normalization)]);
    }

    private static (List<Module> Layers, int Size) Features(
        ImageShape shape, int width, Normalization normalization, bool attention, Fineness fineness)
    {
        var reparametrization = normalization.Reparametrization;
        Conv2d Halving(int inputs, int outputs, int kernel, bool bias) => new(inputs, outputs, kernel, 2, 1, bias,
            Initializers.HeNormal, reparametrization);
        List<Module> layers = fineness >= Fineness.Detail
            ? [Resampling.WithDetail(DetailGain), Halving(2 * shape.Channels, width, 4, bias: true), Activation.LeakyRelu()]
            : [Halving(shape.Channels, width, 4, bias: true), Activation.LeakyRelu()];
        var (h, w, channels) = (shape.Height / 2, shape.Width / 2, width);
        for (var i = 1; i <= Doublings(shape); i++)
        {
            if (attention && i == Doublings(shape) - AttentionLevel(shape))
                layers.Add(new SelfAttention(channels, reparametrization));
            // The last halving may start from an odd side, which a window of three divides evenly.
            var kernel = i == Doublings(shape) ? 3 : 4;
            layers.AddRange([
                Halving(channels, 2 * channels, kernel, bias: !normalization.AbsorbsBias),
                .. normalization.Layers(2 * channels), Activation.LeakyRelu()]);
            (h, w, channels) = ((h + 1) / 2, (w + 1) / 2, 2 * channels);
        }
        layers.Add(Shapes.Flatten());
        return (layers, channels * h * w);
    }

    /// <summary>As <see cref="Generator"/>, told the class by conditional batch normalization: (z [N, latent], y [N]) → images.</summary>
    /// <param name="shape">The images; their sides are divisible by four.</param>
    /// <param name="latent">Length of z.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="width">Channels at half size; twice as many at a quarter.</param>
    /// <param name="fineness">As of <see cref="Generator"/>.</param>
    /// <param name="attention">As of <see cref="Generator"/>.</param>
    /// <param name="weights">What is learned in the place of weights.</param>
    /// <exception cref="ArgumentException">A side is not divisible by four.</exception>
    public static ConditionalModule ConditionalGenerator(ImageShape shape, int latent, int classes, int width = 16,
        Fineness fineness = Fineness.Smooth, bool attention = false, Reparametrization weights = Reparametrization.None) =>
        new ClassGenerator(shape, latent, classes, width, fineness, attention, weights);

    /// <summary>
    /// As <see cref="Critic"/>, asked about a class by a projection: (images, y [N]) → scores [N, 1] = ψ(h) + ⟨e_y, h⟩ (arXiv:1802.05637).
    /// </summary>
    /// <param name="shape">The images; their sides are divisible by four.</param>
    /// <param name="classes">Number of classes.</param>
    /// <param name="width">Channels at half size.</param>
    /// <param name="normalization">Between the layers, or of every weight.</param>
    /// <param name="attention">As of <see cref="Critic"/>.</param>
    /// <param name="fineness">As of <see cref="Generator"/>.</param>
    /// <exception cref="ArgumentException">A side is not divisible by four.</exception>
    public static ConditionalModule ProjectionCritic(ImageShape shape, int classes, int width = 16,
        Normalization normalization = Normalization.None, bool attention = false, Fineness fineness = Fineness.Smooth) =>
        new ClassCritic(shape, classes, width, normalization, attention, fineness);

    private sealed class ClassGenerator : ConditionalModule
    {
        private readonly Module _seed, _output;
        private readonly ConditionalBatchNorm[] _norms;
        private readonly Modulation[] _modulations;
        private readonly Module[] _growth;
        private readonly Module? _attention;
        private readonly int _attentive;

        public ClassGenerator(
            ImageShape shape, int latent, int classes, int width, Fineness fineness, bool attention, Reparametrization weights)
        {
            var (doublings, smooth, styled) = (Doublings(shape), fineness != Fineness.Lattice, fineness == Fineness.Style);
            int h = shape.Height >> doublings, w = shape.Width >> doublings, levels = styled ? doublings + 1 : doublings;
            int Channels(int level) =>
                level == doublings ? Math.Max(1, width / 2) : level == doublings - 1 ? width : 2 * width;
            T[] Each<T>(int from, int to, Func<int, T> make) => [.. Enumerable.Range(from, Math.Max(0, to - from)).Select(make)];

            var start = new Linear(latent, Channels(0) * h * w, bias: false, initializer: s_linear, reparametrization: weights);
            _seed = Add("seed", new Sequential(start, Shapes.Reshape(Channels(0), h, w)));
            _norms = Each(0, levels, i => Add($"norm{i}", new ConditionalBatchNorm(Channels(i), classes)));
            // Normalization follows, which takes a bias away.
            Module[] Noise(int i) => styled ? [new PlaceNoise(Channels(i), h << i, w << i, bias: false)] : [];
            _growth = Each(1, levels, i => Add($"grow{i}", new Sequential(
                [.. Doubling(Channels(i - 1), Channels(i), smooth, weights), .. Noise(i)])));
            _modulations = Each(0, styled ? levels : 0, i => Add($"modulate{i}", new Modulation(Channels(i), latent)));
            _output = Add("output", new Sequential(styled
                ? Picture(Channels(doublings), shape.Channels, weights)
                : Output(Channels(doublings - 1), shape.Channels, fineness, weights)));
            _attentive = AttentionLevel(shape);
            _attention = attention ? Add("attention", new SelfAttention(Channels(_attentive), weights)) : null;
        }

        protected override string? InPyTorch(TorchTwin twin, string path)
        {
            var name = twin.Class("ClassGenerator", """
                class ClassGenerator(nn.Module):
                    def __init__(self, seed, norm0, output, attention=None, attentive=0, **levels):
                        super().__init__()
                        self.seed, self.norm0, self.output = seed, norm0, output
                        self.attention, self.attentive = attention, attentive
                        for name, level in levels.items():
                            setattr(self, name, level)

                    def forward(self, z, y):
                        x, i = self.seed(z), 0
                        while hasattr(self, f"norm{i}"):
                            x = x if i == 0 else getattr(self, f"grow{i}")(x)
                            x = getattr(self, f"norm{i}")(x, y)
                            x = torch.relu(getattr(self, f"modulate{i}")(x, z) if hasattr(self, f"modulate{i}") else x)
                            if self.attention is not None and i == self.attentive:
                                x = self.attention(x)
                            i += 1
                        return self.output(x)
                """);
            Func<string> Part(string called, Module part) => () => $"{called}={twin.Of(part, $"{path}{called}.")}";
            return twin.Lines(name,
            [
                Part("seed", _seed), Part("norm0", _norms[0]),
                .. _growth.SelectMany((grow, i) => new[] { Part($"grow{i + 1}", grow), Part($"norm{i + 1}", _norms[i + 1]) }),
                .. _modulations.Select((modulation, i) => Part($"modulate{i}", modulation)),
                Part("output", _output),
                .. _attention is null ? [] : new[] { Part("attention", _attention), () => $"attentive={_attentive}" },
            ]);
        }

        protected override Tensor Compute(Tensor z, Tensor y)
        {
            var x = _seed.Forward(z);
            for (var i = 0; i < _norms.Length; i++)
            {
                x = i == 0 ? x : _growth[i - 1].Forward(x);
                x = _norms[i].Rectified(x, y, _modulations.Length > 0 ? _modulations[i] : null, z);
                if (i == _attentive && _attention is not null)
                    x = _attention.Forward(x);
            }
            return _output.Forward(x);
        }
    }

    private sealed class ClassCritic : ConditionalModule
    {
        private readonly Module _features, _score;
        private readonly Embedding _classes;

        public ClassCritic(ImageShape shape, int classes, int width, Normalization normalization, bool attention, Fineness fineness)
        {
            var (layers, size) = Features(shape, width, normalization, attention, fineness);
            var weights = normalization.Reparametrization;
            _features = Add("features", new Sequential(layers));
            _score = Add("score", new Linear(size, 1, initializer: s_linear, reparametrization: weights));
            _classes = Add("classes", new Embedding(classes, size, Initializers.Normal(1 / Math.Sqrt(size)), weights));
        }

        protected override string? InPyTorch(TorchTwin twin, string path)
        {
            var name = twin.Class("ClassCritic", """
                class ClassCritic(nn.Module):
                    def __init__(self, features, score, classes):
                        super().__init__()
                        self.features, self.score, self.classes = features, score, classes

                    def forward(self, x, y):
                        h = self.features(x)
                        return self.score(h) + (self.classes(y) * h).sum(1, keepdim=True)
                """);
            return twin.Lines(name,
            [
                () => twin.Of(_features, $"{path}features."), () => twin.Of(_score, $"{path}score."),
                () => twin.Of(_classes, $"{path}classes."),
            ]);
        }

        protected override Tensor Compute(Tensor x, Tensor y)
        {
            var h = _features.Forward(x);
            return _score.Forward(h) + (_classes.Forward(y) * h).Sum([1], keep: true);
        }
    }

    // To a smaller side of 7 or 8, or of more where it cannot be halved so often.
    private static int Doublings(ImageShape shape)
    {
        if (shape.Height % 4 != 0 || shape.Width % 4 != 0)
            throw new ArgumentException(
                $"the compact networks make images whose sides are divisible by four, not {shape.Width}x{shape.Height}: "
                + $"use ?size={Near(shape.Width)}x{Near(shape.Height)} after the data");
        int h = shape.Height, w = shape.Width, doublings = 0;
        for (; h % 2 == 0 && w % 2 == 0 && (doublings < 2 || Math.Min(h, w) > 8); doublings++)
            (h, w) = (h / 2, w / 2);
        return doublings;
    }

    private static int Near(int side) => Math.Max(4, (side + 2) / 4 * 4);
}
