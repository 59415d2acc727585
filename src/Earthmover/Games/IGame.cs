using Earthmover.Nn.Optimizers;

namespace Earthmover.Games;

/// <summary>A game in progress, whatever its batches are: all that the trainer knows.</summary>
public interface IGame : IDisposable
{
    /// <summary>Multiplies every step size, e.g. by a schedule's value.</summary>
    double Rate { get; set; }

    /// <summary>How much of its stage is played, 0 … 1: what schedules go by, and <see cref="Round{TBatch}.Progress"/>.</summary>
    double Progress { get; set; }

    /// <summary>Optimizers by player and network position, for checkpoints.</summary>
    IEnumerable<(string Name, Optimizer Optimizer)> Optimizers { get; }

    /// <summary>Records steps from now on, so that a device plays each as a whole.</summary>
    /// <returns>Why steps cannot be recorded; null where they are.</returns>
    string? Record();

    /// <summary>Why recording was given up, where it was.</summary>
    string? RecordingProblem { get; }

    /// <summary>Waits for a device, and looks whether every gradient was finite. On the processor that is known at every move.</summary>
    /// <param name="steps">Steps played.</param>
    /// <exception cref="NotFiniteException">One was not; the parameters are as before it.</exception>
    void Settle(long steps);

    /// <summary>Moves that a step has, at most.</summary>
    /// <param name="step">Number of the step, from 0.</param>
    int MovesOf(long step);

    /// <summary>Plays one step: each player's moves, in order.</summary>
    /// <param name="step">Number of the step, from 0.</param>
    /// <param name="observe">Whether to read the terms, which waits for the device.</param>
    /// <param name="goesOn">Asked before every move whether to play it; null plays all.</param>
    /// <exception cref="BrokenOffException">One was not to be played; those before it have been.</exception>
    /// <exception cref="NotFiniteException">A term or gradient is NaN or infinite; the player's parameters are as before.</exception>
    IReadOnlyList<Move> Play(long step, bool observe = true, Func<bool>? goesOn = null);
}

/// <summary>A step was broken off between two moves.</summary>
/// <param name="played">Moves that were played.</param>
public sealed class BrokenOffException(int played) : OperationCanceledException($"the step was broken off after {played} moves")
{
    /// <summary>Moves that were played.</summary>
    public int Played { get; } = played;
}
