namespace Earthmover.Transport;

/// <summary>
/// What every exact solver does around its search: coordinates beyond the range of the kernels are brought into it, and an answer whose
/// proof float64 could not close, as beside an outlier of a million times the cost, is refined.
/// </summary>
internal static class Proven
{
    public delegate TransportResult Search(TransportProblem problem, TransportOptions options, TransportPotentials? warm);

    public static TransportResult Solve(
        TransportProblem problem, TransportOptions? options, TransportPotentials? warm, Search search, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(problem);
        options ??= TransportOptions.Default;
        options.Validate();
        var (ordinary, exponent) = CloudScale.Ordinary(problem);
        var power = CloudScale.Power(problem.Geometry);
        if (exponent == 0)
            return Refinement.Improve(problem, search(problem, options, warm), options, cancellation);
        // The kind of the given clouds decides how much is asked of the proof, not that of the copies.
        options = options with { RelativeTolerance = options.ToleranceFor(problem.Geometry) };
        double[] Moved(double[] values) => Array.ConvertAll(values, v => Math.ScaleB(v, -exponent * power));
        warm = warm is null ? null : new TransportPotentials(Moved(warm.F), Moved(warm.G));
        return Refinement.Improve(ordinary, search(ordinary, options, warm), options, cancellation).Scaled(exponent, power);
    }
}
