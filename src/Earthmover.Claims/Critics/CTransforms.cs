using Earthmover.Claims.Lab;
using Earthmover.Data.Dealing;
using Earthmover.Objectives;
using Earthmover.Reports.Figures;
using Earthmover.Torch;
using Earthmover.Transport;

namespace Earthmover.Claims.Critics;

/// <summary>
/// The c-transform makes any function admissible: a table of numbers climbs to the exact W₁ of a batch; its smooth version stays within
/// ε log n of it.
/// </summary>
public sealed class CTransforms : Claim<CTransforms.Run>
{
    private static readonly double[] s_epsilons = [1e-4, 1e-3, 0.01, 0.03, 0.1, 0.3, 1, 3, 10];

    /// <summary>What one run measures.</summary>
    /// <param name="Below">Largest φᶜ − φ^(c,ε) over random potentials, points and ε.</param>
    /// <param name="Above">Largest φ^(c,ε) − φᶜ − ε log n.</param>
    /// <param name="Falling">Largest fall of φ^(c,ε) from one ε to the next larger one.</param>
    /// <param name="Excess">Mean of φ^(c,ε) − φᶜ, by ε.</param>
    /// <param name="Limit">ε log n of the pictures' batch.</param>
    /// <param name="PlaneExact">Exact W₁ of two batches in the plane.</param>
    /// <param name="Plane">What a table of potentials reaches there.</param>
    /// <param name="PicturesExact">Exact W₁ of two batches of 64 pictures.</param>
    /// <param name="Pictures">What a table reaches.</param>
    /// <param name="Soft">The best value of the (c, 0.1)-transform there.</param>
    /// <param name="Steps">Steps of the ascent at which its best value is shown.</param>
    /// <param name="Way">The best value at them, of the pictures.</param>
    public sealed record Run(double Below, double Above, double Falling, double[] Excess, double Limit, double PlaneExact,
        double Plane, double PicturesExact, double Pictures, double Soft, double[] Steps, double[] Way);

    /// <inheritdoc/>
    public override string Name => "c-transform";

    /// <inheritdoc/>
    public override string Title => "With the c-transform a table of numbers finds the exact W₁ of two batches";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Rows => ["R17", "R18"];

    /// <inheritdoc/>
    public override string Statement =>
        "W₁ = sup E φ(x) + E φᶜ(y) with φᶜ(y) = minᵢ ‖xᵢ − y‖ − φ(xᵢ): no constraint on φ is needed. "
        + "With a soft minimum, φᶜ ≤ φ^(c,ε) ≤ φᶜ + ε log n, growing with ε: "
        + "the dual of entropic transport, whose value lies at most ε log n above W₁.";

    /// <inheritdoc/>
    public override string Source =>
        "Mallasto, Montúfar and Gerolin, 2019, arXiv:1910.03875, sections 2 and 3; Genevay et al., 2016, arXiv:1605.08527, section 2";

    /// <inheritdoc/>
    public override string Experiment =>
        "Bounds at random potentials of 64 points. Then φ as a table over the batch, raised by a subgradient method with falling steps: "
        + "64 points against 64 of two Gaussians in the plane, "
        + "and two disjoint batches of 64 pictures of Fashion-MNIST in [0, 1]⁷⁸⁴. "
        + "Exact W₁ by assignment. Then the same with the (c, 0.1)-transform, which is smooth.";

    /// <inheritdoc/>
    protected override Run Measure(Trial trial)
    {
        const int n = 64;
        double below = double.NegativeInfinity, above = double.NegativeInfinity, falling = double.NegativeInfinity;
        var excess = new double[s_epsilons.Length];
        for (var repeat = 0; repeat < 20; repeat++)
        {
            using var turn = TensorScope.Open();
            Tensor x = Points.Gaussian(n, 1, 0, 0, 0).To(DType.Float64), y = Points.Gaussian(n, 1, 1, 0, 0).To(DType.Float64),
                φ = Tensor.Normal([n], RandomStreams.Current["data"], DType.Float64);
            double[] hard = CTransform.Of(φ, x, y).ToArray<double>(), last = hard;
            for (var k = 0; k < s_epsilons.Length; k++)
            {
                var soft = EpsilonTransform.Of(φ, x, y, s_epsilons[k]).ToArray<double>();
                for (var j = 0; j < n; j++)
                {
                    below = Math.Max(below, hard[j] - soft[j]);
                    above = Math.Max(above, soft[j] - hard[j] - s_epsilons[k] * Math.Log(n));
                    falling = Math.Max(falling, last[j] - soft[j]);
                    excess[k] += (soft[j] - hard[j]) / (20 * n);
                }
                last = soft;
            }
        }
        var steps = trial.Of(3000, 20_000);
        var (planeExact, plane, _, _) = Ascend(Points.Gaussian(n, 0.5, 0, 0), Points.Gaussian(n, 0.7, 1, 0), steps, new CTransform());
        trial.Report(0.3);
        var data = trial.Open("fashion-mnist");
        var order = Subset.Order(data.Count, trial.Seed);
        Tensor a = Lab.Pictures.ToTensor(Lab.Pictures.Cloud(data, order.AsSpan(0, n))),
            b = Lab.Pictures.ToTensor(Lab.Pictures.Cloud(data, order.AsSpan(n, n)));
        var (exact, best, at, way) = Ascend(a, b, steps, new CTransform());
        trial.Report(0.7);
        var (_, softBest, _, _) = Ascend(a, b, steps, new EpsilonTransform(0.1));
        return new(below, above, falling, excess, 0.1 * Math.Log(n), planeExact, plane, exact, best, softBest, at, way);
    }

