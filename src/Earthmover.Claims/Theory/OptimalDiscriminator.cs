using Earthmover.Claims.Lab;
using Earthmover.Constraints;
using Earthmover.Health;
using Earthmover.Nn.Layers;
using Earthmover.Objectives;
using Earthmover.Reports.Figures;
using Earthmover.Torch;

namespace Earthmover.Claims.Theory;

/// <summary>
/// The original game at its best discriminator: the logit is the log ratio of the densities, the value 2·JS − log 4, and on disjoint
/// supports the generator learns nothing.
/// </summary>
public sealed class OptimalDiscriminator : Claim<OptimalDiscriminator.Run>
{
    /// <summary>What one run measures.</summary>
    /// <param name="R2">Share of the logit's variance on [−3, 4] that a straight line explains.</param>
    /// <param name="Slope">Slope of that line; −1 in closed form.</param>
    /// <param name="Value">−L_D, by quadrature.</param>
    /// <param name="Places">Where the logit is shown.</param>
    /// <param name="Logits">The logit there.</param>
    /// <param name="Steps">Steps of the discriminator, or critic, at which gradients are measured.</param>
    /// <param name="Loss">L_D on disjoint supports after them.</param>
    /// <param name="Saturating">Mean gradient of log(1 − D) at a generated sample.</param>
    /// <param name="LogD">The same of −log D.</param>
    /// <param name="Critic">The same of the W critic with gradient penalty.</param>
    public sealed record Run(double R2, double Slope, double Value, double[] Places, double[] Logits,
        double[] Steps, double[] Loss, double[] Saturating, double[] LogD, double[] Critic);

    /// <inheritdoc/>
    public override string Name => "optimal-discriminator";

    /// <inheritdoc/>
    public override string Title => "The better the discriminator, the less the original generator learns";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Rows => ["R05"];

    /// <inheritdoc/>
    public override string Statement =>
        "The best discriminator is p_r/(p_r + p_g), its logit log p_r/p_g, and the generator then minimizes 2·JS − log 4. "
        + "Where the two laws do not overlap, that is a constant, and the gradient of log(1 − D) vanishes as D improves.";

    /// <inheritdoc/>
    public override string Source =>
        "Goodfellow et al., 2014, arXiv:1406.2661, section 4; Arjovsky and Bottou, 2017, arXiv:1701.04862, theorem 2.4 and figure 2";

    /// <inheritdoc/>
    public override string Experiment =>
        "N(0, 1) against N(1, 1): a softplus perceptron 1-64-64-64-1 on new samples at every step, judged by quadrature; "
        + "the closed forms are logit ½ − x and value −1.1635. Then the parallel lines at distance 1: "
        + "the mean length of ∂L_G/∂x at generated samples after every so many steps of the logistic discriminator, "
        + "and of a critic with gradient penalty.";

    /// <inheritdoc/>
    protected override Run Measure(Trial trial)
    {
        var (r2, slope, value, places, logits) = Overlapping(trial);
        trial.Report(0.5);
        var (steps, loss, saturating, logD) = Disjoint(trial.Of(1000, 4000));
        trial.Report(0.7);
        return new(r2, slope, value, places, logits, steps, loss, saturating, logD, Penalized([.. steps]));
    }

    private static (double, double, double, double[], double[]) Overlapping(Trial trial)
    {
        using var scope = TensorScope.Open();
        using var critic = new LoneCritic(1, () => Activation.ShiftedSoftplus(), rate: 1e-3, beta1: 0.9, beta2: 0.999);
        var objective = new Minimax();
        var (steps, batch) = (trial.Of(800, 1500), trial.Of(512, 1024));
        critic.Train(steps, () => objective.Critic(critic.D(Points.Gaussian(batch, 1, 0.0)), critic.D(Points.Gaussian(batch, 1, 1.0))),
            every: step => trial.Report(0.5 * step / steps));
        double[] Ask(double[] at) =>
            Autograd.NoGrad(() => critic.D(Tensor.From<float>([.. at.Select(v => (float)v)], [at.Length, 1]))
                .Flatten().To(DType.Float64).ToArray<double>());
        double[] places = [.. Enumerable.Range(0, 71).Select(i => -3 + i * 0.1)],
            grid = [.. Enumerable.Range(0, 4001).Select(i => -9 + i * 19.0 / 4000)];
        var logits = Ask(places);
        var line = Numbers.Line(places, logits);
        static double Softplus(double v) => Math.Max(v, 0) + Math.Log(1 + Math.Exp(-Math.Abs(v)));
        static double Loss(double v, double x) =>
            Math.Exp(Quadrature.LogNormal(x)) * Softplus(-v) + Math.Exp(Quadrature.LogNormal(x, 1)) * Softplus(v);
        var loss = Ask(grid).Zip(grid, Loss).Sum() * 19 / 4000;
        return (line.R2, line.Slope, -loss, places, logits);
    }

