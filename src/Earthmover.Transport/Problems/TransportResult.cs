using System.Globalization;

namespace Earthmover.Transport;

/// <summary>How a solve ended.</summary>
public enum TransportStatus
{
    /// <summary>The solver believes it is at the optimum; whether this is proven says <see cref="TransportResult.Certified"/>.</summary>
    Optimal,

    /// <summary>The work limit was reached first. The plan is feasible and its cost an upper bound.</summary>
    IterationLimit,

    /// <summary>Forbidden pairs leave no plan; the cost is +∞.</summary>
    Infeasible,
}

/// <summary>Kantorovich potentials with fᵢ + gⱼ ≤ cᵢⱼ for all pairs, up to float64 rounding.</summary>
/// <param name="F">Of the sources, [n], in units of the cost.</param>
/// <param name="G">Of the targets, [m], in units of the cost.</param>
public sealed record TransportPotentials(double[] F, double[] G);

/// <summary>What a solve cost.</summary>
/// <param name="Solver">Name of the solver that produced the answer.</param>
/// <param name="CostSeconds">Wall seconds to compute the cost matrix (0 if rows were computed on demand).</param>
/// <param name="SolveSeconds">Wall seconds of the search, without costs and certificate.</param>
/// <param name="CertificateSeconds">Wall seconds of the certificate.</param>
/// <param name="Work">Cost entries read by the search.</param>
/// <param name="Detail">The solver's own counters, for people.</param>
public sealed record TransportStats(
    string Solver, double CostSeconds, double SolveSeconds, double CertificateSeconds, long Work, string Detail = "");

/// <summary>
/// The answer of an exact solver with its proof. <see cref="Cost"/> is the cost of a feasible plan, summed from the true costs: an upper
/// bound of the optimum. <see cref="DualCost"/> is the value of feasible potentials, re-derived by a c-transform over all pairs: a lower
/// bound. The optimum lies between them, up to the stated errors.
/// </summary>
public sealed class TransportResult
{
    internal TransportResult()
    {
    }

    /// <summary>Primal value Σ P·c of unit mass: an upper bound of the optimum, in units of the ground cost.</summary>
    public double Cost { get; internal init; }

    /// <summary>Dual value Σ a·f + Σ b·g: a lower bound of the optimum.</summary>
    public double DualCost { get; internal init; }

    /// <summary>What rounding can have changed in <see cref="Cost"/>, counted operation by operation: a bound, not an estimate.</summary>
    public double CostError { get; internal init; }

    /// <summary>What rounding can have changed in <see cref="DualCost"/>: a bound, not an estimate.</summary>
    public double DualError { get; internal init; }

    /// <summary>Cost − DualCost: how far the cost can be above the optimum, up to the errors. Negative only by rounding.</summary>
    public double Gap => Cost - DualCost;

    /// <summary>The largest |Gap| + CostError + DualError that counts as proof: RelativeTolerance·Cost. It relates to the cost found, never
    /// to the largest
    /// cost met; only where a matrix has negative costs, whose sum says nothing of their size, it is at least 10⁻¹² of the
    /// largest.</summary>
    public double AllowedGap { get; internal init; }

    /// <summary>Whether optimality is proven within <see cref="AllowedGap"/>.</summary>
    public bool Certified { get; internal init; }

    /// <summary>W_p: the cost for distances, its root for squared ones; right also where the squares leave the range of float64.</summary>
    public double Distance { get; internal init; }

    /// <summary>The same of <see cref="DualCost"/>: a lower bound of W_p.</summary>
    public double DualDistance { get; internal init; }

    /// <summary>A bound of |Distance − W_p|: the gap and all rounding.</summary>
    public double DistanceError { get; internal init; }

    /// <summary>How the search ended.</summary>
    public TransportStatus Status { get; internal init; }

    /// <summary>The optimal plan, sparse. Optimal plans are unique only generically: compare costs, not plans.</summary>
    public required TransportPlan Plan { get; init; }

    /// <summary>For assignments the target of each source, [n]; else null.</summary>
    public IReadOnlyList<int>? Assignment { get; internal init; }

    /// <summary>Feasible potentials that prove <see cref="DualCost"/>.</summary>
    public required TransportPotentials Potentials { get; init; }

    /// <summary>Solver, seconds, work.</summary>
    public required TransportStats Stats { get; init; }

    /// <summary>Returns this result, or throws if it is not certified.</summary>
    /// <exception cref="UncertifiedTransportException">The optimum is not proven.</exception>
    public TransportResult EnsureCertified() => Certified ? this : throw new UncertifiedTransportException(this);

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Cost:G9} (dual {DualCost:G9}, gap {Gap:G3}, {(Certified ? "certified" : "NOT certified")}, {Status}, {Stats.Solver})");

    /// <summary>The same proof for a plan and potentials of another form, as of merged points.</summary>
    internal TransportResult With(TransportPlan plan, int[]? assignment, TransportPotentials potentials, TransportStats stats) =>
        Scaled(0, 1, plan, assignment, potentials, stats);

    internal TransportResult With(TransportStats stats) => Scaled(0, 1, Plan, Assignment, Potentials, stats);

    /// <summary>The result for coordinates that are 2^<paramref name="exponent"/> times as large; exact.</summary>
    internal TransportResult Scaled(int exponent, int power)
    {
        double[] Moved(double[] values) => Array.ConvertAll(values, v => Math.ScaleB(v, power * exponent));
        return Scaled(exponent, power, Plan, Assignment, new TransportPotentials(Moved(Potentials.F), Moved(Potentials.G)), Stats);
    }

    private TransportResult Scaled(
        int exponent, int power, TransportPlan plan, IReadOnlyList<int>? assignment,
        TransportPotentials potentials, TransportStats stats) => new()
        {
            Cost = Math.ScaleB(Cost, power * exponent),
            DualCost = Math.ScaleB(DualCost, power * exponent),
            CostError = Math.ScaleB(CostError, power * exponent),
            DualError = Math.ScaleB(DualError, power * exponent),
            AllowedGap = Math.ScaleB(AllowedGap, power * exponent),
            Distance = Math.ScaleB(Distance, exponent),
            DualDistance = Math.ScaleB(DualDistance, exponent),
            DistanceError = Math.ScaleB(DistanceError, exponent),
            Certified = Certified,
            Status = Status,
            Plan = plan,
            Assignment = assignment,
            Potentials = potentials,
            Stats = stats,
        };
}

/// <summary>Thrown by the scalar helpers when a result is not proven optimal.</summary>
public sealed class UncertifiedTransportException : InvalidOperationException
{
    internal UncertifiedTransportException(TransportResult result)
        : base($"The transport cost is not certified: {result}.") => Result = result;

    /// <summary>The result, whose cost is an upper bound and whose dual cost is a lower bound.</summary>
    public TransportResult Result { get; }
}
