namespace Earthmover.Torch;

/// <summary>
/// The named random streams of a run (<c>init</c>, <c>data</c>, <c>latent</c>, <c>penalty</c>, <c>augment</c>, …), all derived from one
/// seed, all saved with it.
/// </summary>
/// <remarks>
/// Code that draws says from which stream: <c>RandomStreams.Current["penalty"]</c>. The streams in force belong to the thread, so two runs
/// do not mix.
/// </remarks>
public sealed class RandomStreams(long seed, Device? device = null) : IDisposable
{
    [ThreadStatic] private static RandomStreams? s_current;

    private readonly SortedDictionary<string, RandomGenerator> _streams = new(StringComparer.Ordinal);

    /// <summary>The seed that every stream is derived from.</summary>
    public long Seed { get; } = seed;

    /// <summary>Where the numbers are made.</summary>
    public Device Device { get; } = device ?? Device.Cpu;

    /// <summary>The streams in force on this thread.</summary>
    /// <exception cref="InvalidOperationException">None are: see <see cref="Use"/>.</exception>
    public static RandomStreams Current => s_current
        ?? throw new InvalidOperationException("no RandomStreams are in use on this thread: using var _ = streams.Use();");

    /// <summary>The stream of a name, started on first use.</summary>
    public RandomGenerator this[string name]
    {
        get
        {
            lock (_streams)
            {
                if (!_streams.TryGetValue(name, out var stream))
                    _streams[name] = stream = RandomGenerator.Named(name, Seed, Device);
                return stream;
            }
        }
    }

    /// <summary>
    /// States of the streams in use, by name; setting it continues them where they were. They stay the same streams: what was recorded on a
    /// device draws from them.
    /// </summary>
    public IReadOnlyDictionary<string, byte[]> States
    {
        get => _streams.ToDictionary(pair => pair.Key, pair => pair.Value.State);
        set
        {
            foreach (var name in _streams.Keys.Except(value.Keys).ToList())
            {
                _streams[name].Dispose();
                _ = _streams.Remove(name);
            }
            foreach (var (name, state) in value)
                this[name].State = state;
        }
    }

    internal nint[] Handles()
    {
        lock (_streams)
            return [.. _streams.Values.Select(stream => stream.Handle)];
    }

    /// <summary>Puts these streams in force on this thread until the result is disposed.</summary>
    public Scope Use()
    {
        var before = s_current;
        s_current = this;
        return new(before);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var stream in _streams.Values)
            stream.Dispose();
        _streams.Clear();
    }

    /// <summary>Restores the streams that were in force before.</summary>
    public readonly ref struct Scope
    {
        private readonly RandomStreams? _before;

        internal Scope(RandomStreams? before) => _before = before;

        /// <summary>Restores them.</summary>
        public void Dispose() => s_current = _before;
    }
}
