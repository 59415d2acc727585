using Earthmover.Torch;

namespace Earthmover.Games;

/// <summary>
/// Generated samples of the past, so that a critic does not forget them (arXiv:1612.07828, section 2.3): it holds copies of its own, cut
/// off from every graph.
/// </summary>
/// <param name="capacity">Samples it holds; with 0 it hands back what it is given.</param>
/// <param name="axes">Shape of one sample.</param>
public sealed class SamplePool(int capacity, IReadOnlyList<long> axes) : ISavedState, IDisposable
{
    private readonly TensorOwner _owner = new();
    private Tensor? _samples; // [K, …], K ≤ capacity

    /// <summary>Samples in the pool.</summary>
    public long Count => _samples?.Size(0) ?? 0;

    /// <summary>
    /// Takes samples one after another: while there is room each is stored and handed back; later, with probability one half, it changes
    /// places with a random stored one.
    /// </summary>
    /// <param name="fresh">New samples [N, …].</param>
    /// <returns>[N, …], without a graph, in the innermost scope.</returns>
    public Tensor Exchange(Tensor fresh)
    {
        using var scope = TensorScope.Open();
        using var pause = Autograd.Pause();
        fresh = fresh.Detach();
        if (capacity == 0)
            return scope.Keep(fresh);
        var all = _samples is null ? fresh : Tensor.Cat([_samples.To(fresh.Device), fresh]);
        int before = (int)Count, n = (int)fresh.Size(0);
        var random = RandomStreams.Current["pool"];
        var swaps = Tensor.Uniform([n], random).ToArray<float>();
        var places = Tensor.Integers([n], capacity, random).ToArray<long>();
        // Rows of `all` that the pool holds afterwards, and those that go to the critic.
        List<long> held = [.. Enumerable.Range(0, before).Select(i => (long)i)];
        var given = new long[n];
        for (var i = 0; i < n; i++)
        {
            given[i] = before + i;
            if (held.Count < capacity)
                held.Add(before + i);
            else if (swaps[i] < 0.5)
                (given[i], held[(int)places[i]]) = (held[(int)places[i]], before + i);
        }
        Tensor Rows(long[] rows) => all.IndexSelect(0, Tensor.From<long>(rows, [rows.Length], fresh.Device));
        Hold(Rows([.. held]));
        return scope.Keep(Rows(given));
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Tensor> Capture() =>
        _samples is null ? new Dictionary<string, Tensor>() : new Dictionary<string, Tensor> { ["samples"] = _samples.Alias() };

    /// <inheritdoc/>
    public void Restore(IReadOnlyDictionary<string, Tensor> state)
    {
        using var scope = TensorScope.Open();
        if (state.Keys.Any(key => key != "samples") || state.TryGetValue("samples", out var samples) && !Fits(samples))
            throw new FormatException("not the state of a pool of such samples");
        Hold(samples?.Clone());
    }

    private bool Fits(Tensor samples) => samples.DType == DType.Float32 && samples.Rank == axes.Count + 1
        && samples.Size(0) <= capacity && samples.Shape.Skip(1).SequenceEqual(axes);

    private void Hold(Tensor? samples)
    {
        if (_samples is not null)
            _owner.Release(_samples);
        _samples = samples is null ? null : _owner.Adopt(samples);
    }

    /// <inheritdoc/>
    public void Dispose() => _owner.Dispose();
}
