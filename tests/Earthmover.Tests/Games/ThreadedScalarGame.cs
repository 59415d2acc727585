using Earthmover.Torch;

namespace Earthmover.Tests.Games;

/// <summary>Games of single numbers on a number of threads, which is put back afterwards, with random streams.</summary>
public abstract class ThreadedScalarGame : ScalarGame
{
    private readonly ThreadSplit _before = Runtime.Threads;

    /// <summary>Streams for a test to use.</summary>
    protected RandomStreams Streams { get; } = new(1);

    protected override void TearDown()
    {
        Runtime.Threads = _before;
        Streams.Dispose();
        base.TearDown();
    }
}
