using System.Globalization;

namespace Earthmover.Training;

/// <summary>When a run ends: after so many steps, images or seconds, whichever comes first.</summary>
/// <param name="Steps">Steps, or null.</param>
/// <param name="Images">Real samples shown, or null.</param>
/// <param name="Seconds">Training time in seconds, or null.</param>
public sealed record Budget(long? Steps = null, long? Images = null, double? Seconds = null)
{
    /// <summary>Share of the budget that is used, from 0 to 1.</summary>
    public double Progress(long steps, long images, double seconds)
    {
        var progress = 0.0;
        if (Steps is { } s)
            progress = Math.Max(progress, s == 0 ? 1 : steps / (double)s);
        if (Images is { } i)
            progress = Math.Max(progress, i == 0 ? 1 : images / (double)i);
        if (Seconds is { } t)
            progress = Math.Max(progress, t == 0 ? 1 : seconds / t);
        return Math.Min(1, progress);
    }

    /// <summary>What is wrong with it, as the end of a sentence; null where nothing is.</summary>
    public string? Problem() =>
        this == new Budget() ? "has no end: steps, images or seconds"
        : Steps < 1 ? $"has {Steps} steps, which is less than 1"
        : Images < 1 ? $"has {Images} images, which is less than 1"
        : Seconds is { } s && !(s > 0 && double.IsFinite(s))
            ? $"has {s.ToString(CultureInfo.InvariantCulture)} seconds, which is no time to train in"
        : null;

    /// <summary>"2,000 steps or 5m".</summary>
    public override string ToString() => string.Join(" or ", new[]
    {
        Steps is { } steps ? Text(steps, "step") : null,
        Images is { } images ? Text(images, "image") : null,
        Seconds is { } seconds ? Time(seconds) : null,
    }.OfType<string>());

    private static string Text(long count, string what) =>
        string.Create(CultureInfo.InvariantCulture, $"{count:N0} {what}{(count == 1 ? "" : "s")}");

    private static string Time(double seconds) => string.Create(CultureInfo.InvariantCulture, $"{seconds:0.#} s");
}

/// <summary>A place in a run.</summary>
/// <param name="Step">Steps played.</param>
/// <param name="Images">Real samples shown.</param>
/// <param name="Seconds">Training time.</param>
public sealed record Milestone(long Step, long Images, double Seconds);
