using Earthmover.Data;
using Earthmover.Nn;
using Earthmover.Nn.Layers;
using Earthmover.Nn.PyTorch;
using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Networks;

/// <summary>
/// StyleGAN's generator (arXiv:1812.04948): a mapping of latent vectors to styles, and a synthesis from a learned constant, each of whose
/// layers is a convolution, noise, a rectifier and <see cref="AdaptiveInstanceNorm"/> by its style; two layers at every size.
/// </summary>
public sealed class StyleSynthesis : Module
{
    private const double Rectified = 1.4142135623730951;

    private readonly Parameter _constant; // [1, C, h, w]
    private readonly Nn.Buffer _mean;        // the mean style [S]
    private readonly Module _mapping, _output;
    private readonly List<(Module? Before, Module Noise, AdaptiveInstanceNorm Style)> _layers = [];
    private readonly double _decay, _mixing;

    /// <summary>A generator.</summary>
    /// <param name="shape">The pictures.</param>
    /// <param name="latent">Length of z.</param>
    /// <param name="style">S, numbers of a style.</param>
    /// <param name="depth">Layers of the mapping.</param>
    /// <param name="rate">Multiplier of the mapping's learning rate.</param>
    /// <param name="width">Channels at full size; twice as many below.</param>
    /// <param name="mixing">Share of the samples of training that are told two styles.</param>
    /// <param name="decay">What of the mean style a step keeps.</param>
    /// <exception cref="ArgumentException">No such network makes this size.</exception>
    public StyleSynthesis(
        ImageShape shape, int latent, int style, int depth, double rate, int width, double mixing = 0.9, double decay = 0.995)
    {
        using var scope = TensorScope.Open();
        (_mixing, _decay) = (mixing, decay);
        var (h, w, doublings) = Pyramid.Of(shape, "StyleGAN");
        int Channels(int level) => level == doublings ? width : 2 * width;
        _constant = AddParameter("constant", Initializers.Constant(1)([1, Channels(0), h, w], 1, 1));
        _mean = AddBuffer("mean_style", Initializers.Constant(0)([style], style, style));
        _mapping = Add("mapping", new Sequential([
            new Lambda(z => z / (z.Square().Mean([1], keep: true) + 1e-8).Sqrt(), twin => twin.Class("PixelNorm", """
                class PixelNorm(nn.Module):
                    def forward(self, z):
                        return z / (z.square().mean(1, keepdim=True) + 1e-8).sqrt()
                """) + "()"),
            .. Enumerable.Range(0, depth).SelectMany(i => new Module[]
            {
                new EqualizedLinear(i == 0 ? latent : style, style, Rectified, rate), Activation.LeakyRelu(),
            })]));
        for (var level = 0; level <= doublings; level++)
        {
            Conv(level == 0 ? null : Add($"grow{level}", new Sequential(Resampling.NearestUp(),
                new EqualizedConv2d(Channels(level - 1), Channels(level), 3, false, Rectified), Resampling.Blur())));
            Conv(Add($"conv{level}", new EqualizedConv2d(Channels(level), Channels(level), 3, false, Rectified)));

            void Conv(Module? before) => _layers.Add((before,
                Add($"noise{_layers.Count}", new PlaceNoise(Channels(level), h << level, w << level)),
                Add($"style{_layers.Count}", new AdaptiveInstanceNorm(Channels(level), style))));
        }
        _output = Add("output", new EqualizedConv2d(Channels(doublings), shape.Channels, 1, true, gain: 1));
    }

    /// <summary>Layers that are told a style, L.</summary>
    public int Layers => _layers.Count;

    /// <summary>The mean style [S].</summary>
    public Tensor MeanStyle => _mean.Value;

    /// <summary>Styles [N, S] of latent vectors [N, Z]; in training the mean style moves with them.</summary>
    public Tensor Styles(Tensor z)
    {
        using var scope = TensorScope.Open();
        var w = _mapping.Forward(z);
        if (IsTraining)
        {
            using var pause = Autograd.Pause();
            _mean.Value.CopyFrom(_mean.Value * _decay + WholeBatch.Average(w.Detach().Mean([0])) * (1 - _decay));
        }
        return scope.Keep(w);
    }

