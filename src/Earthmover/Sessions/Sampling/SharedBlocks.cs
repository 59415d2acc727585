using Earthmover.Games;

namespace Earthmover.Sessions.Sampling;

/// <summary>
/// Draws samples that several ask for in one pass through the network, and each is to the bit what <see cref="SampleWriter.Draw"/> makes of
/// the same seed.
/// </summary>
/// <remarks>
/// <see cref="SampleWriter.Draw"/> makes sample k at place k mod 64 of a block. Here it may stand at any place of the same kind, in a block
/// as small as has enough of them (<see cref="BlockPlaces"/>). Where that turns out not to hold, every wish is drawn alone.
/// </remarks>
public sealed class SharedBlocks
{
    /// <summary>Most rows of one pass.</summary>
    public const int Rows = RunSamples.Block;

    /// <summary>Measures a run, with some passes through its generator.</summary>
    /// <param name="run">The run.</param>
    /// <param name="cancellation">Ends it between two passes with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="UserException">It draws no samples of latent vectors.</exception>
    public SharedBlocks(TrainedRun run, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(run);
        Run = run;
        using var use = run.Streams.Use();
        Places = BlockPlaces.Of(run.Ability<ISampler>(), run.Device, cancellation);
        IsShared = true;
        IsShared = IsConfirmed();
    }

    /// <summary>Whether rows of several wishes may stand in one pass.</summary>
    public bool IsShared { get; }

    /// <summary>Sizes of the batches that are drawn, ascending.</summary>
    public IReadOnlyList<int> Sizes => !IsShared ? [Rows]
        : [.. Places.Kinds.Where(size => size.Value.Any(kind => kind >= 0)).Select(size => size.Key)];

    /// <summary>Most rows of a pass that can stand where the first sample of a seed does.</summary>
    public int MostFirst => IsShared ? Places.Kinds[Rows].Count(kind => kind == Places.Kinds[Rows][0]) : 1;

    internal TrainedRun Run { get; }

    internal BlockPlaces Places { get; }

    /// <summary>A pass without rows.</summary>
    public SharedPass Begin() => new(this);

    // Rows of two seeds among each other, beside what a block of each has.
    private bool IsConfirmed()
    {
        SampleWish[] wishes = [new(1, 0, 7), new(2, 0, 5), new(1, 61, 3), new(2, 9, 4)];
        var pass = Begin();
        int[] added = [.. wishes.Select(wish => pass.Add(wish, 0, wish.Count))];
        var made = pass.Draw();
        var expected = wishes.Zip(added, (wish, count) =>
            SampleWriter.Draw(Run, Math.Max(1, count), SampleWriter.Random(Run, wish.Seed), first: wish.First)).ToList();
        var part = 0;
        for (var i = 0; i < wishes.Length; i++)
            if (added[i] > 0 && !made[part++].AsSpan().SequenceEqual(expected[i]))
                return false;
        return true;
    }
}
