using Earthmover.Claims.Lab;
using Earthmover.Constraints;
using Earthmover.Health;
using Earthmover.Nn.Layers;
using Earthmover.Objectives;
using Earthmover.Reports.Figures;
using Earthmover.Torch;

namespace Earthmover.Claims.Critics;

/// <summary>The one-sided penalty costs nothing below slope 1 and has the same optimum where a transport exists.</summary>
public sealed class OneSided : Claim<OneSided.Run>
{
    private static readonly double[] s_slopes = [.. Enumerable.Range(0, 31).Select(i => i * 0.05)];

    /// <summary>What one run measures.</summary>
    /// <param name="Two">Two-sided penalty, over λ, of a linear critic of every slope.</param>
    /// <param name="One">One-sided penalty.</param>
    /// <param name="Curved">One-sided penalty of a curved critic of slope below 1.</param>
    /// <param name="TwoFar">Estimate at distance 1, two-sided.</param>
    /// <param name="OneFar">Estimate at distance 1, one-sided.</param>
    /// <param name="TwoNear">Estimate at distance 0.1, two-sided.</param>
    /// <param name="OneNear">Estimate at distance 0.1, one-sided.</param>
    /// <param name="TwoEqual">Mean slope between samples of one law, two-sided.</param>
    /// <param name="OneEqual">The same, one-sided.</param>
    public sealed record Run(double[] Two, double[] One, double Curved, double TwoFar,
        double OneFar, double TwoNear, double OneNear, double TwoEqual, double OneEqual);

    /// <inheritdoc/>
    public override string Name => "one-sided";

    /// <inheritdoc/>
    public override string Title => "A one-sided penalty has the same optimum, and costs a gentle critic nothing";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Rows => ["R13"];

    /// <inheritdoc/>
    public override string Statement =>
        "W₁ needs slopes of at most 1, so only larger ones need cost anything. "
        + "The two-sided penalty of WGAN-GP costs (1 − L)² for a critic of slope L < 1 too. "
        + "Where transport goes over every segment both have the same optimum; in practice the difference is small.";

    /// <inheritdoc/>
    public override string Source =>
        "Gulrajani et al., 2017, arXiv:1704.00028, section 4 (two-sided penalty); "
        + "Petzka, Fischer and Lukovnikov, 2018, arXiv:1709.08894 (one-sided, WGAN-LP)";

    /// <inheritdoc/>
    public override string Experiment =>
        "Both penalties of critics L·x₁, and the one-sided one of a curved critic of slope below 0.9. "
        + "Perceptrons 2-64-64-64-1 on parallel lines at distance 1 and 0.1, λ = 10: estimate θ(1 + θ/2λ) in closed form. "
        + "And the mean slope between samples where both laws are the same line.";

    /// <inheritdoc/>
    protected override Run Measure(Trial trial)
    {
        GradientPenalty two = new(1), one = new(1) { OneSided = true };
        var (x, y) = (TwoLines.Line(0, 256), TwoLines.Line(1, 256));
        double Cost(GradientPenalty penalty, Func<Tensor, Tensor> critic) => TensorScope.Run(() => penalty.Of(critic, x, y)).Item();
        double[] Costs(GradientPenalty penalty) => [.. s_slopes.Select(slope => Cost(penalty, v => v.Select(1, 0) * slope))];
        var curved = Cost(one, v => 0.9 * ((v - 0.3).Square().Sum([1]) + 0.01).Sqrt());
        var steps = trial.Of(600, 2000);
        var step = 0;
        double Train(string constraint, double θ)
        {
            var estimate = TwoLines.Train(constraint, θ, steps).Estimate;
            trial.Report(++step / 6.0);
            return estimate;
        }
        var (twoFar, oneFar) = (Train("gradient-penalty", 1), Train("one-sided-penalty", 1));
        var (twoNear, oneNear) = (Train("gradient-penalty", 0.1), Train("one-sided-penalty", 0.1));
        return new(Costs(two), Costs(one), curved, twoFar, oneFar, twoNear, oneNear,
            Equal("gradient-penalty", steps), Equal("one-sided-penalty", steps));
    }