    /// <summary>Pictures [N, C, H, W] of a style for each layer [N, L, S].</summary>
    public Tensor Synthesize(Tensor styles)
    {
        using var scope = TensorScope.Open();
        var x = _constant.Value.Expand([styles.Size(0), .. _constant.Value.Shape.AsSpan(1)]);
        for (var i = 0; i < _layers.Count; i++)
        {
            var (before, noise, style) = _layers[i];
            x = style.Forward(Op.LeakyRelu(noise.Forward(before?.Forward(x) ?? x), 0.2), styles.Select(1, i));
        }
        return scope.Keep(_output.Forward(x));
    }

    /// <summary>One style at every layer: [N, S] → [N, L, S].</summary>
    public Tensor Everywhere(Tensor style) => style.Unsqueeze(1).Expand([style.Size(0), Layers, style.Size(1)]);

    /// <summary>
    /// Pictures of latent vectors as training plays them: some are told a second style from a layer on, which is drawn.
    /// </summary>
    /// <param name="z">[N, Z].</param>
    /// <param name="others">Other latent vectors [N, Z].</param>
    public Tensor Mixed(Tensor z, Tensor others)
    {
        using var scope = TensorScope.Open();
        var (n, random) = (z.Size(0), RandomStreams.Current["mixing"]);
        // Below the mixing's share a second style begins at one of the layers 1 to L − 1.
        var begins = Op.Floor(Tensor.Uniform([n, 1], random, 1, Layers)) - 0.5;
        var never = Op.Ge(Tensor.Uniform([n, 1], random), (Scalar)_mixing).To(DType.Float32) * Layers;
        var layer = Op.Arange(0, Layers, device: z.Device).To(DType.Float32).Unsqueeze(0);
        var second = Op.Gt(layer, begins + never).To(DType.Float32).Unsqueeze(2);                   // [N, L, 1]
        var both = Styles(Tensor.Cat([z, others])).Unsqueeze(1).Chunk(2);                           // [N, 1, S] each
        return scope.Keep(Synthesize(both[0] * (1 - second) + both[1] * second));
    }

    /// <inheritdoc/>
    protected override string? InPyTorch(TorchTwin twin, string path)
    {
        var name = twin.Class("StyleSynthesis", """
            class StyleSynthesis(nn.Module):
                def __init__(self, mapping, output, shape, style, **parts):
                    super().__init__()
                    self.mapping, self.output = mapping, output
                    self.constant = nn.Parameter(torch.zeros(shape))
                    self.register_buffer("mean_style", torch.zeros(style))
                    for name, part in parts.items():
                        setattr(self, name, part)

                def forward(self, z):
                    w, x = self.mapping(z), self.constant.expand(z.shape[0], -1, -1, -1)
                    i = 0
                    while hasattr(self, f"noise{i}"):
                        before = getattr(self, f"conv{i // 2}" if i % 2 else f"grow{i // 2}", None)
                        x = x if before is None else before(x)
                        x = nn.functional.leaky_relu(getattr(self, f"noise{i}")(x), 0.2)
                        x, i = getattr(self, f"style{i}")(x, w), i + 1
                    return self.output(x)
            """);
        twin.Put($"{path}constant", _constant.Value);
        twin.Put($"{path}mean_style", _mean.Value);
        Func<string> Part(string called, Module part) => () => $"{called}={twin.Of(part, $"{path}{called}.")}";
        return twin.Lines(name,
        [
            Part("mapping", _mapping), Part("output", _output),
            () => $"shape=({string.Join(", ", _constant.Value.Shape)})", () => $"style={_mean.Value.Size(0)}",
            .. _layers.SelectMany((layer, i) => (Func<string>[])
            [
                .. layer.Before is { } before ? [Part($"{(i % 2 == 1 ? "conv" : "grow")}{i / 2}", before)] : Array.Empty<Func<string>>(),
                Part($"noise{i}", layer.Noise), Part($"style{i}", layer.Style),
            ]),
        ]);
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => Synthesize(Everywhere(Styles(x)));
}
