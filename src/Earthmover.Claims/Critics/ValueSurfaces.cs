using Earthmover.Claims.Lab;
using Earthmover.Constraints;
using Earthmover.Data;
using Earthmover.Data.Toys;
using Earthmover.Networks;
using Earthmover.Nn.Optimizers;
using Earthmover.Objectives;
using Earthmover.Reports.Figures;
using Earthmover.Torch;
using Earthmover.Transport;
using MathNet.Numerics;
using MathNet.Numerics.LinearRegression;

namespace Earthmover.Claims.Critics;

/// <summary>
/// Surfaces of critics trained to their optimum against a generator that does not move: clipping draws simple ones, the penalty follows the
/// modes.
/// </summary>
public sealed class ValueSurfaces : Claim<ValueSurfaces.Run>
{
    private const int Cells = 40;
    private const double Reach = 3;
    private static readonly string[] s_laws = ["gaussians-8", "gaussians-25", "swiss-roll"];
    private static readonly Estimator s_clipping = new("clipping", new Wasserstein(), new WeightClipping(0.01)),
        s_penalty = new("gradient penalty", new Wasserstein(), new GradientPenalty(0.1));

    /// <summary>A critic of a law.</summary>
    /// <param name="Values">[rows, columns] over [−3, 3]², the first row at the bottom, over their standard deviation.</param>
    /// <param name="Quadratic">Share of the surface's variance that the best quadratic explains.</param>
    /// <param name="Maxima">Modes with a local maximum of the critic within a quarter of their distance from each other; −1 for a law
    /// without modes.</param>
    public sealed record Surface(double[,] Values, double Quadratic, int Maxima);

    /// <summary>What one run measures, a surface for each law.</summary>
    /// <param name="Clipped">Under clipping.</param>
    /// <param name="Penalized">Under the penalty.</param>
    /// <param name="ExactMaxima">Modes of the 25 at which the exact best critic has a maximum.</param>
    /// <param name="LeastDip">How far the exact critic falls on the way from the flattest of them to another mode: with slope 1, also how
    /// far off the lowest point is.</param>
    public sealed record Run(Surface[] Clipped, Surface[] Penalized, int ExactMaxima, double LeastDip);

    /// <inheritdoc/>
    public override string Name => "value-surfaces";

    /// <inheritdoc/>
    public override string Title => "A clipped critic draws simple surfaces and sees no modes; a penalized one does";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Rows => ["R23"];

    /// <inheritdoc/>
    public override string Statement =>
        "Trained to optimality with the generator held at the data plus unit Gaussian noise, "
        + "critics with weight clipping ignore higher moments of the data and model very simple approximations; "
        + "with the gradient penalty they follow its structure.";

    /// <inheritdoc/>
    public override string Source => "Gulrajani et al., 2017, arXiv:1704.00028, section 3.1 and figure 1";

    /// <inheritdoc/>
    public override string Experiment =>
        "8 Gaussians, 25 Gaussians and the swiss roll, 256 fresh points a step, against the same law with N(0, I) added. "
        + "Critic 2-128-128-128-1 with rectifiers (the paper: 512 wide). "
        + "Clipping c = 0.01 with RMSProp 5e-5, the penalty λ = 0.1 with Adam 1e-3 (quick: 2e-3) that falls in the second half; "
        + "20,000 steps (quick: 4,000 for the 25 Gaussians, 500 for the others, 1,000 with clipping at rate 2e-4). "
        + "A mode is seen where the critic, climbed from its center, has a local maximum within a quarter of the modes' distance. "
        + "The exact best critic of the 25, whose deviation is neglected, is the dual of the exact plan from 4,000 noisy points.";

    /// <inheritdoc/>
    protected override Run Measure(Trial trial)
    {
        Surface[] clipped = new Surface[s_laws.Length], penalized = new Surface[s_laws.Length];
        for (var i = 0; i < s_laws.Length; i++)
        {
            var law = (PointSet)trial.Open(s_laws[i]);
            var begun = i;
            clipped[i] = Fit(trial.Seed, law, s_clipping, new RmsPropOptions(trial.Of(2e-4, 5e-5)),
                trial.Of(1000, 20_000), share => trial.Report((begun + 0.2 * share) / s_laws.Length));
            penalized[i] = Fit(trial.Seed, law, s_penalty, new AdamOptions(trial.Of(2e-3, 1e-3), 0.5, 0.9),
                trial.Of(i == 1 ? 4000 : 500, 20_000), share => trial.Report((begun + 0.2 + 0.8 * share) / s_laws.Length));
        }
        var (maxima, dip) = Exact(trial.Seed, (PointSet)trial.Open("gaussians-25"));
        return new(clipped, penalized, maxima, dip);
    }

