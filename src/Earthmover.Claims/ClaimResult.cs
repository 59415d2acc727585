using Earthmover.Reports.Figures;

namespace Earthmover.Claims;

/// <summary>What came out.</summary>
public enum Outcome
{
    /// <summary>Every number lies in its band.</summary>
    Pass,
    /// <summary>The experiment stands, and some number of the claim lies outside its band: the claim does not hold, or not so, under these conditions.</summary>
    Differs,
    /// <summary>The experiment itself does not stand: a control is out of its band, or a number is not finite. It says nothing of the claim.</summary>
    Fail,
}

/// <summary>A claim that was run.</summary>
/// <param name="Claim">The claim.</param>
/// <param name="Checks">Its numbers; empty where it broke off.</param>
/// <param name="Figure">Its picture; null where it broke off.</param>
/// <param name="Remark">The honest paragraph, or why it broke off.</param>
/// <param name="Seeds">The seeds.</param>
/// <param name="IsQuick">It was the short version.</param>
/// <param name="Seconds">Time of computing, summed over the seeds.</param>
public sealed record ClaimResult(Claim Claim, IReadOnlyList<Check> Checks, Figure? Figure, string Remark, IReadOnlyList<long> Seeds, bool IsQuick, double Seconds)
{
    /// <summary>The verdict, which follows from the checks alone.</summary>
    public Outcome Outcome =>
        Figure is null || Checks.Count == 0 || Checks.Any(c => !c.IsFinite || c.IsControl && !c.Holds) ? Outcome.Fail
        : Checks.All(c => c.Holds) ? Outcome.Pass : Outcome.Differs;
}
