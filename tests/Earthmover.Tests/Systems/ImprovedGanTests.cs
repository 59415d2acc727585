using Earthmover.Data;
using Earthmover.Games;
using Earthmover.Systems;
using Earthmover.Testing;
using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Tests.Systems;

public sealed class ImprovedGanTests : LeakTest
{
    private static ImprovedGan Small(ImprovedGan.Options? options = null, int width = 4) => new(
        new(new ImageShape(1, 16, 16)) { ClassShares = [2, 1, 1] },
        (options ?? new()) with { Width = width, LatentSize = 5, Constraint = "none" });

    private static Batch Half(RandomStreams streams)
    {
        using var scope = TensorScope.Open();
        Tensor Pictures(int count) => Tensor.Uniform([count, 1, 16, 16], streams["data"], -1, 1);
        return new(Pictures(6), examples: new(Pictures(4), Tensor.From<long>([0, 1, 2, 2], [4])));
    }

    [Fact]
    public void The_losses_are_those_of_the_paper()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var system = Small();
        using var batch = Half(streams);
        using var round = new Round<Batch>(batch, 0);
        // Without the noise of training.
        system.Networks["critic"].SetTraining(false);
        system.Networks["generator"].SetTraining(false);
        streams.States = new Dictionary<string, byte[]>(); // the loss and the test draw the same z
        var critic = system.Players[0].Loss(round);
        streams.States = new Dictionary<string, byte[]>();
        var fake = system.Generate(system.Latent.Sample(6));
        double[] L(Tensor x) => [.. system.Networks["critic"].Forward(x).ToArray<float>().Select(l => (double)l)];
        double Lse(double[] logits) => Math.Log(logits.Sum(Math.Exp));
        double Sp(double a) => Math.Log(1 + Math.Exp(a));

        var (x, y) = batch.Examples!.Value;
        var supervised = L(x).Chunk(3).Zip(y.ToArray<long>()).Average(pair => Lse(pair.First) - pair.First[pair.Second]);
        Assert.Equal(supervised, critic["class"].Item(), 1e-5);
        // ½ [−lse(real) + sp(lse(real)) + sp(lse(fake))], systems of K + 1 classes whose last logit is 0.
        var (real, made) = (L(batch.X).Chunk(3).Select(Lse).ToList(), L(fake).Chunk(3).Select(Lse).ToList());
        Assert.Equal(0.5 * (real.Average(d => -d + Sp(d)) + made.Average(Sp)), critic["non-saturating"].Item(), 1e-5);
        Assert.Equal((TermRole.Auxiliary, TermRole.Adversarial), (critic.Roles["class"], critic.Roles["non-saturating"]));

        var generator = system.Players[1].Loss(round);
        Assert.Equal(["feature-matching"], generator.Keys);
        Assert.Equal(real[0], system.Score(batch.X).ToArray<float>()[0], 1e-5);
        var named = system.Classify(batch.X);
        Assert.Equal([6, 3], named.Shape);
        AssertTensor.Close(Op.Softmax(system.Networks["critic"].Forward(batch.X), 1), named, 1e-6);
    }

    [Fact]
    public void Labels_alone_and_scores_beside_are_options()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var batch = Half(streams);
        using var round = new Round<Batch>(batch, 0);
        using var supervised = Small(new() { GameWeight = 0 });
        Assert.Equal(0, supervised.Players[0].Loss(round)["non-saturating"].Item());
        using var both = Small(new() { Auxiliary = "feature-matching", History = 0.1, VirtualBatch = 4 });
        Assert.Equal(["non-saturating", "feature-matching", "history"], both.Players[1].Loss(round).Keys);
        Assert.Equal(["critic history", "generator history"], both.States.Keys);
        // A sample no longer depends on its batch.
        var z = both.Latent.Sample(3);
        AssertTensor.Close(both.Generate(z).Narrow(0, 0, 1), both.Generate(z.Narrow(0, 0, 1)), 1e-5);
    }

    [Fact]
    public void Few_labels_and_many_pictures_without_make_a_classifier()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var system = Small(width: 8);
        // Bright above, bright below or bright everywhere, in noise.
        Tensor Of(long[] kinds) => TensorScope.Run(() =>
        {
            var x = Tensor.Normal([kinds.Length, 1, 16, 16], streams["data"]) * 0.2 - 0.5;
            var bright = kinds.SelectMany(kind => Enumerable.Range(0, 256).Select(p => kind == 2 || kind == p / 128 ? 1f : 0)).ToArray();
            return x + Tensor.From<float>(bright, [kinds.Length, 1, 16, 16]);
        });
        long[] few = [0, 1, 2], all = [.. Enumerable.Range(0, 30).Select(i => i % 3L)];
        var labeled = Of(few);
        using var game = system.Begin(0, () =>
        {
            using var inner = TensorScope.Open();
            return new Batch(Of(all), examples: new(labeled.Alias(), Tensor.From<long>(few, [3])));
        });
        for (var step = 0; step < 100; step++)
            game.Play(step);
        system.Networks["critic"].SetTraining(false);
        var named = system.Classify(Of(all)).Argmax(1).ToArray<long>();
        Assert.True(named.Zip(all).Count(pair => pair.First == pair.Second) >= 28);
    }

    [Fact]
    public void Data_without_classes_are_refused_in_words() =>
        Assert.Contains("the data has none", Assert.Throws<ArgumentException>(
            () => new ImprovedGan(new(new ImageShape(1, 16, 16)), new())).Message, StringComparison.Ordinal);
}
