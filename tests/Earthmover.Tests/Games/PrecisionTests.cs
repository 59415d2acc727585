using Earthmover.Constraints;
using Earthmover.Data;
using Earthmover.Games;
using Earthmover.Networks;
using Earthmover.Nn;
using Earthmover.Nn.Layers;
using Earthmover.Nn.Optimizers;
using Earthmover.Objectives;
using Earthmover.Testing;
using Earthmover.Torch;

namespace Earthmover.Tests.Games;

public class PrecisionTests : LeakTest
{
    private static readonly SampleShape s_picture = new SampleShape.Image(new(1, 16, 16));
    private readonly RandomStreams _streams = new(1);

    protected override void TearDown()
    {
        Runtime.Open(Device.Cpu);
        _streams.Dispose();
    }

    // The penalty of WGAN-GP and the scores beside it, at the same points each time.
    private static (Terms Terms, Module Critic) Loss(string architecture, Module? critic = null)
    {
        using var streams = new RandomStreams(5);
        using var use = streams.Use();
        critic ??= Architecture.Named(architecture).Critic(new(s_picture, 8, 8, Normalization.None));
        Tensor real = Tensor.Normal([6, 1, 16, 16], streams["x"]), fake = Tensor.Normal([6, 1, 16, 16], streams["y"]);
        var c = critic;
        _ = c.Flat;
        var terms = Runtime.Roughly(() =>
        {
            var scores = c.Forward(Tensor.Cat([real, fake])).Chunk(2);
            return new Terms
            {
                ["wasserstein"] = new Wasserstein().Critic(scores[0], scores[1]),
                ["penalty"] = Constraint.Named("gradient-penalty").At(0, c.Forward, real, fake)!,
            };
        });
        return (terms, critic);
    }

    private static float[][] Values(Tensor?[] gradients) => [.. gradients.Select(g => g?.ToArray<float>() ?? [])];

    [Theory]
    [InlineData("dcgan")]
    [InlineData("compact-smooth")]
    public void In_bfloat16_a_penalty_and_its_gradient_keep_all_bits_of_single_precision(string architecture)
    {
        using var scope = TensorScope.Open();
        using var use = _streams.Use();
        var (full, critic) = Loss(architecture);
        using var owned = critic;
        var leaves = critic.Flat.Leaves;
        var expected = Values(Autograd.Gradients(full["penalty"], leaves, retainGraph: true, allowUnused: true));
        var scores = Values(Autograd.Gradients(full["wasserstein"], leaves, allowUnused: true));

        Runtime.Open(Device.Cpu, Precision.Bf16);
        var (rough, _) = Loss(architecture, critic);
        Assert.Equal(DType.Float32, rough["wasserstein"].DType);
        Assert.Equal(full["penalty"].Item(), rough["penalty"].Item());
        Assert.Equal(expected, Values(Autograd.Gradients(rough["penalty"], leaves, allowUnused: true)));

        // The scores beside it are rounded to eight bits, and so are their gradients.
        var rounded = Values(Autograd.Gradients(rough["wasserstein"], leaves, allowUnused: true));
        Assert.NotEqual(scores, rounded);
        double Norm(IEnumerable<double> x) => Math.Sqrt(x.Sum(v => v * v));
        var flat = scores.SelectMany(s => s).Select(s => (double)s).ToArray();
        var error = Norm(rounded.SelectMany(r => r).Zip(flat, (a, b) => a - b));
        Assert.InRange(error / Norm(flat), 1e-4, 0.15);
    }

    [Fact]
    public void Terms_that_are_exact_are_differentiated_apart_and_add_up_to_the_gradient_of_all()
    {
        using var scope = TensorScope.Open();
        using var use = _streams.Use();
        var (terms, critic) = Loss("dcgan");
        using var owned = critic;
        Assert.False(terms["wasserstein"].IsExact);
        Assert.True(terms["penalty"].IsExact);
        var whole = Values(terms.Gradients(critic.Flat.Leaves));
        Runtime.Open(Device.Cpu, Precision.Tf32);
        var (again, _) = Loss("dcgan", critic);
        var parts = Values(again.Gradients(critic.Flat.Leaves));
        for (var k = 0; k < whole.Length; k++)
        {
            var scale = whole[k].DefaultIfEmpty().Max(Math.Abs);
            Assert.All(whole[k].Zip(parts[k]), pair => Assert.Equal(pair.First, pair.Second, 1e-5 * scale + 1e-7));
        }
    }

    [Fact]
    public void Precision_is_switched_back_where_a_loss_fails()
    {
        Runtime.Open(Device.Cpu, Precision.Bf16);
        static int Fail() => throw new InvalidOperationException();
        Assert.Throws<InvalidOperationException>(() => Runtime.Roughly(() => Runtime.Exactly(Fail)));
        Assert.False(Runtime.IsAutocasting);
        Assert.True(Runtime.Roughly(() => Runtime.Exactly(() => !Runtime.IsAutocasting) && Runtime.IsAutocasting));
    }

    [Theory]
    [InlineData(Precision.Fp32, 1)]
    [InlineData(Precision.Bf16, 1)]
    [InlineData(Precision.Bf16, 2)]
    public void A_game_runs_losses_in_the_runs_precision_and_nothing_else(Precision precision, int threads)
    {
        using var use = _streams.Use();
        using Linear critic = new(1, 1), generator = new(1, 1);
        var before = Runtime.Threads;
        var seen = new SortedDictionary<string, bool>(StringComparer.Ordinal);
        void See(string what)
        {
            lock (seen)
                seen[what] = Runtime.IsAutocasting;
        }
        Player<Batch> Of(string name, Linear network) => new(name, Role.Other, [network], new SgdOptions(0.1), round =>
        {
            See($"{name}'s loss");
            _ = Runtime.Exactly(() =>
            {
                See($"{name}'s penalty");
                return 0;
            });
            return new() { [name] = network.Forward(round.Batch.X).Sum() };
        })
        { AfterStep = () => See($"after {name}") };
        Runtime.Open(Device.Cpu, precision);
        try
        {
            Runtime.Threads = new(threads, 1);
            var stage = new Stage<Batch>("game", [Of("critic", critic), Of("generator", generator)]) { IsSimultaneous = threads > 1 };
            using var game = new Game<Batch>(stage, () => new Batch(Tensor.Ones([4, 1])));
            _ = game.Play(0);
        }
        finally
        {
            Runtime.Threads = before;
        }
        var rough = precision == Precision.Bf16;
        (string, bool)[] expected =
        [
            ("after critic", false), ("after generator", false),
            ("critic's loss", rough), ("critic's penalty", false), ("generator's loss", rough), ("generator's penalty", false),
        ];
        Assert.Equal(expected, seen.Select(pair => (pair.Key, pair.Value)));
        Assert.False(Runtime.IsAutocasting);
    }
}
