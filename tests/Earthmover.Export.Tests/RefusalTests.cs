using Earthmover.Testing;
using Earthmover.Torch;
using Earthmover.Torch.Operators;
using Earthmover.Torch.Tracing;

namespace Earthmover.Export.Tests;

/// <summary>What no graph can do is refused by name, and a trace shows what depends on its inputs and nothing else.</summary>
public sealed class RefusalTests : LeakTest
{
    private static string Refusal(Func<Tensor, Tensor> function)
    {
        using var scope = TensorScope.Open();
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        var message = Assert.Throws<ExportException>(() =>
            OnnxModel.Of(new("f", [new("x", "", n => Tensor.Ones([n, 3]))], "y", x => function(x[0])), "1.0.0")).Message;
        Assert.DoesNotContain('\n', message);
        return message;
    }

    [Fact]
    public void The_operator_that_cannot_be_exported_is_named() =>
        Assert.Contains("sort", Refusal(x => Op.Sort(x).Item1), StringComparison.Ordinal);

    [Fact]
    public void Random_numbers_are_inputs_or_nothing() =>
        Assert.Contains("normal_", Refusal(x => x + Tensor.Normal(x.Shape, RandomStreams.Current["latent"])), StringComparison.Ordinal);

    [Fact]
    public void What_depends_on_the_inputs_is_not_changed_in_place() =>
        Assert.Contains("mul_", Refusal(x => Op.Mul_(x * 1, 2.0)), StringComparison.Ordinal);

    [Fact]
    public void A_graph_does_not_differentiate() => Assert.Contains("differentiates", Refusal(x =>
    {
        using var recording = Autograd.Record();
        var z = x.Detach().RequireGrad();
        return Autograd.Gradient((z * z).Sum(), z);
    }), StringComparison.Ordinal);

    [Fact]
    public void Nobody_looks_at_numbers_that_depend_on_the_inputs() =>
        Assert.Contains("looks at numbers", Refusal(x => x * x.Sum().Item()), StringComparison.Ordinal);

    [Fact]
    public void Statistics_of_a_batch_are_refused() => Assert.Contains("batch_norm",
        Refusal(x => Op.BatchNorm(x, null, null, null, null, true, 0.1, 1e-5, true)), StringComparison.Ordinal);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_result_that_changes_otherwise_with_the_number_of_samples_is_refused(bool isValue) =>
        Assert.Contains("number of samples",
            Refusal(x => isValue ? x * (1.0 / x.Size(0)) : x.Narrow(1, 0, x.Size(0) - 1)), StringComparison.Ordinal);

    [Fact]
    public void What_depends_on_no_input_is_no_graph() =>
        Assert.Contains("inputs", Refusal(_ => Tensor.Ones([2, 2])), StringComparison.Ordinal);

    [Fact]
    public void Constants_are_computed_at_once_and_weights_keep_their_names()
    {
        using var scope = TensorScope.Open();
        var x = Tensor.Ones([2, 3]);
        Tensor weight = Tensor.Ones([3, 3]), unused = Tensor.Ones([3, 3]);
        var trace = OperatorTrace.Of([x], () => x.MatMul(weight).MatMul((weight * 2).Sqrt().Detach()) + unused.Sum() * 0,
            new Dictionary<Tensor, string> { [weight] = "weight", [unused] = "unused" });
        Assert.Equal(["matmul", "matmul", "add.Tensor"], trace.Operators.Select(called => called.FullName));
        var given = trace.Operators.SelectMany(called => called.Arguments).OfType<TracedTensor>();
        var constants = given.Where(tensor => tensor.Values is not null).ToList();
        Assert.Equal(["weight", null, null], constants.Select(constant => constant.Name));
        Assert.Equal(MathF.Sqrt(2), BitConverter.ToSingle(constants[1].Values!));
    }

    [Fact]
    public void A_constant_that_is_changed_in_place_counts_as_it_was_when_it_was_used()
    {
        using var scope = TensorScope.Open();
        Tensor x = Tensor.Ones([2, 3]), c = Tensor.Ones([3]);
        var trace = OperatorTrace.Of([x], () =>
        {
            var before = x * c;
            Op.Mul_(c, 5.0);
            return before + x * c;
        });
        Assert.Equal([1f, 5f], trace.Operators.Where(called => called.Name == "mul")
            .Select(called => BitConverter.ToSingle(((TracedTensor)called.Arguments[1]!).Values!)));
    }

    [Fact]
    public void Nothing_listens_when_the_trace_is_done_or_has_failed()
    {
        using var scope = TensorScope.Open();
        var x = Tensor.Ones([2, 3]);
        Assert.Throws<TraceException>(() => OperatorTrace.Of([x], () => Op.Mul_(x, 2.0)));
        Assert.Equal(2, Op.Mul_(Tensor.Ones([1]), 2.0).Item());
        Assert.Empty(OperatorTrace.Of([x], () => x).Operators);
    }
}
