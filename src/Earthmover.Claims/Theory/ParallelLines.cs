using Earthmover.Claims.Lab;
using Earthmover.Constraints;
using Earthmover.Nn.Layers;
using Earthmover.Objectives;
using Earthmover.Reports.Figures;
using Earthmover.Torch;
using Earthmover.Transport;

namespace Earthmover.Claims.Theory;

/// <summary>
/// Two parallel lines at distance θ: W₁ = |θ|, while the Jensen–Shannon divergence is log 2 and its gradient zero however far apart they
/// are.
/// </summary>
public sealed class ParallelLines : Claim<ParallelLines.Run>
{
    /// <summary>What one run measures.</summary>
    /// <param name="Θ">Distances of the lines.</param>
    /// <param name="Exact">Exact W₁ of samples at each.</param>
    /// <param name="JensenShannon">Estimate of a logistic critic trained to its optimum at each, in nats.</param>
    /// <param name="Slope">W₁ estimate of a critic with gradient penalty at θ = 1, λ = 10.</param>
    /// <param name="ByWasserstein">θ on the way of a generator that follows the W critic, from 1.</param>
    /// <param name="ByMinimax">θ on the way of a generator that follows the saturating loss of the optimal logistic critic.</param>
    public sealed record Run(double[] Θ, double[] Exact, double[] JensenShannon, double Slope, double[] ByWasserstein, double[] ByMinimax);

    /// <inheritdoc/>
    public override string Name => "parallel-lines";

    /// <inheritdoc/>
    public override string Title => "W falls with the distance of two parallel lines; JS does not notice it";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Rows => ["R01"];

    /// <inheritdoc/>
    public override string Statement =>
        "The laws of (0, U) and (θ, U), U uniform on [0, 1], have W₁ = |θ|, but JS = log 2, KL = ∞ and TV = 1 for every θ ≠ 0. "
        + "So W₁ can teach a generator to move θ to 0, and the others cannot.";

    /// <inheritdoc/>
    public override string Source => "Arjovsky, Chintala and Bottou, 2017, arXiv:1701.07875, example 1 and figure 1";

    /// <inheritdoc/>
    public override string Experiment =>
        "Exact W₁ of 1,000 against 1,000 samples; JS from the loss of a 2-64-64-1 perceptron trained on the logistic loss; "
        + "a generator of the single parameter θ, from θ = 1, that follows either critic, "
        + "which is trained anew between its steps. "
        + "A critic with gradient penalty of weight λ has a known optimum here: its estimate is θ(1 + θ/2λ).";

    /// <inheritdoc/>
    protected override Run Measure(Trial trial)
    {
        double[] θ = [-1, -0.75, -0.5, -0.25, -0.1, 0, 0.1, 0.25, 0.5, 0.75, 1];
        double[] exact = [.. θ.Select(Exact)], js = new double[θ.Length];
        for (var i = 0; i < θ.Length; i++)
        {
            trial.Report(0.5 * i / θ.Length);
            js[i] = JensenShannon(θ[i], trial.Of(200, 800));
        }
        var slope = TwoLines.Train("gradient-penalty", 1, trial.Of(500, 2000)).Estimate;
        trial.Report(0.7);
        var w = Follow(new Wasserstein(), Constraint.Named("gradient-penalty"), trial);
        trial.Report(0.85);
        return new(θ, exact, js, slope, w, Follow(new Minimax(), new NoConstraint(), trial));
    }

    private static double Exact(double θ)
    {
        using var scope = TensorScope.Open();
        PointCloud Cloud(double at) => PointCloud.From(TwoLines.Line(at, 1000).ToArray<float>().AsSpan(), 1000, 2);
        return Ot.Wasserstein(Cloud(0), Cloud(θ));
    }

    // −L_D = 2·JS − 2 log 2 at the optimum, so JS = log 2 − L_D/2.
    private static double JensenShannon(double θ, int steps)
    {
        using var scope = TensorScope.Open();
        using var critic = new LoneCritic(2, () => Activation.Relu(), hidden: 2, rate: 1e-2);
        var objective = new Minimax();
        critic.Train(steps, () => objective.Critic(critic.D(TwoLines.Line(0, 128)), critic.D(TwoLines.Line(θ, 128))));
        return Autograd.NoGrad(() => Math.Log(2)
            - objective.Critic(critic.D(TwoLines.Line(0, 4096)), critic.D(TwoLines.Line(θ, 4096))).Item() / 2);
    }

