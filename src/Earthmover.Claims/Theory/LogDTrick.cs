using Earthmover.Claims.Lab;
using Earthmover.Constraints;
using Earthmover.Health;
using Earthmover.Nn.Layers;
using Earthmover.Objectives;
using Earthmover.Reports.Figures;
using Earthmover.Torch;
using static Earthmover.Claims.Lab.Quadrature;

namespace Earthmover.Claims.Theory;

/// <summary>
/// What −log D minimizes under the best discriminator: KL(p_g‖p_r) − 2·JS, two terms that pull apart, of which the first forgives missing
/// modes.
/// </summary>
public sealed class LogDTrick : Claim<LogDTrick.Run>
{
    /// <summary>What one run measures.</summary>
    /// <param name="Error">Largest difference of the identity's two sides over pairs of Gaussians.</param>
    /// <param name="OneMode">KL(p_g‖p_r), KL(p_r‖p_g), and KL(p_g‖p_r) − 2·JS of a p_g on one mode of two.</param>
    /// <param name="Broad">The same of a p_g over both.</param>
    /// <param name="LogD">∂/∂x of −log D at a generated sample, over discriminators that were trained anew, each divided by the mean of its
    /// sample over them.</param>
    /// <param name="Critic">The same of a critic with gradient penalty.</param>
    /// <param name="Raw">∇D/D, the gradient of log D, where D itself is a network's output, trained by least squares to 0 on the generated
    /// samples.</param>
    /// <param name="Noise">The quotient of the theorem: D = noise on the generated samples, ∇D/D.</param>
    public sealed record Run(double Error, (double GR, double RG, double Value) OneMode,
        (double GR, double RG, double Value) Broad, double[] LogD, double[] Critic, double[] Raw, double[] Noise);

    /// <inheritdoc/>
    public override string Name => "log-d-trick";

    /// <inheritdoc/>
    public override string Title => "−log D minimizes KL(p_g‖p_r) − 2·JS, with gradients of heavy tails";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Rows => ["R06"];

    /// <inheritdoc/>
    public override string Statement =>
        "Under the best discriminator E_g[−log D] = KL(p_g‖p_r) − 2·JS(p_r‖p_g) + 2 log 2 + E_r[log D]. "
        + "The first term pulls the laws together, the second apart. The first punishes unreal samples dearly and missing modes hardly. "
        + "Where D errs by independent noise, the gradient is a quotient of Gaussians: its tails are Cauchy's.";

    /// <inheritdoc/>
    public override string Source => "Arjovsky and Bottou, 2017, arXiv:1701.04862, theorems 2.5 and 2.6, figure 3";

    /// <inheritdoc/>
    public override string Experiment =>
        "The identity by quadrature for four pairs of Gaussians. p_r = ½N(−3, ½²) + ½N(3, ½²) against N(3, ½²) and N(0, 9¼). "
        + "The gradient at the same 32 points of the line at distance 1, "
        + "over logistic discriminators and over critics with gradient penalty that were trained anew from other weights, "
        + "by its kurtosis (3 for a Gaussian) and its relative spread; the same for ∇D/D where D itself is a perceptron's output, "
        + "trained by least squares to 0 and 1, as the theorem has it; and 10,000 quotients of Gaussians.";

    /// <inheritdoc/>
    protected override Run Measure(Trial trial)
    {
        (double, double, double, double)[] pairs = [(0, 1, 1, 1), (0, 1, 0.3, 1.6), (-1, 0.7, 1, 1.2), (0, 1, 2, 0.8)];
        var error = pairs.Max(p => Difference(x => LogNormal(x, p.Item1, p.Item2), x => LogNormal(x, p.Item3, p.Item4)));
        static double Real(double x) => LogSum(LogNormal(x, -3, 0.5), LogNormal(x, 3, 0.5)) - Math.Log(2);
        static (double, double, double) Between(Func<double, double> g) =>
            (KullbackLeibler(g, Real), KullbackLeibler(Real, g), KullbackLeibler(g, Real) - 2 * JensenShannon(Real, g));
        var noise = new SeededRandom(trial.Seed, "noise");
        var (repeats, steps) = (trial.Of(16, 100), trial.Of(300, 600));
        return new(error, Between(x => LogNormal(x, 3, 0.5)), Between(x => LogNormal(x, 0, Math.Sqrt(9.25))),
            Relative(Retrain(repeats, steps, new NonSaturating(), new NoConstraint(), share => trial.Report(0.2 * share))),
            Relative(Retrain(repeats, steps, new Wasserstein(), new GradientPenalty(10), share => trial.Report(0.2 + 0.6 * share))),
            [.. Retrain(repeats, steps, new LeastSquares(), new NoConstraint(),
                share => trial.Report(0.8 + 0.2 * share)).SelectMany(g => g)],
            [.. Enumerable.Range(0, 10_000).Select(_ => noise.NextGaussian() / noise.NextGaussian())]);
    }

    // E_g[−log D*] against KL(g‖r) − 2·JS + 2 log 2 + E_r[log D*], with D* = r/(r + g).
    private static double Difference(Func<double, double> r, Func<double, double> g)
    {
        double LogD(double x) => r(x) - LogSum(r(x), g(x));
        var left = Integral(x => -Math.Exp(g(x)) * LogD(x));
        var right = KullbackLeibler(g, r) - 2 * JensenShannon(r, g) + 2 * Math.Log(2) + Integral(x => Math.Exp(r(x)) * LogD(x));
        return Math.Abs(left - right);
    }

