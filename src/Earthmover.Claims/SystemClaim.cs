using System.Globalization;
using Earthmover.Systems;

namespace Earthmover.Claims;

/// <summary>The acceptance of a system of the catalog as an experiment: named measurements of trained systems, each with a band, a control beside them, and a picture of what was made.</summary>
/// <remarks>It bears the name of its system. A short form, of seconds, says whether the system learns at all; bands of its own say so.</remarks>
public abstract class SystemClaim : Claim<SystemClaim.Run>
{
    /// <summary>What one run measures.</summary>
    /// <param name="IsQuick">It was the short form.</param>
    /// <param name="Numbers">The measurements by name.</param>
    /// <param name="Picture">A PNG of what was made.</param>
    public sealed record Run(bool IsQuick, IReadOnlyDictionary<string, double> Numbers, byte[]? Picture = null);

    /// <summary>What a measurement should be.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Full">Where it should lie in the long form; null where only the short one measures it.</param>
    /// <param name="Quick">Where it should lie in the short form; null where only the long one measures it.</param>
    protected sealed record Expected(string Name, Band? Full, Band? Quick = null)
    {
        /// <summary>It is a control, without which the experiment says nothing.</summary>
        public bool IsControl { get; init; }

        /// <summary>What of the seeds is looked at, where that is not the median: the best of them, the worst.</summary>
        public Func<IEnumerable<double>, double>? Of { get; init; }
    }

    /// <summary>Name of the system.</summary>
    public abstract string System { get; }

    /// <summary>Seeds of the long form.</summary>
    public virtual int Seeds => 3;

    /// <summary>What the picture shows.</summary>
    public abstract string PictureTitle { get; }

    /// <summary>What is measured, with its bands.</summary>
    protected abstract IReadOnlyList<Expected> Expectations { get; }

    /// <inheritdoc/>
    public sealed override string Name => System;

    /// <inheritdoc/>
    public sealed override IReadOnlyList<string> Rows => SystemCatalog.Named(System).Rows;

    /// <inheritdoc/>
    public override string Source => SystemCatalog.Named(System).Paper;

    /// <summary>What the numbers mean and where they end, beside what lies outside its band.</summary>
    protected abstract string Comment { get; }

    /// <inheritdoc/>
    protected sealed override Evidence Judge(IReadOnlyList<Run> runs)
    {
        ArgumentNullException.ThrowIfNull(runs);
        List<Check> checks = [];
        foreach (var expected in Expectations)
        {
            if ((runs[0].IsQuick ? expected.Quick : expected.Full) is not { } band)
                continue;
            double[] values = [.. runs.Select(run => run.Numbers[expected.Name])];
            if (expected.Of is not null)
                values = [expected.Of(values)];
            checks.Add(new(expected.Name, values, band, expected.IsControl));
        }
        var outside = checks.Where(c => !c.Holds).Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.Name} is {c.Median:g4}, not {c.Band}"));
        var remark = string.Join("; ", outside) is { Length: > 0 } bad ? $"Outside: {bad}. {Comment}" : $"Every number lies in its band. {Comment}";
        return new(checks, null, remark) { Picture = runs.Select(run => run.Picture).FirstOrDefault(picture => picture is not null) };
    }
}