    // Between points c_j and any law the best critic is max_j (g_j − ‖x − c_j‖), g the dual of the exact plan; c_j is a maximum where its
    // own cone is above the others.
    private static (int Maxima, double LeastDip) Exact(long seed, PointSet law)
    {
        const int count = 4000;
        var random = new SeededRandom(seed, "exact");
        var noisy = new float[2 * count];
        law.Source!.Sample(random, noisy);
        for (var i = 0; i < noisy.Length; i++)
            noisy[i] += (float)random.NextGaussian();
        double[][] centers = [.. ((GaussianModes)law.Density!).Modes.Select(m => (double[])[m.Center[0], m.Center[1]])];
        var atoms = PointCloud.From(centers.SelectMany(c => c).ToArray().AsSpan(), centers.Length, 2);
        var exact = ExactTransport.Solve(PointCloud.From(noisy.AsSpan(), count, 2), atoms, GroundCost.Euclidean).EnsureCertified();
        var g = exact.Potentials.G;
        double Apart(int i, int j) => Math.Sqrt(Math.Pow(centers[i][0] - centers[j][0], 2) + Math.Pow(centers[i][1] - centers[j][1], 2));
        var others = Enumerable.Range(0, g.Length).ToArray();
        double[] rise = [.. others.Select(i => g[i] - others.Where(j => j != i).Max(j => g[j] - Apart(i, j)))];
        // A maximum rises above the other cones; the margin is for the plan being that of a sample.
        return (rise.Count(r => r > 0.05), rise.Min() / 2);
    }

    private static Surface Fit(long seed, PointSet law, Estimator estimator, OptimizerOptions optimizer, int steps, Action<double> report)
    {
        using var scope = TensorScope.Open();
        using var critic = new Learner(Mlp.Critic(new SampleShape.Points(2), [128, 128, 128]), optimizer);
        var random = new SeededRandom(seed, "data");
        var points = new float[512];
        Tensor Real()
        {
            law.Source!.Sample(random, points);
            return Tensor.From<float>(points, [256, 2]).Here();
        }
        for (var step = 0; step < steps; step++)
        {
            critic.Step(() => estimator.Loss(critic.Map, Real(), Real() + Tensor.Normal([256, 2], RandomStreams.Current["latent"])),
                Learner.Decay(step, steps));
            estimator.Constraint.Project(critic.Network.Flat.Values);
            if (step % 100 == 0)
                report((double)step / steps);
        }
        var grid = new float[2 * Cells * Cells];
        for (var k = 0; k < Cells * Cells; k++)
            (grid[2 * k], grid[2 * k + 1]) = ((float)Place(k % Cells), (float)Place(k / Cells));
        double[] scores = [.. Autograd.NoGrad(() => critic.Map(Tensor.From<float>(grid, [Cells * Cells, 2])).ToArray<float>())
            .Select(v => (double)v)];
        var (mean, deviation) = (scores.Average(), Numbers.Deviation(scores));
        var values = new double[Cells, Cells];
        for (var k = 0; k < scores.Length; k++)
            values[k / Cells, k % Cells] = (scores[k] - mean) / deviation;
        return new(values, Quadratic(values), law.Density is GaussianModes mixture ? Seen(critic, mixture) : -1);
    }

    private static double Place(int cell) => Reach * (2.0 * cell / (Cells - 1) - 1);

    // Local maxima on a fine grid around each mode, a quarter of the modes' distance wide: not on its rim.
    private static int Seen(Learner critic, GaussianModes mixture)
    {
        const int side = 21;
        using var scope = TensorScope.Open();
        var centers = mixture.Modes.Select(m => (X: m.Center[0], Y: m.Center[1])).ToArray();
        var between = centers.SelectMany(a => centers.Where(b => b != a)
            .Select(b => Math.Sqrt((a.X - b.X) * (a.X - b.X) + (a.Y - b.Y) * (a.Y - b.Y)))).Min();
        double Away(int cell) => between / 4 * (2.0 * cell / (side - 1) - 1);
        var count = 0;
        foreach (var (x, y) in centers)
        {
            var grid = new float[2 * side * side];
            for (var k = 0; k < side * side; k++)
                (grid[2 * k], grid[2 * k + 1]) = ((float)(x + Away(k % side)), (float)(y + Away(k / side)));
            var scores = Autograd.NoGrad(() => critic.Map(Tensor.From<float>(grid, [side * side, 2])).ToArray<float>());
            var best = Array.IndexOf(scores, scores.Max());
            if (best % side is > 0 and < side - 1 && best / side is > 0 and < side - 1)
                count++;
        }
        return count;
    }

