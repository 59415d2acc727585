using Earthmover.Nn;
using Earthmover.Nn.Optimizers;

namespace Earthmover.Games;

/// <summary>What one player minimizes in a round.</summary>
public delegate Terms Loss<TBatch>(Round<TBatch> round);

/// <summary>Whose parameters move, how, along which loss, and in which rhythm.</summary>
/// <param name="Name">Name in logs and charts, e.g. <c>critic</c>.</param>
/// <param name="Role">What it is for.</param>
/// <param name="Networks">The networks whose parameters this player moves.</param>
/// <param name="Optimizer">How they move.</param>
/// <param name="Loss">What it minimizes.</param>
public sealed record Player<TBatch>(string Name, Role Role, IReadOnlyList<Module> Networks, OptimizerOptions Optimizer, Loss<TBatch> Loss)
{
    /// <summary>Moves per step, each on a batch of its own: n_critic of the papers. A function of the step number, for schedules.</summary>
    public Func<long, int> Steps { get; init; } = _ => 1;

    /// <summary>
    /// Ends the moves of a step early when it says so of those made in it so far; see <see cref="CriticSchedule.Adaptive"/>.
    /// With it, the terms of every move are read.
    /// </summary>
    public Func<IReadOnlyList<Move>, bool>? Until { get; init; }

    /// <summary>Moves only at every so many steps.</summary>
    public int Every { get; init; } = 1;

    /// <summary>Called after each of its moves: a projection of the weights, the update of a control variable.</summary>
    public Action? AfterStep { get; init; }
}

/// <summary>Players that play until the stage ends; StackGAN, LAPGAN and progressive training play several after one another.</summary>
/// <param name="Name">Name in logs.</param>
/// <param name="Players">Players in the order of their moves.</param>
/// <param name="Share">Share of the run that this stage gets, relative to the other stages.</param>
public sealed record Stage<TBatch>(string Name, IReadOnlyList<Player<TBatch>> Players, double Share = 1)
{
    /// <summary>
    /// All players differentiate at the same parameters, once and on the same batch, and then all move: with two players, on two threads.
    /// Losses then share nothing that changes but <see cref="Round{TBatch}.Once"/>, and draw from different random streams.
    /// </summary>
    public bool IsSimultaneous { get; init; }

    /// <summary>
    /// Players that move together differentiate what they share by <see cref="Round{TBatch}.Once"/>, and are played one after another: in
    /// which order two threads add up a gradient, nobody knows.
    /// </summary>
    public bool SharesGraph { get; init; }

    /// <summary>
    /// Players that move together may do so on half of the batch each of two threads, if it can be divided and has samples enough; their
    /// gradients are the means of both. Statistics of a batch are then those of its halves. For losses that are means over samples, and
    /// layers that remember nothing of a pass but the statistics of batch normalization.
    /// </summary>
    public bool DividesBatch { get; init; }

    /// <summary>
    /// The stage begins with the generators as they are used afterwards: where a run keeps averages of them, they are these. For players
    /// that learn of generators which no longer move.
    /// </summary>
    public bool BeginsAveraged { get; init; }

    /// <summary>
    /// Steps of equal phase do the same: their losses use tensors and random streams alone and wait for nothing, so that a device may
    /// record one and repeat it. Null where that is not so.
    /// </summary>
    public Func<long, long>? Phase { get; init; }
}
