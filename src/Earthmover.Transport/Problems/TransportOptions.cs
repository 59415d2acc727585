namespace Earthmover.Transport;

/// <summary>How an exact solve may work. The defaults suit every size that fits into memory.</summary>
public sealed record TransportOptions
{
    /// <summary>The defaults.</summary>
    public static TransportOptions Default { get; } = new();

    /// <summary>Largest duality gap with its stated errors, relative to the cost, of a result that calls itself certified. Default (null):
    /// 10⁻⁷ for float32 clouds, 10⁻⁹ for float64 ones and for matrices.</summary>
    public double? RelativeTolerance { get; init; }

    /// <summary>Limit on the solver's work, counted in cost entries read; a solve that reaches it ends with
    /// <see cref="TransportStatus.IterationLimit"/> and is not certified. Default: no limit.</summary>
    public long MaxWork { get; init; } = long.MaxValue;

    /// <summary>Threads for the cost matrix and the certificate; 0 = all processors. The search itself uses one thread.
    /// The result does not depend on this number.</summary>
    public int Threads { get; init; }

    /// <summary>Bytes that the cost matrix may take; above, rows are recomputed when they are needed. 0 = half of the
    /// memory that is available to the process.</summary>
    public long MemoryBudgetBytes { get; init; }

    /// <summary>Told now and then during a long solve how far it is.</summary>
    public IProgress<TransportProgress>? Progress { get; init; }

    internal int ThreadCount => Threads > 0 ? Threads : Environment.ProcessorCount;

    internal long MemoryBudget => MemoryBudgetBytes > 0
        ? MemoryBudgetBytes
        : GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2;

    internal double ToleranceFor(TransportGeometry geometry) =>
        RelativeTolerance ?? (geometry is PointCloudGeometry { X.IsDouble: false, Y.IsDouble: false } ? 1e-7 : 1e-9);

    internal void Validate()
    {
        if (RelativeTolerance is { } tolerance && !(tolerance >= 0))
            throw new ArgumentException($"RelativeTolerance is {RelativeTolerance}; it must be ≥ 0.");
        if (MaxWork < 1)
            throw new ArgumentException($"MaxWork is {MaxWork}; it must be at least 1.");
        if (Threads < 0)
            throw new ArgumentException($"Threads is {Threads}; it must be ≥ 0.");
        if (MemoryBudgetBytes < 0)
            throw new ArgumentException($"MemoryBudgetBytes is {MemoryBudgetBytes}; it must be ≥ 0.");
    }
}
