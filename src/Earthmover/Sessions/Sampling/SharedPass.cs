using Earthmover.Editing;
using Earthmover.Games;
using Earthmover.Torch;

namespace Earthmover.Sessions.Sampling;

/// <summary>One pass through a generator, which is filled with rows of wishes and then drawn.</summary>
public sealed class SharedPass
{
    private readonly SharedBlocks _blocks;
    private readonly ISampler _sampler;
    private readonly List<(SampleWish Wish, int First, int Count)> _parts = [];
    private readonly Dictionary<int, int> _wanted = [];
    private int _rows;

    internal SharedPass(SharedBlocks blocks) => (_blocks, _sampler) = (blocks, blocks.Run.Ability<ISampler>());

    /// <summary>Rows that it has.</summary>
    public int Count => _rows;

    /// <summary>Adds rows of a wish, as many as there are places for.</summary>
    /// <param name="wish">The wish.</param>
    /// <param name="first">The first of the rows, from 0 within the wish.</param>
    /// <param name="most">How many are wanted.</param>
    /// <returns>How many it has taken: the rows from <paramref name="first"/> on; 0 where they do not fit the others.</returns>
    public int Add(SampleWish wish, int first, int most)
    {
        ArgumentNullException.ThrowIfNull(wish);
        // A network is told something of all rows or of none, and has one truncation for all.
        if (_parts is [var (other, _, _), ..]
            && (!_blocks.IsShared || other.Told is null != wish.Told is null || other.Truncation != wish.Truncation))
            return 0;
        var count = 0;
        for (; count < most && _rows < SharedBlocks.Rows; count++, _rows++)
            if (_blocks.IsShared && !TakePlace(KindOf(wish, first + count)))
                break;
        if (count > 0)
            _parts.Add((wish, first, count));
        return count;
    }

    /// <summary>Draws its rows.</summary>
    /// <returns>
    /// The samples of each part that was added, row by row, points as the game sees them. What is not finite is for the caller to refuse.
    /// </returns>
    public IReadOnlyList<float[]> Draw()
    {
        using var use = _blocks.Run.Streams.Use();
        return _blocks.IsShared ? Together() : [.. _parts.Select(part => Alone(part.Wish, part.First, part.Count))];
    }

    // What is given is drawn as rows of a block too.
    private int KindOf(SampleWish wish, int row) =>
        _blocks.Places.Kinds[SharedBlocks.Rows][((wish.Latents is null ? wish.First : 0) + row) % SharedBlocks.Rows];

    private bool TakePlace(int kind)
    {
        var taken = _wanted.GetValueOrDefault(kind);
        if (taken == _blocks.Places.Kinds[SharedBlocks.Rows].Count(one => one == kind))
            return false;
        _wanted[kind] = taken + 1;
        return true;
    }

    private List<float[]> Together()
    {
        using var pause = Autograd.Pause();
        using var scope = TensorScope.Open();
        var size = _sampler.Latent.Size;
        var kinds = _blocks.Places.Kinds.Values.First(kinds => _wanted.All(kind => kinds.Count(one => one == kind.Key) >= kind.Value));
        var (latents, told, isTaken) = (new float[kinds.Length * size], new Told?[kinds.Length], new bool[kinds.Length]);
        var places = new List<int>();
        foreach (var (wish, first, count) in _parts)
            for (var row = first; row < first + count; row++)
            {
                var kind = KindOf(wish, row);
                var place = Enumerable.Range(0, kinds.Length).First(place => !isTaken[place] && kinds[place] == kind);
                places.Add(place);
                isTaken[place] = true;
                Vector(wish, row).CopyTo(latents, place * size);
                told[place] = wish.Told;
            }
        // What is left of the block is whatever: nobody sees it. Zeros of a uniform law are what it draws, too.
        var z = Tensor.From<float>(latents, [kinds.Length, size], _blocks.Run.Device);
        var common = _parts[0].Wish.Told;
        var condition = common is null ? null : Told.Together([.. told.Select(one => one ?? common)], _blocks.Run.Device);
        var truncation = _parts[0].Wish.Truncation;
        var drawn = truncation == 1 ? _sampler.Generate(z, condition)
            : StyleEdits.Truncated(_blocks.Run.Ability<IStylist>(), z, truncation);
        var samples = drawn.Contiguous().ToArray<float>();
        var (length, at) = (samples.Length / kinds.Length, 0);
        var made = new List<float[]>();
        foreach (var (_, _, count) in _parts)
        {
            var part = new float[count * length];
            for (var i = 0; i < count; i++)
                samples.AsSpan(places[at++] * length, length).CopyTo(part.AsSpan(i * length));
            made.Add(part);
        }
        return made;
    }

    private float[] Vector(SampleWish wish, int row)
    {
        var size = _sampler.Latent.Size;
        return wish.Latents is { } given ? given[(row * size)..((row + 1) * size)]
            : LatentVectors.Draw(_sampler.Latent, wish.Seed, RunSamples.Stream, wish.First + row, 1);
    }

    private float[] Alone(SampleWish wish, int first, int count)
    {
        var (run, size) = (_blocks.Run, _sampler.Latent.Size);
        return wish.Latents is not { } given
            ? SampleWriter.Draw(run, count, SampleWriter.Random(run, wish.Seed), wish.Told, wish.First + first, wish.Truncation)
            : SampleWriter.Draw(run, count, (from, some) => LatentVectors.BlockOf(given, size, from, some, run.Device), wish.Told, first,
                wish.Truncation);
    }
}
