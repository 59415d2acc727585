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
/// The answer of an exact solver with its proof. <see cref="Cost"/> is the cost of a feasible plan, summed in float64 from
/// the true costs: an upper bound of the optimum. <see cref="DualCost"/> is the value of feasible potentials, re-derived by
/// a c-transform over all pairs in float64: a lower bound. The optimum lies between them.
/// </summary>
public sealed class TransportResult
{
    internal TransportResult(
        double cost,
        double dualCost,
        double absoluteTolerance,
        double relativeTolerance,
        TransportStatus status,
        TransportPlan plan,
        int[]? assignment,
        TransportPotentials potentials,
        TransportStats stats)
    {
        Cost = cost;
        DualCost = dualCost;
        Status = status;
        Plan = plan;
        Assignment = assignment;
        Potentials = potentials;
        Stats = stats;
        AllowedGap = relativeTolerance * Math.Abs(cost) + absoluteTolerance;
        Certified = status == TransportStatus.Optimal && Math.Abs(Gap) <= AllowedGap;
    }

    /// <summary>Primal value Σ P·c of unit mass: an upper bound of the optimum, in units of the ground cost.</summary>
    public double Cost { get; }

    /// <summary>Dual value Σ a·f + Σ b·g: a lower bound of the optimum.</summary>
    public double DualCost { get; }

    /// <summary>Cost − DualCost: how far the cost can be above the optimum. Negative only by rounding.</summary>
    public double Gap => Cost - DualCost;

    /// <summary>Gap / |Cost|; 0 when both are 0.</summary>
    public double RelativeGap => Gap == 0 ? 0 : Gap / Math.Abs(Cost);

    /// <summary>The largest gap that counts as proof: RelativeTolerance·|Cost| + 10⁻¹²·(largest cost met).</summary>
    public double AllowedGap { get; }

    /// <summary>Whether optimality is proven within <see cref="AllowedGap"/>.</summary>
    public bool Certified { get; }

    /// <summary>How the search ended.</summary>
    public TransportStatus Status { get; }

    /// <summary>The optimal plan, sparse. Optimal plans are unique only generically: compare costs, not plans.</summary>
    public TransportPlan Plan { get; }

    /// <summary>For assignments the target of each source, [n]; else null.</summary>
    public IReadOnlyList<int>? Assignment { get; }

    /// <summary>Feasible potentials that prove <see cref="DualCost"/>.</summary>
    public TransportPotentials Potentials { get; }

    /// <summary>Solver, seconds, work.</summary>
    public TransportStats Stats { get; }

    internal TransportResult With(TransportStats stats) => new(
        Cost, DualCost, AllowedGap, 0, Status, Plan, Assignment as int[], Potentials, stats);

    /// <summary>Returns this result, or throws if it is not certified.</summary>
    /// <exception cref="UncertifiedTransportException">The optimum is not proven.</exception>
    public TransportResult EnsureCertified() => Certified ? this : throw new UncertifiedTransportException(this);

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Cost:G9} (dual {DualCost:G9}, gap {Gap:G3}, {(Certified ? "certified" : "NOT certified")}, {Status}, {Stats.Solver})");
}

/// <summary>Thrown by the scalar helpers when a result is not proven optimal.</summary>
public sealed class UncertifiedTransportException : InvalidOperationException
{
    internal UncertifiedTransportException(TransportResult result)
        : base($"The transport cost is not certified: {result}.") => Result = result;

    /// <summary>The result, whose cost is an upper bound and whose dual cost is a lower bound.</summary>
    public TransportResult Result { get; }
}
