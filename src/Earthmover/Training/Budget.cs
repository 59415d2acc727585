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
}
