using Earthmover.Sessions;
using Earthmover.Sessions.Sampling;
using Earthmover.Tests.Training;

namespace Earthmover.Tests.Sessions;

/// <summary>Rows of many wishes in one pass are to the bit what each wish alone is given.</summary>
public sealed class SharedBlocksTests : Playground
{
    private string Run => Path.Combine(Folder, "run");

    private static float[] Alone(TrainedRun run, SampleWish wish) =>
        SampleWriter.Draw(run, wish.Count, SampleWriter.Random(run, wish.Seed), wish.Told, wish.First);

    [Theory]
    [InlineData("wgan-gp")]
    [InlineData("bigan")]
    public void Many_wishes_in_one_pass_are_each_as_if_alone(string system)
    {
        // Not every system has critic steps.
        string[] settings = [.. Toy.Where(setting => !setting.StartsWith("critic_", StringComparison.Ordinal))];
        Play("gaussians-8", system, new(Steps: 1), settings, "run");
        using var run = TrainedRun.Open(Run, Context);
        using var use = run.Streams.Use();
        var blocks = new SharedBlocks(run);
        Assert.True(blocks.IsShared);
        Assert.Equal(64, blocks.Sizes[^1]);
        // Enough first samples of seeds that others can be drawn with them.
        Assert.InRange(blocks.MostFirst, 8, 64);
        foreach (var count in new[] { 1, 2, 5, 11, 20 })
        {
            var pass = blocks.Begin();
            SampleWish[] wishes = [.. Enumerable.Range(0, count).Select(i => new SampleWish(10 + i, i % 7 * 13, 1 + i % 3))];
            var taken = wishes.Select(wish => (Wish: wish, Count: pass.Add(wish, 0, wish.Count))).Where(one => one.Count > 0).ToList();
            Assert.Equal(taken.Sum(one => one.Count), pass.Count);
            Assert.True(taken.Count >= Math.Min(count, 8), $"{taken.Count} of {count} wishes");
            foreach (var (one, made) in taken.Zip(pass.Draw()))
                Assert.Equal(Alone(run, one.Wish with { Count = one.Count }), made);
        }
    }

    [Fact]
    public void A_pass_takes_no_more_than_a_block_and_goes_on_where_the_last_ended()
    {
        Play("gaussians-8", "wgan-gp", new(Steps: 1), Toy, "run");
        using var run = TrainedRun.Open(Run, Context);
        using var use = run.Streams.Use();
        var (blocks, wish, made) = (new SharedBlocks(run), new SampleWish(3, 40, 150), new List<float>());
        for (var row = 0; row < wish.Count;)
        {
            var pass = blocks.Begin();
            row += pass.Add(wish, row, wish.Count - row);
            Assert.InRange(pass.Count, 1, SharedBlocks.Rows);
            made.AddRange(pass.Draw()[0]);
        }
        Assert.Equal(Alone(run, wish), made);
    }
}
