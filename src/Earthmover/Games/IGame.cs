using Earthmover.Nn.Optimizers;

namespace Earthmover.Games;

/// <summary>A game in progress, whatever its batches are: all that the trainer knows.</summary>
public interface IGame : IDisposable
{
    /// <summary>Multiplies every step size, e.g. by a schedule's value.</summary>
    double Rate { get; set; }

    /// <summary>Optimizers by player and network position, for checkpoints.</summary>
    IEnumerable<(string Name, Optimizer Optimizer)> Optimizers { get; }

    /// <summary>Plays one step: each player's moves, in order.</summary>
    /// <param name="step">Number of the step, from 0.</param>
    /// <param name="observe">Whether to read the terms, which waits for the device.</param>
    /// <exception cref="NotFiniteException">A term or gradient is NaN or infinite; the player's parameters are as before.</exception>
    IReadOnlyList<Move> Play(long step, bool observe = true);
}
