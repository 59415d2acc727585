using Earthmover.Constraints;
using Earthmover.Nn.Layers;
using Earthmover.Objectives;
using Earthmover.Testing;
using Earthmover.Claims.Lab;
using Earthmover.Torch;
using Xunit.Abstractions;

namespace Earthmover.Tests.Constraints;

/// <summary>
/// Two parallel lines at distance θ, where W₁ = θ and every penalty's best critic is known (WGAN's example 1, arXiv:1701.07875): the gap of a critic of slope s is θs,
/// so λ(s − 1)² gives s = 1 + θ/(2λ), and k·sᵖ gives s = (θ/(kp))^(1/(p−1)).
/// </summary>
public class ParallelLinesTests(ITestOutputHelper output) : LeakTest
{
    public static TheoryData<string, double, double> ClosedForms => new()
    {
        { "gradient-penalty", 1, 1.05 },
        { "gradient-penalty", 0.1, 1.005 },
        { "one-sided-penalty", 1, 1.05 },
        { "one-sided-penalty", 0.1, 1.005 },
        { "gradient-penalty?weight=1", 1, 1.5 },
        { "wgan-div", 1, 0.6084 },
        { "wgan-div?k=0.5&p=2", 1, 1 },
        { "r1-r2?gamma=2", 1, 0.25 },
        { "finite-difference", 1, 1.05 },
        { "finite-difference?pairs=small-step", 1, 1.05 },
    };

    // Rows of real and fake share their height, so that a segment is the transport itself; a secant needs that, a gradient does not.
    private static (Tensor Real, Tensor Fake) Lines(double θ, int count, bool paired, DType type = DType.Float32)
    {
        var stream = RandomStreams.Current["data"];
        Tensor zero = Tensor.Zeros([count, 1], type), u = Tensor.Uniform([count, 1], stream, type: type);
        return (Tensor.Cat([zero, u], 1), Tensor.Cat([zero + θ, paired ? u : Tensor.Uniform([count, 1], stream, type: type)], 1));
    }

    // For D(x) = s·x₀ no penalty depends on where it looks, so descent in s alone must reach the closed form exactly.
    private static double Descend(string constraint, double θ, double start)
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        var penalty = Constraint.Named(constraint);
        var s = Tensor.From<double>([start], [1]);
        for (var step = 0; step < 400; step++)
        {
            using var turn = TensorScope.Open();
            var leaf = s.Clone().RequireGrad();
            Tensor D(Tensor x) => leaf * x.Select(1, 0);
            var (real, fake) = Lines(-θ, 8, paired: true, DType.Float64);
            var loss = new Wasserstein().Critic(D(real), D(fake)) + penalty.Of(D, real, fake)!;
            s.CopyFrom(s - 0.02 * Autograd.Gradient(loss, leaf));
        }
        return s.Item();
    }

    [Theory]
    [MemberData(nameof(ClosedForms))]
    public void A_linear_critic_descends_to_the_closed_form(string constraint, double θ, double slope) => Assert.Equal(slope, Descend(constraint, θ, 0.9), 2e-4);

    [Fact]
    public void A_critic_that_starts_upside_down_is_turned_only_by_an_oriented_or_one_sided_secant()
    {
        Assert.Equal(1.05, Descend("finite-difference", 1, -0.5), 2e-4);
        Assert.Equal(1.05, Descend("finite-difference?oriented=false&one-sided=true", 1, -0.5), 2e-4);
        Assert.Equal(-0.95, Descend("finite-difference?oriented=false", 1, -0.5), 2e-4);
    }

    // E cos α and E cos² α of the angle between a segment to an independent height and the transport: 2(asinh 1 − √2 + 1) and π/2 − log 2.
    [Fact]
    public void Secants_across_the_transport_make_the_critic_steeper()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        double cosine = 2 * (Math.Asinh(1) - Math.Sqrt(2) + 1), squared = Math.PI / 2 - Math.Log(2), best = (1.0 / 20 + cosine) / squared;
        var s = Tensor.From<double>([0.9], [1]);
        for (var step = 0; step < 150; step++)
        {
            using var turn = TensorScope.Open();
            var leaf = s.Clone().RequireGrad();
            Tensor D(Tensor x) => leaf * x.Select(1, 0);
            var (real, fake) = Lines(-1, 20_000, paired: false, DType.Float64);
            s.CopyFrom(s - 0.02 * Autograd.Gradient(new Wasserstein().Critic(D(real), D(fake)) + new FiniteDifferencePenalty().Of(D, real, fake), leaf));
        }
        Assert.Equal(1.1215, best, 1e-4);
        Assert.Equal(best, s.Item(), 2e-3);
    }

    // What a trained perceptron says of the whole way from real to fake, and the slope of the middle half of it.
    private (double Gap, double Middle) Train(string constraint, double θ, int steps, int batch)
    {
        using var streams = new RandomStreams(3);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var critic = new LoneCritic(2, () => Activation.Relu());
        var penalty = Constraint.Named(constraint);
        var objective = new Wasserstein();
        var paired = penalty is FiniteDifferencePenalty;
        critic.Train(steps, () =>
        {
            var (x, y) = Lines(θ, batch, paired);
            return objective.Critic(critic.D(x), critic.D(y)) + penalty.Of(critic.D, x, y)!;
        });
        var (real, fake) = Lines(θ, 4096, paired: true);
        double Score(double t) => Autograd.NoGrad(() => critic.D(real + (fake - real) * t).Mean().Item());
        var result = (Gap: Score(0) - Score(1), Middle: (Score(0.25) - Score(0.75)) / (θ / 2));
        output.WriteLine($"{constraint}, θ = {θ}: estimate {result.Gap:f4}, slope in the middle {result.Middle:f4}");
        return result;
    }

    [Fact]
    public void A_trained_critic_overestimates_as_the_closed_form_says() => Assert.InRange(Train("gradient-penalty", 1, 250, 64).Gap, 1.03, 1.07);

    [Theory]
    [Trait("Category", "Slow")]
    [InlineData("gradient-penalty", 1, 1.05, 0.02)]
    [InlineData("gradient-penalty", 0.1, 0.1005, 0.003)]
    [InlineData("one-sided-penalty", 1, 1.05, 0.02)]
    [InlineData("one-sided-penalty", 0.1, 0.1005, 0.003)]
    [InlineData("wgan-div", 1, 0.608, 0.03)]
    [InlineData("finite-difference?pairs=small-step", 1, 1.05, 0.02)]
    public void Trained_critics_reach_the_closed_forms(string constraint, double θ, double expected, double tolerance) =>
        Assert.InRange(Train(constraint, θ, 1000, 128).Gap, expected - tolerance, expected + tolerance);

    // Long secants are another matter once the critic can bend. ∬((g(b) − g(a))/(b − a))² is a fractional (H^½) seminorm, which does not bound a value at a point: near the ends
    // of the segment, where few secants reach, the best critic rises like a logarithm. On a grid of n points its gap is 1.078, 1.088, 1.099, 1.109 for n = 50, 100, 200, 400,
    // + 0.0105 per doubling, and its slope in the middle 1.032. The closed form 1.05 is that of a linear critic only.
    [Theory]
    [Trait("Category", "Slow")]
    [InlineData("finite-difference")]
    [InlineData("finite-difference?oriented=false&one-sided=true")]
    public void Long_secants_let_a_bending_critic_rise_at_the_ends(string constraint)
    {
        var (gap, middle) = Train(constraint, 1, 1000, 128);
        Assert.InRange(gap, 1.05, 1.12);
        Assert.InRange(middle, 1.01, 1.055);
    }
}
