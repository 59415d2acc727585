using Earthmover.Claims.Lab;
using Earthmover.Constraints;
using Earthmover.Nn;
using Earthmover.Nn.Layers;
using Earthmover.Objectives;
using Earthmover.Reports.Figures;
using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Claims.Critics;

/// <summary>Spectral normalisation makes every layer 1-Lipschitz by power iteration, and a whole critic far less steep than it may be.</summary>
public sealed class SpectralNorms : Claim<SpectralNorms.Run>
{
    private static readonly int[] s_depths = [1, 2, 3, 5], s_iterations = [0, 1, 2, 5, 10, 20, 50];

    /// <summary>What one run measures.</summary>
    /// <param name="Errors">Relative error of σ after so many iterations beyond the ones at creation, largest over layers.</param>
    /// <param name="Frozen">Largest change of u by passes in evaluation.</param>
    /// <param name="Advanced">Least change of u by a pass in training.</param>
    /// <param name="Layer">Largest spectral norm of a trained critic's layers, in evaluation.</param>
    /// <param name="Whole">Largest slope of that critic between random points.</param>
    /// <param name="Spectral">Estimate of W₁ = 1 by critics of each depth with spectral normalisation.</param>
    /// <param name="Penalised">The same with gradient penalty.</param>
    public sealed record Run(double[] Errors, double Frozen, double Advanced, double Layer, double Whole, double[] Spectral, double[] Penalised);

    /// <inheritdoc/>
    public override string Name => "spectral-norm";

    /// <inheritdoc/>
    public override string Title => "Spectral normalisation bounds every layer's slope, and leaves the W loss far too little of it";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Rows => ["R16"];

    /// <inheritdoc/>
    public override string Statement =>
        "W/σ(W), with σ followed by one step of power iteration per pass, has spectral norm 1, so a critic of such layers has slope at most 1. But the product of the layers' norms is only a bound: with the W loss the critic stays far below slope 1, "
        + "and so does its estimate. It belongs with a hinge or logistic loss, which need no scale.";

    /// <inheritdoc/>
    public override string Source => "Miyato et al., 2018, arXiv:1802.05957, section 2; the small estimates: Korotin et al., 2022, arXiv:2206.07767 (0.15 for W₁ = 0.82 in two dimensions)";

    /// <inheritdoc/>
    public override string Experiment =>
        "Linear layers 64 → 64, 64 → 128, 2 → 64 and 64 → 1 with random weights: σ by power iteration against the exact singular values. u before and after passes in evaluation. Critics with leaky rectifiers (slope 0.2), 64 wide, of 1 to 5 hidden "
        + "layers, on the W loss between two parallel lines at distance 1, with spectral normalisation and with gradient penalty.";

