using Earthmover.Claims.Lab;
using Earthmover.Data;
using Earthmover.Data.Toys;
using Earthmover.Health;
using Earthmover.Networks;
using Earthmover.Nn;
using Earthmover.Nn.Layers;
using Earthmover.Nn.Optimizers;
using Earthmover.Objectives;
using Earthmover.Reports.Figures;
using Earthmover.Torch;
using static Earthmover.Claims.Lab.Quadrature;

namespace Earthmover.Claims.Theory;

/// <summary>
/// Noise on both the real and the generated samples makes their laws overlap: JS then tells how far apart they are, and the original game
/// finds all modes.
/// </summary>
public sealed class InstanceNoise : Claim<InstanceNoise.Run>
{
    // θ/σ, and JS in nats.
    private static readonly (double Ratio, double JensenShannon)[] s_table =
        [(0.5, 0.0303), (1, 0.1114), (2, 0.3368), (3, 0.5268), (4, 0.6327), (6, 0.6893)];

    /// <summary>What one run measures.</summary>
    /// <param name="Closed">JS of N(0, σ²) and N(θ, σ²) at every ratio of the table.</param>
    /// <param name="Slope">dJS/dθ at θ = 1, σ = ½.</param>
    /// <param name="Trained">JS estimate of a discriminator of the parallel lines with noise, θ = 1, σ = ½.</param>
    /// <param name="TrainedSlope">Half of dL_G/dθ under it.</param>
    /// <param name="BareSlope">The same without noise.</param>
    /// <param name="Steps">Steps at which the games are looked at.</param>
    /// <param name="Noisy">Modes of the ring, and share of good samples, with noise.</param>
    /// <param name="Bare">The same without.</param>
    public sealed record Run(double[] Closed, double Slope, double Trained, double TrainedSlope, double BareSlope,
        double[] Steps, (double Modes, double Quality)[] Noisy, (double Modes, double Quality)[] Bare);

    /// <inheritdoc/>
    public override string Name => "instance-noise";

    /// <inheritdoc/>
    public override string Title => "Noise on both samples makes JS meaningful, and the original game finds all modes";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Rows => ["R09"];

    /// <inheritdoc/>
    public override string Statement =>
        "With noise of deviation σ on real and generated samples alike, laws that share no point overlap. "
        + "JS then falls with their distance, and its gradient leads there. "
        + "The noise is taken back during training; unlike smoothed labels it leaves the optimum where it was.";

    /// <inheritdoc/>
    public override string Source =>
        "Sønderby et al., 2017, arXiv:1610.04490, section 3; Arjovsky and Bottou, 2017, arXiv:1701.04862, section 3";

    /// <inheritdoc/>
    public override string Experiment =>
        "Parallel lines at distance θ = 1 with σ = ½: JS by quadrature in the first coordinate, and by a trained discriminator, "
        + "with the gradient in θ of the saturating loss. Then the non-saturating game on eight Gaussians (radius 2, deviation 0.02): "
        + "perceptrons 2-128-128, batches of 256, Adam 10⁻³ (0.5, 0.999), 6,000 steps (quick: batches of 128, 4,000 steps), σ "
        + "from 0.3 to 0 over the first 70 %, weights that start as LibTorch's layers do (set after the numbers from He's had been seen), "
        + "new noise at every step, in the generator's too. A sample is good within 4 deviations of a mode.";

    private static double JensenShannon(double θ, double σ) => Quadrature.JensenShannon(x => LogNormal(x, 0, σ), x => LogNormal(x, θ, σ));

