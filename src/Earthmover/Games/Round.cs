using Earthmover.Torch;

namespace Earthmover.Games;

/// <summary>One batch, seen by the players in turn.</summary>
/// <typeparam name="TBatch">What the data delivers.</typeparam>
/// <param name="Batch">The batch; it lives as long as the round.</param>
/// <param name="Step">Number of the training step, from 0.</param>
public sealed record Round<TBatch>(TBatch Batch, long Step) : IDisposable
{
    /// <summary>How much of the stage is played, 0 … 1. A stage whose losses go by it has no <see cref="Stage{TBatch}.Phase"/>.</summary>
    public double Progress { get; init; }

    private readonly Dictionary<string, Tensor> _shared = [];
    private readonly TensorOwner _owner = new();

    private readonly Lock _lock = new();

    /// <summary>
    /// Computes a tensor once in the round and shares it between players, e.g. a translator's forward pass. Who asks second waits for it.
    /// </summary>
    public Tensor Once(string name, Func<Tensor> compute)
    {
        lock (_lock)
        {
            if (!_shared.TryGetValue(name, out var tensor))
                _shared[name] = tensor = _owner.Adopt(compute());
            return tensor;
        }
    }

    /// <summary>Frees what was shared.</summary>
    public void Dispose() => _owner.Dispose();
}
