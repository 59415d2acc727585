using System.Text.RegularExpressions;
using Earthmover.Testing;
using Earthmover.Torch.Operators;

namespace Earthmover.Torch.Tests.Operators;

public class OperatorsTests : LeakTest
{
    // 2.x says SymInt of what are the same integers at the boundary, and writes out a default that is one number for a list of
    // fixed length.
    private static string Normal(string schema)
    {
        var integers = Regex.Replace(schema.Replace("SymInt", "int"), @"\s+", " ").Trim();
        return Regex.Replace(integers, @"(int\[\d+\] \w+)=\[(-?\d+)(?:, \2)*\]", "$1=$2");
    }

    [Theory]
    [InlineData("f(SymInt[2] stride=[1, 1], SymInt  n=3)", "f(int[2] stride=1, int n=3)", true)]
    [InlineData("f(int[2] padding=[0, 0])", "f(int[2] padding=0)", true)]
    [InlineData("f(int[2] padding=[0, 1])", "f(int[2] padding=0)", false)]
    [InlineData("f(int[2] padding=[1, 1])", "f(int[2] padding=0)", false)]
    [InlineData("f(int[] dims=[1, 1])", "f(int[] dims=1)", false)]
    [InlineData("f(float p=1)", "f(int p=1)", false)]
    public void Schemas_of_both_releases_are_one_text_and_no_others(string one, string other, bool same) =>
        Assert.Equal(same, Normal(one) == Normal(other));

    [Fact]
    public void Every_line_of_the_list_is_the_schema_of_the_loaded_LibTorch()
    {
        var lines = File.ReadLines(Path.Combine(AppContext.BaseDirectory, "operators.txt"))
            .Where(l => l.StartsWith("aten::", StringComparison.Ordinal)).ToArray();
        Assert.True(lines.Length > 150);
        Assert.Equal(lines.Length, Op.Known.Length);
        var different = new List<string>();
        foreach (var (line, op) in lines.Zip(Op.Known))
            if (Normal(line) != Normal(op.Schema))
                different.Add($"list:   {line}\nLibTorch: {op.Schema}");
        Assert.True(different.Count == 0, string.Join("\n", different));
    }

    [Fact]
    public void An_error_names_the_operator_and_the_shapes()
    {
        using var scope = TensorScope.Open();
        var error = Assert.Throws<TorchException>(() => Op.Matmul(Tensor.Zeros([2, 3]), Tensor.Zeros([4, 5])));
        Assert.Contains("matmul([2, 3], [4, 5])", error.Message);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void Lists_defaults_and_several_results_cross_the_boundary()
    {
        using var scope = TensorScope.Open();
        var x = Tensor.From<float>([1, 5, 3, 2], [2, 2]);
        var (values, indices) = Op.Max(x, 1);
        Assert.Equal([5f, 3f], values.ToArray<float>());
        Assert.Equal([1L, 0L], indices.ToArray<long>());
        Assert.Equal([1f, 5f, 1f, 5f], Op.Cat([x.Narrow(0, 0, 1), x.Narrow(0, 0, 1)], 1).ToArray<float>());
        Assert.Equal(2, Op.Chunk(x, 2).Length);
        Assert.Equal([2L, 1L, 1L, 1L], Op.AvgPool2d(Tensor.Ones([2, 1, 2, 2]), [2]).Shape);
    }

    // Claims play two seeds at once, and both meet an operator for the first time.
    [Fact]
    public void Threads_may_meet_an_operator_for_the_first_time_together()
    {
        const int threads = 4, rounds = 3000;
        using var start = new Barrier(threads);
        Operator[] operators = [.. Enumerable.Range(0, rounds).Select(_ => new Operator("add", "Tensor"))];
        var found = new int[threads];
        var workers = Enumerable.Range(0, threads).Select(t => new Thread(() =>
        {
            foreach (var op in operators)
            {
                start.SignalAndWait();
                found[t] += op.Schema.StartsWith("aten::add.Tensor(", StringComparison.Ordinal) ? 1 : 0;
            }
        })).ToList();
        workers.ForEach(w => w.Start());
        workers.ForEach(w => w.Join());
        Assert.All(found, n => Assert.Equal(rounds, n));
    }
}
