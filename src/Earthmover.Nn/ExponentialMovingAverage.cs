using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Nn;

/// <summary>
/// Averages of a network's parameters and statistics over the images it was trained on: the generator that samples are made with
/// (arXiv:1806.04498).
/// </summary>
/// <remarks>
/// Counted in images, so that the batch size does not change its meaning; a short horizon at the start forgets the initial weights
/// (arXiv:1912.04958).
/// </remarks>
public sealed class ExponentialMovingAverage : IDisposable
{
    private readonly TensorOwner _owner = new();
    private readonly List<(Tensor Live, Tensor Average)> _pairs = [];
    private readonly SortedDictionary<string, Tensor> _state = new(StringComparer.Ordinal);
    private readonly double _horizon;
    private readonly double? _rampUp;

    /// <summary>The averages start as the network is. Its parameters are laid out now, so move it to its device before.</summary>
    /// <param name="network">The network, a root.</param>
    /// <param name="horizon">Images after which a state weighs half.</param>
    /// <param name="rampUp">The horizon is at most this share of the images seen so far; null for the whole horizon from the start.</param>
    public ExponentialMovingAverage(Module network, double horizon = 10_000, double? rampUp = 0.05)
    {
        if (!(horizon > 0))
            throw new ArgumentOutOfRangeException(nameof(horizon), horizon, "the horizon of an average is a positive number of images");
        (_horizon, _rampUp) = (horizon, rampUp);
        using var scope = TensorScope.Open();
        using var pause = Autograd.Pause();
        var flat = network.Flat;
        var values = Track(flat.Values);
        for (var i = 0; i < flat.Entries.Count; i++)
            _state[flat.Entries[i].Path] = _owner.Adopt(flat.Part(values, i));
        foreach (var (path, buffer) in network.Buffers())
            if (buffer.Value.DType.IsFloatingPoint())
                _state[path] = Track(buffer.Value);
    }

    /// <summary>Images averaged over.</summary>
    public long Images { get; set; }

    /// <summary>The averages by the network's paths; save and restore them in place, with <see cref="Images"/>.</summary>
    public IReadOnlyDictionary<string, Tensor> State => _state;

    /// <summary>Takes the network in as it is after a step.</summary>
    /// <param name="batch">Images of the step.</param>
    public void Update(long batch)
    {
        Images += batch;
        var horizon = _rampUp is { } share ? Math.Min(_horizon, Images * share) : _horizon;
        var decay = Math.Pow(0.5, batch / Math.Max(horizon, 1e-8));
        using var pause = Autograd.Pause();
        foreach (var (live, average) in _pairs)
            Op.Lerp_(average, live, 1 - decay);
    }

    /// <summary>Puts the averages into the network until the result is disposed: <c>using (average.InPlace()) …</c></summary>
    public Exchange InPlace()
    {
        Swap();
        return new(this);
    }

    /// <summary>The network becomes its average, from which it goes on.</summary>
    public void Settle()
    {
        using var pause = Autograd.Pause();
        foreach (var (live, average) in _pairs)
            live.CopyFrom(average);
    }

    private Tensor Track(Tensor live)
    {
        var average = _owner.Adopt(live.Detach().Clone());
        _pairs.Add((live, average));
        return average;
    }

    private void Swap()
    {
        using var scope = TensorScope.Open();
        using var pause = Autograd.Pause();
        foreach (var (live, average) in _pairs)
        {
            var before = live.Clone();
            live.CopyFrom(average);
            average.CopyFrom(before);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _owner.Dispose();

    /// <summary>Puts the network back as it was.</summary>
    public readonly struct Exchange : IDisposable
    {
        private readonly ExponentialMovingAverage _average;

        internal Exchange(ExponentialMovingAverage average) => _average = average;

        /// <summary>Puts the network back.</summary>
        public void Dispose() => _average.Swap();
    }
}
