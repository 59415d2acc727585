using System.Globalization;
using Earthmover.Claims.Lab;
using Earthmover.Constraints;
using Earthmover.Nn;
using Earthmover.Nn.Layers;
using Earthmover.Objectives;
using Earthmover.Reports.Figures;
using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Claims.Critics;

/// <summary>
/// Spectral normalization makes every layer 1-Lipschitz by power iteration, and a whole critic far less steep than it may be.
/// </summary>
public sealed class SpectralNorms : Claim<SpectralNorms.Run>
{
    private const double Deviation = 0.02;
    private static readonly int[] s_dimensions = [1, 2, 4, 16], s_iterations = [0, 1, 2, 5, 10, 20, 50];

    /// <summary>What one run measures.</summary>
    /// <param name="Errors">Relative error of σ after so many iterations beyond the ones at creation, largest over layers.</param>
    /// <param name="Frozen">Largest change of u by passes in evaluation.</param>
    /// <param name="Advanced">Least change of u by a pass in training.</param>
    /// <param name="Moving">Largest spectral norm of a trained critic's layers, as training leaves them.</param>
    /// <param name="Layer">The same after a thousand more passes, in which the weights rest.</param>
    /// <param name="Whole">Largest slope of that critic between random points.</param>
    /// <param name="Spectral">Estimate over W₁ by critics with spectral normalization, in every dimension.</param>
    /// <param name="Penalized">The same with gradient penalty.</param>
    public sealed record Run(double[] Errors, double Frozen, double Advanced,
        double Moving, double Layer, double Whole, double[] Spectral, double[] Penalized);

    /// <inheritdoc/>
    public override string Name => "spectral-norm";

    /// <inheritdoc/>
    public override string Title => "Spectral normalization bounds every layer's slope, and leaves the W loss far too little of it";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Rows => ["R16"];

    /// <inheritdoc/>
    public override string Statement =>
        "W/σ(W), with σ followed by one step of power iteration per pass, "
        + "has spectral norm 1, so a critic of such layers has slope at most 1. "
        + "But the product of the layers' norms is only a bound: with the W loss the critic stays far below slope 1, "
        + "and so does its estimate. It belongs with a hinge or logistic loss, which need no scale.";

    /// <inheritdoc/>
    public override string Source =>
        "Miyato et al., 2018, arXiv:1802.05957, section 2; the small estimates: "
        + "Korotin et al., 2022, arXiv:2206.07767 (0.15 for W₁ = 0.82 in two dimensions)";

    /// <inheritdoc/>
    public override string Experiment =>
        "Linear layers 64 → 64, 64 → 128, 2 → 64 and 64 → 1 with random weights: σ by power iteration against the exact singular values. "
        + "u before and after passes in evaluation. Critics with leaky rectifiers (slope 0.2), "
        + "three layers of 64, on the W loss between N(0, 0.02²) and the unit sphere in 2 to 16 dimensions, "
        + "with spectral normalization and with gradient penalty: W₁ = 1 − E‖x‖, the best critic the cone −‖x‖. "
        + "And between parallel lines at distance 1, where one direction is enough.";

    /// <inheritdoc/>
    protected override Run Measure(Trial trial)
    {
        using var scope = TensorScope.Open();
        (int In, int Out)[] shapes = [(64, 64), (64, 128), (2, 64), (64, 1)];
        double[] errors = new double[s_iterations.Length];
        double frozen = 0, advanced = double.PositiveInfinity;
        foreach (var (inputs, outputs) in shapes)
        {
            using var layer = new Linear(inputs, outputs, initializer: Initializers.HeUniform,
                reparametrization: Reparametrization.Spectral);
            var done = 0;
            for (var i = 0; i < s_iterations.Length; i++)
            {
                for (; done < s_iterations[i]; done++)
                    Pass(layer, inputs);
                errors[i] = Math.Max(errors[i], Math.Abs(Norm(layer, inputs) - 1));
            }
        }
        using (var layer = new Linear(64, 64, initializer: Initializers.HeUniform, reparametrization: Reparametrization.Spectral))
        {
            double[] U() => layer.Buffers().Single().Buffer.Value.To(DType.Float64).ToArray<double>();
            double Change(Action act)
            {
                var before = U();
                act();
                return U().Zip(before, (a, b) => Math.Abs(a - b)).Max();
            }
            frozen = Change(() => layer.Evaluating(() => Enumerable.Range(0, 10).Sum(_ => Pass(layer, 64))));
            advanced = Change(() => Pass(layer, 64));
        }
        var steps = trial.Of(500, 3000);
        double[] spectral = new double[s_dimensions.Length], penalized = new double[s_dimensions.Length];
        double moving = 0, layers = 0, whole = 0;
        for (var i = 0; i < s_dimensions.Length; i++)
        {
            (spectral[i], var before, var after, var slope) = Train(s_dimensions[i], steps, null);
            (moving, layers, whole) = (Math.Max(moving, before), Math.Max(layers, after), Math.Max(whole, slope));
            penalized[i] = Train(s_dimensions[i], steps, new GradientPenalty(10)).Ratio;
            trial.Report((i + 1.0) / s_dimensions.Length);
        }
        return new(errors, frozen, advanced, moving, layers, whole, spectral, penalized);
    }

