using Earthmover.Data;
using Earthmover.Networks;
using Earthmover.Nn;
using Earthmover.Torch;

namespace Earthmover.Tests.Networks;

public class MlpTests : NetworkTest
{
    // Zeros would let every kink of a rectifier network in the plane start at the origin.
    [Fact]
    public void Biases_start_spread_over_one_over_the_root_of_fan_in()
    {
        using var use = Streams();
        using var scope = TensorScope.Open();
        using var critic = Mlp.Critic(new SampleShape.Points(2), [64, 64]);
        var biases = critic.Parameters().Where(p => p.Path.EndsWith("bias", StringComparison.Ordinal))
            .Select(p => p.Parameter.Value.ToArray<float>()).ToList();
        Assert.Equal([64, 64, 1], biases.Select(b => b.Length));
        foreach (var (values, fanIn) in biases.Zip([2, 64, 64]))
            Assert.All(values, v => Assert.InRange(Math.Abs(v), 1e-9, 1 / Math.Sqrt(fanIn)));
        Assert.True(biases[0].Max() > 0.6 && biases[0].Min() < -0.6);
    }
}
