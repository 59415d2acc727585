using Earthmover.Nn.Layers;
using Earthmover.Testing;
using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Nn.Tests.Layers;

public class WeightedLayerTests : LayerTest
{
    private static readonly (string Name, Func<Reparametrization, Module> Make, long[] Input, long[] Output)[] s_layers =
    [
        ("linear", r => new Linear(3, 4, reparametrization: r), [2, 3], [2, 4]),
        ("conv1d", r => new Conv1d(2, 3, 3, padding: 1, reparametrization: r), [2, 2, 5], [2, 3, 5]),
        ("conv2d", r => new Conv2d(2, 3, 3, stride: 2, padding: 1, reparametrization: r), [2, 2, 4, 6], [2, 3, 2, 3]),
        ("conv2d in groups", r => new Conv2d(4, 6, 3, padding: 1, reparametrization: r, groups: 2), [2, 4, 3, 3], [2, 6, 3, 3]),
        ("deconv", r => new ConvTranspose2d(2, 3, 4, stride: 2, padding: 1, reparametrization: r), [2, 2, 2, 3], [2, 3, 4, 6]),
        ("deconv5", r => new ConvTranspose2d(2, 3, 5, stride: 2, padding: 2, outputPadding: 1, reparametrization: r),
            [1, 2, 2, 2], [1, 3, 4, 4]),
    ];

