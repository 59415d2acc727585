using System.Globalization;
using Earthmover.Systems;

namespace Earthmover.Claims;

/// <summary>
/// The acceptance of a system as an experiment: named measurements with bands, a control beside them, and a picture of what was made.
/// </summary>
/// <remarks>
/// It bears the name of its system, and that of its part where a system has several. A short form, of seconds, with bands of its own says
/// whether the system learns at all.
/// </remarks>
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

    /// <summary>What of the system is accepted, a word, where the claim that bears its name alone leaves it out: <c>pictures</c>.</summary>
    public virtual string? Part => null;

    /// <summary>Seeds of the long form.</summary>
    public virtual int Seeds => 3;

    /// <summary>The command of the long form.</summary>
    public string Command => $"earthmover claims run {Name} --full --seeds {Seeds}";

    /// <summary>What the picture shows.</summary>
    public abstract string PictureTitle { get; }

    /// <summary>What is measured, with its bands.</summary>
    protected abstract IReadOnlyList<Expected> Expectations { get; }

    /// <inheritdoc/>
    public sealed override string Name => Part is null ? System : $"{System}-{Part}";

    /// <inheritdoc/>
    public sealed override IReadOnlyList<string> Rows => SystemCatalog.Named(System).Rows;

    /// <inheritdoc/>
    public override string Source => SystemCatalog.Named(System).Paper;

    /// <summary>The values of a measurement that count: those of all runs.</summary>
    /// <param name="runs">The runs of all seeds.</param>
    /// <param name="name">The measurement.</param>
    protected virtual IReadOnlyList<double> ValuesOf(IReadOnlyList<Run> runs, string name) => [.. runs.Select(run => run.Numbers[name])];

    /// <summary>What the numbers mean and where they end, beside what lies outside its band.</summary>
    protected abstract string Comment { get; }

    /// <summary>Trains and measures once.</summary>
    protected abstract Run Accept(Trial trial);

    /// <inheritdoc/>
    protected sealed override Run Measure(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        var run = Accept(trial);
        // One picture is shown; those of the other seeds would be kept for nothing.
        return trial.Seed == 1 ? run : run with { Picture = null };
    }

    /// <inheritdoc/>
    protected sealed override Evidence Judge(IReadOnlyList<Run> runs)
    {
        ArgumentNullException.ThrowIfNull(runs);
        List<Check> checks = [];
        foreach (var expected in Expectations)
        {
            if ((runs[0].IsQuick ? expected.Quick : expected.Full) is not { } band)
                continue;
            var values = ValuesOf(runs, expected.Name);
            checks.Add(new(expected.Name, expected.Of is { } of ? [of(values)] : values, band, expected.IsControl));
        }
        var outside = checks.Where(c => !c.Holds).Select(Outside).ToList();
        var form = runs[0].IsQuick
            ? $"This is the short form, which says that the system learns, and no more; the acceptance is `{Command}`. " : "";
        var bands = outside.Count > 0 ? $"Outside: {string.Join("; ", outside)}." : "Every number lies in its band.";
        var remark = $"{form}{bands} {Comment}";
        return new(checks, null, remark) { Picture = runs.Select(run => run.Picture).FirstOrDefault(picture => picture is not null) };
    }
    private static string Outside(Check c) => string.Create(CultureInfo.InvariantCulture, $"{c.Name} is {c.Median:g4}, not {c.Band}");
}
