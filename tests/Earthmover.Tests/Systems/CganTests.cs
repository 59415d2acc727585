using Earthmover.Data;
using Earthmover.Systems;
using Earthmover.Testing;
using Earthmover.Torch;

namespace Earthmover.Tests.Systems;

public sealed class CganTests : LeakTest
{
    private static Cgan Small() => new(new(new ImageShape(1, 16, 16)) { ClassShares = [1, 1, 2] }, new() { Width = 4, LatentSize = 5 });

    [Fact]
    public void The_last_latent_number_chooses_the_class_as_often_as_it_occurs()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var system = Small();
        // A quarter, a quarter and a half of the normal law.
        AssertSampler.ChoosesByTheLastNumber(system, (-1, 0), (-0.3f, 1), (1, 2));
    }

    [Fact]
    public void The_critic_and_the_generator_hear_the_class()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var system = Small();
        AssertSampler.HearsTheClass(system);
        var x = system.Generate(system.Latent.Sample(1), AssertSampler.Of(0));
        Assert.NotEqual(system.Score(x, Tensor.From<long>([0], [1])).Item(), system.Score(x, Tensor.From<long>([1], [1])).Item());
    }

    [Fact]
    public void Data_without_classes_are_refused_in_words() =>
        Assert.Contains("the data has none",
            Assert.Throws<ArgumentException>(() => new Cgan(new(new ImageShape(1, 16, 16)), new())).Message, StringComparison.Ordinal);
}