    public static TheoryData<string, Reparametrization> Cases()
    {
        var cases = new TheoryData<string, Reparametrization>();
        foreach (var (name, _, _, _) in s_layers)
            foreach (var r in Enum.GetValues<Reparametrization>())
                cases.Add(name, r);
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Shapes_and_gradients_to_second_order(string name, Reparametrization reparametrization)
    {
        using var use = Streams();
        using var scope = TensorScope.Open();
        var (_, make, input, output) = s_layers.Single(l => l.Name == name);
        using var layer = make(reparametrization);
        Assert.Equal(output, layer.Forward(Random(input)).Shape);
        Assert.False(layer.CouplesBatch);
        layer.SetTraining(false); // a power iteration in every evaluation would move the function under the finite differences
        CheckGradients(layer, input);
    }

    [Fact]
    public void Without_a_bias_there_is_none()
    {
        using var use = Streams();
        using var layer = new Conv1d(2, 3, 1, bias: false);
        Assert.Equal(["weight"], layer.Parameters().Select(p => p.Path));
        Assert.Equal(6, layer.ParameterCount);
    }

    [Fact]
    public void A_transposed_convolution_is_the_adjoint_of_the_convolution()
    {
        using var use = Streams();
        using var scope = TensorScope.Open();
        using var up = new ConvTranspose2d(3, 2, 4, 2, 1, bias: false);
        using var down = new Conv2d(2, 3, 4, 2, 1, bias: false);
        Weight(down).Detach().CopyFrom(Weight(up));
        Tensor x = Random([1, 2, 6, 6]), y = Random([1, 3, 3, 3]);
        Assert.Equal((down.Forward(x) * y).Sum().Item(), (x * up.Forward(y)).Sum().Item(), 1e-4);
    }

    [Theory]
    [InlineData("linear")]
    [InlineData("conv1d")]
    [InlineData("conv2d")]
    [InlineData("deconv")]
    public void Sigma_is_within_one_percent_of_the_largest_singular_value(string name)
    {
        using var use = Streams();
        using var scope = TensorScope.Open();
        var (_, make, input, _) = s_layers.Single(l => l.Name == name);
        using var layer = make(Reparametrization.Spectral);
        for (var i = 0; i < 5; i++) // 15 iterations at creation and these are the 20 of the acceptance
            layer.Forward(Random(input));
        var matrix = Matrix(name, layer);
        var u = layer.Buffers().Single().Buffer.Value;
        var sigma = matrix.Transpose(0, 1).MatMul(u).Square().Sum().Sqrt().Item();
        var truth = Op.Max(Op.LinalgSvdvals(matrix)).Item();
        Assert.InRange(sigma / truth, 0.99, 1.0001);
    }

    [Fact]
    public void A_spectral_perceptron_is_1_Lipschitz()
    {
        using var use = Streams();
        using var scope = TensorScope.Open();
        using var critic = new Sequential(
            new Linear(2, 64, reparametrization: Reparametrization.Spectral), Activation.LeakyRelu(),
            new Linear(64, 64, reparametrization: Reparametrization.Spectral), Activation.LeakyRelu(),
            new Linear(64, 1, reparametrization: Reparametrization.Spectral));
        for (var i = 0; i < 200; i++)
            critic.Forward(Tensor.Zeros([1, 2]));
        critic.SetTraining(false);
        var x = (Random([512, 2]) * 3).RequireGrad();
        Assert.InRange(Op.Max(Autograd.Gradient(critic.Forward(x), x).NormPerSample()).Item(), 0.01, 1.001);
    }

    [Fact]
    public void The_power_iteration_moves_in_training_only_and_once_per_forward_pass()
    {
        using var use = Streams();
        using var scope = TensorScope.Open();
        using var layer = new Linear(30, 40, bias: false, reparametrization: Reparametrization.Spectral);
        var u = layer.Buffers().Single().Buffer.Value;
        var before = u.Clone();
        layer.SetTraining(false);
        layer.Forward(Random([2, 30]));
        Assert.Equal(before.ToArray<float>(), u.ToArray<float>());
        layer.SetTraining(true);
        layer.Forward(Random([2, 30]));
        var expected = Unit(Weight(layer).MatMul(Unit(Weight(layer).Transpose(0, 1).MatMul(before))));
        AssertTensor.Close(expected.Detach(), u, 1e-6);
        Assert.NotEqual(before.ToArray<float>(), u.ToArray<float>());
    }

    // ∂⟨G, W/σ⟩/∂W = (G − ⟨G, W/σ⟩ u vᵀ) / σ when u and v are constants, after any number of iterations.
    [Fact]
    public void The_singular_vectors_are_constants_of_the_differentiation()
    {
        using var use = Streams();
        using var scope = TensorScope.Open();
        using var layer = new Linear(5, 7, bias: false, reparametrization: Reparametrization.Spectral);
        var u = layer.Buffers().Single().Buffer.Value;
        u.CopyFrom(Unit(Random([7]))); // far from the singular vector, so that its derivative would show
        Tensor x = Random([4, 5]), r = Random([4, 7]);
        var gradient = Autograd.Gradient((layer.Forward(x) * r).Sum(), Weight(layer));
        var weight = Weight(layer).Detach();
        var v = Unit(weight.Transpose(0, 1).MatMul(u));
        var sigma = (u * weight.MatMul(v)).Sum();
        var g = r.Transpose(0, 1).MatMul(x);
        AssertTensor.Close((g - (g * weight / sigma).Sum() * Op.Outer(u, v)) / sigma, gradient, 1e-4);
    }

    [Fact]
    public void Two_forward_passes_can_be_differentiated_together()
    {
        using var use = Streams();
        using var scope = TensorScope.Open();
        using var layer = new Conv2d(1, 2, 3, reparametrization: Reparametrization.Spectral);
        var loss = layer.Forward(Random([1, 1, 5, 5])).Sum() - layer.Forward(Random([1, 1, 5, 5])).Sum();
        Assert.NotEqual(0, Autograd.Gradient(loss, Weight(layer)).Square().Sum().Item());
    }

    [Fact]
    public void Weight_normalization_starts_as_the_plain_layer_and_the_gain_is_the_length()
    {
        using var use = Streams();
        using var scope = TensorScope.Open();
        using var layer = new ConvTranspose2d(2, 3, 4, 2, 1, bias: false, reparametrization: Reparametrization.Weight);
        var x = Random([1, 2, 3, 3]);
        AssertTensor.Close(Op.ConvTranspose2d(x, Weight(layer), null, [2, 2], [1, 1]), layer.Forward(x));
        var before = layer.Forward(x);
        Op.Mul_(Weight(layer).Detach(), 3); // the direction alone counts
        AssertTensor.Close(before, layer.Forward(x));
    }

    private static Tensor Weight(Module layer) => layer.Parameters().First().Parameter.Value;

    private static Tensor Unit(Tensor x) => x / x.Square().Sum().Sqrt();

    private static Tensor Matrix(string name, Module layer) =>
        (name == "deconv" ? Weight(layer).Transpose(0, 1) : Weight(layer)).Flatten(1).Detach();
}
