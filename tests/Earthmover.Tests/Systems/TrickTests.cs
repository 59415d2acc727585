using Earthmover.Data;
using Earthmover.Games;
using Earthmover.Systems;
using Earthmover.Testing;
using Earthmover.Torch;

namespace Earthmover.Tests.Systems;

public sealed class TrickTests : LeakTest
{
    private static readonly Gan.Options s_toy = new() { Architecture = "mlp", Width = 8, LatentSize = 2, LearningRate = 1e-2 };

    // The critic's score of one place after some steps, and its terms.
    private static (double Score, string[] Terms) Played(Gan.Options options, string architecture = "mlp")
    {
        using var streams = new RandomStreams(2);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var system = GanSystem.Build(() => new Gan(new(new SampleShape.Points(2)), options with { Architecture = architecture }));
        using var game = system.Begin(0, () => new Batch(Tensor.Normal([16, 2], streams["data"])));
        string[] terms = [];
        for (var step = 0; step < 5; step++)
            terms = [.. game.Play(step)[0].Terms.Keys];
        return (system.Score(Tensor.Ones([1, 2])).Item(), terms);
    }

    public static TheoryData<string> All => [.. s_all.Keys];

    private static readonly Dictionary<string, Gan.Options> s_all = new()
    {
        ["instance_noise"] = s_toy with { InstanceNoise = "normal?deviation=0.3&steps=3" },
        ["noise in layers"] = s_toy with { Activation = "auto?noise=0.3" },
        ["activation"] = s_toy with { Activation = "softplus" },
        ["flips"] = s_toy with { Objective = "non-saturating?flips=0.2" },
        ["drift"] = s_toy with { Drift = 0.1 },
        ["weight_decay"] = s_toy with { WeightDecay = 1 },
        ["history"] = s_toy with { History = 0.1 },
        ["critic_learning_rate"] = s_toy with { CriticLearningRate = 0.05 },
        ["minibatch"] = s_toy with { Minibatch = "deviation" },
    };

    [Theory]
    [MemberData(nameof(All))]
    public void Every_trick_changes_the_game_and_repeats(string name)
    {
        var (with, _) = Played(s_all[name]);
        Assert.True(double.IsFinite(with));
        Assert.NotEqual(Played(s_toy).Score, with);
        Assert.Equal(with, Played(s_all[name]).Score);
    }

    [Fact]
    public void Drift_is_a_term_of_the_critic_alone() => Assert.Contains("drift", Played(s_all["drift"]).Terms);

    [Theory]
    [InlineData("rmsprop")]
    [InlineData("sgd")]
    public void Weight_decay_is_refused_where_it_would_do_nothing(string optimizer) => Assert.Contains("weight_decay is Adam's",
        Assert.Throws<ArgumentException>(() => Played(s_toy with { Optimizer = optimizer, WeightDecay = 0.1 })).Message,
        StringComparison.Ordinal);

    [Fact]
    public void An_architecture_with_activations_of_its_own_takes_no_other()
    {
        var refused = Assert.Throws<ArgumentException>(() => Played(s_toy with { Activation = "tanh" }, "mlp-noisy"));
        Assert.Contains("activations of its own: take activation=auto, or one of mlp", refused.Message, StringComparison.Ordinal);
    }
}
