using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Games;
using Earthmover.Networks;
using Earthmover.Systems;
using Earthmover.Testing;
using Earthmover.Torch;

namespace Earthmover.Tests.Systems;

public sealed class GanClsTests : LeakTest
{
    private static GanCls Small(GanCls.Options? options = null) =>
        new(TextGames.Context(16), options ?? new() { Width = 4, LatentSize = 5 });

    [Fact]
    public void The_last_latent_number_chooses_the_caption_as_often_as_it_occurs()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var system = Small();
        TextGames.ChoosesByTheLastNumber(system);
    }

    [Fact]
    public void The_critic_and_the_generator_hear_the_text()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var system = Small();
        TextGames.HearsTheText(system);
    }

    [Fact]
    public void A_critic_that_says_nothing_pays_for_right_wrong_and_fake_pairs_by_their_shares()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var system = Small(new() { Width = 4, LatentSize = 5, WrongWeight = 0.25, Constraint = "none" });
        var critic = system.Networks["critic"];
        using (Autograd.Pause())
            critic.Flat.Values.CopyFrom(critic.Flat.Values * 0);
        using var batch = TextGames.Deal(16);
        using var round = new Round<PairedBatch>(batch, 0);
        Terms terms = system.Players[0].Loss(round), own = system.Players[1].Loss(round);
        // Each score is 0, of which every pair costs log 2.
        Assert.Equal(0.75 * 2 * Math.Log(2), terms["non-saturating"].Item(), 1e-5);
        Assert.Equal(0.25 * 2 * Math.Log(2), terms["match"].Item(), 1e-5);
        Assert.Equal(Math.Log(2), own["interpolation"].Item(), 1e-5);
        Assert.Equal((TermRole.Auxiliary, TermRole.Auxiliary), (terms.Roles["match"], own.Roles["interpolation"]));
        Assert.Equal(TermRole.Adversarial, terms.Roles["non-saturating"]);
    }

    [Fact]
    public void A_picture_of_the_same_text_is_no_wrong_one()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var system = Small(new() { Width = 4, LatentSize = 5, Constraint = "none" });
        using var batch = TextGames.Deal(16, areAlike: true);
        // With the draws of the one loss also in the other.
        using var round = new Round<PairedBatch>(batch, 0);
        var terms = system.Players[0].Loss(round);
        Assert.Equal(terms["non-saturating"].Item(), terms["match"].Item(), 1e-6);
    }

    [Theory]
    [InlineData(TextReading.Convolution)]
    [InlineData(TextReading.Bag)]
    public void Pictures_come_to_show_their_text(TextReading reading)
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var system = new GanCls(TextGames.Context(8), new() { Width = 8, LatentSize = 4, TextReading = reading });
        using var game = system.Begin(0, () => TextGames.Deal(8));
        for (var step = 0; step < 150; step++)
            game.Play(step, observe: false);
        TextGames.ShowsItsText(system);
    }

    [Fact]
    public void Data_without_captions_are_refused_in_words()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        Assert.Contains("the data has none", Assert.Throws<ArgumentException>(() =>
            GanSystem.Build(() => new GanCls(new(new ImageShape(3, 16, 16)), new()))).Message, StringComparison.Ordinal);
    }
}