    /// <inheritdoc/>
    protected override Run Measure(Trial trial)
    {
        using var scope = TensorScope.Open();
        (int In, int Out)[] shapes = [(64, 64), (64, 128), (2, 64), (64, 1)];
        double[] errors = new double[s_iterations.Length];
        double frozen = 0, advanced = double.PositiveInfinity;
        foreach (var (inputs, outputs) in shapes)
        {
            using var layer = new Linear(inputs, outputs, initializer: Initializers.HeUniform, reparametrization: Reparametrization.Spectral);
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
        double[] spectral = new double[s_depths.Length], penalised = new double[s_depths.Length];
        double layers = 0, whole = 0;
        for (var i = 0; i < s_depths.Length; i++)
        {
            (spectral[i], var most, var slope) = Train(s_depths[i], steps, null);
            (layers, whole) = (Math.Max(layers, most), Math.Max(whole, slope));
            penalised[i] = Train(s_depths[i], steps, new GradientPenalty(10)).Estimate;
            trial.Report((i + 1.0) / s_depths.Length);
        }
        return new(errors, frozen, advanced, layers, whole, spectral, penalised);
    }

    // One pass, which in training is one power iteration.
    private static double Pass(Module layer, int inputs) => Autograd.NoGrad(() => TensorScope.Run(() => layer.Forward(Tensor.Zeros([1, inputs])).Sum())).Item();

    // The largest singular value of the weight that the layer applies: what it makes of the unit vectors, without its bias.
    private static double Norm(Module layer, int inputs) => layer.Evaluating(() => Autograd.NoGrad(() => TensorScope.Run(() =>
        Op.LinalgSvdvals(layer.Forward(Op.Eye(inputs)) - layer.Forward(Tensor.Zeros([1, inputs]))).Narrow(0, 0, 1).Sum())).Item());

    private static (double Estimate, double Layer, double Slope) Train(int depth, int steps, Constraint? penalty)
    {
        using var scope = TensorScope.Open();
        using var critic = new LoneCritic(2, () => Activation.LeakyRelu(), hidden: depth, spectral: penalty is null);
        var objective = new Wasserstein();
        critic.Train(steps, () =>
        {
            Tensor x = TwoLines.Line(0, 128), y = TwoLines.Line(1, 128);
            var loss = objective.Critic(critic.D(x), critic.D(y));
            return penalty?.Of(critic.D, x, y) is { } cost ? loss + cost : loss;
        });
        using var pause = Autograd.Pause();
        return critic.Network.Evaluating(() =>
        {
            Tensor a = Points.Gaussian(4000, 1, 0, 0), b = a + Points.Gaussian(4000, 0.3, 0, 0);
            var estimate = (critic.D(TwoLines.Line(0, 4096)).Mean() - critic.D(TwoLines.Line(1, 4096)).Mean()).Item();
            var slope = Op.Max((critic.D(a) - critic.D(b)).Flatten().Abs() / (a - b).NormPerSample()).Item();
            return (estimate, critic.Network.Children.OfType<Linear>().Max(layer => Norm(layer, (int)layer.Parameters().First(p => p.Path == "weight").Parameter.Value.Size(1))), slope);
        });
    }

    /// <inheritdoc/>
    protected override Evidence Judge(IReadOnlyList<Run> runs)
    {
        double[] Middle(IReadOnlyList<int> of, Func<Run, double[]> value) => [.. of.Select((_, i) => Numbers.Median(runs.Select(r => value(r)[i])))];
        double[] depths = [.. s_depths.Select(d => (double)d)], iterations = [.. s_iterations.Select(i => i + 15.0)];
        var (three, twenty) = (Array.IndexOf(s_depths, 3), Array.IndexOf(s_iterations, 5));
        var figure = Figure.Multiples("Spectral normalisation", 2,
        [
            Plot.Lines("Power iteration for σ(W)", new("iterations"), new("largest relative error of σ") { Log = true, Format = ".0e" }, [new("error", iterations, Middle(s_iterations, r => r.Errors))], [new(0.01, "1 %")], width: 380),
            Plot.Lines("What critics say of W₁ = 1", new("hidden layers") { Whole = true }, new("estimate") { FromZero = true },
                [new("gradient penalty", depths, Middle(s_depths, r => r.Penalised)), new("spectral normalisation", depths, Middle(s_depths, r => r.Spectral))], [new(1, "W₁")], width: 380),
        ]);
        return new(
        [
            Check.Claimed("largest relative error of σ after 20 iterations", runs.Select(r => r.Errors[twenty]), Band.AtMost(0.01)),
            Check.Claimed("change of u by ten passes in evaluation", runs.Select(r => r.Frozen), Band.Around(0, 0)),
            Check.Control("change of u by a pass in training", runs.Select(r => r.Advanced), Band.AtLeast(1e-6)),
            Check.Claimed("largest spectral norm of a trained critic's layer", runs.Select(r => r.Layer), Band.AtMost(1 + 1e-3)),
            Check.Control("largest slope of such a critic between random points", runs.Select(r => r.Whole), Band.AtMost(1 + 1e-3)),
            Check.Claimed("estimate of W₁ = 1, three hidden layers with spectral normalisation", runs.Select(r => r.Spectral[three]), Band.Between(0, 0.5)),
            Check.Control("estimate of W₁ = 1, three hidden layers with gradient penalty (1.05)", runs.Select(r => r.Penalised[three]), Band.Around(1.05, 0.02)),
        ], figure,
        $"With 1, 2, 3 and 5 hidden layers the normalised critics estimate {string.Join(", ", Middle(s_depths, r => r.Spectral).Select(v => v.ToString("f2", System.Globalization.CultureInfo.InvariantCulture)))} of W₁ = 1: every layer would have to pass on its one "
        + "largest direction to the next, and every rectifier lose nothing, to reach 1. With LibTorch's one iteration per pass σ is exact once the weights move slowly.");
    }
}
