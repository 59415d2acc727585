namespace Earthmover.Nn.Optimizers;

/// <summary>Step sizes over a run: functions from the progress 0 … 1 to the factor for <see cref="Optimizer.Step"/>.</summary>
public static class Schedule
{
    /// <summary>1 throughout.</summary>
    public static Func<double, double> Constant { get; } = _ => 1;

    /// <summary>1 up to a share of the run, then in a straight line to 0 at its end.</summary>
    /// <param name="start">Share of the run, in [0, 1).</param>
    public static Func<double, double> LinearToZero(double start = 0)
    {
        RequireShare(start, nameof(start));
        return progress => Math.Clamp((1 - progress) / (1 - start), 0, 1);
    }

    /// <summary>Half a cosine from 1 to <paramref name="floor"/> (arXiv:1608.03983).</summary>
    public static Func<double, double> Cosine(double floor = 0) =>
        progress => floor + (1 - floor) * (1 + Math.Cos(Math.PI * Math.Clamp(progress, 0, 1))) / 2;

    /// <summary>1, and half as much after each of so many equal parts of the run (arXiv:1605.05396: six of 100 epochs).</summary>
    /// <param name="parts">Parts, from 1.</param>
    public static Func<double, double> Halving(int parts = 6)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(parts, 1);
        return progress => Math.Pow(0.5, Math.Clamp((int)(progress * parts), 0, parts - 1));
    }

    private static void RequireShare(double share, string name)
    {
        if (share is not (>= 0 and < 1))
            throw new ArgumentOutOfRangeException(name, share, "a share of the run is at least 0 and below 1");
    }
}
