namespace Earthmover.Transport;

/// <summary>Splits loops over rows between threads; small loops stay on the calling thread.</summary>
internal static class Work
{
    // Below this many entries a second thread costs more than it saves.
    private const long WorthThreads = 1 << 18;

    /// <summary>Calls body(from, count) for consecutive blocks that cover 0 … total − 1, each exactly once.</summary>
    public static void ForBlocks(
        int total, int blockSize, long entriesPerBlock, int threads, Action<int, int> body, CancellationToken cancellation)
    {
        var blocks = (total + blockSize - 1) / blockSize;
        if (threads <= 1 || blocks == 1 || blocks * entriesPerBlock < WorthThreads)
        {
            for (var b = 0; b < blocks; b++)
            {
                cancellation.ThrowIfCancellationRequested();
                body(b * blockSize, Math.Min(blockSize, total - b * blockSize));
            }
            return;
        }
        var options = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation };
        Parallel.For(0, blocks, options, b => body(b * blockSize, Math.Min(blockSize, total - b * blockSize)));
    }
}
