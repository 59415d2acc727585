using Earthmover.Testing;

namespace Earthmover.Torch.Tests;

public class RandomGeneratorTests : LeakTest
{
    [Fact]
    public void Names_give_independent_streams_that_repeat()
    {
        using var scope = TensorScope.Open();
        using RandomGenerator a = RandomGenerator.Named("latent", 1),
            b = RandomGenerator.Named("latent", 1), c = RandomGenerator.Named("data", 1);
        var x = Tensor.Normal([100], a).ToArray<float>();
        Assert.Equal(x, Tensor.Normal([100], b).ToArray<float>());
        Assert.NotEqual(x, Tensor.Normal([100], c).ToArray<float>());
    }

    [Fact]
    public void A_restored_state_continues_the_stream()
    {
        using var scope = TensorScope.Open();
        using RandomGenerator a = new(3), b = new(4);
        Tensor.Normal([7], a);
        b.State = a.State;
        Assert.Equal(Tensor.Normal([33], a).ToArray<float>(), Tensor.Normal([33], b).ToArray<float>());
    }

    // What was recorded on a device draws from the stream that it met.
    [Fact]
    public void Streams_that_go_back_are_the_same_streams()
    {
        using var scope = TensorScope.Open();
        using var streams = new RandomStreams(1);
        var latent = streams["latent"];
        var states = streams.States;
        var first = Tensor.Normal([5], latent).ToArray<float>();
        _ = Tensor.Normal([5], streams["late"]);
        streams.States = states;
        Assert.Same(latent, streams["latent"]);
        Assert.Equal(first, Tensor.Normal([5], latent).ToArray<float>());
        Assert.Equal(["latent"], streams.States.Keys);
    }
}
