using Earthmover.Reports.Figures;

namespace Earthmover.Claims;

/// <summary>What came out.</summary>
public enum Outcome
{
    /// <summary>Every number lies in its band.</summary>
    Pass,
    /// <summary>
    /// The experiment stands, and some number of the claim lies outside its band: the claim does not hold, or not so, under these
    /// conditions.
    /// </summary>
    Differs,
    /// <summary>
    /// The experiment itself does not stand: a control is out of its band, or a number is not finite. It says nothing of the claim.
    /// </summary>
    Fail,
}

/// <summary>A claim that was run.</summary>
/// <param name="Claim">The claim.</param>
/// <param name="Checks">Its numbers; empty where it broke off.</param>
/// <param name="Figure">Its figure; null where it has none, or broke off.</param>
/// <param name="Remark">The honest paragraph, or why it broke off.</param>
/// <param name="Seeds">The seeds.</param>
/// <param name="IsQuick">It was the short version.</param>
/// <param name="Seconds">Time of computing, summed over the seeds.</param>
public sealed record ClaimResult(Claim Claim, IReadOnlyList<Check> Checks, Figure? Figure,
    string Remark, IReadOnlyList<long> Seeds, bool IsQuick, double Seconds)
{
    /// <summary>A PNG of what was made, where the claim has one.</summary>
    public byte[]? Picture { get; init; }

    /// <summary>What the runs of the seeds have measured, from which all the rest follows; empty where it broke off.</summary>
    public IReadOnlyList<object> Runs { get; init; } = [];

    /// <summary>When and where the runs were made; null where that is here and now.</summary>
    public Origin? Origin { get; init; }

    /// <summary>When and where the first of the runs were made, where others were added here and now; else null.</summary>
    public Origin? Begun { get; init; }

    /// <summary>The verdict, which follows from the checks alone.</summary>
    public Outcome Outcome =>
        Checks.Count == 0 || Checks.Any(c => !c.IsFinite || c.IsControl && !c.Holds) ? Outcome.Fail
        : Checks.All(c => c.Holds) ? Outcome.Pass : Outcome.Differs;
}

/// <summary>When and where runs were made.</summary>
/// <param name="Date">The day, e.g. <c>2026-01-31</c>.</param>
/// <param name="Machine">Commit and machine.</param>
public sealed record Origin(string Date, string Machine);
