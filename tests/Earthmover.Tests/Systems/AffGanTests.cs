using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Games;
using Earthmover.Networks;
using Earthmover.Systems;
using Earthmover.Testing;
using Earthmover.Torch;

namespace Earthmover.Tests.Systems;

public sealed class AffGanTests : LeakTest
{
    private static readonly SampleShape s_low = new ImageShape(3, 4, 6), s_high = new ImageShape(3, 16, 24);

    private static AffGan Of(AffGan.Options options, SampleShape? low = null, SampleShape? high = null) =>
        GanSystem.Build(() => new AffGan(new(low ?? s_low) { Target = high ?? s_high }, options with { Width = 4, Blocks = 1 }));

    private static Tensor Noise(params ReadOnlySpan<long> shape) => Tensor.Uniform(shape, RandomStreams.Current["data"], -1, 1);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_enlarged_made_coarse_is_what_was_given(bool isPictures)
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        var (a, x, y) = isPictures ? (new Coarsening(s_low, s_high), Noise(2, 3, 4, 6), Noise(2, 3, 16, 24))
            : (new Coarsening(new SampleShape.Points(2), new SampleShape.Points(6)), Noise(5, 2), Noise(5, 6));
        AssertTensor.Close(x, a.Coarse(a.Enlarged(x)), 1e-6);
        AssertTensor.Close(x, a.Coarse(a.Projected(y, x)), 1e-6);
        // The nearest to y of all that fit: the difference is orthogonal to everything that is made coarse to nothing.
        var moved = a.Projected(y, x) - y;
        var free = y - a.Enlarged(a.Coarse(y));
        Assert.Equal(0, (moved * free).Sum().Item(), 1e-3);
        // What fits already stays.
        AssertTensor.Close(a.Enlarged(x), a.Projected(a.Enlarged(x), x), 1e-6);
    }

    [Fact]
    public void Whatever_it_has_learned_a_result_fits()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var system = Of(new());
        using (var game = system.Begin(0, () => new PairedBatch(Noise(4, 3, 4, 6), Noise(4, 3, 16, 24))))
            for (var step = 0; step < 3; step++)
                game.Play(step, observe: false);
        using var pause = Autograd.Pause();
        var x = Noise(5, 3, 4, 6);
        var made = system.Translate(x, Direction.AToB);
        Assert.Equal([5, 3, 16, 24], made.Shape);
        AssertTensor.Close(x, new Coarsening(s_low, s_high).Coarse(made), 1e-6);
        using var soft = Of(new() { Projects = false, Consistency = 1 });
        Assert.True((new Coarsening(s_low, s_high).Coarse(soft.Translate(x, Direction.AToB)) - x).Abs().Mean().Item() > 1e-3);
    }

    [Fact]
    public void Squared_error_alone_has_no_critic()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var system = Of(new() { Adversarial = false, SquaredError = 1 });
        Assert.Equal(["generator"], system.Networks.Keys);
        Assert.Equal(["generator"], system.Players.Select(player => player.Name));
        Assert.Contains("nothing moves the generator",
            Assert.Throws<ArgumentException>(() => Of(new() { Adversarial = false })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Pictures_that_are_not_a_whole_number_of_times_as_large_are_refused()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        SampleShape[] others = [new ImageShape(1, 16, 24), new ImageShape(3, 16, 20), new ImageShape(3, 4, 6), new SampleShape.Points(3)];
        foreach (var high in others)
            Assert.Contains("a whole number of times",
                Assert.Throws<ArgumentException>(() => Of(new(), high: high)).Message, StringComparison.Ordinal);
        Assert.Contains("2, 4 or 8 times, not 3",
            Assert.Throws<ArgumentException>(() => Of(new(), high: new ImageShape(3, 12, 18))).Message, StringComparison.Ordinal);
    }
}
