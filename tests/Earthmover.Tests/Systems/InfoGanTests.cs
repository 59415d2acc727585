using Earthmover.Claims.Lab;
using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Games;
using Earthmover.Systems;
using Earthmover.Testing;
using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Tests.Systems;

public sealed class InfoGanTests : LeakTest
{
    private const int Z = 5, Codes = 2, Categories = 4;

    private static InfoGan Small() => new(new(new ImageShape(1, 16, 16)), new() { Width = 4, LatentSize = Z, Categories = Categories });

    [Fact]
    public void The_last_latent_number_chooses_the_category_and_each_as_often()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var system = Small();
        // The quarters of the normal law.
        AssertSampler.ChoosesByTheLastNumber(system, (-0.7f, 0), (-0.6f, 1), (0.6f, 2), (0.7f, 3));
    }

    [Fact]
    public void Each_code_changes_the_sample()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var system = Small();
        AssertSampler.HearsTheClass(system);
        var z = system.Latent.Sample(1);
        Tensor Of(long k) => system.Generate(z, AssertSampler.Of(k));
        for (var i = Z; i < Z + Codes; i++)
        {
            var other = Tensor.Cat([z.Narrow(1, 0, i), z.Narrow(1, i, 1) + 1, z.Narrow(1, i + 1, Z + Codes - i)], 1);
            Assert.True((Of(0) - system.Generate(other, AssertSampler.Of(0))).Abs().Sum().Item() > 0);
        }
        // Classes of the data, of which there may be more than categories, are not for it.
        Assert.False(Fakes.Of(system).TakesClasses);
    }

    [Fact]
    public void A_reader_that_says_nothing_costs_what_the_codes_hold()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var system = Small();
        var critic = system.Networks["critic"];
        using (Autograd.Pause())
            critic.Flat.Values.CopyFrom(critic.Flat.Values * 0);
        using var batch = new Batch(Tensor.Normal([64, 1, 16, 16], streams["data"]));
        using var round = new Round<Batch>(batch, 0);
        streams.States = new Dictionary<string, byte[]>(); // the loss and the test draw the same codes
        var terms = system.Players[1].Loss(round);
        streams.States = new Dictionary<string, byte[]>();
        var c = Op.Erf(system.Latent.Sample(64).Narrow(1, Z, Codes) / Math.Sqrt(2));
        var continuous = Codes * (0.5 * Math.Log(2 * Math.PI) + 0.5 * c.Square().Mean().Item());
        Assert.Equal(Math.Log(Categories), terms["category"].Item(), 1e-5);
        Assert.Equal(0.1 * continuous, terms["continuous"].Item(), 1e-5);
        Assert.Equal(Codes * Math.Log(2) - continuous, terms.Observed["information"].Item(), 1e-5);
        Assert.Equal(TermRole.Auxiliary, terms.Roles["category"]);
        // Uniform on [−1, 1]: of variance 1/3.
        Assert.InRange(c.Square().Mean().Item(), 0.25, 0.42);
        Assert.All(c.ToArray<float>(), value => Assert.InRange(value, -1, 1));
    }

    [Fact]
    public void The_codes_become_readable_from_the_sample_and_only_by_their_terms()
    {
        var (category, information) = Played(new() { Width = 4, LatentSize = Z, Categories = Categories });
        Assert.True(category < 0.3, $"−E log Q(k) is {category:0.00}, and {Math.Log(Categories):0.00} is to know nothing");
        var (_, without) = Played(new() { Width = 4, LatentSize = Z, Categories = Categories, CategoryWeight = 0, ContinuousWeight = 0 });
        Assert.True(information > 0 && without < 0, $"{information:0.00} nats, and {without:0.00} without the terms");
    }

    // Means over the last of some steps on noise-free pictures: −E log Q(k), weighted, and the bound of the information.
    private static (double Category, double Information) Played(InfoGan.Options options)
    {
        const int Steps = 120, Last = 20;
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var system = new InfoGan(new(new ImageShape(1, 16, 16)), options);
        var source = new BatchSource(Blobs.Create(64, 8), 16, 1);
        long next = 0;
        using var game = system.Begin(0, () => source.Deal(next++));
        var terms = Enumerable.Range(0, Steps).Select(step => game.Play(step)[1].Terms).ToList()[^Last..];
        return (terms.Average(t => t["category"]), terms.Average(t => t["information"]));
    }
}