    private static List<double[]> Retrain(int repeats, int steps, Objective objective, Constraint constraint, Action<double> report)
    {
        using var scope = TensorScope.Open();
        const int n = 32;
        var fake = TwoLines.Line(1, n);
        var gradients = new List<double[]>();
        for (var i = 0; i < repeats; i++)
        {
            report((double)i / repeats);
            using var turn = TensorScope.Open();
            using var critic = new LoneCritic(2, () => Activation.Relu(), hidden: 2, rate: 5e-3);
            critic.Train(steps, () =>
            {
                Tensor x = TwoLines.Line(0, 64), y = TwoLines.Line(1, 64);
                var loss = objective.Critic(critic.D(x), critic.D(y));
                return constraint.Of(critic.D, x, y) is { } penalty ? loss + penalty : loss;
            });
            var gradient = objective is LeastSquares
                ? Slopes.Gradient(critic.D, fake).Select(1, 0) / Autograd.NoGrad(() => critic.D(fake)).Flatten()
                : Slopes.Gradient(x => objective.Generator(critic.D(x)), fake).Select(1, 0) * n;
            gradients.Add(gradient.To(DType.Float64).Contiguous().ToArray<double>());
        }
        return gradients;
    }

    // Over the re-trainings, each sample's in units of its own mean.
    private static double[] Relative(List<double[]> gradients) =>
        [.. Enumerable.Range(0, gradients[0].Length)
            .SelectMany(j => gradients.Average(g => g[j]) is var mean ? gradients.Select(g => g[j] / mean) : [])];

    /// <inheritdoc/>
    protected override Evidence Judge(IReadOnlyList<Run> runs)
    {
        var first = runs[0];
        Bar[] Bars((double GR, double RG, double Value) of, string group) =>
            [new("KL(p_g‖p_r)", of.GR, Group: group), new("KL(p_r‖p_g)", of.RG, Group: group),
                new("KL(p_g‖p_r) − 2·JS", of.Value, Group: group)];
        var figure = Figure.Multiples("The −log D trick", 2,
        [
            Plot.Bars("A p_g on one mode of two, and one over both", new("nats"),
                [.. Bars(first.OneMode, "on one mode"), .. Bars(first.Broad, "over both")], horizontal: true, width: 330),
            Plot.Histogram("∂L_G/∂x over re-trainings", new("gradient / its mean") { Range = (0.4, 1.8) },
                [new("−log D", first.LogD), new("W critic with penalty", first.Critic)], width: 400),
        ]);
        double Over(Func<Run, double> of) => Numbers.Median(runs.Select(of));
        return new(
        [
            Check.Claimed("largest error of the identity", runs.Select(r => r.Error), Band.AtMost(1e-6)),
            Check.Claimed("KL(p_g‖p_r): over both modes, less on one mode", runs.Select(r => r.Broad.GR - r.OneMode.GR), Band.AtLeast(0)),
            Check.Claimed("KL(p_r‖p_g): on one mode, less over both modes", runs.Select(r => r.OneMode.RG - r.Broad.RG), Band.AtLeast(0)),
            Check.Claimed("KL(p_g‖p_r) − 2·JS: over both modes, less on one mode",
                runs.Select(r => r.Broad.Value - r.OneMode.Value), Band.AtLeast(0)),
            Check.Control("kurtosis of a quotient of Gaussians (infinite)", runs.Select(r => Numbers.Kurtosis(r.Noise)), Band.AtLeast(100)),
            Check.Claimed("kurtosis of −log D's gradient over that of the W critic's",
                runs.Select(r => Numbers.Kurtosis(r.LogD) / Numbers.Kurtosis(r.Critic)), Band.AtLeast(5)),
            Check.Claimed("the same where D, not its logit, is a network's output",
                runs.Select(r => Numbers.Kurtosis(r.Raw) / Numbers.Kurtosis(r.Critic)), Band.AtLeast(5)),
            Check.Claimed("relative spread of −log D's gradient over that of the W critic's",
                runs.Select(r => Numbers.Deviation(r.LogD) / Numbers.Deviation(r.Critic)), Band.AtLeast(5)),
        ], figure,
        $"Over re-trainings the gradient of −log D spreads by {Over(r => Numbers.Deviation(r.LogD)):p0} of its mean, "
        + $"kurtosis {Over(r => Numbers.Kurtosis(r.LogD)):f1}; that of the penalized critic by "
        + $"{Over(r => Numbers.Deviation(r.Critic)):p0}, "
        + $"kurtosis {Over(r => Numbers.Kurtosis(r.Critic)):f1}. "
        + "The Cauchy law of the theorem belongs to a D whose own value, not its logit, "
        + $"errs around 0; a D trained so has kurtosis {Over(r => Numbers.Kurtosis(r.Raw)):f0}. "
        + "A logistic discriminator has another error: "
        + "where D ≈ 0 the gradient of −log D is the slope of the logit, which varies from one training to the next but is no quotient. "
        + $"Its spread is {Over(r => Numbers.Deviation(r.LogD) / Numbers.Deviation(r.Critic)):f1} times the critic's, "
        + "but its tails are not heavy once D is computed as a logit, as everybody does.");
    }
}
