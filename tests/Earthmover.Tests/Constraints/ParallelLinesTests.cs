using Earthmover.Testing;
using Earthmover.Claims.Lab;
using Earthmover.Torch;
using Xunit.Abstractions;

namespace Earthmover.Tests.Constraints;

/// <summary>
/// Two parallel lines at distance θ, where W₁ = θ and every penalty's best critic is known (WGAN's example 1, arXiv:1701.07875): the gap of
/// a critic of slope s is θs, so λ(s − 1)² gives s = 1 + θ/(2λ), and k·sᵖ gives s = (θ/(kp))^(1/(p−1)).
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

    private static double Descend(string constraint, double θ, double start, bool coupled = true, int steps = 400, int batch = 8)
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        return TwoLines.Descend(constraint, θ, coupled, steps, batch, start);
    }

    [Theory]
    [MemberData(nameof(ClosedForms))]
    public void A_linear_critic_descends_to_the_closed_form(string constraint, double θ, double slope) =>
        Assert.Equal(slope, Descend(constraint, θ, 0.9), 2e-4);

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
        double cosine = 2 * (Math.Asinh(1) - Math.Sqrt(2) + 1), squared = Math.PI / 2 - Math.Log(2), best = (1.0 / 20 + cosine) / squared;
        Assert.Equal(1.1215, best, 1e-4);
        Assert.Equal(best, Descend("finite-difference", 1, 0.9, coupled: false, steps: 150, batch: 20_000), 2e-3);
    }

    // What a trained perceptron says of the whole way from real to fake, and the slope of the middle half of it.
    private (double Gap, double Middle) Train(string constraint, double θ, int steps, int batch)
    {
        using var streams = new RandomStreams(3);
        using var use = streams.Use();
        var way = TwoLines.Train(constraint, θ, steps, batch);
        output.WriteLine($"{constraint}, θ = {θ}: estimate {way.Estimate:f4}, slope in the middle {way.Middle:f4}");
        return (way.Estimate, way.Middle);
    }

    [Fact]
    public void A_trained_critic_overestimates_as_the_closed_form_says() =>
        Assert.InRange(Train("gradient-penalty", 1, 250, 64).Gap, 1.03, 1.07);

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

    // Long secants are another matter once the critic can bend. ∬((g(b) − g(a))/(b − a))² is a fractional (H^½) seminorm, which does not
    // bound a value at a point: near the ends of the segment, where few secants reach, the best critic rises like a logarithm. On a grid
    // of n points its gap is 1.078, 1.088, 1.099, 1.109 for n = 50, 100, 200, 400, + 0.0105 per doubling, and its slope in the middle
    // 1.032. The closed form 1.05 is that of a linear critic only.
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
