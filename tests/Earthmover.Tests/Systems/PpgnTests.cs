using Earthmover.Data;
using Earthmover.Games;
using Earthmover.Networks;
using Earthmover.Systems;
using Earthmover.Testing;
using Earthmover.Torch;

namespace Earthmover.Tests.Systems;

public sealed class PpgnTests : LeakTest
{
    private static readonly SystemContext
        s_small = new(new ImageShape(1, 16, 16)) { ClassShares = [1, 1, 2] },
        s_garments = new(new ImageShape(1, 28, 28)) { ClassShares = [1, 1], ClassNames = ["Sneaker", "Bag"] };

    private static Ppgn.Options Options => new() { Width = 4, CodeSize = 8, Constraint = "none" };

    private static void Play(SystemContext context, Ppgn.Options options, Action<Ppgn, Round<Batch>> body)
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var system = new Ppgn(context, options);
        var shape = ((SampleShape.Image)context.Shape).Shape;
        var y = Tensor.From<long>([.. Enumerable.Range(0, 16).Select(i => (long)i % context.ClassShares.Count)], [16]);
        using var batch = new Batch(Tensor.Uniform([16, 1, shape.Height, shape.Width], streams["data"], -1, 1), y);
        using var round = new Round<Batch>(batch, 0);
        body(system, round);
    }

    private static Terms LossOf(Ppgn system, string player, Round<Batch> round) =>
        system.Players.Single(one => one.Name == player).Loss(round);

    [Fact]
    public void The_losses_are_parts_of_the_variance_that_are_not_explained() => Play(s_small, Options, (system, round) =>
    {
        var terms = LossOf(system, "generator", round);
        var encoder = (PictureClassifier)system.Networks["encoder"];
        Tensor E(Tensor v) => encoder.Evaluating(() => encoder.Codes(encoder.Maps(v)));
        var x = round.Batch.X;
        var made = system.Networks["generator"].Forward(E(x)); // batch normalization is in training here as it is there
        double Unexplained(Tensor v, Tensor w) =>
            (v - w).Square().Mean().Item() / ((v - v.Mean([0], keep: true)).Square().Mean().Item() + 1e-3);
        Assert.Equal(Unexplained(x, made), terms["picture"].Item(), 1e-4);
        Assert.Equal(Unexplained(E(x), E(made)), terms["code"].Item(), 1e-4);
        Assert.Equal(Options.GameWeight * (-system.Score(made)).Softplus().Mean().Item(), terms["non-saturating"].Item(), 1e-5);
        Assert.All(["picture", "features", "code"], name => Assert.Equal(TermRole.Reconstruction, terms.Roles[name]));
    });

    [Fact]
    public void An_encoder_that_has_to_learn_does_so_first() => Play(s_small, Options, (system, round) =>
    {
        Assert.Equal(["encoder", "game"], system.Stages.Select(stage => stage.Name));
        Assert.Equal([Role.Encoder, Role.Critic, Role.Generator], system.Players.Select(player => player.Role));
        var named = system.Classify(round.Batch.X);
        Assert.Equal([16, 3], named.Shape);
        AssertTensor.Close(Tensor.Ones([16]), named.Sum([1]), 1e-5);
    });

    [Fact]
    public void Of_garments_the_shipped_classifier_is_the_encoder() => Play(s_garments, Options, (system, round) =>
    {
        Assert.Equal(["game"], system.Stages.Select(stage => stage.Name));
        using var shipped = FashionClassifier.Load();
        var x = round.Batch.X;
        // Before any code was seen, a whitened one is the code itself.
        AssertTensor.Close(shipped.Features(x), system.CodesOf(x).Relu(), 1e-5);
        // Of its ten classes those of the data, in the data's order.
        var logits = shipped.Forward(x);
        AssertTensor.Close((logits.Narrow(1, 8, 1) - logits.Narrow(1, 7, 1)).Sigmoid().Flatten(), system.Classify(x).Select(1, 1), 1e-4);
    });

    [Fact]
    public void Whoever_insists_on_it_for_other_pictures_is_told_so()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        foreach (var context in (SystemContext[])[s_small, s_garments with { ClassNames = ["cat", "dog"] }])
            Assert.Contains("encoder=own", Assert.Throws<ArgumentException>(() =>
                GanSystem.Build(() => new Ppgn(context, Options with { Encoder = "shipped" }))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_latent_vector_gives_the_code_of_its_sample_back() => Play(s_small, Options, (system, round) =>
    {
        LossOf(system, "generator", round); // the law of codes sees them
        foreach (var network in system.Networks.Values)
            network.SetTraining(false);
        var x = round.Batch.X;
        Assert.Equal([16, 9], system.Encode(x).Shape);
        AssertTensor.Close(system.Decode(system.CodesOf(x)), system.Generate(system.Encode(x)), 1e-3);
        AssertSampler.ChoosesByTheLastNumber(system, (-1, 0), (-0.3f, 1), (1, 2));
        AssertSampler.HearsTheClass(system);
    });

    [Fact]
    public void A_chain_is_drawn_to_what_encoder_and_generator_make_of_a_code_or_to_what_a_network_of_its_own_does()
    {
        Play(s_small, Options, (system, round) =>
        {
            var h = system.CodesOf(round.Batch.X);
            AssertTensor.Close(system.CodesOf(round.Batch.X), system.Restored(h, round.Batch.X), 0);
        });
        Play(s_small, Options with { Prior = "codes" }, (system, round) =>
        {
            var h = system.CodesOf(round.Batch.X);
            AssertTensor.Close(system.Networks["prior"].Forward(h), system.Restored(h, round.Batch.X), 0);
            Assert.Equal(["code"], LossOf(system, "prior", round).Keys);
        });
    }
}