    // R² of the least-squares fit of 1, x, y, x², xy, y².
    private static double Quadratic(double[,] values)
    {
        static double[] Terms(double x, double y) => [1, x, y, x * x, x * y, y * y];
        var cells = Enumerable.Range(0, Cells * Cells).ToList();
        double[][] terms = [.. cells.Select(k => Terms(Place(k % Cells), Place(k / Cells)))];
        double[] scores = [.. cells.Select(k => values[k / Cells, k % Cells])];
        var weights = MultipleRegression.QR(terms, scores);
        return GoodnessOfFit.CoefficientOfDetermination(terms.Select(t => t.Zip(weights, (term, w) => term * w).Sum()), scores);
    }

    /// <inheritdoc/>
    protected override Evidence Judge(IReadOnlyList<Run> runs)
    {
        IEnumerable<double> Clipped(int law, Func<Surface, double> of) => runs.Select(r => of(r.Clipped[law]));
        IEnumerable<double> Penalized(int law, Func<Surface, double> of) => runs.Select(r => of(r.Penalized[law]));
        Figure Map(string title, Surface surface) =>
            Plot.HeatMap(title, new("x") { Range = (-Reach, Reach) }, new("y") { Range = (-Reach, Reach) },
                new("score / sd"), surface.Values, width: 260, height: 260);
        string[] titles = ["8 Gaussians", "25 Gaussians", "swiss roll"];
        var figure = Figure.Multiples("Critics at their optimum; the generator is the data plus unit noise", 3,
            [.. titles.Select((t, i) => Map($"Clipping, {t}", runs[0].Clipped[i])),
                .. titles.Select((t, i) => Map($"Penalty, {t}", runs[0].Penalized[i]))]);
        return new(
        [
            Check.Control("25 Gaussians, exact critic: modes with a maximum "
                + "(semi-discrete transport; added after the others had been seen)",
                runs.Select(r => (double)r.ExactMaxima), Band.Around(25, 0)),
            Check.Claimed("25 Gaussians, penalty: modes with a local maximum", Penalized(1, s => s.Maxima), Band.AtLeast(20)),
            Check.Claimed("25 Gaussians, clipping: modes with a local maximum", Clipped(1, s => s.Maxima), Band.AtMost(5)),
            Check.Claimed("8 Gaussians, penalty: modes with a local maximum", Penalized(0, s => s.Maxima), Band.AtLeast(7)),
            .. titles.Select((t, i) => Check.Claimed($"{t}, clipping: R² of a quadratic", Clipped(i, s => s.Quadratic), Band.AtLeast(0.9))),
        ], figure,
        $"A quadratic explains {string.Join(", ", titles.Select((t, i) => $"{Numbers.Median(Clipped(i, s => s.Quadratic)):0.00} ({t})"))} "
        + "of the clipped critic's surface, "
        + $"and {string.Join(", ", titles.Select((_, i) => $"{Numbers.Median(Penalized(i, s => s.Quadratic)):0.00}"))} "
        + "of the penalized one's. A cone, which a clipped critic of a ring tends to, is not a quadratic, yet it is as simple: "
        + "what it does not have is maxima at the modes "
        + $"({Numbers.Median(Clipped(1, s => s.Maxima)):0} of 25, and {Numbers.Median(Penalized(1, s => s.Maxima)):0} with the penalty). "
        + "Maxima are looked for within a quarter of the modes' distance, since two "
        + "of the modes' own deviations are less than the width of a rectifier's facets; the paper's surfaces are those of 100,000 steps. "
        + $"The exact critic has a maximum at {Numbers.Median(runs.Select(r => (double)r.ExactMaxima)):0} of the 25, "
        + $"but on the way inwards from the flattest it falls by {Numbers.Median(runs.Select(r => r.LeastDip)):0.00} only and rises again: "
        + $"the network finds {Numbers.Median(Penalized(1, s => s.Maxima)):0} modes and smooths the others into a slope. "
        + "R² does not tell the two critics apart: far from the data the penalized surface is a smooth bowl, "
        + "which a quadratic fits better than a pyramid with a flat top.");
    }
}
