using Earthmover.Games;
using Earthmover.Torch;
using Earthmover.Transport;

namespace Earthmover.Health;

/// <summary>The truth beside the estimate: exact W₁ with its plan, the floor, and what the critic makes of the same samples.</summary>
internal sealed class Truth
{
    /// <summary>Whether a player trains a critic to estimate W₁.</summary>
    public static bool IsEstimated(IEnumerable<Move> moves) => moves.Any(move => move.Has(TermRole.Distance) || move.Has(TermRole.Dual));

    /// <summary>Which generated sample the plan couples with each real one [N]; null where numbers are not finite.</summary>
    public IReadOnlyList<int>? Plan { get; private init; }

    private double Exact { get; init; } = double.NaN;
    private double[] RealScores { get; init; } = [];
    private double[] FakeScores { get; init; } = [];
    private PointCloud? Real { get; init; }
    private PointCloud? Fake { get; init; }

    /// <summary>Measures truth and estimate.</summary>
    /// <param name="subject">The run.</param>
    /// <param name="fake">Generated samples of the classes of <see cref="Subject.Real"/> [N, …].</param>
    /// <param name="values">Where the values go.</param>
    public static Truth Measure(Subject subject, Tensor fake, Values values)
    {
        using var scope = TensorScope.Open();
        float[] x = Flat(subject.Real), y = Flat(fake), other = Flat(subject.Other);
        float[] real = subject.Critic is { } critic ? Flat(critic(subject.Real, subject.Labels)) : [];
        float[] generated = subject.Critic is { } same ? Flat(same(fake, subject.Labels)) : [];
        var finite = (double)(y.Count(float.IsFinite) + real.Count(float.IsFinite) + generated.Count(float.IsFinite))
            / (y.Length + real.Length + generated.Length);
        values[Signals.Finite] = finite;
        // The difference of mean scores is the estimate itself only where no c-transform completes it.
        var (isEstimate, isDistance) = (IsEstimated(subject.Moves), subject.Moves.Any(move => move.Has(TermRole.Distance)));
        if (subject.Moves.Count > 0)
        {
            values[Signals.IsDistance] = isDistance ? 1 : 0;
            values[Signals.IsPenalized] = subject.Moves.Any(move => move.Has(TermRole.Penalty)) ? 1 : 0;
        }
        if (finite < 1)
            return new();
        int n = (int)subject.Real.Size(0), d = x.Length / n;
        PointCloud a = PointCloud.From(x, n, d, "real"), b = PointCloud.From(y, n, d, "generated");
        var c = PointCloud.From(other, n, d, "other real");
        var result = Solve(a, b);
        var (exact, floor) = (Proven(result), Proven(Solve(a, c)));
        (values[Signals.Exact], values[Signals.Floor]) = (exact, floor);
        (values[Signals.Excess], values[Signals.FloorRatio]) = (exact - floor, exact / floor);
        if (real.Length > 0)
        {
            var gap = Statistics.Mean(real) - Statistics.Mean(generated);
            values[Signals.Auc] = Statistics.Auc(real, generated);
            values[Signals.Largest] = real.Concat(generated).Max(Math.Abs);
            values[isEstimate ? Signals.Estimate : Signals.Gap] = gap;
            if (isDistance)
                values[Signals.Overestimate] = Math.Abs(gap) / exact;
        }
        return new()
        {
            Plan = result.Assignment ?? Targets(result.Plan),
            Exact = exact,
            RealScores = Array.ConvertAll(real, v => (double)v),
            FakeScores = Array.ConvertAll(generated, v => (double)v),
            Real = a,
            Fake = b,
        };
    }

    /// <summary>What the critic is worth once its scores are divided by its slope.</summary>
    public void Normalize(double slope, Values values)
    {
        if (RealScores.Length == 0 || Real is null || Fake is null || !(slope > 0))
            return;
        var scaled = Ot.SemiDual(Real, Fake, Array.ConvertAll(RealScores, v => v / slope), Array.ConvertAll(FakeScores, v => v / slope));
        values[Signals.Proven] = scaled.Value;
        values[Signals.Seen] = scaled.MeanDifference / Exact;
    }

    /// <summary>Exact W₁ between samples [N, …] and as many others; NaN where a number of theirs is not finite.</summary>
    internal static double Distance(Tensor x, Tensor y)
    {
        float[] a = Flat(x), b = Flat(y);
        if (!a.All(float.IsFinite) || !b.All(float.IsFinite))
            return double.NaN;
        var n = (int)x.Size(0);
        return Proven(Solve(PointCloud.From(a, n, a.Length / n), PointCloud.From(b, n, b.Length / n)));
    }

    internal static TransportResult Solve(PointCloud a, PointCloud b) =>
        ExactTransport.Solve(new TransportProblem(new PointCloudGeometry(a, b, GroundCost.Euclidean)),
            TransportOptions.Default with { Threads = 1 });

    // A number without its proof is no measurement, and no reason to end a run.
    private static double Proven(TransportResult result) => result.Certified ? result.Cost : double.NaN;

    // With equal masses an optimal plan is a permutation; a solver that merged duplicates may say it as a sparse plan.
    private static int[] Targets(TransportPlan plan)
    {
        var targets = new int[plan.Rows];
        for (var k = 0; k < plan.Count; k++)
            targets[plan.Source[k]] = plan.Target[k];
        return targets;
    }

    internal static float[] Flat(Tensor tensor) => tensor.Detach().Contiguous().ToArray<float>();
}
