using Earthmover.Data;
using Earthmover.Data.Tables;
using Earthmover.Games;
using Earthmover.Systems;
using Earthmover.Testing;
using Earthmover.Torch;

namespace Earthmover.Tests.Systems;

/// <summary>What CTGAN is told, and its packs.</summary>
public sealed class CtganTests : LeakTest
{
    private static readonly TableBlock[] s_blocks =
    [
        new(0, 1, BlockKind.Bounded), new(1, 2, BlockKind.Choice) { Opens = 2, Shares = [1, 1] },
        new(3, 2, BlockKind.Choice) { Shares = [1, 3], IsCategory = true },
        new(5, 2, BlockKind.Choice) { Shares = [1, 1], IsCategory = true },
    ];

    private static Ctgan Small(IReadOnlyList<TableBlock> blocks) =>
        new(new(new SampleShape.Table(blocks)), new() { Width = 8, LatentSize = 5, Pack = 2 });

    private static Batch Deal(int count, int width, bool told)
    {
        using var scope = TensorScope.Open();
        return new(Tensor.Uniform([count, width], RandomStreams.Current["data"], -1, 1),
            told ? Tensor.From<long>([.. Enumerable.Range(0, count).Select(i => (long)(i % 4))], count) : null);
    }

    [Fact]
    public void Every_category_is_told_as_often_and_its_values_as_they_occur()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var system = Small(s_blocks);
        var told = Assert.IsType<Condition.Value>(system.Condition);
        Assert.Equal([0.25, 0.75, 0.5, 0.5], told.Shares);
        Assert.Equal(new Latent(6, 3), system.Latent);
    }

    [Fact]
    public void A_batch_that_is_no_whole_number_of_packs_is_refused()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var system = Small(s_blocks);
        using var game = system.Begin(0, () => Deal(5, 7, told: true));
        Assert.Contains("packs of 2", Assert.Throws<ArgumentException>(() => game.Play(0)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_without_categories_is_told_nothing()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var system = Small(s_blocks[..2]);
        Assert.Equal(Condition.None, system.Condition);
        using var game = system.Begin(0, () => Deal(4, 3, told: false));
        var moves = game.Play(0);
        Assert.Equal(["critic", "generator"], moves.Select(move => move.Player));
        Assert.DoesNotContain("told", moves[1].Terms.Keys);
        Assert.Equal([3, 3], system.Generate(system.Latent.Sample(3)).Shape);
    }
}
