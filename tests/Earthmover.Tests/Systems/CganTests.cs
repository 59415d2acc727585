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
        using var scope = TensorScope.Open();
        using var system = Small();
        var z = system.Latent.Sample(3);
        // A quarter, a quarter and a half of the normal law.
        foreach (var (last, k) in new[] { (-1f, 0L), (-0.3f, 1), (1f, 2) })
        {
            var chosen = Tensor.Cat([z.Narrow(1, 0, 5), Tensor.Ones([3, 1]) * last], 1);
            AssertTensor.Close(system.Generate(z, Tensor.From<long>([k, k, k], [3])), system.Generate(chosen), 0);
        }
    }

    [Fact]
    public void The_critic_and_the_generator_hear_the_class()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var system = Small();
        var z = system.Latent.Sample(1);
        Tensor Of(long k) => system.Generate(z, Tensor.From<long>([k], [1]));
        Assert.True((Of(0) - Of(1)).Abs().Sum().Item() > 0);
        var x = Of(0);
        Assert.NotEqual(system.Score(x, Tensor.From<long>([0], [1])).Item(), system.Score(x, Tensor.From<long>([1], [1])).Item());
    }

    [Fact]
    public void Data_without_classes_are_refused_in_words() =>
        Assert.Contains("the data has none",
            Assert.Throws<ArgumentException>(() => new Cgan(new(new ImageShape(1, 16, 16)), new())).Message, StringComparison.Ordinal);
}
