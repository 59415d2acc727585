using Earthmover.Constraints;
using Earthmover.Data;
using Earthmover.Networks;
using Earthmover.Nn;
using Earthmover.Testing;
using Earthmover.Torch;

namespace Earthmover.Tests.Networks;

public sealed class CriticHeadTests : NetworkTest
{
    public static TheoryData<string> Names => [.. Architecture.All.Select(a => a.Name)];

    private static SampleShape ShapeOf(string name) => name switch
    {
        "mlp" or "mlp-uniform" => new SampleShape.Points(2),
        "text-resnet" or "text-resnet-small" => new SampleShape.Text(4, 3),
        "mnist" => new ImageShape(1, 28, 28),
        _ => new ImageShape(1, 32, 32),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_critic_tells_its_features_and_takes_a_head(string name)
    {
        using var use = Streams();
        using var scope = TensorScope.Open();
        var architecture = Architecture.Named(name);
        var options = Options(ShapeOf(name), 2, Normalization.None);
        var x = Random([3, .. options.Shape.Axes]);

        using var critic = architecture.Critic(options);
        var h = CriticHead.Features(critic, x);
        Assert.Equal((2, 3), (h.Rank, h.Size(0)));
        // The rest is linear, so that three scores are what three vectors of features make of it.
        var weight = critic.Parameters().Where(p => p.Path.EndsWith("weight", StringComparison.Ordinal)).Last().Parameter.Value;
        Assert.Equal(h.Size(1), weight.Size(1));

        using var heads = architecture.Critic(options with { Head = new(Outputs: 4) });
        Assert.Equal([3, 4], heads.Forward(x).Shape);
        Assert.False(heads.CouplesBatch);

        Part<Minibatch> minibatch = "discrimination?kernels=3";
        using var coupled = architecture.Critic(options with { Head = new(Minibatch: minibatch.Value) });
        Assert.Equal([3, 1], coupled.Forward(x).Shape);
        Assert.True(coupled.CouplesBatch);
        // A penalty of each sample has no meaning then.
        var refused = Assert.Throws<ArgumentException>(() => Constraint.Named("r1").Admit(coupled.CouplesBatch, coupled.HasSpectralNorm));
        Assert.Contains("batch", refused.Message, StringComparison.Ordinal);
        Assert.Equal(h.Size(1) + 3, CriticHead.Features(coupled, x).Size(1));
    }

    [Fact]
    public void A_network_without_a_head_is_refused()
    {
        using var use = Streams();
        using var scope = TensorScope.Open();
        using var network = Earthmover.Nn.Layers.Activation.Relu();
        Assert.Throws<ArgumentException>(() => CriticHead.Features(network, Random([1, 2])));
    }

    [Theory]
    [InlineData("discrimination?kernels=0", "not 0 and 5")]
    [InlineData("deviation?kernels=1", "has no option")]
    [InlineData("discriminate", "did you mean")]
    public void A_minibatch_layer_that_cannot_be_is_refused_in_words(string text, string words) =>
        Assert.Contains(words, Assert.Throws<ArgumentException>(() => (Part<Minibatch>)text).Message, StringComparison.Ordinal);
}