    // φ starts at zero; each step goes along the (sub)gradient, which has mean zero, with a length that falls as 1/√t.
    private static (double Exact, double Best, double[] Steps, double[] Way) Ascend(Tensor x, Tensor y, int steps, Objective objective)
    {
        using var scope = TensorScope.Open();
        var (n, exact) = (x.Size(0),
            ExactTransport.Solve(Points.Cloud(x), Points.Cloud(y), options: new() { Threads = 1 }).EnsureCertified().Cost);
        (x, y) = (x.To(DType.Float64), y.To(DType.Float64));
        var φ = Tensor.Zeros([n], DType.Float64).Here();
        double best = double.NegativeInfinity, scale = exact / 10;
        List<double> at = [], way = [];
        double Raise(Tensor potential, double length)
        {
            using var turn = TensorScope.Open();
            var leaf = potential.Clone().RequireGrad();
            var loss = objective.Critic(leaf, leaf, new(x, y));
            if (length > 0)
                potential.CopyFrom(potential - Autograd.Gradient(loss, leaf) * length);
            return -loss.Item();
        }
        for (var step = 1; step <= steps; step++)
        {
            best = Math.Max(best, Raise(φ, scale * n / Math.Sqrt(step) * (1 - (double)step / (steps + 1))));
            if (!int.IsPow2(step) && step != steps)
                continue;
            at.Add(step);
            way.Add(best);
        }
        return (exact, best, [.. at], [.. way]);
    }

    /// <inheritdoc/>
    protected override Evidence Judge(IReadOnlyList<Run> runs)
    {
        var first = runs[0];
        var figure = Figure.Multiples("c-transforms", 2,
        [
            Plot.Lines("A table of potentials climbs, 64 pictures against 64",
                new("step") { Log = true }, new("best value of the dual") { FromZero = true },
                [new("E φ + E φᶜ", first.Steps, first.Way)], [new(first.PicturesExact, "exact W₁")], width: 380),
            Plot.Lines("φ^(c,ε) over φᶜ, random φ, n = 64",
                new("ε") { Log = true }, new("mean of φ^(c,ε) − φᶜ") { Log = true },
                [new("measured", s_epsilons, first.Excess),
                    new("ε log n", s_epsilons, [.. s_epsilons.Select(ε => ε * Math.Log(64))]) { Dashed = true, Color = Theme.Gray }],
                width: 380),
        ]);
        double Over(Func<Run, double> of) => Numbers.Median(runs.Select(of));
        return new(
        [
            Check.Claimed("largest φᶜ − φ^(c,ε)", runs.Select(r => r.Below), Band.AtMost(1e-9)),
            Check.Claimed("largest φ^(c,ε) − φᶜ − ε log n", runs.Select(r => r.Above), Band.AtMost(1e-9)),
            Check.Claimed("largest fall of φ^(c,ε) as ε grows", runs.Select(r => r.Falling), Band.AtMost(1e-9)),
            Check.Claimed("table against exact W₁ in the plane, relative",
                runs.Select(r => 1 - r.Plane / r.PlaneExact), Band.Between(-1e-6, 0.005)),
            Check.Claimed("table against exact W₁ of pictures, relative",
                runs.Select(r => 1 - r.Pictures / r.PicturesExact), Band.Between(-1e-6, 0.005)),
            Check.Claimed("(c, 0.1)-value of pictures less exact W₁, in units of ε log n",
                runs.Select(r => (r.Soft - r.PicturesExact) / r.Limit), Band.Between(0, 1)),
        ], figure,
        $"The table reaches {Over(r => r.Pictures):f3} of the exact {Over(r => r.PicturesExact):f3}, from below as it must. "
        + "It is exact about the batch: two batches of one law have population distance 0. "
        + $"With ε = 0.1 the value is {Over(r => r.Soft):f3}, "
        + $"above W₁ by {Over(r => r.Soft - r.PicturesExact):f3} of at most {Over(r => r.Limit):f3}: the price of the smooth minimum.");
    }
}
