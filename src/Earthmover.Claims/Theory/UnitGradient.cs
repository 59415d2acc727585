using Earthmover.Claims.Lab;
using Earthmover.Constraints;
using Earthmover.Data.Toys;
using Earthmover.Health;
using Earthmover.Nn.Layers;
using Earthmover.Objectives;
using Earthmover.Reports.Figures;
using Earthmover.Torch;

namespace Earthmover.Claims.Theory;

/// <summary>
/// The best critic has slope 1 and points along the optimal plan on every segment that the plan couples, and not elsewhere.
/// </summary>
public sealed class UnitGradient : Claim<UnitGradient.Run>
{
    /// <summary>What one run measures.</summary>
    /// <param name="Norms">‖∇D‖ at a random point of every coupled segment.</param>
    /// <param name="Cosines">Cosine between ∇D and the direction of the transport there.</param>
    /// <param name="RandomNorms">‖∇D‖ on segments between random pairs.</param>
    /// <param name="RandomCosines">Cosine between ∇D and the direction of random segments.</param>
    /// <param name="Exact">Exact W₁ of the samples.</param>
    /// <param name="Estimate">The critic's.</param>
    public sealed record Run(double[] Norms, double[] Cosines, double[] RandomNorms, double[] RandomCosines, double Exact, double Estimate);

    /// <inheritdoc/>
    public override string Name => "unit-gradient";

    /// <inheritdoc/>
    public override string Title => "The best critic has slope 1 along the optimal plan";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Rows => ["R04"];

    /// <inheritdoc/>
    public override string Statement =>
        "Let π be an optimal plan between real and generated points that never coincide, and f the best critic of slope at most 1. "
        + "Then at every point between two points that π couples, ∇f has length 1 and points from the generated to the real one. "
        + "This is why the gradient penalty asks for 1 between real and generated samples.";

    /// <inheritdoc/>
    public override string Source => "Gulrajani et al., 2017, arXiv:1704.00028, proposition 1 and corollary 1";

    /// <inheritdoc/>
    public override string Experiment =>
        "Real points from N(0, 0.3²) in the plane, generated ones from three Gaussians of deviation 0.15 at (1.5, 0), "
        + "(−1.5, 0.5) and (0, 1.6). A rectifier perceptron of three hidden layers with gradient penalty, λ = 10. "
        + "Then the exact plan of new samples, and ∇D at a random place of each of its segments, and of segments between random pairs.";

    /// <inheritdoc/>
    protected override Run Measure(Trial trial)
    {
        GaussianMode[] blobs = [new([1.5, 0], 0.15), new([-1.5, 0.5], 0.15), new([0, 1.6], 0.15)];
        var (count, batch) = (trial.Of(600, 1500), trial.Of(128, 256));
        using var critic = new LoneCritic(2, () => Activation.Relu(), width: trial.Of(64, 128));
        var (objective, penalty) = (new Wasserstein(), new GradientPenalty(10));
        var steps = trial.Of(1500, 4000);
        critic.Train(steps, () =>
        {
            Tensor x = Points.Gaussian(batch, 0.3, 0, 0), y = Points.Mixture(batch, blobs);
            return objective.Critic(critic.D(x), critic.D(y)) + penalty.Of(critic.D, x, y);
        }, every: step => trial.Report(0.95 * step / steps));

        Tensor real = Points.Gaussian(count, 0.3, 0, 0), fake = Points.Mixture(count, blobs);
        var (exact, partners) = Points.Couple(real, fake);
        var estimate = Autograd.NoGrad(() => (critic.D(real).Mean() - critic.D(fake).Mean()).Item());
        var (norms, cosines) = Along(critic, real, partners);
        var (randomNorms, randomCosines) = Along(critic, real, fake);
        return new(norms, cosines, randomNorms, randomCosines, exact, estimate);
    }

    private static (double[] Norms, double[] Cosines) Along(LoneCritic critic, Tensor real, Tensor fake)
    {
        using var scope = TensorScope.Open();
        var way = real - fake;
        var gradient = Slopes.Gradient(critic.D, fake + way * Tensor.Uniform([real.Size(0), 1], RandomStreams.Current["penalty"]));
        var cosine = (gradient * way).Sum([1]) / (gradient.NormPerSample() * way.NormPerSample());
        double[] Numbers(Tensor t) => t.To(DType.Float64).ToArray<double>();
        return (Numbers(gradient.NormPerSample()), Numbers(cosine));
    }

    /// <inheritdoc/>
    protected override Evidence Judge(IReadOnlyList<Run> runs)
    {
        var first = runs[0];
        static double[] Angles(double[] cosines) => [.. cosines.Select(c => Math.Acos(Math.Clamp(c, -1, 1)) * 180 / Math.PI)];
        var figure = Figure.Multiples("The critic's gradient on segments between real and generated points", 2,
        [
            Plot.Histogram("Its length", new("‖∇D‖") { Range = (0.8, 1.3) },
                [new("coupled by the plan", first.Norms), new("random pairs", first.RandomNorms)],
                references: [new(1, "1", Vertical: true)], width: 400),
            Plot.Histogram("Its direction", new("angle to the segment") { Unit = "degrees", Range = (0, 90) },
                [new("coupled by the plan", Angles(first.Cosines)), new("random pairs", Angles(first.RandomCosines))], width: 400),
        ]);
        double Over(Func<Run, double> of) => Numbers.Median(runs.Select(of));
        return new(
        [
            Check.Claimed("mean ‖∇D‖ on coupled segments", runs.Select(r => r.Norms.Average()), Band.Between(0.95, 1.12)),
            Check.Claimed("its standard deviation", runs.Select(r => Numbers.Deviation(r.Norms)), Band.AtMost(0.08)),
            Check.Claimed("mean cosine to the transport", runs.Select(r => r.Cosines.Average()), Band.AtLeast(0.97)),
            Check.Control("mean cosine on random segments, less than on coupled ones by",
                runs.Select(r => r.Cosines.Average() - r.RandomCosines.Average()), Band.AtLeast(0.05)),
            Check.Control("estimate over exact W₁ (1 + W/2λ ≈ 1.06)", runs.Select(r => r.Estimate / r.Exact), Band.Between(1, 1.12)),
        ], figure,
        $"Lengths lie a little above 1 because a finite λ lets them: by W/(2λ) ≈ {Over(r => r.Exact / 20):f2}, "
        + $"and so the estimate {Over(r => r.Estimate):f3} exceeds the exact {Over(r => r.Exact):f3}. "
        + "On random segments the gradient is as long, "
        + $"but its mean cosine is {Over(r => r.RandomCosines.Average()):f3} instead of {Over(r => r.Cosines.Average()):f3}: "
        + "the theorem is about the plan. WGAN-GP penalizes on random segments, for want of the plan.");
    }
}
