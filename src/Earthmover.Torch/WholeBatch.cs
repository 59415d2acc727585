namespace Earthmover.Torch;

/// <summary>
/// The one seam through which the samples of a batch see each other: what needs the whole batch (statistics of batch normalization, a mean
/// score, a dual between two batches) asks here. On one process it is the identity; where several play one batch together, each with an
/// equal share of its rows, it brings what the others hold.
/// </summary>
/// <remarks>
/// Both operations are differentiable, to any order. Every process minimizes the loss of its own share, and the gradient of the whole batch
/// is the mean of theirs: so what one's loss owes to another's rows comes back to that other.
/// </remarks>
public static class WholeBatch
{
    [ThreadStatic] private static IBatchPeers? s_peers;
    [ThreadStatic] private static bool s_isAside;

    /// <summary>Processes that play the batch; 1 where nobody else does.</summary>
    public static int Count => s_peers?.Count ?? 1;

    /// <summary>Whether others hold rows of the same batch.</summary>
    public static bool IsShared => Count > 1;

    /// <summary>Plays with others on this thread until the result is disposed. All of them ask the same in the same order.</summary>
    /// <param name="peers">The others.</param>
    public static Scope Join(IBatchPeers peers)
    {
        var before = s_peers;
        s_peers = peers;
        return new(before);
    }

    /// <summary>
    /// Whether batch normalization remembers what it sees on this thread, in its running statistics: not where the thread plays a part of
    /// the batch beside another that does.
    /// </summary>
    public static bool IsRemembered => !s_isAside;

    /// <summary>Plays beside another thread until the result is disposed.</summary>
    public static AsideScope PlayAside()
    {
        var before = s_isAside;
        s_isAside = true;
        return new(before);
    }

    /// <summary>The mean over all processes of what each has found of its share; alone, what it is given.</summary>
    /// <param name="share">Of the same shape everywhere, e.g. the mean of a score over the own rows.</param>
    public static Tensor Average(Tensor share) => IsShared ? Average(share, s_peers!) : share;

    /// <summary>The mean over all processes of a number that each has found of its share; alone, what it is given.</summary>
    /// <param name="share">The number.</param>
    public static double Average(double share)
    {
        if (!IsShared)
            return share;
        using var scope = TensorScope.Open();
        return Average(Tensor.From<double>([share], [1])).Item();
    }

    /// <summary>The rows of all processes, in their order; alone, what it is given.</summary>
    /// <param name="rows">The own rows [N, …], as many as everybody's.</param>
    /// <returns>[processes · N, …].</returns>
    public static Tensor Gather(Tensor rows)
    {
        if (s_peers is not { Count: > 1 } peers)
            return rows;
        var own = rows.Size(0);
        return Differentiable.Apply(() => peers.Gather(rows.Detach().Contiguous()), [rows],
            (gradient, _, _) => [(Average(gradient, peers) * peers.Count).Narrow(0, peers.Place * own, own)]);
    }

    // It is its own adjoint.
    private static Tensor Average(Tensor share, IBatchPeers peers) => Differentiable.Apply(
        () => peers.Sum(share.Detach().Contiguous()) / peers.Count, [share], (gradient, _, _) => [Average(gradient, peers)]);

    /// <summary>Restores whether what this thread plays is remembered.</summary>
    public readonly ref struct AsideScope
    {
        private readonly bool _before;

        internal AsideScope(bool before) => _before = before;

        /// <inheritdoc cref="AsideScope"/>
        public void Dispose() => s_isAside = _before;
    }

    /// <summary>Restores who was asked before.</summary>
    public readonly ref struct Scope
    {
        private readonly IBatchPeers? _before;

        internal Scope(IBatchPeers? before) => _before = before;

        /// <inheritdoc cref="Scope"/>
        public void Dispose() => s_peers = _before;
    }
}

/// <summary>The processes that play one batch together, as one of them sees them. Calls return when all have made them.</summary>
public interface IBatchPeers
{
    /// <summary>How many there are, this one included.</summary>
    int Count { get; }

    /// <summary>The place of this one among them, from 0.</summary>
    int Place { get; }

    /// <summary>The sum of what all give.</summary>
    /// <param name="own">What this one gives: contiguous, without a graph, of the same shape everywhere.</param>
    /// <returns>A new tensor, equal to the bit everywhere.</returns>
    Tensor Sum(Tensor own);

    /// <summary>The rows of all, one after another in the order of their places.</summary>
    /// <param name="own">The rows of this one: contiguous, without a graph.</param>
    /// <returns>A new tensor.</returns>
    Tensor Gather(Tensor own);
}