    /// <inheritdoc/>
    protected override Run Measure(Trial trial)
    {
        double[] closed = [.. s_table.Select(row => JensenShannon(row.Ratio, 1))];
        var slope = (JensenShannon(1.001, 0.5) - JensenShannon(0.999, 0.5)) / 0.002;
        var (trained, trainedSlope) = Lines(0.5, trial.Of(600, 3000));
        var (_, bareSlope) = Lines(0, trial.Of(600, 3000));
        trial.Report(0.1);
        var (steps, noisy) = Play(0.3, trial, 0.1);
        return new(closed, slope, trained, trainedSlope, bareSlope, steps, noisy, Play(0, trial, 0.55).Looks);
    }

    private static (double JensenShannon, double Slope) Lines(double σ, int steps)
    {
        using var scope = TensorScope.Open();
        using var critic = new LoneCritic(2, () => Activation.Relu(), hidden: 2, rate: 5e-3);
        var objective = new Minimax();
        Tensor Noisy(double θ, int count) => TwoLines.Line(θ, count) + σ * Tensor.Normal([count, 2], RandomStreams.Current["augment"]);
        critic.Train(steps, () => objective.Critic(critic.D(Noisy(0, 256)), critic.D(Noisy(1, 256))));
        var js = Autograd.NoGrad(() => Math.Log(2) - objective.Critic(critic.D(Noisy(0, 20_000)), critic.D(Noisy(1, 20_000))).Item() / 2);
        // θ moves every generated sample alike, and the loss is 2·JS − log 4.
        return (js, Slopes.Gradient(x => objective.Generator(critic.D(x)), Noisy(1, 20_000)).Select(1, 0).Sum().Item() / 2);
    }

    private static (double[] Steps, (double, double)[] Looks) Play(double start, Trial trial, double done)
    {
        using var scope = TensorScope.Open();
        const int width = 128;
        var (batch, total) = (trial.Of(128, 256), trial.Of(4000, 6000));
        var shape = new SampleShape.Points(2);
        using var generator = Mlp.Generator(shape, 2, [width, width], initializer: Initializers.Default);
        using var critic = Mlp.Critic(shape, [width, width], initializer: Initializers.Default);
        var adam = new AdamOptions(1e-3, 0.5, 0.999);
        using Optimizer forGenerator = adam.Create(generator.Flat), forCritic = adam.Create(critic.Flat);
        var (objective, ring, streams) = (new NonSaturating(), GaussianModes.Ring(8, 2, 0.02), RandomStreams.Current);
        List<double> steps = [];
        List<(double, double)> looks = [];
        for (var step = 0; step < total; step++)
        {
            using var turn = TensorScope.Open();
            var σ = start * Math.Max(0, 1 - step / (0.7 * total));
            Tensor Noisy(Tensor x) => σ == 0 ? x : x + σ * Tensor.Normal(x.Shape, streams["augment"]);
            Tensor Fake() => generator.Forward(Tensor.Normal([batch, 2], streams["latent"]));
            var both = critic.Forward(Tensor.Cat([Noisy(Points.Mixture(batch, ring.Modes)), Noisy(Autograd.NoGrad(Fake))]));
            var loss = objective.Critic(both.Narrow(0, 0, batch), both.Narrow(0, batch, batch));
            critic.Flat.WriteGradients(Autograd.Gradients(loss, critic.Flat.Leaves));
            forCritic.Step();
            generator.Flat.WriteGradients(Autograd.Gradients(objective.Generator(critic.Forward(Noisy(Fake()))), generator.Flat.Leaves));
            forGenerator.Step();
            if ((step + 1) % (total / 20) != 0)
                continue;
            steps.Add(step + 1);
            looks.Add(Look(Autograd.NoGrad(() => generator.Forward(Tensor.Normal([2500, 2], streams["look"]))).ToArray<float>(), ring));
            trial.Report(done + 0.45 * (step + 1) / total);
        }
        return ([.. steps], [.. looks]);
    }

    private static (double Modes, double Quality) Look(float[] points, GaussianModes ring)
    {
        var good = new int[ring.Modes.Count];
        for (var i = 0; i < points.Length; i += 2)
            if (ring.Nearest(points.AsSpan(i, 2)) is (var mode, < 4))
                good[mode]++;
        return (good.Count(c => c > 0), 2.0 * good.Sum() / points.Length);
    }

