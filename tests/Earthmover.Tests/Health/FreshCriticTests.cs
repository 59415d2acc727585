using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Health;
using Earthmover.Testing;
using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Tests.Health;

public sealed class FreshCriticTests : LeakTest
{
    private const int Count = 768;

    private readonly RandomStreams _streams = new(1);
    private readonly RandomGenerator _random = new(1);

    protected override void TearDown()
    {
        _random.Dispose();
        _streams.Dispose();
    }

    // Garments that no other call has seen.
    private static Tensor Garments(int from, int count = Count)
    {
        using var scope = TensorScope.Open();
        using var batch = new BatchSource(DataCatalog.Open("fashion-mnist", new()), 1, 1).Of([.. Enumerable.Range(from, count)]);
        return scope.Keep(FreshCritic.View(batch.X));
    }

    private double Auc(Tensor real, Tensor fake)
    {
        using var use = _streams.Use();
        return FreshCritic.Auc(real, fake, _random);
    }

    [Fact]
    public void Garments_are_not_told_from_garments()
    {
        using var scope = TensorScope.Open();
        // 256 of each are asked about: the standard deviation of chance is 0.026.
        Assert.InRange(Auc(Garments(0), Garments(Count)), 0.4, 0.6);
    }

    [Fact]
    public void Blurred_garments_are_told_from_sharp_ones()
    {
        using var scope = TensorScope.Open();
        var blurred = FreshCritic.View(Op.AvgPool2d(Garments(Count), [5, 5], [1, 1], [2, 2]));
        Assert.InRange(Auc(Garments(0), blurred), 0.97, 1);
    }

    // How long it learned can be told from how often it has drawn: two batches of 32 a step.
    [Fact]
    public void What_is_told_apart_at_once_is_looked_at_no_longer()
    {
        using var scope = TensorScope.Open();
        Assert.InRange(Auc(Garments(0, 192), -Garments(Count, 192)), 0.99, 1);
        using var control = new RandomGenerator(1);
        for (var draw = 0; draw < 2 * 150; draw++)
            _ = Tensor.Integers([32], 128, control);
        Assert.Equal(control.State, _random.State);
        // Where nothing is found it learns all of its 600 steps.
        _ = Auc(Garments(0, 192), Garments(Count, 192));
        for (var draw = 0; draw < 2 * 600; draw++)
            _ = Tensor.Integers([32], 128, control);
        Assert.Equal(control.State, _random.State);
    }

    [Fact]
    public void The_same_seed_gives_the_same_answer()
    {
        double Once()
        {
            using var scope = TensorScope.Open();
            using var streams = new RandomStreams(3);
            using var use = streams.Use();
            using var random = new RandomGenerator(3);
            return FreshCritic.Auc(Garments(0, 192), Garments(Count, 192), random);
        }
        Assert.Equal(Once(), Once());
    }

    [Fact]
    public void Too_few_pictures_give_no_answer()
    {
        using var scope = TensorScope.Open();
        Assert.Equal(double.NaN, Auc(Garments(0, 189), Garments(Count, 189)));
    }

    [Fact]
    public void Pictures_that_are_not_finite_give_no_answer()
    {
        using var scope = TensorScope.Open();
        Assert.Equal(double.NaN, Auc(Garments(0), Garments(Count) * double.NaN));
    }

    [Theory]
    [InlineData(40, 784, 40)]
    [InlineData(60_000, 784, 4096)]
    [InlineData(60_000, 3 * 64 * 64, 1365)]
    [InlineData(60_000, 3 * 512 * 512, 384)]
    public void Of_large_pictures_fewer_are_wanted(int available, long numbers, int wanted) =>
        Assert.Equal(wanted, FreshCritic.Wanted(available, numbers));

    [Fact]
    public void Large_pictures_are_seen_small_and_small_ones_as_they_are()
    {
        using var scope = TensorScope.Open();
        Assert.Equal([2, 3, 32, 20], FreshCritic.View(Op.Zeros([2, 3, 96, 20])).Shape);
        Assert.Equal([2, 1, 7, 9], FreshCritic.View(Op.Zeros([2, 1, 7, 9])).Shape);
        // As in a file: out of range is white, and there are 256 levels.
        Assert.All(FreshCritic.View(Tensor.From<float>([7, 0.9999f, 0.004f], [1, 1, 1, 3])).ToArray<float>().Zip([1, 1, 128 / 127.5 - 1]),
            v => Assert.Equal(v.Second, v.First, 1e-6));
    }

    [Theory]
    [InlineData(3, 32, 20)]
    [InlineData(1, 7, 9)]
    [InlineData(2, 1, 1)]
    public void Pictures_of_every_size_are_judged(int channels, int height, int width)
    {
        using var scope = TensorScope.Open();
        Tensor Noise() => FreshCritic.View(Tensor.Uniform([240, channels, height, width], _random, -1, 1));
        Assert.InRange(Auc(Noise(), Noise() * 0.1), 0.9, 1);
    }
}
