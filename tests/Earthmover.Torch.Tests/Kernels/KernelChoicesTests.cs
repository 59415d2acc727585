using Earthmover.Testing;
using Earthmover.Torch.Kernels;
using Earthmover.Torch.Operators;

namespace Earthmover.Torch.Tests.Kernels;

public sealed class KernelChoicesTests : LeakTest
{
    [Fact]
    public void Ways_that_take_no_time_that_the_clock_sees_are_chosen_from()
    {
        using var scope = TensorScope.Open();
        Tensor a = Op.Zeros([1, 1, 5, 7]), b = Op.Zeros([1, 1, 3, 3]);
        var computed = new List<string>();
        ConvolutionKernel Way(string name) => new(name, _ => true, (_, x, _, _) =>
        {
            computed.Add(name);
            return x.Clone();
        })
        { Handicap = 0 };
        var task = new KernelTask(Face.Forward, new(1, 1, 5, 7, [1, 1, 3, 3], 1, 0), 'x', 'y', HasBias: false, Threads: 1);
        KernelChoices.Run(task, [Way("one"), Way("other")], a, b, null);
        Assert.Equal(["one", "other", "one", "other", "one", "other", "one", "other", "one"], computed);
    }
}
