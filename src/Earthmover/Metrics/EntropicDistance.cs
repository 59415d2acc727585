using System.Diagnostics;
using Earthmover.Transport;

namespace Earthmover.Metrics;

/// <summary>Sinkhorn's distance between two sets of samples, with what would help where the iteration does not end.</summary>
internal static class EntropicDistance
{
    // The default ε as a part of the median distance.
    private const double Part = 0.05;

    // Trials of a larger ε on the way to the default, and how long each may take.
    private const int Trials = 4;
    private const int TrialIterations = 300;

    /// <summary>Measures sets in ordinary range.</summary>
    /// <param name="x">One set.</param>
    /// <param name="y">The other.</param>
    /// <param name="exponent">The power of two that the sets were divided by: ε is given and told in units of the data.</param>
    /// <param name="epsilon">ε in units of the data, or null for the default.</param>
    /// <param name="progress">Told what the solver does.</param>
    /// <param name="cancellation">Ends it.</param>
    public static DistanceResult Measure(FeatureSet x, FeatureSet y, int exponent, double? epsilon,
        IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        PointCloud u = x.ToCloud("x"), v = y.ToCloud("y");
        WeightVector? a = SampleDistance.WeightsOf(x), b = SampleDistance.WeightsOf(y);
        var usual = Part * TransportDistances.MedianDistance(y);
        var ε = epsilon is { } given ? Math.ScaleB(given, -exponent) : usual;
        if (!(ε > 0) || !double.IsFinite(ε))
            throw new UserException($"--epsilon {epsilon:g4} vanishes beside these coordinates; "
                + $"one of {Math.ScaleB(usual, exponent):g4} or so suits them");
        string Help(Func<double, bool> does, string what) =>
            EntropicDistance.Help(ε, usual, does, what, progress, Told, SampleDistance.IsMany(x, y));
        string Told(double value) => $"{Math.ScaleB(value, exponent):g4}";
        var clock = Stopwatch.StartNew();
        var options = new SinkhornOptions { Progress = SampleDistance.Told(progress) };
        var problem = new TransportProblem(new PointCloudGeometry(u, v), a, b);
        var result = SinkhornSolver.Solve(problem, ε, options, cancellation);
        progress?.Report(new("distances within each set", 0));
        SinkhornResult Trial(double at) => SinkhornSolver.Solve(problem, at, new() { MaxIterations = TrialIterations }, cancellation);
        bool Converges(double at) => Trial(at).Converged;
        SinkhornDivergence Beside(SinkhornResult one, SinkhornOptions? how = null) =>
            SinkhornSolver.Divergence(u, v, a, b, one, options: how, cancellation: cancellation);
        bool IsKnown(double at) => Trial(at) is { Converged: true } trial && Beside(trial).Converged;
        // Of an iteration between the sets that did not end no difference is worth the work.
        var divergence = result.Converged ? Beside(result, options) : null;
        var known = divergence?.Converged ?? false;
        var advice = known ? null
            : result.Converged ? $"the divergence is not known at epsilon {Told(ε)}: {divergence!.Reason}; {Help(IsKnown, "gives it")}"
            : $"the iteration did not converge at epsilon {Told(ε)} ({result.Amiss(options)}): "
                + $"the distance lies between the bounds; {Help(Converges, "converges")}";
        // Of all solves: between the sets, within each, and the trials.
        var seconds = clock.Elapsed.TotalSeconds;
        return new("sinkhorn", result.PlanCost, result.LowerBound, result.PlanCost - result.LowerBound, false,
            x.Count, y.Count, x.Dimension, seconds, 0, x.Protocol)
        {
            Method = $"epsilon {Told(ε)}, {result.Iterations} iterations, {(result.Converged ? "converged" : "not converged")}",
            Divergence = known ? divergence!.Value : null,
            Converged = result.Converged,
            Advice = advice,
        };
    }

    // Which ε would do, found by trying: in equal ratios to the default, or ever four times as large where nothing but a larger one can
    // help.
    private static string Help(double epsilon, double usual, Func<double, bool> does, string what, IProgress<WorkProgress>? progress,
        Func<double, string> told, bool isMany)
    {
        // Digits are lost above the default as well as below it; convergence below it alone.
        var towards = usual > epsilon || (what == "gives it" && usual < epsilon);
        var ratio = towards ? Math.Exp((Math.Log(usual) - Math.Log(epsilon)) / Trials) : 4;
        for (var trial = 1; trial <= Trials; trial++)
        {
            epsilon *= ratio;
            progress?.Report(new($"trying epsilon {told(epsilon)}", (double)trial / (Trials + 1)));
            if (double.IsFinite(epsilon) && does(epsilon))
                return $"--epsilon {told(epsilon)} {what}, and w1 is exact";
        }
        return what == "gives it" ? "use w1, which is exact"
            : $"use {(isMany ? "fewer samples (-n), " : "")}a larger --epsilon, or w1, which is exact";
    }
}
