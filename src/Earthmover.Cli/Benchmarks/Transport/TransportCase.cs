namespace Earthmover.Cli.Benchmarks.Transport;

/// <summary>What a transport benchmark measures.</summary>
internal enum Quantity
{
    /// <summary>The search for the optimal plan, without costs and certificate.</summary>
    Solve,

    /// <summary>Points in, certified value out.</summary>
    EndToEnd,

    /// <summary>One step of a training loop: batches in, certified value out, buffers kept.</summary>
    Batch,

    /// <summary>One iteration of log-domain Sinkhorn at ε = 1 % of the mean cost.</summary>
    Sinkhorn,

    /// <summary>The sliced distance with 1000 directions.</summary>
    Sliced,

    /// <summary>W₁ on the line.</summary>
    Line,

    /// <summary>The Fréchet distance from points.</summary>
    Frechet,

    /// <summary>k-means with 64 centers to the end.</summary>
    KMeans,
}

/// <summary>One row of the transport benchmark.</summary>
/// <param name="Quantity">What is measured.</param>
/// <param name="Clouds">Which points; see <see cref="Transport.Clouds"/>.</param>
/// <param name="N">Points on the left.</param>
/// <param name="M">Points on the right.</param>
/// <param name="D">Coordinates.</param>
/// <param name="Weighted">Whether the points have unequal masses.</param>
internal sealed record TransportCase(Quantity Quantity, string Clouds, int N, int M, int D, bool Weighted = false)
{
    /// <summary>Case name: quantity (unless it is a plain solve), clouds, n (× m) and d.</summary>
    public string Name
    {
        get
        {
            var prefix = Quantity == Quantity.Solve ? "" : Quantity.ToString().ToLowerInvariant() + "-";
            var size = N == M ? $"{N}" : $"{N}x{M}";
            return $"{prefix}{Clouds}-{size}-d{D}{(Weighted ? "-weighted" : "")}";
        }
    }

    /// <summary>Whether the case belongs to the quick selection: every kind of case, a few seconds in all.</summary>
    public bool Quick => Quantity switch
    {
        Quantity.Solve => N <= 1000 || (N == 2000 && (D == 2 || N != M || Weighted)),
        Quantity.EndToEnd => N <= 2000,
        Quantity.Sinkhorn => N <= 1000,
        Quantity.Frechet => D <= 256,
        Quantity.Batch or Quantity.Line => true,
        _ => N <= 2000,
    };

    /// <summary>All cases, small before large.</summary>
    public static IReadOnlyList<TransportCase> All { get; } = [.. Table()];

    private static IEnumerable<TransportCase> Table()
    {
        foreach (var n in new[] { 64, 128, 256, 512 })
        {
            yield return new(Quantity.Solve, "gauss", n, n, 784);
            yield return new(Quantity.Batch, "gauss", n, n, 784);
        }
        foreach (var n in new[] { 500, 1000, 2000, 5000, 10_000 })
        {
            foreach (var d in new[] { 2, 784 })
            {
                foreach (var clouds in new[] { "gauss", "mix25", "mixgauss" })
                    yield return new(Quantity.Solve, clouds, n, n, d);
            }
        }
        foreach (var d in new[] { 2, 784 })
        {
            foreach (var clouds in new[] { "tight", "onemode", "tightblob", "half", "tightmix", "copies" })
                yield return new(Quantity.Solve, clouds, 2000, 2000, d);
        }
        foreach (var d in new[] { 2, 784 })
        {
            yield return new(Quantity.Solve, "gauss", 2000, 2000, d, true);
            yield return new(Quantity.Solve, "mix25", 2000, 2000, d, true);
            yield return new(Quantity.Solve, "gauss", 2000, 1000, d);
            yield return new(Quantity.Solve, "gauss", 2000, 1500, d);
            yield return new(Quantity.Solve, "gauss", 2000, 1500, d, true);
        }
        yield return new(Quantity.EndToEnd, "gauss", 2000, 2000, 784);
        yield return new(Quantity.EndToEnd, "gauss", 10_000, 10_000, 784);
        yield return new(Quantity.Sinkhorn, "gauss", 1000, 1000, 784);
        yield return new(Quantity.Sinkhorn, "gauss", 5000, 5000, 784);
        yield return new(Quantity.Sliced, "gauss", 2000, 2000, 784);
        yield return new(Quantity.Sliced, "gauss", 10_000, 10_000, 784);
        yield return new(Quantity.Line, "line", 1_000_000, 1_000_000, 1);
        yield return new(Quantity.Frechet, "gauss", 2000, 2000, 256);
        yield return new(Quantity.Frechet, "gauss", 10_000, 10_000, 2048);
        yield return new(Quantity.KMeans, "mix25", 2000, 2000, 784);
        yield return new(Quantity.KMeans, "mix25", 10_000, 10_000, 784);
    }
}