    // One pass, which in training is one power iteration.
    private static double Pass(Module layer, int inputs) =>
        Autograd.NoGrad(() => TensorScope.Run(() => layer.Forward(Tensor.Zeros([1, inputs]).Here()).Sum())).Item();

    // The largest singular value of the weight that the layer applies: what it makes of the unit vectors, without its bias.
    private static double Norm(Module layer, int inputs) => layer.Evaluating(() => Autograd.NoGrad(() => TensorScope.Run(() =>
        Op.LinalgSvdvals(layer.Forward(Op.Eye(inputs).Here()) - layer.Forward(Tensor.Zeros([1, inputs]).Here()))
            .Narrow(0, 0, 1).Sum())).Item());

    // Real and generated points; in "one dimension" those of parallel lines.
    private static (Tensor Real, Tensor Fake) Pair(int dimension, int count)
    {
        if (dimension == 1)
            return (TwoLines.Line(0, count), TwoLines.Line(1, count));
        var y = Points.Gaussian(count, 1, new double[dimension]);
        return (Points.Gaussian(count, Deviation, new double[dimension]), y / y.NormPerSample().Unsqueeze(1));
    }

    // Points of both laws are coupled along rays; E‖x‖ of the Gaussian is σ√2 Γ((d + 1)/2)/Γ(d/2), and that quotient grows by (d + 1)/d
    // from d to d + 2.
    private static double Exact(int dimension)
    {
        if (dimension == 1)
            return 1;
        var quotient = Math.Sqrt(Math.PI) / 2;
        for (var d = 2; d < dimension; d += 2)
            quotient *= (d + 1.0) / d;
        return 1 - Deviation * Math.Sqrt(2) * quotient;
    }

    private static (double Ratio, double Moving, double Layer, double Slope) Train(int dimension, int steps, Constraint? penalty)
    {
        using var scope = TensorScope.Open();
        var inputs = Math.Max(2, dimension);
        using var critic = new LoneCritic(inputs, () => Activation.LeakyRelu(), spectral: penalty is null);
        var objective = new Wasserstein();
        critic.Train(steps, () =>
        {
            var (x, y) = Pair(dimension, 128);
            var loss = objective.Critic(critic.D(x), critic.D(y));
            return penalty?.Of(critic.D, x, y) is { } cost ? loss + cost : loss;
        });
        using var pause = Autograd.Pause();
        double Largest() =>
            critic.Network.Children.OfType<Linear>()
                .Max(layer => Norm(layer, (int)layer.Parameters().First(p => p.Path == "weight").Parameter.Value.Size(1)));
        var moving = Largest();
        for (var i = 0; i < 1000; i++)
            Pass(critic.Network, inputs);
        var rest = Largest();
        return critic.Network.Evaluating(() =>
        {
            Tensor a = Points.Gaussian(4000, 1, new double[inputs]), b = a + Points.Gaussian(4000, 0.3, new double[inputs]);
            var (x, y) = Pair(dimension, 4096);
            var estimate = (critic.D(x).Mean() - critic.D(y).Mean()).Item() / Exact(dimension);
            var slope = Op.Max((critic.D(a) - critic.D(b)).Flatten().Abs() / (a - b).NormPerSample()).Item();
            return (estimate, moving, rest, slope);
        });
    }

