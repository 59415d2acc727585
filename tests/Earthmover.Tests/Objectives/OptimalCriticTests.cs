using Earthmover.Nn.Layers;
using Earthmover.Objectives;
using Earthmover.Testing;
using Earthmover.Claims.Lab;
using Earthmover.Torch;
using Xunit.Abstractions;

namespace Earthmover.Tests.Objectives;

/// <summary>What critics at their optimum know: densities' ratios and divergences, in closed form for N(0, 1) against N(1, 1).</summary>
public class OptimalCriticTests(ITestOutputHelper output) : LeakTest
{
    private static double Normal(double x, double mean = 0, double deviation = 1) => Math.Exp(Quadrature.LogNormal(x, mean, deviation));

    private static double Integral(Func<double, double> f) => Quadrature.Integral(f);

    // Mid-quantiles of N(0, 1): a sample of it without noise.
    private static double[] Quantiles(int count)
    {
        var quantiles = new double[count];
        double mass = 0, width = 1e-4;
        var next = 0;
        for (var x = -8.0; next < count && x < 8; x += width)
        {
            mass += width * Normal(x + width / 2);
            while (next < count && mass >= (next + 0.5) / count)
                quantiles[next++] = x + width;
        }
        Assert.Equal(count, next);
        return quantiles;
    }

    [Fact]
    public void The_best_logit_is_the_log_ratio_and_its_value_the_jensen_shannon_divergence()
    {
        using var scope = TensorScope.Open();
        const int n = 2000;
        Tensor x = Tensor.From<double>(Quantiles(n), n), y = x + 1, w = Tensor.From<double>([0, 0], 2);
        var objective = new Minimax();
        Tensor Loss(Tensor v)
        {
            Tensor D(Tensor s) => v.Narrow(0, 0, 1) + v.Narrow(0, 1, 1) * s;
            return objective.Critic(D(x), D(y));
        }
        for (var step = 0; step < 300; step++)
        {
            using var turn = TensorScope.Open();
            var leaf = w.Clone().RequireGrad();
            w.CopyFrom(w - 1.5 * Autograd.Gradient(Loss(leaf), leaf));
        }
        AssertTensor.Close(Tensor.From<double>([0.5, -1], 2), w, 0.01); // log p_r/p_g = ½ − x
        Assert.Equal(-1.1635, -Loss(w).Item(), 0.001);
    }

    [Theory]
    [InlineData(0, 1, 1, 1)]
    [InlineData(0, 1, 0.3, 1.6)]
    [InlineData(-1, 0.7, 1, 1.2)]
    public void The_non_saturating_generator_minimizes_a_difference_of_divergences(
        double meanR, double deviationR, double meanG, double deviationG)
    {
        using var scope = TensorScope.Open();
        double R(double x) => Normal(x, meanR, deviationR);
        double G(double x) => Normal(x, meanG, deviationG);
        double LogRatio(double x) =>
            Math.Pow((x - meanG) / deviationG, 2) / 2 - Math.Pow((x - meanR) / deviationR, 2) / 2 + Math.Log(deviationG / deviationR);
        var objective = new NonSaturating();
        // −log D* and log D* through the objective itself, one score at a time; a score of −10⁴ for the other kind costs nothing.
        double MinusLogD(double x)
        {
            using var point = TensorScope.Open();
            return objective.Generator(Tensor.From<double>([LogRatio(x)], [1])).Item();
        }
        double LogD(double x)
        {
            using var point = TensorScope.Open();
            return -objective.Critic(Tensor.From<double>([LogRatio(x)], [1]), Tensor.From<double>([-1e4], [1])).Item();
        }
        double Against(double p, double q) => p == 0 ? 0 : p * Math.Log(2 * p / (p + q));
        var left = Integral(x => G(x) * MinusLogD(x));
        var kl = Integral(x => -G(x) * LogRatio(x));
        var js = Integral(x => Against(R(x), G(x)) + Against(G(x), R(x))) / 2;
        Assert.Equal(kl - 2 * js + 2 * Math.Log(2) + Integral(x => R(x) * LogD(x)), left, 1e-6);
    }

