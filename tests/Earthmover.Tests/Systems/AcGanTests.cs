using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Games;
using Earthmover.Systems;
using Earthmover.Testing;
using Earthmover.Torch;

namespace Earthmover.Tests.Systems;

public sealed class AcGanTests : LeakTest
{
    private static AcGan Small() => new(
        new(new ImageShape(1, 16, 16)) { ClassShares = [1, 1, 2] },
        new() { Width = 4, LatentSize = 5, Constraint = "none" });

    [Fact]
    public void The_class_is_chosen_heard_and_named()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var system = Small();
        AssertSampler.ChoosesByTheLastNumber(system, (-1, 0), (-0.3f, 1), (1, 2));
        AssertSampler.HearsTheClass(system);
        var x = system.Generate(system.Latent.Sample(4));
        var names = system.Classify(x);
        Assert.Equal([4, 3], names.Shape);
        AssertTensor.Close(Tensor.Ones([4]), names.Sum([1]), 1e-6);
        Assert.Equal([4, 1], system.Score(x).Shape);
    }

    [Fact]
    public void The_losses_are_those_of_the_paper()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var system = Small();
        var y = Tensor.From<long>([0, 1, 2, 2], [4]);
        using var batch = new Batch(Tensor.Normal([4, 1, 16, 16], streams["data"]), y);
        using var round = new Round<Batch>(batch, 0);
        var critic = system.Players[0].Loss(round);
        var named = system.Classify(batch.X).ToArray<float>();
        // Real samples alone teach the classifier: −E log C(y | x).
        var expected = -new[] { named[0], named[4], named[8], named[11] }.Average(p => Math.Log(p));
        Assert.Equal(expected, critic["class"].Item(), 1e-5);
        Assert.Equal(TermRole.Auxiliary, critic.Roles["class"]);

        streams.States = new Dictionary<string, byte[]>(); // the loss and the test draw the same z
        var generator = system.Players[1].Loss(round);
        streams.States = new Dictionary<string, byte[]>();
        var z = new Latent(5).Sample(4);
        var made = system.Generate(Tensor.Cat([z, Tensor.Ones([4, 1])], 1), y);
        var heard = system.Classify(made).ToArray<float>();
        expected = -0.1 * new[] { heard[0], heard[4], heard[8], heard[11] }.Average(p => Math.Log(p));
        Assert.Equal(expected, generator["class"].Item(), 1e-5);
        Assert.Equal((-system.Score(made)).Softplus().Mean().Item(), generator["non-saturating"].Item(), 1e-5);
    }

    [Fact]
    public void Data_without_classes_are_refused_in_words() =>
        Assert.Contains("the data has none",
            Assert.Throws<ArgumentException>(() => new AcGan(new(new ImageShape(1, 16, 16)), new())).Message, StringComparison.Ordinal);
}
