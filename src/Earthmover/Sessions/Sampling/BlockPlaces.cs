using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Earthmover.Games;
using Earthmover.Torch;

namespace Earthmover.Sessions.Sampling;

/// <summary>
/// Which places of a batch give the same bits: those where a library adds the numbers of a row in the same order. It is measured, since it
/// depends on the library, the processor and the network.
/// </summary>
/// <remarks>
/// A batch of copies of one latent vector makes the same sample at every place, up to rounding. Places whose samples agree to the bit, for
/// several vectors, are of one kind. A matrix product, for instance, takes rows in tiles and adds otherwise where a tile ends.
/// </remarks>
internal sealed class BlockPlaces
{
    // Enough numbers that what is added in another order shows in some of them.
    private const int Numbers = 2_000, FewestTrials = 2, MostTrials = 200;

    private static readonly int[] s_smaller = [1, 6, 12, 24];

    private BlockPlaces(IReadOnlyDictionary<int, int[]> kinds) => Kinds = kinds;

    /// <summary>Of each size of a batch, ascending, the kinds of its places; −1 where a place is like none of a whole block.</summary>
    public IReadOnlyDictionary<int, int[]> Kinds { get; }

    /// <summary>Measures a sampler.</summary>
    /// <param name="sampler">In evaluation mode.</param>
    /// <param name="device">Where it computes.</param>
    /// <param name="cancellation">Ends it between two passes.</param>
    public static BlockPlaces Of(ISampler sampler, Device device, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(sampler);
        int[] sizes = [.. s_smaller, RunSamples.Block];
        var hashes = sizes.ToDictionary(size => size, size => Enumerable.Range(0, size)
            .Select(_ => IncrementalHash.CreateHash(HashAlgorithmName.SHA256)).ToArray());
        var trials = FewestTrials;
        for (var trial = 0; trial < trials; trial++)
            foreach (var size in sizes)
            {
                cancellation.ThrowIfCancellationRequested();
                var made = Copies(sampler, trial, size, device);
                var row = made.Length / size;
                trials = Math.Clamp((Numbers + row - 1) / row, FewestTrials, MostTrials);
                for (var place = 0; place < size; place++)
                    hashes[size][place].AppendData(MemoryMarshal.AsBytes(made.AsSpan(place * row, row)));
            }
        var known = new Dictionary<string, int>(StringComparer.Ordinal);
        var kinds = new SortedDictionary<int, int[]>();
        foreach (var size in sizes.Reverse())
            kinds[size] = [.. hashes[size].Select(hash =>
            {
                var print = Convert.ToHexString(hash.GetHashAndReset());
                hash.Dispose();
                if (size == RunSamples.Block)
                    known.TryAdd(print, known.Count);
                return known.GetValueOrDefault(print, -1);
            })];
        return new(kinds);
    }

    private static float[] Copies(ISampler sampler, int trial, int size, Device device)
    {
        using var pause = Autograd.Pause();
        using var scope = TensorScope.Open();
        var one = LatentVectors.Draw(sampler.Latent, trial, "places", 0, 1);
        float[] all = [.. Enumerable.Repeat(one, size).SelectMany(vector => vector)];
        var z = Tensor.From<float>(all, [size, sampler.Latent.Size], device);
        return sampler.Generate(z).Contiguous().ToArray<float>();
    }
}
