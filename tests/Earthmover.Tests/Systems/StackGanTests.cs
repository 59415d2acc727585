using Earthmover.Data;
using Earthmover.Games;
using Earthmover.Objectives;
using Earthmover.Systems;
using Earthmover.Testing;
using Earthmover.Torch;

namespace Earthmover.Tests.Systems;

public sealed class StackGanTests : LeakTest
{
    private static StackGan Small(StackGan.Options? options = null) =>
        new(TextGames.Context(16), options ?? new() { Width = 4, LatentSize = 5, Blocks = 1 });

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void In_each_stage_samples_are_whole_pictures_of_their_text(int stage)
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var system = Small();
        system.Begin(stage, () => TextGames.Deal(16)).Dispose();
        foreach (var network in system.Networks.Values)
            network.SetTraining(false);
        Assert.Equal([3, 3, 16, 16], system.Generate(system.Latent.Sample(3)).Shape);
        Assert.Equal([1, 3, 8, 8], system.Sketch(system.Latent.Sample(1), TextGames.Texts(0)).Shape);
        TextGames.ChoosesByTheLastNumber(system);
        TextGames.HearsTheText(system);
    }

    [Fact]
    public void The_first_stage_stays_as_it_is_while_the_second_plays()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var system = Small();
        // Statistics of batches are part of it.
        float[] First() => [.. system.Networks["generator1"].Parameters().Select(p => p.Parameter.Value)
            .Concat(system.Networks["generator1"].Buffers().Select(b => b.Buffer.Value))
            .Append(system.Networks["generator1_text"].Flat.Values).SelectMany(t => t.Detach().Flatten().ToArray<float>())];
        using (var first = system.Begin(0, () => TextGames.Deal(16)))
            first.Play(0);
        var before = First();
        using var game = system.Begin(1, () => TextGames.Deal(16));
        Assert.Equal(["critic 2", "generator 2"], game.Play(0).Concat(game.Play(1)).Select(move => move.Player).Distinct());
        Assert.Equal(before, First());
    }

    [Fact]
    public void The_kl_term_is_that_of_normal_laws_and_no_part_of_the_game()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        Tensor zero = Tensor.Zeros([4, 3]), one = Tensor.Ones([4, 3]);
        Assert.Equal(0, StandardNormal.Divergence(zero, zero).Item(), 1e-7);
        Assert.Equal(0.5, StandardNormal.Divergence(one, zero).Item(), 1e-6);
        // KL(N(0, 4)‖N(0, 1)) = (4 − 1 − log 4) / 2.
        Assert.Equal((3 - Math.Log(4)) / 2, StandardNormal.Divergence(zero, one * Math.Log(4)).Item(), 1e-6);
        using var system = Small();
        using var batch = TextGames.Deal(16);
        using var round = new Round<PairedBatch>(batch, 0);
        var terms = system.Stages[0].Players[1].Loss(round);
        Assert.True(terms["kl"].Item() > 0);
        Assert.Equal(TermRole.Auxiliary, terms.Roles["kl"]);
    }

    [Fact]
    public void Pictures_of_both_stages_come_to_show_their_text()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var system = new StackGan(TextGames.Context(8), new() { Width = 8, LatentSize = 4, Blocks = 1 });
        for (var stage = 0; stage < 2; stage++)
        {
            using var game = system.Begin(stage, () => TextGames.Deal(8));
            for (var step = 0; step < 120; step++)
                game.Play(step, observe: false);
            TextGames.ShowsItsText(system);
            foreach (var network in system.Networks.Values)
                network.SetTraining(true);
        }
    }

    [Fact]
    public void Sides_that_leave_no_small_picture_are_refused_in_words()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        Assert.Contains("?size=32x32", Assert.Throws<ArgumentException>(() =>
            GanSystem.Build(() => new StackGan(TextGames.Context(28), new()))).Message, StringComparison.Ordinal);
    }
}
