using Earthmover.Claims.Lab;
using Earthmover.Constraints;
using Earthmover.Health;
using Earthmover.Nn.Layers;
using Earthmover.Objectives;
using Earthmover.Reports.Figures;
using Earthmover.Torch;

namespace Earthmover.Claims.Critics;

/// <summary>
/// WGAN-div: a power of the slope without a center. Its critic has a known slope, and hardly minds where the slope is looked at.
/// </summary>
public sealed class WganDivergences : Claim<WganDivergences.Run>
{
    private static readonly string[] s_points = ["interpolated", "real", "fake", "both", "interpolated-within", "interpolated-mixture"];

    /// <summary>What one run measures.</summary>
    /// <param name="Six">A critic of (k, p) = (2, 6) at distance 1.</param>
    /// <param name="Two">A critic of (½, 2) at distance 1.</param>
    /// <param name="TwoHalf">A critic of (½, 2) at distance ½.</param>
    /// <param name="Div">Mean slope along the transport of WGAN-div critics, by sampler.</param>
    /// <param name="Gp">The same of WGAN-GP critics.</param>
    /// <param name="DivCosine">Mean cosine of their gradient to the transport.</param>
    /// <param name="GpCosine">The same of WGAN-GP critics.</param>
    public sealed record Run(TwoLines.Way Six, TwoLines.Way Two, TwoLines.Way TwoHalf,
        double[] Div, double[] Gp, double[] DivCosine, double[] GpCosine);

    /// <inheritdoc/>
    public override string Name => "wgan-div";

    /// <inheritdoc/>
    public override string Title => "WGAN-div's critic has a known slope and hardly minds where it is penalized";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Rows => ["R15"];

    /// <inheritdoc/>
    public override string Statement =>
        "k·E‖∇D‖ᵖ instead of a penalty with a center makes the game minimize a symmetric divergence for p > 1. "
        + "(k, p) = (2, 6) did best. "
        + "The choice of the points at which the slope is looked at hardly matters to WGAN-div, and matters to WGAN-GP.";

    /// <inheritdoc/>
    public override string Source => "Wu et al., 2018, arXiv:1712.01026, section 3 and table 1";

    /// <inheritdoc/>
    public override string Experiment =>
        "Parallel lines at distance θ: a critic of slope s gains θs − ksᵖ, so s = (θ/(kp))^(1/(p−1)). "
        + "Then N(0, ½²) against N((1, 0), ½²) in the plane, all six ways of choosing the points, perceptrons 2-64-64-64-1: "
        + "the slope along the optimal plan of new samples, and its direction. "
        + "The paper compared generators by FID; this compares critics of laws that stay.";

    /// <inheritdoc/>
    protected override Run Measure(Trial trial)
    {
        var steps = trial.Of(600, 2000);
        var (six, two, half) = (TwoLines.Train("wgan-div", 1, steps),
            TwoLines.Train("wgan-div?k=0.5&p=2", 1, steps), TwoLines.Train("wgan-div?k=0.5&p=2", 0.5, steps));
        var done = 0;
        (double[] Slopes, double[] Cosines) All(string constraint)
        {
            var results = s_points.Select(points =>
            {
                trial.Report(0.2 + 0.8 * done++ / 12);
                return Along($"{constraint}?points={points}", trial.Of(400, 2000));
            }).ToArray();
            return ([.. results.Select(r => r.Slope)], [.. results.Select(r => r.Cosine)]);
        }
        var (div, gp) = (All("wgan-div"), All("gradient-penalty"));
        return new(six, two, half, div.Slopes, gp.Slopes, div.Cosines, gp.Cosines);
    }

    private static (double Slope, double Cosine) Along(string constraint, int steps)
    {
        using var scope = TensorScope.Open();
        using var critic = new LoneCritic(2, () => Activation.Relu());
        var (objective, penalty) = (new Wasserstein(), Constraint.Named(constraint));
        critic.Train(steps, () =>
        {
            Tensor x = Points.Gaussian(128, 0.5, 0, 0), y = Points.Gaussian(128, 0.5, 1, 0);
            return objective.Critic(critic.D(x), critic.D(y)) + penalty.Of(critic.D, x, y)!;
        });
        Tensor real = Points.Gaussian(400, 0.5, 0, 0), fake = Points.Gaussian(400, 0.5, 1, 0),
            way = real - Points.Couple(real, fake).Partners;
        var gradient = Slopes.Gradient(critic.D, real - way * Tensor.Uniform([400, 1], RandomStreams.Current["penalty"]));
        return (gradient.NormPerSample().Mean().Item(),
            ((gradient * way).Sum([1]) / (gradient.NormPerSample() * way.NormPerSample())).Mean().Item());
    }