    // A table of scores over five places, seen by batches that hold each place as often as its law says.
    [Theory]
    [InlineData(0, 1, 1)]
    [InlineData(-1, 1, 0)]
    public void The_best_least_squares_critic_is_linear_in_the_share_of_real_samples(double a, double b, double c)
    {
        using var scope = TensorScope.Open();
        int[] real = [0, 1, 5, 8, 6], fake = [4, 4, 5, 2, 5];
        static Tensor Places(int[] counts) =>
            Tensor.From<long>([.. counts.SelectMany((count, place) => Enumerable.Repeat((long)place, count))], counts.Sum());
        Tensor x = Places(real), y = Places(fake), table = Tensor.Zeros([5], DType.Float64);
        var objective = new LeastSquares(a, b, c);
        for (var step = 0; step < 400; step++)
        {
            using var turn = TensorScope.Open();
            var leaf = table.Clone().RequireGrad();
            table.CopyFrom(table - 2 * Autograd.Gradient(objective.Critic(leaf.IndexSelect(0, x), leaf.IndexSelect(0, y)), leaf));
        }
        double[] best = [.. real.Zip(fake, (r, g) => a + (b - a) * r / (double)(r + g))]; // both batches hold 20
        AssertTensor.Close(Tensor.From<double>(best, 5), table, 1e-9);
    }

    [Fact]
    public void On_disjoint_supports_the_minimax_generator_gets_nothing_and_the_non_saturating_one_something()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var critic = new LoneCritic(2, () => Activation.Relu(), hidden: 2, rate: 1e-2);
        Tensor x = Tensor.Cat([Tensor.Zeros([64, 1]), Tensor.Uniform([64, 1], streams["data"])], 1), y = x + Tensor.From<float>([1, 0], 2);
        var minimax = new Minimax();
        critic.Train(200, () => minimax.Critic(critic.D(x), critic.D(y)));
        Assert.True(minimax.Critic(critic.D(x), critic.D(y)).Item() < 1e-3);
        double Slope(Objective objective)
        {
            var leaf = y.Clone().RequireGrad();
            return 64 * Autograd.Gradient(objective.Generator(critic.D(leaf)), leaf).NormPerSample().Mean().Item();
        }
        Assert.True(Slope(minimax) < 1e-3, $"{Slope(minimax)}");
        Assert.True(Slope(new NonSaturating()) > 0.1);
    }

    // A perceptron trained on samples, judged by quadrature: its bound never exceeds the divergence.
    [Theory]
    [Trait("Category", "Slow")]
    [InlineData("f-kl", 0.5, 0.05)]
    [InlineData("f-reverse-kl", 0.5, 0.05)]
    [InlineData("f-pearson", 1.71828, 0.10)]
    [InlineData("f-hellinger", 0.23500, 0.05)]
    [InlineData("f-js", 0.22279, 0.05)]
    [InlineData("f-gan", -1.16350, 0.0086)] // ± 0.01
    [InlineData("f-tv", 0.38292, 0.05)]
    public void Trained_critics_reach_the_divergences_from_below(string name, double exact, double tolerance)
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var critic = new LoneCritic(1, () => Activation.Tanh(), rate: 1e-3, beta1: 0.9, beta2: 0.999);
        var objective = (FDivergence)Objective.Named(name);
        critic.Train(1200, () => objective.Critic(critic.D(Tensor.Normal([1024, 1], streams["data"])),
            critic.D(Tensor.Normal([1024, 1], streams["data"]) + 1)));
        const int points = 4001;
        double[] at = [.. Enumerable.Range(0, points).Select(i => -9 + i * 19.0 / (points - 1))];
        using var pause = Autograd.Pause();
        var v = critic.D(Tensor.From<double>(at, [points, 1]).To(DType.Float32)).To(DType.Float64).Flatten();
        Tensor Weights(double mean) => Tensor.From<double>([.. at.Select(x => 19.0 / (points - 1) * Normal(x, mean))], points);
        var dual = ((Weights(0) * objective.Activation(v)).Sum() - (Weights(1) * objective.Conjugate(v)).Sum()).Item();
        output.WriteLine($"{name}: {dual:f4}, exactly {exact:f4}");
        Assert.InRange(dual, exact - tolerance * Math.Abs(exact), exact + 1e-4);
    }
}
