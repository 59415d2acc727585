using Earthmover.Testing;
using Earthmover.Torch.Operators;

namespace Earthmover.Torch.Tests;

public class AutogradTests : LeakTest
{
    [Fact]
    public void Gradients_of_a_polynomial_to_second_order()
    {
        using var scope = TensorScope.Open();
        var x = Tensor.From<double>([1, 2, -3], [3]).RequireGrad();
        var first = Autograd.Gradient(x.Pow(3).Sum(), x, createGraph: true);
        Assert.Equal([3.0, 12, 27], first.ToArray<double>());
        Assert.Equal([6.0, 12, -18], Autograd.Gradient(first.Sum(), x).ToArray<double>());
    }

    [Fact]
    public void An_unused_input_is_null_or_an_error()
    {
        using var scope = TensorScope.Open();
        Tensor a = Tensor.Ones([1]).RequireGrad(), b = Tensor.Ones([1]).RequireGrad();
        Assert.Null(Autograd.Gradients(a * 2, [a, b], allowUnused: true)[1]);
        Assert.Throws<TorchException>(() => Autograd.Gradients(a * 2, [a, b]));
    }

    [Fact]
    public void Pausing_stops_recording_and_ends()
    {
        using var scope = TensorScope.Open();
        var x = Tensor.Ones([1]).RequireGrad();
        Assert.False(Autograd.NoGrad(() => x * 2).RequiresGrad);
        Assert.True((x * 2).RequiresGrad);
    }

    // y = a·b written by hand: its derivative is made of differentiable operations.
    private static Tensor Product(Tensor a, Tensor b) =>
        Differentiable.Apply(() => a * b, [a, b],
            (g, x, needed) => [needed[0] ? Product(g, x[1]) : null, needed[1] ? Product(g, x[0]) : null]);

    [Fact]
    public void A_managed_operation_differentiates_to_any_order()
    {
        using var scope = TensorScope.Open();
        Tensor a = Tensor.From<double>([0.5, -1.5], [2]), b = Tensor.From<double>([1.5, 0.25], [2]);
        AssertTensor.Gradients(v => Product(v[0], Product(v[0], v[1])), [a, b]);
        AssertTensor.SecondOrder(v => Product(v[0], Product(v[0], v[1])), [a, b]);
    }

    [Fact]
    public void A_managed_operation_is_asked_only_for_what_is_needed()
    {
        using var scope = TensorScope.Open();
        Tensor a = Tensor.Ones([1]).RequireGrad(), b = Tensor.Ones([1]).RequireGrad();
        bool[]? asked = null;
        var y = Differentiable.Apply(() => a * b, [a, b], (g, x, needed) =>
        {
            asked = needed;
            return [g * x[1], null];
        });
        Autograd.Gradient(y, a);
        Assert.Equal([true, false], asked!);
    }

    [Fact]
    public void An_exception_in_a_derivative_arrives_with_its_message()
    {
        using var scope = TensorScope.Open();
        var x = Tensor.Ones([1]).RequireGrad();
        var y = Differentiable.Apply(() => Op.Clone(x), [x], (_, _, _) => throw new InvalidOperationException("no derivative today"));
        Assert.Contains("no derivative today", Assert.Throws<TorchException>(() => Autograd.Gradient(y, x)).Message);
    }
}
