using Earthmover.Nn.Layers;
using Earthmover.Objectives;
using Earthmover.Testing;
using Earthmover.Claims.Lab;
using Earthmover.Torch;

namespace Earthmover.Tests.Objectives;

public class TransformTests : LeakTest
{
    private static (Tensor Potential, Tensor X, Tensor Y) Problem(int n, int m, int d, DType type = DType.Float64) =>
        (Tensor.Normal([n], RandomStreams.Current["data"], type),
            Tensor.Normal([n, d], RandomStreams.Current["data"], type), Tensor.Normal([m, d], RandomStreams.Current["data"], type) + 0.5);

    private static double Distance(double[] x, double[] y, int i, int j, int d) =>
        Math.Sqrt(Enumerable.Range(0, d).Sum(k => Math.Pow(x[i * d + k] - y[j * d + k], 2)));

    [Theory]
    [InlineData(3)]   // differences
    [InlineData(30)]  // by the matrix product
    public void The_transform_is_the_minimum_written_out(int d)
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        var (φ, x, y) = Problem(7, 5, d);
        double[] a = φ.ToArray<double>(), u = x.ToArray<double>(), v = y.ToArray<double>();
        var expected = Enumerable.Range(0, 5).Select(j => Enumerable.Range(0, 7).Min(i => Distance(u, v, i, j, d) - a[i])).ToArray();
        AssertTensor.Close(Tensor.From<double>(expected, 5), CTransform.Of(φ, x, y), 1e-9);
        AssertTensor.Close(Tensor.From<double>(expected, 5), CTransform.Of(φ.Unsqueeze(1), x, y), 1e-9);
        const double ε = 0.3;
        var soft = Enumerable.Range(0, 5)
            .Select(j => -ε * Math.Log(Enumerable.Range(0, 7).Average(i => Math.Exp(-(Distance(u, v, i, j, d) - a[i]) / ε)))).ToArray();
        AssertTensor.Close(Tensor.From<double>(soft, 5), EpsilonTransform.Of(φ, x, y, ε), 1e-9);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(40)]
    public void The_soft_minimum_lies_between_the_minimum_and_epsilon_log_n_above_and_grows_with_epsilon(int d)
    {
        using var streams = new RandomStreams(2);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        const int n = 9;
        var (φ, x, y) = Problem(n, 20, d);
        var hard = CTransform.Of(φ, x, y).ToArray<double>();
        var before = hard;
        foreach (var ε in new[] { 1e-4, 0.01, 0.1, 0.5, 2, 10 })
        {
            var soft = EpsilonTransform.Of(φ, x, y, ε).ToArray<double>();
            for (var j = 0; j < soft.Length; j++)
            {
                Assert.True(soft[j] >= before[j] - 1e-9, $"ε = {ε}: not monotone");
                Assert.InRange(soft[j], hard[j] - 1e-9, hard[j] + ε * Math.Log(n) + 1e-9);
            }
            before = soft;
        }
    }

    [Fact]
    public void A_metric_transform_of_a_gentle_potential_is_its_negative()
    {
        using var scope = TensorScope.Open();
        var x = Tensor.From<double>([0, 0.3, 1, 2.5], [4, 1]);
        AssertTensor.Close(-(x.Flatten() * 0.7), CTransform.Of(x.Flatten() * 0.7, x, x), 2e-6);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(50)]
    public void Coinciding_samples_have_a_gradient(int d)
    {
        using var streams = new RandomStreams(3);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        var x = Tensor.Normal([6, d], streams["data"]);
        foreach (var objective in new Objective[] { new CTransform(), new EpsilonTransform(0.1) })
        {
            Tensor y = x.Clone().RequireGrad(), φ = Tensor.Zeros([6]).RequireGrad();
            foreach (var gradient in Autograd.Gradients(objective.Generator(φ, φ, new(x, y)), [y, φ]))
                Assert.All(gradient!.ToArray<float>(), g => Assert.True(float.IsFinite(g)));
        }
    }

    [Fact]
    public void Images_are_points_and_the_generator_moves_to_its_partner()
    {
        using var scope = TensorScope.Open();
        Tensor x = Tensor.Zeros([1, 1, 2, 2]), y = Tensor.Ones([1, 1, 2, 2]).RequireGrad();
        var loss = new CTransform().Generator(Tensor.Zeros([1]), Tensor.Zeros([1]), new(x, y));
        Assert.Equal(2, loss.Item(), 1e-6);
        AssertTensor.Close(Tensor.Ones([1, 1, 2, 2]) / 2, Autograd.Gradient(loss, y), 1e-6); // (y − x)/‖y − x‖
    }

    // The semi-discrete dual: φ is a table over the batch, and its best value is the assignment's.
    [Theory]
    [InlineData(6, 2, 1)]
    [InlineData(8, 2, 2)]
    [InlineData(7, 20, 3)]
    public void A_free_potential_ascends_to_the_exact_distance(int n, int d, int seed)
    {
        using var streams = new RandomStreams(seed);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        var (_, x, y) = Problem(n, n, d);
        double[] u = x.ToArray<double>(), v = y.ToArray<double>();
        var exact = Assignment.Cheapest(n, (i, j) => Distance(u, v, i, j, d)) / n;
        var objective = new CTransform();
        var φ = Tensor.Zeros([n], DType.Float64);
        var best = double.MinValue;
        for (var step = 0; step < 600; step++)
        {
            using var turn = TensorScope.Open();
            var leaf = φ.Clone().RequireGrad();
            var loss = objective.Critic(leaf, leaf, new(x, y));
            best = Math.Max(best, -loss.Item());
            // A subgradient method: steps shrink as 1/t.
            φ.CopyFrom(φ - Autograd.Gradient(loss, leaf) * (0.5 * n * Math.Abs(loss.Item()) / (10 + step)));
        }
        Assert.InRange(best, 0.995 * exact, exact + 1e-6);
        var soft = -new EpsilonTransform(0.05).Critic(φ, φ, new(x, y)).Item();
        Assert.InRange(soft, 0.99 * exact, exact + 0.05 * Math.Log(n));
    }

    [Fact]
    public void A_trained_critic_without_constraint_finds_the_distance_of_its_batches()
    {
        using var streams = new RandomStreams(4);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        // Points of two parallel lines at distance 1, at independent heights.
        const int n = 8;
        Tensor Line(double θ) => Tensor.Cat([Tensor.Zeros([n, 1]) + θ, Tensor.Uniform([n, 1], streams["data"])], 1);
        Tensor x = Line(0), y = Line(1);
        double[] u = x.To(DType.Float64).ToArray<double>(), v = y.To(DType.Float64).ToArray<double>();
        var exact = Assignment.Cheapest(n, (i, j) => Distance(u, v, i, j, 2)) / n;
        using var critic = new LoneCritic(2, () => Activation.LeakyRelu(), hidden: 2, rate: 1e-3);
        var objective = new CTransform();
        critic.Train(400, () => objective.Critic(critic.D(x), x, new(x, y)));
        var value = -objective.Critic(critic.D(x), x, new(x, y)).Item();
        Assert.InRange(value, 0.99 * exact, exact + 1e-4);
    }

    [Fact]
    public void A_critic_that_scores_patches_is_refused()
    {
        using var scope = TensorScope.Open();
        Tensor x = Tensor.Zeros([2, 3]), scores = Tensor.Zeros([2, 4]);
        Assert.Throws<ArgumentException>(() => CTransform.Of(scores, x, x));
    }
}

/// <summary>The cheapest assignment by trying all of them, for a handful of points.</summary>
internal static class Assignment
{
    public static double Cheapest(int n, Func<int, int, double> cost)
    {
        // best[set] = cheapest way to give the first |set| rows the columns of the set.
        var best = new double[1 << n];
        Array.Fill(best, double.PositiveInfinity);
        best[0] = 0;
        for (var set = 0; set < best.Length; set++)
        {
            var row = int.PopCount(set);
            for (var column = 0; column < n && row < n; column++)
                if ((set & 1 << column) == 0)
                    best[set | 1 << column] = Math.Min(best[set | 1 << column], best[set] + cost(row, column));
        }
        return best[^1];
    }
}
