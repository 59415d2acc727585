using Earthmover.Games;
using Earthmover.Testing;
using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Tests.Games;

/// <summary>Of several samples a critic chooses one.</summary>
public sealed class CandidatesTests : LeakTest
{
    [Theory]
    [InlineData(1, 0.25)]
    [InlineData(2, 0.369)]
    [InlineData(64, 0.60)]
    public void The_law_comes_near_the_one_that_the_critic_believes_in(int count, double expected)
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        const int n = 4000;
        var candidates = new Candidates(new(1, 1), count);
        // A quarter is below −1/2; the critic holds that it ought to be 0.6, four and a half times as likely.
        var z = candidates.Latent.Sample(n);
        var made = candidates.Choose(z, (_, u) => u, x => Op.Sign(-(x + 0.5)) * (Math.Log(4.5) / 2));
        Assert.Equal([(long)n, 1], made.Shape);
        Assert.Equal(expected, made.ToArray<float>().Count(x => x < -0.5) / (double)n, 0.025);
        // A sample follows from its own vector, and without a critic it is the first of its candidates.
        var some = candidates.Choose(z.Narrow(0, 7, 3), (_, u) => u, x => Op.Sign(-(x + 0.5)) * (Math.Log(4.5) / 2));
        Assert.Equal(made.ToArray<float>()[7..10], some.ToArray<float>());
        Assert.Equal(z.Narrow(1, count, 1).ToArray<float>(), candidates.Choose(z, (_, u) => u, null).ToArray<float>());
    }
}
