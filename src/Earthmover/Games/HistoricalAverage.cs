using Earthmover.Nn;
using Earthmover.Torch;

namespace Earthmover.Games;

/// <summary>
/// Historical averaging (arXiv:1606.03498, section 3.3): a player pays for its distance from the mean of all its parameters so far, which
/// ends circles that a game would go on with.
/// </summary>
/// <remarks>γ ‖θ − 1/t Σ θ_i‖², over all parameters of the player's networks; the first of them are θ_0.</remarks>
public sealed class HistoricalAverage : ISavedState, IDisposable
{
    private readonly TensorOwner _owner = new();
    private readonly FlatParameters[] _networks;
    private readonly Tensor[] _means;
    private readonly Tensor _count; // t [], on the device: whoever records a step repeats it with another
    private readonly double _weight;

    /// <summary>Begins at the parameters of now.</summary>
    /// <param name="weight">γ.</param>
    /// <param name="networks">The player's networks.</param>
    public HistoricalAverage(double weight, params IReadOnlyList<Module> networks)
    {
        using var scope = TensorScope.Open();
        using var pause = Autograd.Pause();
        (_weight, _networks) = (weight, [.. networks.Select(network => network.Flat)]);
        _means = [.. _networks.Select(flat => _owner.Adopt(flat.Values.Clone()))];
        _count = _owner.Adopt(Tensor.Ones([]).Like(_means[0]));
    }

    /// <summary>A player that pays for it beside its own loss.</summary>
    /// <param name="player">The player.</param>
    public Player<TBatch> Of<TBatch>(Player<TBatch> player)
    {
        ArgumentNullException.ThrowIfNull(player);
        return player with
        {
            Loss = round =>
            {
                var terms = player.Loss(round);
                terms["history", TermRole.Auxiliary] = Term();
                return terms;
            },
            AfterStep = () =>
            {
                player.AfterStep?.Invoke();
                Update();
            },
        };
    }

    /// <summary>γ ‖θ − mean‖², a tensor without axes.</summary>
    internal Tensor Term()
    {
        using var scope = TensorScope.Open();
        var terms = from network in _networks.Zip(_means)
                    from i in Enumerable.Range(0, network.First.Leaves.Length)
                    select (network.First.Leaves[i] - network.First.Part(network.Second, i)).Square().Sum();
        return scope.Keep(_weight * terms.Aggregate((a, b) => a + b));
    }

    /// <summary>Takes the parameters in; after a move.</summary>
    internal void Update()
    {
        using var scope = TensorScope.Open();
        using var pause = Autograd.Pause();
        _count.CopyFrom(_count + 1);
        for (var k = 0; k < _means.Length; k++)
            _means[k].CopyFrom(_means[k] + (_networks[k].Values - _means[k]) / _count);
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Tensor> Capture()
    {
        var state = new Dictionary<string, Tensor> { ["count"] = _count.Alias() };
        for (var k = 0; k < _means.Length; k++)
            state[$"mean{k}"] = _means[k].Alias();
        return state;
    }

    /// <inheritdoc/>
    public void Restore(IReadOnlyDictionary<string, Tensor> state)
    {
        using var pause = Autograd.Pause();
        var kept = Capture();
        if (state.Count != kept.Count || kept.Any(own => !state.TryGetValue(own.Key, out var other)
            || other.DType != own.Value.DType || !other.Shape.SequenceEqual(own.Value.Shape)))
            throw new FormatException("not the state of an average of such networks");
        foreach (var (name, own) in kept)
            own.CopyFrom(state[name].To(own.Device));
    }

    /// <inheritdoc/>
    public void Dispose() => _owner.Dispose();
}
