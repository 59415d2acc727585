using System.Diagnostics;
using Earthmover.Torch;

namespace Earthmover.Games;

/// <summary>Plays a few steps of a game that is thrown away, to learn how this machine plays it fastest.</summary>
public static class Rehearsal
{
    // Critic schedules play many moves in their first steps; these are ordinary ones.
    private const int FirstStep = 1001;
    private const int TimedSteps = 3;

    /// <summary>The fastest division of some threads. The threads are left as they were.</summary>
    /// <param name="threads">Threads in all, at least 1.</param>
    /// <param name="begin">Begins the game anew; it is played under one division and disposed.</param>
    /// <param name="limit">After so much time no further division is tried.</param>
    public static ThreadSplit FastestSplit(int threads, Func<IGame> begin, TimeSpan limit)
    {
        var splits = ThreadSplit.Of(threads);
        if (splits.Count == 1)
            return splits[0];
        var before = Runtime.Threads;
        var start = Stopwatch.GetTimestamp();
        var (best, least) = (splits[0], double.PositiveInfinity);
        bool GoesOn() => Stopwatch.GetElapsedTime(start) < limit;
        try
        {
            foreach (var split in splits)
            {
                Runtime.Threads = split;
                using var game = begin();
                // The first step chooses kernels and brings code and memory in.
                game.Play(FirstStep, observe: false, GoesOn);
                for (var step = 1; step <= TimedSteps && GoesOn(); step++)
                {
                    var stepStart = Stopwatch.GetTimestamp();
                    game.Play(FirstStep + step, observe: false, GoesOn);
                    var time = Stopwatch.GetElapsedTime(stepStart).TotalSeconds;
                    if (time < least)
                        (best, least) = (split, time);
                }
                if (!GoesOn())
                    break;
            }
            return best;
        }
        catch (BrokenOffException)
        {
            return best; // a step of so many moves that the time is up within it
        }
        catch (NotFiniteException)
        {
            return best; // the run itself will meet it, and say so
        }
        finally
        {
            Runtime.Threads = before;
        }
    }
}
