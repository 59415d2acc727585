using Earthmover.Data;
using Earthmover.Networks;
using Earthmover.Nn;
using Earthmover.Nn.Optimizers;
using Earthmover.Testing;
using Earthmover.Torch;

namespace Earthmover.Tests.Networks;

/// <summary>What every network must pass: its shapes, finite weights, no dead parameter, and the truth about coupling.</summary>
public abstract class NetworkTest : LeakTest
{
    private const int Latent = 6, Batch = 3;
    private readonly RandomStreams _streams = new(1);

    protected override void TearDown() => _streams.Dispose();

    protected RandomStreams.Scope Streams() => _streams.Use();

    protected static Tensor Random(ReadOnlySpan<long> shape, DType type = DType.Float32) =>
        Tensor.Normal(shape, RandomStreams.Current["data"], type);

    protected static NetworkOptions Options(SampleShape shape, int width, Normalization normalization) =>
        new(shape, Latent, width, normalization);

    protected static void CheckPair(Architecture architecture, NetworkOptions options)
    {
        using var scope = TensorScope.Open();
        long[] samples = [Batch, .. options.Shape.Axes];
        using (var generator = architecture.Generator(options))
        {
            var y = generator.Forward(Random([Batch, Latent]));
            Assert.Equal(samples, y.Shape);
            CheckRange(options.Shape, y);
            CheckAlive(generator, [Batch, Latent]);
        }
        using var critic = architecture.Critic(options);
        Assert.Equal([Batch, 1], critic.Forward(Random(samples)).Shape);
        CheckCoupling(critic, samples);
        CheckAlive(critic, samples);
    }

    private static void CheckRange(SampleShape shape, Tensor y)
    {
        var values = y.Detach().ToArray<float>();
        Assert.All(values, v => Assert.True(float.IsFinite(v)));
        if (shape is SampleShape.Image)
            Assert.All(values, v => Assert.InRange(v, -1, 1));
        if (shape is SampleShape.Text)
            Assert.All(y.Sum([1]).Detach().ToArray<float>(), sum => Assert.Equal(1, sum, 1e-4f));
    }

    /// <summary>One step along the gradient of a random functional moves every parameter by more than rounding does.</summary>
    protected static void CheckAlive(Module network, long[] input)
    {
        using var scope = TensorScope.Open();
        network.To(Device.Cpu, DType.Float64); // in single precision the rounding of a gradient that is zero would look like a step
        var flat = network.Flat;
        Assert.InRange(network.ParameterCount, 1, 10_000_000);
        // Weights that start at zero hide what stands before them until they have moved.
        using (Autograd.Pause())
            foreach (var (entry, leaf) in flat.Entries.Zip(flat.Leaves))
                if (!entry.Path.EndsWith("bias", StringComparison.Ordinal) && leaf.Abs().Sum().Item() == 0)
                    leaf.CopyFrom(0.1 * Random(leaf.Shape, DType.Float64));
        var y = network.Forward(Random(input, DType.Float64));
        flat.WriteGradients(Autograd.Gradients((y * Random(y.Shape, DType.Float64)).Sum(), flat.Leaves, allowUnused: true));
        var before = flat.Leaves.Select(leaf => leaf.Detach().Clone()).ToArray();
        using var optimizer = new SgdOptions(1).Create(flat);
        optimizer.Step();
        var moves = flat.Leaves.Zip(before, (leaf, old) => (leaf.Detach() - old).Abs().ToArray<double>().Max()).ToArray();
        Assert.All(flat.Entries.Zip(moves), entry =>
            Assert.True(double.IsFinite(entry.Second) && entry.Second > 1e-9 * moves.Max(),
                $"{entry.First.Path} is dead: it moves by {entry.Second:g3} where others move by {moves.Max():g3}"));
    }

    /// <summary>∂D(x)₀/∂xⱼ, j ≠ 0, vanishes exactly where the network says that it does not couple its batch.</summary>
    protected static void CheckCoupling(Module critic, long[] input)
    {
        using var scope = TensorScope.Open();
        var x = Random(input).RequireGrad();
        var gradient = Autograd.Gradient(critic.Forward(x).Narrow(0, 0, 1), x).Abs();
        var others = gradient.Narrow(0, 1, Batch - 1).ToArray<float>().Max();
        Assert.True(gradient.Narrow(0, 0, 1).ToArray<float>().Max() > 0);
        Assert.Equal(critic.CouplesBatch, others > 0);
    }

    /// <summary>
    /// The penalty (‖∂D/∂x‖ − 1)² can be differentiated through the whole critic, and its gradient reaches the first layer's weight.
    /// </summary>
    protected static void CheckPenalty(Module critic, long[] input)
    {
        using var scope = TensorScope.Open();
        var leaves = critic.Flat.Leaves;
        var x = Random(input).RequireGrad();
        var slope = Autograd.Gradient(critic.Forward(x).Sum(), x, createGraph: true);
        var gradients = Autograd.Gradients((slope.NormPerSample() - 1).Square().Mean(), leaves, allowUnused: true);
        Assert.All(gradients, g => Assert.True(g is null || double.IsFinite(g.Square().Sum().Item())));
        Assert.True(gradients[0]!.Square().Sum().Item() > 0);
    }
}