    /// <inheritdoc/>
    protected override Evidence Judge(IReadOnlyList<Run> runs)
    {
        double[] Middle(IReadOnlyList<int> of, Func<Run, double[]> value) =>
            [.. of.Select((_, i) => Numbers.Median(runs.Select(r => value(r)[i])))];
        double[] dimensions = [.. s_dimensions.Skip(1).Select(d => (double)d)], iterations = [.. s_iterations.Select(i => i + 15.0)];
        var twenty = Array.IndexOf(s_iterations, 5);
        var figure = Figure.Multiples("Spectral normalization", 2,
        [
            Plot.Lines("Power iteration for σ(W)", new("iterations"), new("largest relative error of σ") { Log = true },
                [new("error", iterations, Middle(s_iterations, r => r.Errors))], [new(0.01, "1 %")], width: 380),
            Plot.Lines("A point's neighborhood against the unit sphere", new("dimension"), new("estimate / W₁") { FromZero = true },
                [new("gradient penalty", dimensions, Middle(s_dimensions, r => r.Penalized)[1..]),
                    new("spectral normalization", dimensions, Middle(s_dimensions, r => r.Spectral)[1..])],
                [new(1, "W₁")], width: 380),
        ]);
        var around = s_dimensions.Zip(Middle(s_dimensions, r => r.Spectral), (d, v) =>
            string.Create(CultureInfo.InvariantCulture, $"{v:f2} in {d}")).Skip(1);
        return new(
        [
            Check.Claimed("largest relative error of σ after 20 iterations", runs.Select(r => r.Errors[twenty]), Band.AtMost(0.01)),
            Check.Claimed("change of u by ten passes in evaluation", runs.Select(r => r.Frozen), Band.Around(0, 0)),
            Check.Control("change of u by a pass in training", runs.Select(r => r.Advanced), Band.AtLeast(1e-6)),
            Check.Claimed("largest spectral norm of a trained critic's layer, as training leaves it",
                runs.Select(r => r.Moving), Band.AtMost(1 + 1e-3)),
            Check.Control("the same after a thousand passes with weights at rest", runs.Select(r => r.Layer), Band.AtMost(1 + 1e-3)),
            Check.Control("largest slope of such a critic between random points", runs.Select(r => r.Whole), Band.AtMost(1 + 1e-3)),
            Check.Claimed("estimate over W₁ with spectral normalization, 2 dimensions (0.19 in the reference's case)",
                runs.Select(r => r.Spectral[1]), Band.Between(0, 0.5)),
            Check.Claimed("estimate over W₁ with spectral normalization, 16 dimensions (0.26 in the reference's case)",
                runs.Select(r => r.Spectral[^1]), Band.Between(0, 0.5)),
            Check.Control("estimate over W₁ with gradient penalty, 2 dimensions",
                runs.Select(r => r.Penalized[1]), Band.Between(0.9, 1.15)),
            Check.Control("estimate with gradient penalty between parallel lines (1.05)",
                runs.Select(r => r.Penalized[0]), Band.Around(1.05, 0.02)),
        ], figure,
        "Between parallel lines, where one direction says all, "
        + $"the normalized critic finds {Middle(s_dimensions, r => r.Spectral)[0]:f2} of W₁. "
        + $"Around a point, where every direction must fall alike, it finds {string.Join(", ", around)} dimensions: "
        + "a layer passes on one direction in full and shares what is left among the others. "
        + "How small the estimate gets depends on the pair, so the bound of one half is ours. "
        + "While the weights move, one power iteration per pass lags behind, "
        + "the more the nearer the largest singular values are to each other, as they are where every direction counts alike: "
        + $"training leaves a layer's norm at up to {Numbers.Median(runs.Select(r => r.Moving)):f3}, "
        + $"and a thousand passes with resting weights bring it to {Numbers.Median(runs.Select(r => r.Layer)):f4}. "
        + "For the same reason the error of σ after 20 iterations depends on the draw: "
        + $"{runs.Min(r => r.Errors[twenty]):g2} to {runs.Max(r => r.Errors[twenty]):g2}. "
        + "Slopes between random points stay below 1 all the same.");
    }
}