    // Plain descent in θ, whose loss the critic says, with steps that shrink to nothing; a critic near its optimum at every step.
    private static double[] Follow(Objective objective, Constraint constraint, Trial trial)
    {
        using var scope = TensorScope.Open();
        using var critic = new LoneCritic(2, () => Activation.Relu(), hidden: 2, rate: 5e-3);
        var way = new double[trial.Of(41, 81)];
        var θ = 1.0;
        for (var step = 0; step < way.Length; step++)
        {
            way[step] = θ;
            critic.Train(step == 0 ? 300 : 40, () =>
            {
                Tensor x = TwoLines.Line(0, 64), y = TwoLines.Line(θ, 64);
                var loss = objective.Critic(critic.D(x), critic.D(y));
                return constraint.Of(critic.D, x, y) is { } penalty ? loss + penalty : loss;
            });
            using var turn = TensorScope.Open();
            var leaf = Tensor.From<float>([(float)θ], 1).Here().RequireGrad();
            var fake = TwoLines.Line(0, 256) + Tensor.Cat([leaf, Tensor.Zeros([1]).Here()], 0);
            θ -= 0.08 * (1 - (double)step / way.Length) * Autograd.Gradient(objective.Generator(critic.D(fake)), leaf).Item();
        }
        return way;
    }

    /// <inheritdoc/>
    protected override Evidence Judge(IReadOnlyList<Run> runs)
    {
        var θ = runs[0].Θ;
        double[] Middle(Func<Run, double[]> of) => [.. θ.Select((_, i) => Numbers.Median(runs.Select(r => of(r)[i])))];
        var apart = θ.Select((t, i) => (t, i)).Where(p => p.t != 0).Select(p => p.i).ToArray();
        var zero = Array.IndexOf(θ, 0.0);
        var figure = Figure.Multiples("Two parallel lines at distance θ", 2,
        [
            Plot.Lines("What the divergences say", new("θ"), new("value") { FromZero = true },
            [
                new("W₁, exact, of 1,000 samples", θ, Middle(r => r.Exact)),
                new("JS of an optimal critic (nats)", θ, Middle(r => r.JensenShannon)),
                new("|θ|", θ, [.. θ.Select(Math.Abs)]) { Dashed = true, Color = Theme.Gray },
            ], [new(Math.Log(2), "log 2")], width: 420),
            Plot.Lines("What they teach a generator", new("step of the generator") { Whole = true }, new("θ") { FromZero = true },
            [
                new("follows the W critic", Steps(runs[0].ByWasserstein), runs[0].ByWasserstein),
                new("follows log(1 − D)", Steps(runs[0].ByMinimax), runs[0].ByMinimax),
            ], width: 420),
        ]);
        return new(
        [
            Check.Control("largest error of exact W₁ against |θ|",
                runs.Select(r => apart.Max(i => Math.Abs(r.Exact[i] - Math.Abs(θ[i])))), Band.AtMost(0.03)),
            Check.Control("estimate with penalty at θ = 1, λ = 10 (1.05 in closed form)",
                runs.Select(r => r.Slope), Band.Around(1.05, 0.02)),
            Check.Claimed("least JS estimate over θ ≠ 0 (log 2 = 0.6931)",
                runs.Select(r => apart.Min(i => r.JensenShannon[i])), Band.Around(Math.Log(2), 0.02)),
            Check.Claimed("JS estimate at θ = 0", runs.Select(r => r.JensenShannon[zero]), Band.AtMost(0.01)),
            Check.Claimed("|θ| at the end, following the W critic", runs.Select(r => Math.Abs(r.ByWasserstein[^1])), Band.AtMost(0.05)),
            Check.Claimed("|θ| at the end, following the saturating loss", runs.Select(r => Math.Abs(r.ByMinimax[^1])), Band.AtLeast(0.95)),
        ], figure,
        "The lines share no point, so a critic tells them apart however near they are, and once it does its loss no longer depends on θ. "
        + "The exact W₁ of samples lies a little above |θ|, since two samples of the same U differ. "
        + "The penalized critic's estimate is not W₁ either: at its optimum it is θ(1 + θ/2λ), five per cent too large at θ = 1.");
    }

    private static double[] Steps(double[] way) => [.. Enumerable.Range(0, way.Length).Select(i => (double)i)];
}