    private static (double[], double[], double[], double[]) Disjoint(int steps)
    {
        using var scope = TensorScope.Open();
        using var critic = new LoneCritic(2, () => Activation.Relu(), hidden: 2, rate: 5e-3);
        List<double> at = [], loss = [], saturating = [], logD = [];
        var objective = new Minimax();
        var (real, fake) = (TwoLines.Line(0, 256), TwoLines.Line(1, 256));
        critic.Train(steps, () => objective.Critic(critic.D(TwoLines.Line(0, 128)), critic.D(TwoLines.Line(1, 128))), every: step =>
        {
            if (!Shown(step))
                return;
            at.Add(step);
            loss.Add(Autograd.NoGrad(() => objective.Critic(critic.D(real), critic.D(fake)).Item()));
            saturating.Add(Length(objective, critic, fake));
            logD.Add(Length(new NonSaturating(), critic, fake));
        });
        return ([.. at], [.. loss], [.. saturating], [.. logD]);
    }

    private static double[] Penalized(double[] steps)
    {
        using var scope = TensorScope.Open();
        using var critic = new LoneCritic(2, () => Activation.Relu(), hidden: 2, rate: 5e-3);
        var (objective, penalty, fake, lengths) = (new Wasserstein(), new GradientPenalty(10), TwoLines.Line(1, 256), new List<double>());
        critic.Train((int)steps[^1], () =>
        {
            Tensor x = TwoLines.Line(0, 128), y = TwoLines.Line(1, 128);
            return objective.Critic(critic.D(x), critic.D(y)) + penalty.Of(critic.D, x, y);
        }, every: step =>
        {
            if (Shown(step))
                lengths.Add(Length(objective, critic, fake));
        });
        return [.. lengths];
    }

    // 1, 2, 5, 10, 20, 50, …
    private static bool Shown(int step)
    {
        while (step % 10 == 0)
            step /= 10;
        return step is 1 or 2 or 4 or 5;
    }

    // Mean over the samples of the length of each one's own gradient; the loss is a mean, hence the factor.
    private static double Length(Objective objective, LoneCritic critic, Tensor fake) => TensorScope.Run(() =>
        Slopes.Gradient(x => objective.Generator(critic.D(x)), fake).Square().Sum([1]).Sqrt().Mean() * fake.Size(0)).Item();

    /// <inheritdoc/>
    protected override Evidence Judge(IReadOnlyList<Run> runs)
    {
        var first = runs[0];
        double[] Middle(Func<Run, double[]> of) => [.. first.Steps.Select((_, i) => Numbers.Median(runs.Select(r => of(r)[i])))];
        var figure = Figure.Multiples("A discriminator near its optimum", 2,
        [
            Plot.Lines("Its logit for N(0, 1) against N(1, 1)", new("x"), new("logit"),
                [new("trained", first.Places, first.Logits),
                    new("½ − x", first.Places, [.. first.Places.Select(x => 0.5 - x)]) { Dashed = true, Color = Theme.Gray }],
                width: 380),
            Plot.Lines("What the generator gets on disjoint supports",
                new("steps of the discriminator or critic") { Log = true }, new("mean ‖∂L_G/∂x‖") { Log = true },
                [new("−log D", first.Steps, Middle(r => r.LogD)), new("log(1 − D)", first.Steps, Middle(r => r.Saturating)),
                    new("W critic with penalty", first.Steps, Middle(r => r.Critic))],
                width: 420),
        ]);
        return new(
        [
            Check.Claimed("R² of a straight line through the logit (½ − x in closed form)", runs.Select(r => r.R2), Band.AtLeast(0.99)),
            Check.Control("slope of that line", runs.Select(r => r.Slope), Band.Around(-1, 0.05)),
            Check.Claimed("−L_D (2·JS − log 4 = −1.1635)", runs.Select(r => r.Value), Band.Around(-1.1635, 0.01)),
            Check.Control("L_D at the end on disjoint supports", runs.Select(r => r.Loss[^1]), Band.AtMost(1e-3)),
            Check.Claimed("gradient of log(1 − D) at the end", runs.Select(r => r.Saturating[^1]), Band.AtMost(1e-3)),
            Check.Claimed("gradient of −log D at the end", runs.Select(r => r.LogD[^1]), Band.AtLeast(0.1)),
            Check.Claimed("gradient of the W critic at the end (1.05 in closed form)",
                runs.Select(r => r.Critic[^1]), Band.Around(1.05, 0.05)),
        ], figure,
        "Between its first and its last step the discriminator takes the original generator's gradient "
        + $"from {Middle(r => r.Saturating)[0]:g2} to {Middle(r => r.Saturating)[^1]:g2}. That of −log D does not vanish but grows, "
        + $"to {Middle(r => r.LogD)[^1]:f1}, with a discriminator that has no bound on its slope; "
        + "only the penalized critic's settles, near 1. The straight line is a property of equal variances, not of discriminators.");
    }
}
