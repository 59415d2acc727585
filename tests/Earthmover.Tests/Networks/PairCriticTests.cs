using Earthmover.Networks;
using Earthmover.Nn;
using Earthmover.Torch;

namespace Earthmover.Tests.Networks;

public sealed class PairCriticTests : NetworkTest
{
    [Fact]
    public void Every_layer_hears_the_latent_vector()
    {
        using var use = Streams();
        using var scope = TensorScope.Open();
        using var critic = new PairCritic(4, 2, [5, 3]);
        Assert.Equal(["0.weight [5, 6]", "1.weight [3, 7]", "2.weight [1, 5]"], critic.Parameters()
            .Where(p => p.Path.EndsWith("weight", StringComparison.Ordinal))
            .Select(p => $"{p.Path} [{string.Join(", ", p.Parameter.Value.Shape)}]"));
        var pairs = Random([3, 6]);
        Assert.Equal([3, 1], critic.Forward(pairs).Shape);
        Assert.False(critic.CouplesBatch);
        // With all other weights zero the last layer still hears z, and does not hear the sample.
        using (Autograd.Pause())
            foreach (var (path, parameter) in critic.Parameters())
                if (!path.StartsWith('2'))
                    parameter.Value.CopyFrom(parameter.Value * 0);
        double Moved(int from, int count)
        {
            var (before, after) = (pairs.Narrow(1, 0, from), pairs.Narrow(1, from + count, 6 - from - count));
            var moved = Tensor.Cat([before, pairs.Narrow(1, from, count) + 1, after], 1);
            return (critic.Forward(moved) - critic.Forward(pairs)).Abs().Sum().Item();
        }
        Assert.Equal(0, Moved(0, 4));
        Assert.True(Moved(4, 2) > 0);
    }
}
