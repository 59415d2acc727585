using System.Globalization;

namespace Earthmover.Claims.Lab;

/// <summary>How many steps games get that are to have the same time of a processor, whatever else the machine does.</summary>
public static class EqualTime
{
    private const int WarmUp = 16, Timed = 48; // both multiples of the rhythm of lazy penalties

    /// <summary>Seconds of a processor that a step takes.</summary>
    /// <param name="begin">Begins the game anew; it is played a little and disposed.</param>
    public static double SecondsPerStep(Func<PlayedGame> begin)
    {
        ArgumentNullException.ThrowIfNull(begin);
        using var game = begin();
        game.PlayTo(WarmUp);
        var before = Used();
        game.PlayTo(WarmUp + Timed);
        return (Used() - before) / Timed;
    }

    // Seconds of this thread, which plays the game: other seeds and claims of the process have threads of their own.
    private static double Used() =>
        1e-9 * long.Parse(File.ReadAllText("/proc/thread-self/schedstat").Split(' ')[0], CultureInfo.InvariantCulture);
}
