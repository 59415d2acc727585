using Earthmover.Claims.Lab;
using Earthmover.Constraints;
using Earthmover.Nn.Layers;
using Earthmover.Objectives;
using Earthmover.Reports.Figures;
using Earthmover.Torch;
using static Earthmover.Claims.Lab.Quadrature;

namespace Earthmover.Claims.Critics;

/// <summary>
/// Between two separated Gaussians the discriminator is flat where the generated samples are, and the W critic is a straight line.
/// </summary>
public sealed class TwoGaussians : Claim<TwoGaussians.Run>
{
    private const double Real = -4, Fake = 4, Edge = 8;
    private static readonly double[] s_places = [.. Enumerable.Range(0, 161).Select(i => -Edge + i * Edge / 80)];

    /// <summary>What one run measures.</summary>
    /// <param name="Discriminator">σ(D) at every place.</param>
    /// <param name="Saturated">|∂σ(D)/∂x| at the center of the generated law.</param>
    /// <param name="Clipped">Critic with clipped weights at every place.</param>
    /// <param name="Penalized">Critic with gradient penalty.</param>
    /// <param name="ClippedSlopes">−dD/dx of the first at quantiles of the generated law.</param>
    /// <param name="PenalizedSlopes">−dD/dx of the second.</param>
    public sealed record Run(double[] Discriminator, double Saturated, double[] Clipped,
        double[] Penalized, double[] ClippedSlopes, double[] PenalizedSlopes);

    /// <inheritdoc/>
    public override string Name => "two-gaussians";

    /// <inheritdoc/>
    public override string Title => "The discriminator is flat where the generated samples are; the W critic is a straight line";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Rows => ["R26"];

    /// <inheritdoc/>
    public override string Statement =>
        "Trained to their optimum between two separated Gaussians, the discriminator saturates and gives the generator no gradient, "
        + "while the critic comes to a linear function, with a clean gradient everywhere.";

    /// <inheritdoc/>
    public override string Source => "Arjovsky, Chintala and Bottou, 2017, arXiv:1701.07875, figure 2";

    /// <inheritdoc/>
    public override string Experiment =>
        $"Real N({Real:f0}, 1), generated N({Fake:f0}, 1) on the line, perceptrons 1-64-64-64-1, batch 256: "
        + "the logistic loss; the W loss with every weight clipped to ±0.05 after each step; the W loss with gradient penalty, λ = 10. "
        + "The paper does not say its numbers; these are ours. The support of the generated law is taken as its middle 95 %.";

    /// <inheritdoc/>
    protected override Run Measure(Trial trial)
    {
        var steps = trial.Of(800, 4000);
        double[] support = [.. Enumerable.Range(0, 41).Select(i => Fake - 1.96 + i * 3.92 / 40)];
        using var scope = TensorScope.Open();
        using LoneCritic discriminator = New(), clipped = New(), penalized = New();
        var (minimax, wasserstein, clipping, penalty)
            = (new Minimax(), new Wasserstein(), new WeightClipping(0.05), new GradientPenalty(10));
        (Tensor, Tensor) Batch() => (Points.Gaussian(256, 1, Real), Points.Gaussian(256, 1, Fake));
        discriminator.Train(steps, () => Batch() is var (x, y) ? minimax.Critic(discriminator.D(x), discriminator.D(y)) : null!);
        trial.Report(0.25);
        clipped.Train(steps, () => Batch() is var (x, y) ? wasserstein.Critic(clipped.D(x), clipped.D(y)) : null!, clipping.Project);
        trial.Report(0.5);
        penalized.Train(steps, () =>
        {
            var (x, y) = Batch();
            return wasserstein.Critic(penalized.D(x), penalized.D(y)) + penalty.Of(penalized.D, x, y);
        });
        static Tensor Column(double[] at) => Tensor.From<float>([.. at.Select(v => (float)v)], [at.Length, 1]).Here();
        double[] Values(LoneCritic critic) =>
            Autograd.NoGrad(() => critic.D(Column(s_places))).Flatten().To(DType.Float64).ToArray<double>();
        double[] Descents(Func<Tensor, Tensor> of, double[] at) =>
            [.. (-Health.Slopes.Gradient(of, Column(at))).Flatten().To(DType.Float64).ToArray<double>()];
        return new([.. Values(discriminator).Select(v => 1 / (1 + Math.Exp(-v)))],
            Math.Abs(Descents(x => discriminator.D(x).Sigmoid(), [Fake])[0]),
            Values(clipped), Values(penalized), Descents(clipped.D, support), Descents(penalized.D, support));
    }

    private static LoneCritic New() => new(1, () => Activation.Relu());

    // From 0 to 1 over the figure, as the paper scales its critic.
    private static double[] Scaled(double[] values) => [.. values.Select(v => (v - values.Min()) / (values.Max() - values.Min()))];

    /// <inheritdoc/>
    protected override Evidence Judge(IReadOnlyList<Run> runs)
    {
        var first = runs[0];
        double[] Density(double mean) => [.. s_places.Select(x => Math.Exp(LogNormal(x, mean)))];
        var figure = Plot.Lines("Discriminator and critics between two Gaussians", new("x"), new("value; critics scaled to [0, 1]"),
        [
            new("discriminator σ(D)", s_places, first.Discriminator), new("W critic, clipped", s_places, Scaled(first.Clipped)),
            new("W critic, penalty", s_places, Scaled(first.Penalized)),
            new("density of real", s_places, Density(Real)) { Dashed = true },
            new("density of generated", s_places, Density(Fake)) { Dashed = true },
        ], width: 640, height: 380);
        double Least(double[] slopes) => slopes.Min() / slopes.Average();
        double Uneven(double[] slopes) => slopes.Max(s => Math.Abs(s / slopes.Average() - 1));
        double R2(double[] values) => Numbers.Line(s_places, values).R2;
        double Over(Func<Run, double> of) => Numbers.Median(runs.Select(of));
        return new(
        [
            Check.Claimed("|∂σ(D)/∂x| at the center of the generated law", runs.Select(r => r.Saturated), Band.AtMost(1e-3)),
            Check.Claimed("R² of a straight line through the clipped critic on [−8, 8]",
                runs.Select(r => R2(r.Clipped)), Band.AtLeast(0.95)),
            Check.Claimed("R² of a straight line through the penalized critic on [−8, 8]",
                runs.Select(r => R2(r.Penalized)), Band.AtLeast(0.95)),
            Check.Claimed("largest deviation of the clipped critic's slope over the generated law, relative",
                runs.Select(r => Uneven(r.ClippedSlopes)), Band.AtMost(0.1)),
            Check.Claimed("largest deviation of the penalized critic's slope over the generated law, relative",
                runs.Select(r => Uneven(r.PenalizedSlopes)), Band.AtMost(0.1)),
            Check.Control("least slope towards the real law, in units of the mean one",
                runs.Select(r => Math.Min(Least(r.ClippedSlopes), Least(r.PenalizedSlopes))), Band.AtLeast(0.1)),
            Check.Control("mean slope of the clipped critic", runs.Select(r => r.ClippedSlopes.Average()), Band.AtLeast(0)),
        ], figure,
        $"At the center of the generated law the discriminator's slope is {Over(r => r.Saturated):g2}. The penalized critic falls "
        + $"by {Over(r => r.PenalizedSlopes.Average()):f2} per unit there (1 + W/2λ = 1.4 in closed form for points at distance 8), "
        + $"the clipped one by {Over(r => r.ClippedSlopes.Average()):g2}: its direction is right, its scale is that of the clipping.");
    }
}
