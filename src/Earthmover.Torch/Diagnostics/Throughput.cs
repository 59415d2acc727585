using System.Diagnostics;
using Earthmover.Torch.Operators;

namespace Earthmover.Torch.Diagnostics;

/// <summary>Measured speed of the two operations that training consists of.</summary>
/// <param name="Threads">Threads of both pools, OpenMP and BLAS.</param>
/// <param name="Gemm">Product of two 768 × 768 matrices, GFLOP/s.</param>
/// <param name="Convolution">3 × 3 convolution of 16 images of 64 channels and 32 × 32 pixels, GFLOP/s.</param>
public sealed record Throughput(int Threads, double Gemm, double Convolution)
{
    private const int Size = 768;
    private const double GemmOperations = 2.0 * Size * Size * Size;
    private const double ConvolutionOperations = 2.0 * 16 * 64 * 32 * 32 * 64 * 9;

    /// <summary>
    /// Measures on the CPU: the fastest of as many repetitions as fit into the budget. Thread settings are put back afterwards.
    /// </summary>
    /// <param name="threads">Threads to measure with, at least 1.</param>
    /// <param name="budget">Time for each of the two operations.</param>
    public static Throughput Measure(int threads, TimeSpan budget)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        var before = Runtime.Threads;
        Runtime.Threads = new(threads, threads);
        try
        {
            using var scope = TensorScope.Open();
            using var pause = Autograd.Pause();
            var matrix = Tensor.Ones([Size, Size]);
            var images = Tensor.Ones([16, 64, 32, 32]);
            var filters = Tensor.Ones([64, 64, 3, 3]);
            return new(threads,
                GemmOperations / Fastest(() => Op.Mm(matrix, matrix), budget) / 1e9,
                ConvolutionOperations / Fastest(() => Op.Conv2d(images, filters, padding: [1, 1]), budget) / 1e9);
        }
        finally
        {
            Runtime.Threads = before;
        }
    }

    /// <summary>1, 2, 4, … and all of them.</summary>
    /// <param name="processors">Processors of the machine.</param>
    public static IReadOnlyList<int> ThreadCounts(int processors) =>
        [.. Enumerable.Range(0, 31).Select(i => 1 << i).TakeWhile(count => count < processors), processors];

    private static double Fastest(Func<Tensor> operation, TimeSpan budget)
    {
        var fastest = double.PositiveInfinity;
        var clock = Stopwatch.StartNew();
        // The first repetition also wakes the threads and plans the operation; a second one always follows.
        for (var i = 0; i < 2 || clock.Elapsed < budget; i++)
        {
            using var scope = TensorScope.Open();
            var start = Stopwatch.GetTimestamp();
            _ = operation();
            fastest = Math.Min(fastest, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        return fastest;
    }
}