    private static double Equal(string constraint, int steps)
    {
        using var scope = TensorScope.Open();
        using var critic = new LoneCritic(2, () => Activation.Relu());
        var (objective, penalty) = (new Wasserstein(), Constraint.Named(constraint));
        critic.Train(steps, () =>
        {
            Tensor a = TwoLines.Line(0, 128), b = TwoLines.Line(0, 128);
            return objective.Critic(critic.D(a), critic.D(b)) + penalty.Of(critic.D, a, b)!;
        });
        return Slopes.Gradient(critic.D, TwoLines.Line(0, 1024)).NormPerSample().Mean().Item();
    }

    /// <inheritdoc/>
    protected override Evidence Judge(IReadOnlyList<Run> runs)
    {
        var first = runs[0];
        Bar Bar(string label, string group, Func<Run, double> of) =>
            new(label, Numbers.Median(runs.Select(of)), runs.Min(of), runs.Max(of), group);
        Bar[] Bars(string group, Func<Run, double> far, Func<Run, double> near, Func<Run, double> equal) =>
            [Bar("estimate / θ at θ = 1", group, far), Bar("estimate / θ at θ = 0.1", group, r => near(r) / 0.1),
                Bar("mean slope at equal laws", group, equal)];
        var figure = Figure.Multiples("Two-sided and one-sided", 2,
        [
            Plot.Lines("Penalty of a critic of slope L", new("L"), new("penalty / λ"),
                [new("two-sided", s_slopes, first.Two), new("one-sided", s_slopes, first.One)], [new(1, "1", Vertical: true)], width: 380),
            Plot.Bars("Trained critics", new("estimate / θ, or slope"),
                [.. Bars("two-sided", r => r.TwoFar, r => r.TwoNear, r => r.TwoEqual),
                    .. Bars("one-sided", r => r.OneFar, r => r.OneNear, r => r.OneEqual)],
                horizontal: true, width: 330),
        ]);
        double Off(Run r) => s_slopes.Select((s, i) => Math.Abs(r.Two[i] - (s - 1) * (s - 1))).Max();
        double Below(Run r) => Math.Max(r.Curved, s_slopes.Select((s, i) => s < 1 ? r.One[i] : 0).Max());
        return new(
        [
            Check.Claimed("largest one-sided penalty of critics of slope below 1", runs.Select(Below), Band.Around(0, 0)),
            Check.Claimed("largest error of the two-sided one against (1 − L)²", runs.Select(Off), Band.AtMost(1e-5)),
            Check.Claimed("two-sided estimate at θ = 1 (1.05)", runs.Select(r => r.TwoFar), Band.Around(1.05, 0.02)),
            Check.Claimed("one-sided estimate at θ = 1 (1.05)", runs.Select(r => r.OneFar), Band.Around(1.05, 0.02)),
            Check.Claimed("two-sided estimate at θ = 0.1 (0.1005)", runs.Select(r => r.TwoNear), Band.Around(0.1005, 0.003)),
            Check.Claimed("one-sided estimate at θ = 0.1 (0.1005)", runs.Select(r => r.OneNear), Band.Around(0.1005, 0.003)),
            Check.Control("mean slope at equal laws, two-sided less one-sided",
                runs.Select(r => r.TwoEqual - r.OneEqual), Band.AtLeast(0.2)),
        ], figure,
        "The difference shows where there is nothing to transport: at equal laws the two-sided penalty keeps a mean slope "
        + $"of {Numbers.Median(runs.Select(r => r.TwoEqual)):f2} although the best critic is flat; "
        + $"under the one-sided one it is {Numbers.Median(runs.Select(r => r.OneEqual)):f2}, "
        + "wherever training left it, since nothing pulls it down either. That slope pushes a generator that has already arrived.");
    }
}
