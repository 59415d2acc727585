using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Games;
using Earthmover.Systems;
using Earthmover.Testing;
using Earthmover.Torch;
using Earthmover.Torch.Kernels;

namespace Earthmover.Tests.Systems;

public class ProjectionGanTests : LeakTest
{
    private static readonly SystemContext s_context = new(new SampleShape.Image(new ImageShape(1, 12, 12))) { ClassShares = [1, 2, 5] };

    [Fact]
    public void The_last_coordinate_chooses_classes_in_the_datas_proportions()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var system = new ProjectionGan(s_context, new() { Width = 4, LatentSize = 3 });
        foreach (var network in system.Generators)
            network.SetTraining(false);
        // Half-way into each class's piece of the normal law.
        float[] coordinates = [.. new[] { 0.5, 2, 5.5 }.Select(eighths => (float)Statistics.NormalQuantile(eighths / 8))];
        for (var k = 0; k < 3; k++)
        {
            var z = Tensor.From<float>([0.3f, -1, 0.7f, coordinates[k]], [1, 4]);
            AssertTensor.Close(system.Generate(z, Tensor.From<long>([k], 1)), system.Generate(z), 0);
        }
    }

    // Few samples and coupled ones by one player after the other, others by halves of the batch; which thread is faster decides nothing.
    [Theory]
    [InlineData("none", 8, "non-saturating")]
    [InlineData("color+translation+cutout", 8, "non-saturating")]
    [InlineData("color+translation+cutout", 16, "relativistic-average")]
    [InlineData("none", 16, "non-saturating")]
    [InlineData("color+translation+cutout", 17, "relativistic-pairing")]
    public void Two_threads_play_the_same_game_whenever_they_do(string augment, int batch, string objective)
    {
        var measure = KernelChoices.Measure;
        var threads = Runtime.Threads;
        KernelChoices.Measure = false;
        try
        {
            foreach (var count in new[] { 1, 2 })
            {
                var once = After(steps: 9, threads: count, augment, batch, objective);
                Assert.Equal(once, After(steps: 9, threads: count, augment, batch, objective));
                Assert.NotEqual(once, After(steps: 8, threads: count, augment, batch, objective));
            }
        }
        finally
        {
            KernelChoices.Measure = measure;
            Runtime.Threads = threads;
        }
    }

    [Theory]
    [InlineData(1999, "translation+cutout")]
    [InlineData(2000, "none")]
    public void The_critic_of_few_pictures_sees_them_moved(int count, string expected)
    {
        var shape = new ImageShape(1, 4, 4);
        var data = new ImageSet("pictures", shape, new byte[count * shape.Size]);
        var options = (ProjectionGan.Options)SystemCatalog.DefaultsOf(ProjectionGan.Entry, data).Options;
        Assert.Equal(expected, OptionBinder.ToText(options)["augment"]);
    }

    [Fact]
    public void An_exception_of_the_second_player_arrives_and_the_game_can_go_on()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        var threads = Runtime.Threads;
        Runtime.Threads = new(2, 1);
        try
        {
            using var companion = new Companion(1);
            var e = Assert.Throws<InvalidOperationException>(() =>
                companion.Divide(part => _ = part == 1 ? throw new InvalidOperationException("lost") : part));
            Assert.Equal("lost", e.Message);
            var worked = false;
            companion.Divide(part => worked |= part == 1);
            Assert.True(worked);
        }
        finally
        {
            Runtime.Threads = threads;
        }
    }

    // All parameters after some steps on fixed batches.
    private static float[] After(int steps, int threads, string augment, int batch, string objective)
    {
        Runtime.Threads = new(threads, 1);
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var system = new ProjectionGan(s_context, new() { Width = 4, LatentSize = 3, Augment = augment, Objective = objective });
        var pixels = new byte[24 * 144];
        new Random(5).NextBytes(pixels);
        var source = new BatchSource(new ImageSet("noise", new ImageShape(1, 12, 12), pixels,
            [.. Enumerable.Range(0, 24).Select(i => i % 3)], ["a", "b", "c"]), batch, seed: 1);
        long position = 0;
        using var game = system.Begin(0, () => source.Deal(position++));
        for (var step = 0; step < steps; step++)
            Assert.Equal(2, game.Play(step).Count);
        return [.. system.Networks.Values.SelectMany(n => n.Flat.Values.ToArray<float>())];
    }
}
