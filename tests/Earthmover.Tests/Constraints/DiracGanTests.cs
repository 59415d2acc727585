using Earthmover.Constraints;
using Earthmover.Objectives;
using Earthmover.Testing;
using Earthmover.Torch;

namespace Earthmover.Tests.Constraints;

/// <summary>
/// The smallest GAN (arXiv:1801.04406): real data are the point 0, the generator is the point θ, the critic is D(x) = ψx. Its equilibrium
/// is (0, 0).
/// </summary>
public class DiracGanTests : LeakTest
{
    private readonly record struct State(double Θ, double Ψ)
    {
        public double Radius => Math.Sqrt(Θ * Θ + Ψ * Ψ);
    }

    private enum Order
    {
        Simultaneous,
        GeneratorFirst,
        CriticFirst,
    }

    private static List<State> Play(Objective objective, Constraint constraint, double η, int steps, Order order)
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        List<State> path = [new(1, 1)];
        for (var step = 0; step < steps; step++)
        {
            var (θ, ψ) = path[^1];
            if (order == Order.CriticFirst)
                ψ -= η * CriticSlope(θ, ψ);
            var (oldΘ, oldΨ) = (θ, ψ);
            θ -= η * GeneratorSlope(oldΘ, oldΨ);
            if (order != Order.CriticFirst)
                ψ -= η * CriticSlope(order == Order.Simultaneous ? oldΘ : θ, oldΨ);
            path.Add(new(θ, ψ));
        }
        return path;

        double CriticSlope(double θ, double ψ)
        {
            using var scope = TensorScope.Open();
            Tensor leaf = Tensor.From<double>([ψ], [1, 1]).RequireGrad(),
                real = Tensor.Zeros([1, 1], DType.Float64), fake = Tensor.From<double>([θ], [1, 1]);
            Tensor D(Tensor x) => leaf * x;
            var loss = objective.Critic(D(real), D(fake));
            return Autograd.Gradient(constraint.Of(D, real, fake) is { } penalty ? loss + penalty : loss, leaf).Item();
        }

        double GeneratorSlope(double θ, double ψ)
        {
            using var scope = TensorScope.Open();
            var fake = Tensor.From<double>([θ], [1, 1]).RequireGrad();
            return Autograd.Gradient(objective.Generator(fake * ψ), fake).Item();
        }
    }

    [Fact]
    public void Simultaneous_steps_spiral_outwards_by_the_exact_factor()
    {
        var path = Play(new Wasserstein(), new NoConstraint(), 0.1, 500, Order.Simultaneous);
        Assert.Equal(Math.Pow(1.01, 250), path[^1].Radius / path[0].Radius, 1e-6);
        Assert.Equal(12.0, path[^1].Radius / path[0].Radius, 0.05);
    }

    // Alternating steps conserve θ² + ψ² ± ηθψ, an ellipse: from (1, 1) its radius lies in [1, √(1.05/0.95)], or in [√(0.95/1.05), 1] when
    // the critic moves first.
    [Fact]
    public void Alternating_steps_stay_on_an_ellipse()
    {
        double[] ratios = [.. Play(new Wasserstein(), new NoConstraint(), 0.1, 500, Order.GeneratorFirst)
            .Select(s => s.Radius / Math.Sqrt(2))];
        Assert.All(ratios, r => Assert.InRange(r, 1 - 1e-9, 1.06));
        Assert.True(ratios.Max() > 1.05);
        ratios = [.. Play(new Wasserstein(), new NoConstraint(), 0.1, 500, Order.CriticFirst).Select(s => s.Radius / Math.Sqrt(2))];
        Assert.All(ratios, r => Assert.InRange(r, 0.95, 1 + 1e-9));
    }

    [Theory]
    [InlineData("r1?gamma=1")]
    [InlineData("r2?gamma=1")]
    [InlineData("wgan-div?k=0.5&p=2&points=real")]
    public void A_zero_centered_penalty_converges(string constraint)
    {
        Assert.True(Play(new NonSaturating(), Constraint.Named(constraint), 0.1, 500, Order.Simultaneous)[^1].Radius < 1e-6);
        Assert.True(Play(new NonSaturating(), Constraint.Named(constraint), 0.1, 500, Order.CriticFirst)[^1].Radius < 1e-6);
    }

    // The critic follows ψ = 1 − θ/(2λ) and the generator θ' = ψ, to rest at θ = 2λ, ψ = 0, where |ψ| has a kink. The 1e-12 under the root
    // rounds the kink, so that after a long rest the critic tips over and the game comes to rest at −2λ, and so on; it never settles at
    // the equilibrium.
    [Fact]
    public void A_penalty_centered_at_one_rests_away_from_the_equilibrium()
    {
        var path = Play(new Wasserstein(), new GradientPenalty(1), 0.01, 2000, Order.CriticFirst);
        Assert.InRange(path.Max(s => s.Θ), 1.99, 2);
        Assert.True(path.Count(s => Math.Abs(Math.Abs(s.Θ) - 2) < 0.1) > 500);
        Assert.True(path.Min(s => s.Radius) > 0.5);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void A_light_penalty_keeps_swinging_and_a_heavy_one_rests_far_away()
    {
        var path = Play(new Wasserstein(), new GradientPenalty(0.1), 0.01, 6000, Order.CriticFirst);
        Assert.InRange(path.Skip(3000).Max(s => Math.Abs(s.Θ)), 1.2, 1.35);
        Assert.Equal(20, Play(new Wasserstein(), new GradientPenalty(10), 0.01, 12_000, Order.CriticFirst)[^1].Θ, 0.2);
    }
}