    private static double Spread(double[] values) => values.Max() / values.Min();

    /// <inheritdoc/>
    protected override Evidence Judge(IReadOnlyList<Run> runs)
    {
        double Over(Func<Run, double> of) => Numbers.Median(runs.Select(of));
        double[] places = [.. TwoLines.Places];
        double[] Middle(Func<Run, double[]> of) => [.. places.Select((_, i) => Numbers.Median(runs.Select(r => of(r)[i])))];
        Bar[] Bars(Func<Run, double[]> of, string group) =>
            [.. s_points.Select((name, i) => new Bar(name, Over(r => of(r)[i]), runs.Min(r => of(r)[i]), runs.Max(r => of(r)[i]), group))];
        var figure = Figure.Multiples("WGAN-div", 2,
        [
            Plot.Lines("Critics of parallel lines", new("share of the way from real to fake"), new("score over that of the fakes"),
            [
                new("k = ½, p = 2, θ = 1", places, Middle(r => r.Two.Scores)),
                new("k = 2, p = 6, θ = 1", places, Middle(r => r.Six.Scores)),
                new("k = ½, p = 2, θ = ½", places, Middle(r => r.TwoHalf.Scores)),
            ], width: 380),
            Plot.Bars("Direction, by where the slope is looked at", new("mean cosine to the transport"),
                [.. Bars(r => r.DivCosine, "WGAN-div (2, 6)"), .. Bars(r => r.GpCosine, "WGAN-GP (λ = 10)")],
                horizontal: true, width: 380),
        ]);
        return new(
        [
            Check.Claimed("slope of (2, 6) at θ = 1 (0.608)", runs.Select(r => r.Six.Estimate), Band.Around(0.608, 0.03)),
            Check.Claimed("slope of (½, 2) at θ = 1 (1)", runs.Select(r => r.Two.Estimate), Band.Around(1, 0.03)),
            Check.Claimed("slope of (½, 2) at θ = ½ (½)", runs.Select(r => r.TwoHalf.Estimate / 0.5), Band.Around(0.5, 0.03)),
            Check.Claimed("largest over least slope of the six samplers, WGAN-div's as a share of WGAN-GP's",
                runs.Select(r => Spread(r.Div) / Spread(r.Gp)), Band.AtMost(1)),
            Check.Claimed("least cosine to the transport of the six samplers, WGAN-div's less WGAN-GP's",
                runs.Select(r => r.DivCosine.Min() - r.GpCosine.Min()), Band.AtLeast(0)),
            Check.Control("least cosine of WGAN-div's gradient to the transport", runs.Select(r => r.DivCosine.Min()), Band.AtLeast(0.5)),
        ], figure,
        $"Over the six samplers the mean slope of WGAN-div varies by a factor of {Over(r => Spread(r.Div)):f2}, "
        + $"that of WGAN-GP by {Over(r => Spread(r.Gp)):f2}; "
        + $"the cosines to the transport lie between {Over(r => r.DivCosine.Min()):f2} and {Over(r => r.DivCosine.Max()):f2}, "
        + $"and {Over(r => r.GpCosine.Min()):f2} and {Over(r => r.GpCosine.Max()):f2}. Where few points are looked at, a slope is free: "
        + "WGAN-GP's exceeds 1 in proportion to the flow of mass over the density of points, WGAN-div's grows only with its fifth root; "
        + "and where there is nothing to transport WGAN-GP still wants a slope of 1, in any direction. "
        + "Between these two laws, which overlap, the length of the slope hardly depends on the sampler under either penalty; "
        + "its direction, which is what a generator follows, is where they differ. "
        + "The paper's own measure, the FID of trained generators, is not taken here. None of these slopes estimates W₁.");
    }
}
