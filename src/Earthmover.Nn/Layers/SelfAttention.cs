using Earthmover.Nn.PyTorch;
using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Nn.Layers;

/// <summary>
/// Self-attention over the places of a picture (SAGAN, arXiv:1805.08318): each place adds what it finds at the places that it looks at,
/// however far they are. [N, C, H, W] → the same shape.
/// </summary>
/// <remarks>
/// <code>
/// β_ij = softmax_j ⟨θ(x_i), φ(x_j)⟩        y_i = x_i + γ · o(Σ_j β_ij g(x_j))
/// </code>
/// θ, φ and g are 1 × 1 convolutions to C/8, C/8 and C/2 channels, o is one back to C. As in the authors' code, what is looked at, φ and g,
/// is the largest of 2 × 2 places, so that attention costs a quarter. γ starts at 0, and the layer as the identity.
/// </remarks>
public sealed class SelfAttention : Module
{
    private readonly Conv2d _query, _key, _value, _output;
    private readonly Parameter _gain;

    /// <summary>A layer for pictures of at least 2 × 2 places.</summary>
    /// <param name="channels">C.</param>
    /// <param name="reparametrization">Of the four convolutions' weights; the paper's is spectral.</param>
    public SelfAttention(int channels, Reparametrization reparametrization = Reparametrization.None)
    {
        using var scope = TensorScope.Open();
        Conv2d Pointwise(string name, int inputs, int outputs) =>
            Add(name, new Conv2d(inputs, outputs, 1, bias: false, reparametrization: reparametrization));
        int few = Math.Max(1, channels / 8), half = Math.Max(1, channels / 2);
        _query = Pointwise("query", channels, few);
        _key = Pointwise("key", channels, few);
        _value = Pointwise("value", channels, half);
        _output = Pointwise("output", half, channels);
        _gain = AddParameter("gain", Initializers.Constant(0)([1], channels, channels));
    }

    /// <summary>γ, how much of what was found is added.</summary>
    public double Gain => _gain.Value.Item();

    /// <summary>Where each place looks: weights of the places that are looked at, rows that sum to 1.</summary>
    /// <param name="x">[N, C, H, W].</param>
    /// <returns>[N, H·W, ⌊H/2⌋·⌊W/2⌋], places row by row.</returns>
    public Tensor Weights(Tensor x)
    {
        using var scope = TensorScope.Open();
        var queries = _query.Forward(x).Flatten(2).Transpose(1, 2);          // [N, H·W, C/8]
        return scope.Keep(Op.Softmax(queries.MatMul(Largest(_key.Forward(x))), 2));
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x)
    {
        var weights = Weights(x);
        AttentionWatch.Saw(weights, (int)x.Size(2), (int)x.Size(3));
        var found = Largest(_value.Forward(x)).MatMul(weights.Transpose(1, 2));     // [N, C/2, H·W]
        return x + _gain.Value * _output.Forward(found.Reshape(x.Size(0), found.Size(1), x.Size(2), x.Size(3)));
    }

    // The largest of every 2 × 2 places: [N, C, H, W] → [N, C, ⌊H/2⌋·⌊W/2⌋].
    private static Tensor Largest(Tensor x) => Op.MaxPool2d(x, [2, 2], [2, 2]).Flatten(2);

    /// <inheritdoc/>
    protected internal override string? InPyTorch(TorchTwin twin, string path)
    {
        var name = twin.Class("SelfAttention", """
            class SelfAttention(nn.Module):
                def __init__(self, query, key, value, output):
                    super().__init__()
                    self.query, self.key, self.value, self.output = query, key, value, output
                    self.gain = nn.Parameter(torch.zeros(1))

                def forward(self, x):
                    pooled = lambda y: nn.functional.max_pool2d(y, 2).flatten(2)
                    weights = torch.softmax(self.query(x).flatten(2).transpose(1, 2) @ pooled(self.key(x)), 2)
                    found = pooled(self.value(x)) @ weights.transpose(1, 2)
                    return x + self.gain * self.output(found.reshape(x.shape[0], -1, *x.shape[2:]))
            """);
        twin.Put($"{path}gain", _gain.Value);
        string Part(string part, Module layer) => twin.Of(layer, $"{path}{part}.");
        return $"{name}({Part("query", _query)}, {Part("key", _key)}, {Part("value", _value)}, {Part("output", _output)})";
    }
}

/// <summary>Sees the weights of every <see cref="SelfAttention"/> that computes on this thread while it lasts.</summary>
public sealed class AttentionWatch : IDisposable
{
    [ThreadStatic] private static AttentionWatch? s_current;

    private readonly AttentionWatch? _before = s_current;
    private readonly Action<Tensor, int, int> _saw;

    /// <summary>Begins to watch.</summary>
    /// <param name="saw">Told the weights [N, H·W, ⌊H/2⌋·⌊W/2⌋], whose tensor is gone afterwards, and H and W.</param>
    public AttentionWatch(Action<Tensor, int, int> saw) => (_saw, s_current) = (saw, this);

    /// <summary>Whether a network has such layers.</summary>
    /// <param name="network">The network.</param>
    public static bool Concerns(Module network) => network?.SelfAndBelow().OfType<SelfAttention>().Any() ?? false;

    internal static void Saw(Tensor weights, int height, int width) => s_current?._saw(weights, height, width);

    /// <summary>Watches no more.</summary>
    public void Dispose() => s_current = _before;
}