    /// <inheritdoc/>
    protected override Evidence Judge(IReadOnlyList<Run> runs)
    {
        var first = runs[0];
        double[] θ = [.. Enumerable.Range(0, 61).Select(i => i * 0.05)];
        double[] Middle(Func<Run, (double Modes, double Quality)[]> of) =>
            [.. first.Steps.Select((_, i) => Numbers.Median(runs.Select(r => of(r)[i].Quality)))];
        Line Falling(double σ) => new($"noise σ = {σ}", θ, [.. θ.Select(t => Math.Max(0, JensenShannon(t, σ)))]);
        var figure = Figure.Multiples("Noise on both samples", 2,
        [
            Plot.Lines("JS of two parallel lines", new("distance θ"), new("JS (nats)") { FromZero = true },
                [.. new[] { 0.25, 0.5, 1 }.Select(Falling)], [new(Math.Log(2), "log 2: without noise")], width: 400),
            Plot.Lines("The non-saturating game on eight modes", new("step") { Format = "~s" },
                new("share of good samples") { FromZero = true, Format = ".0%" },
                [new("with noise, σ from 0.3 to 0", first.Steps, Middle(r => r.Noisy)), new("without", first.Steps, Middle(r => r.Bare))],
                [new(0.7 * first.Steps[^1], "noise gone", Vertical: true)], width: 400),
        ]);
        string Modes(Func<Run, (double Modes, double Quality)[]> of) =>
            string.Join(", ", runs.Select(r => $"{of(r)[^1].Modes:f0} ({of(r)[^1].Quality:f2})"));
        return new(
        [
            Check.Claimed("largest error against the six values of JS in the reference (0.3368 at θ/σ = 2, …)",
                runs.Select(r => s_table.Select((row, i) => Math.Abs(row.JensenShannon - r.Closed[i])).Max()), Band.AtMost(1e-4)),
            Check.Claimed("dJS/dθ at θ = 1, σ = ½", runs.Select(r => r.Slope), Band.AtLeast(0.1)),
            Check.Control("JS of a trained discriminator there (0.3368)", runs.Select(r => r.Trained), Band.Around(0.3368, 0.02)),
            Check.Control("gradient that the saturating generator gets, over dJS/dθ",
                runs.Select(r => r.TrainedSlope / r.Slope), Band.Around(1, 0.15)),
            Check.Claimed("the same gradient without noise, in absolute value", runs.Select(r => Math.Abs(r.BareSlope)), Band.AtMost(1e-2)),
            Check.Claimed("modes of the ring with noise, in the worst seed", [runs.Min(r => r.Noisy[^1].Modes)], Band.AtLeast(8)),
            Check.Claimed("share of good samples with noise", runs.Select(r => r.Noisy[^1].Quality), Band.AtLeast(0.85)),
        ], figure,
        $"Modes (and share of good samples) by seed: with noise {Modes(r => r.Noisy)}; without {Modes(r => r.Bare)}. The reference, "
        + "with batches of its own size, found 8, 8, 8 with noise (0.94, 0.89, 0.96) and 4, 8, 8 without (0.27, 0.92, 0.71). "
        + $"Here every mode was found with noise in {runs.Count(r => r.Noisy[^1].Modes == 8)} of {runs.Count} runs, "
        + $"without in {runs.Count(r => r.Bare[^1].Modes == 8)}: a tendency at most, no guarantee. "
        + "After it has gone the game is the bare one again, with steps that do not shrink, "
        + "and the share of good samples still swings: "
        + "in PyTorch, with eight seeds, it ends between 0.46 and 0.96, in three of them above 0.85. "
        + "With Gaussian noise the laws with noise agree only where the laws themselves do, so the optimum stays where it was.");
    }
}
