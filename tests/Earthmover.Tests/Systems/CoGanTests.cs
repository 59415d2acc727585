using Earthmover.Data;
using Earthmover.Games;
using Earthmover.Networks;
using Earthmover.Systems;
using Earthmover.Testing;
using Earthmover.Torch;

namespace Earthmover.Tests.Systems;

/// <summary>R52: the tied layers and the losses of CoGAN; what they know of pairs is the claim <c>cogan</c>.</summary>
public sealed class CoGanTests : LeakTest
{
    private static readonly SampleShape s_points = new SampleShape.Points(2);

    private static CoGan Of(int own, int criticOwn = 1) => new(new(s_points),
        new() { Architecture = "mlp", Width = 8, LatentSize = 2, GeneratorOwn = own, CriticOwn = criticOwn, Constraint = "none" });

    private static double Sp(Tensor scores) => scores.Softplus().Mean().Item();

    private static Tensor All(long domain) => Tensor.From<long>([domain, domain, domain, domain, domain], [5]);

    [Fact]
    public void Shared_layers_are_the_same_and_counted_once()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        // 2-8-8-8-2 of z, and 2-8-8-8-1 of samples.
        const int Own = 8 * 2 + 2, All = 3 * 8 + 2 * 72 + Own, CriticOwn = 3 * 8, AllOfCritic = 3 * 8 + 2 * 72 + 9;
        using (var tied = Of(1))
        {
            Assert.Equal(All + Own, tied.Networks["generators"].ParameterCount);
            Assert.Equal(AllOfCritic + CriticOwn, tied.Networks["critics"].ParameterCount);
        }
        using (var free = Of(100, 100))
        {
            Assert.Equal(2 * All, free.Networks["generators"].ParameterCount);
            Assert.Equal(2 * AllOfCritic, free.Networks["critics"].ParameterCount);
        }
        using var one = Of(0, 0);
        Assert.Equal(All, one.Networks["generators"].ParameterCount);
        var z = one.Latent.Sample(5);
        AssertTensor.Close(one.Generate(z, CoGanTests.All(0)), one.Generate(z, CoGanTests.All(1)), 0);
    }

    [Fact]
    public void One_vector_makes_a_pair_and_the_second_where_nobody_says()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var system = Of(1);
        var z = system.Latent.Sample(5);
        Assert.Equal([5, 3], z.Shape);
        Tensor a = system.Generate(z, All(0)), b = system.Generate(z, All(1));
        AssertTensor.Close(b, system.Generate(z), 0);
        Assert.True((a - b).Abs().Mean().Item() > 0.01);
        var mixed = system.Generate(z, Tensor.From<long>([0, 1, 1, 0, 1], [5]));
        AssertTensor.Close(a.Narrow(0, 3, 1), mixed.Narrow(0, 3, 1), 0);
        AssertTensor.Close(b.Narrow(0, 4, 1), mixed.Narrow(0, 4, 1), 0);
    }

    [Fact]
    public void Each_domain_has_a_game_of_its_own()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var system = Of(1);
        var critics = (TiedNetworks)system.Networks["critics"];
        Tensor a = Tensor.Normal([6, 2], streams["data"]), b = Tensor.Normal([6, 2], streams["data"]) + 2;
        using var batch = new UnpairedBatch(a.Clone(), b.Clone());
        using var round = new Round<UnpairedBatch>(batch, 0);
        Assert.Equal(["A", "B"], system.Players[0].Loss(round).Keys);
        // Without what the critics say of samples: they say nothing but their bias at generators that are zero.
        using (Autograd.Pause())
            system.Networks["generators"].Flat.Values.CopyFrom(system.Networks["generators"].Flat.Values * 0);
        var zero = Tensor.Zeros([6, 2]);
        var terms = system.Players[0].Loss(round);
        Assert.Equal(Sp(-critics.First(a)) + Sp(critics.First(zero)), terms["A"].Item(), 1e-5);
        Assert.Equal(Sp(-critics.Second(b)) + Sp(critics.Second(zero)), terms["B"].Item(), 1e-5);
        terms = system.Players[1].Loss(round);
        Assert.Equal(Sp(-critics.First(zero)), terms["A"].Item(), 1e-5);
        Assert.Equal(Sp(-critics.Second(zero)), terms["B"].Item(), 1e-5);
    }

    // A residual block holds its weights inside; it is a layer with weights all the same.
    [Theory]
    [InlineData("resnext")]
    [InlineData("resnet")]
    [InlineData("compact-smooth")]
    public void Blocks_are_shared_as_layers_are(string architecture)
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        long Critics(int own)
        {
            using var system = new CoGan(new(new ImageShape(1, 16, 16)),
                new() { Architecture = architecture, Activation = "auto", CriticOwn = own });
            return system.Networks["critics"].ParameterCount;
        }
        Assert.InRange(Critics(1) / (double)Critics(100), 0.5, 0.7);
    }
}
