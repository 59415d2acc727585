using Earthmover.Health;
using Earthmover.Nn;
using Earthmover.Nn.Layers;
using Earthmover.Objectives;
using Earthmover.Testing;
using Earthmover.Torch;

namespace Earthmover.Tests.Games;

/// <summary>One batch played by two processes, half of it each, is the batch played by one.</summary>
public sealed class WholeBatchTests : LeakTest
{
    private const int Processes = 2, Share = 4;

    private static double[] Numbers(string stream, int count)
    {
        using var random = RandomGenerator.Named(stream, 3);
        using var scope = TensorScope.Open();
        return Tensor.Normal([count], random).ToArray<float>().Select(v => (double)v).ToArray();
    }

    // The rows of the whole batch that a process has; all of them for place −1.
    private static Tensor Rows(string stream, int place, params int[] axes)
    {
        var width = axes.Aggregate(1, (a, b) => a * b);
        var all = Numbers(stream, Processes * Share * width);
        var own = place < 0 ? all : all[(place * Share * width)..((place + 1) * Share * width)];
        return Tensor.From<double>(own, [own.Length / width, .. axes.Select(axis => (long)axis)]);
    }

    private static void AssertClose(double[] expected, double[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, tolerance));
    }

    private static double[] MeanOf(double[][] all) => [.. all[0].Select((_, i) => all.Average(each => each[i]))];

    [Fact]
    public void Alone_it_gives_back_the_very_tensor()
    {
        using var scope = TensorScope.Open();
        var x = Rows("x", -1, 3);
        Assert.Same(x, WholeBatch.Average(x));
        Assert.Same(x, WholeBatch.Gather(x));
        Assert.Equal(0.1, WholeBatch.Average(0.1));
        Assert.Equal((1, false), (WholeBatch.Count, WholeBatch.IsShared));
    }

    [Theory]
    [InlineData("batch normalization", new int[0])]
    [InlineData("batch normalization", new[] { 3, 2 })]
    [InlineData("minibatch discrimination", new int[0])]
    [InlineData("minibatch deviation", new int[0])]
    public void A_layer_has_the_statistics_of_the_whole_batch(string name, int[] places)
    {
        var whole = Played(name, -1, places);
        var parts = PretendedProcesses.Run(Processes, place => Played(name, place, places));
        AssertClose(whole.Output, [.. parts.SelectMany(part => part.Output)], 1e-9);
        Assert.All(parts, part => AssertClose(whole.Running, part.Running, 1e-9));
        AssertClose(whole.OfInput, [.. parts.SelectMany(part => part.OfInput.Select(g => g / Processes))], 1e-9);
        AssertClose(whole.OfParameters, MeanOf([.. parts.Select(part => part.OfParameters)]), 1e-9);
    }

    // A loss that is the mean over rows, as every loss is.
    private static (double[] Output, double[] Running, double[] OfInput, double[] OfParameters) Played(string name, int place, int[] places)
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using Module layer = name switch
        {
            "minibatch discrimination" => new MinibatchDiscrimination(2, kernels: 3, size: 2),
            "minibatch deviation" => new MinibatchDeviation(),
            _ => new BatchNorm(2, gain: Initializers.Normal()),
        };
        layer.To(Device.Cpu, DType.Float64);
        var x = Rows("x", place, [2, .. places]).RequireGrad();
        var y = layer.Forward(x);
        var parameters = layer.Parameters().Select(p => p.Parameter.Value).ToArray();
        var loss = (y.Flatten(1).Sum([1]).Exp() + (y * y * y).Flatten(1).Sum([1])).Mean();
        var gradients = Autograd.Gradients(loss, [x, .. parameters]);
        return (Doubles(y), [.. layer.Buffers().SelectMany(b => Doubles(b.Buffer.Value))],
            Doubles(gradients[0]!), [.. gradients.Skip(1).SelectMany(g => Doubles(g!))]);
    }

    private static double[] Doubles(Tensor tensor) => tensor.Detach().To(DType.Float64).Contiguous().ToArray<double>();

    [Theory]
    [InlineData("relativistic-average")]
    [InlineData("c-transform")]
    [InlineData("epsilon-transform")]
    [InlineData("wasserstein")]
    [InlineData("relativistic-pairing")]
    public void A_loss_and_its_gradient_are_those_of_the_whole_batch(string name)
    {
        var whole = Losses(name, -1);
        var parts = PretendedProcesses.Run(Processes, place => Losses(name, place));
        Assert.Equal(whole.Critic, parts.Average(part => part.Critic), 1e-12);
        Assert.Equal(whole.Generator, parts.Average(part => part.Generator), 1e-12);
        AssertClose(whole.Gradients, MeanOf([.. parts.Select(part => part.Gradients)]), 1e-12);
    }

    // A critic w·x² + b·x and a generator x ↦ a x + c, whose four parameters all processes have.
    private static (double Critic, double Generator, double[] Gradients) Losses(string name, int place)
    {
        using var scope = TensorScope.Open();
        Tensor x = Rows("x", place, 2), z = Rows("z", place, 2);
        Tensor[] p = [.. new[] { 0.3, -0.7, 1.2, 0.4 }.Select(v => Tensor.From<double>([v], [1]).RequireGrad())];
        var fake = z * p[2] + p[3];
        Tensor Score(Tensor v) => (v * v * p[0] + v * p[1]).Sum([1]);
        var objective = Objective.Named(name);
        var critic = objective.Critic(Score(x), Score(fake), new(x, fake));
        var generator = objective.Generator(Score(fake), Score(x), new(x, fake));
        var gradients = Autograd.Gradients(critic * 2 + generator, p);
        return (critic.Item(), generator.Item(), [.. gradients.Select(g => g!.Item())]);
    }

    [Fact]
    public void A_penalty_of_what_goes_through_it_can_be_differentiated_again()
    {
        double[] Penalty(int place)
        {
            using var scope = TensorScope.Open();
            var x = Rows("x", place, 1).RequireGrad();
            var w = Tensor.From<double>([0.8], [1]).RequireGrad();
            var centered = x * w - WholeBatch.Average((x * x * w).Mean());
            // Of the sum over the whole batch, whose gradient at a row is what the processes' losses owe to it.
            var slope = Autograd.Gradient(centered.Square().Mean(), x, createGraph: true);
            return [Autograd.Gradient((slope * slope).Sum(), w).Item()];
        }
        var whole = Penalty(-1)[0];
        var parts = PretendedProcesses.Run(Processes, Penalty).Select(part => part[0]).ToArray();
        // Slopes are those of the mean over a share, which is as many times larger as there are processes.
        Assert.Equal(whole, parts.Sum() / (Processes * Processes), 1e-12);
    }

    [Fact]
    public void The_exact_distance_of_a_step_is_that_of_the_whole_batch()
    {
        double Distance(int place)
        {
            using var scope = TensorScope.Open();
            return Truth.Distance(
                WholeBatch.Gather(Rows("x", place, 2).To(DType.Float32)), WholeBatch.Gather(Rows("z", place, 2).To(DType.Float32)));
        }
        var parts = PretendedProcesses.Run(Processes, Distance);
        Assert.Equal([Distance(-1), Distance(-1)], parts);
        Assert.NotEqual(Distance(0), Distance(-1));
    }

    [Fact]
    public void Who_asks_for_something_else_is_not_waited_for_for_ever()
    {
        var failure = Assert.Throws<InvalidOperationException>(() => PretendedProcesses.Run(Processes, place =>
            place == 0 ? WholeBatch.Average(1.0) : throw new ArgumentException("left")));
        Assert.Equal("left", failure.InnerException!.Message);
    }
}
