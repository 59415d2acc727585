using Earthmover.Reports.Figures;

namespace Earthmover.Claims;

/// <summary>
/// A claim of the literature as an experiment that can be repeated: what is said and where, how it is measured, within which bands the
/// numbers must lie, and a figure.
/// </summary>
/// <remarks>One claim, one file: derive from <see cref="Claim{TRun}"/> and add it to <see cref="ClaimCatalog"/>.</remarks>
public abstract class Claim
{
    private protected Claim()
    {
    }

    /// <summary>Name on the command line, words joined by hyphens.</summary>
    public abstract string Name { get; }

    /// <summary>The claim in one line, for people.</summary>
    public abstract string Title { get; }

    /// <summary>Rows of <c>docs/rows.md</c> that it answers, e.g. <c>R01</c>.</summary>
    public abstract IReadOnlyList<string> Rows { get; }

    /// <summary>What the literature says, in a few sentences of our own.</summary>
    public abstract string Statement { get; }

    /// <summary>Who says so: authors, year, arXiv id, section or figure.</summary>
    public abstract string Source { get; }

    /// <summary>How it is measured here: data, networks, steps, and what differs from the paper.</summary>
    public abstract string Experiment { get; }

    /// <summary>Whether seeds change anything; a closed form needs only one.</summary>
    public virtual bool IsRandom => true;

    /// <summary>Runs the experiment once.</summary>
    internal abstract object MeasureOnce(Trial trial);

    /// <summary>Draws the conclusion from the runs of all seeds.</summary>
    internal abstract Evidence JudgeAll(IReadOnlyList<object> runs);

    /// <summary>What one run has measured is a record of this type.</summary>
    internal abstract Type RunType { get; }
}

/// <summary>A claim whose experiment yields a record of numbers per seed.</summary>
/// <typeparam name="TRun">What one run has measured; it holds no tensors.</typeparam>
public abstract class Claim<TRun> : Claim
    where TRun : notnull
{
    /// <summary>Runs the experiment once, with the trial's random streams in use and within a tensor scope.</summary>
    protected abstract TRun Measure(Trial trial);

    /// <summary>Draws the conclusion from the runs of all seeds, at least one.</summary>
    protected abstract Evidence Judge(IReadOnlyList<TRun> runs);

    internal sealed override Type RunType => typeof(TRun);

    internal sealed override object MeasureOnce(Trial trial) => Measure(trial);

    internal sealed override Evidence JudgeAll(IReadOnlyList<object> runs) => Judge([.. runs.Cast<TRun>()]);
}

/// <summary>What an experiment has shown.</summary>
/// <param name="Checks">Its numbers with their bands.</param>
/// <param name="Figure">Its figure; null where it has a picture instead.</param>
/// <param name="Remark">The honest paragraph: what it means, where it ends, and, where numbers lie outside their bands, by how much and
/// why. Written with the measured numbers in hand.</param>
public sealed record Evidence(IReadOnlyList<Check> Checks, Figure? Figure, string Remark)
{
    /// <summary>A PNG of what was made, for experiments whose result one sees.</summary>
    public byte[]? Picture { get; init; }
}
