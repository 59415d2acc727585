using Earthmover.Data;
using Earthmover.Data.Dealing;

namespace Earthmover.Metrics.Tables;

/// <summary>
/// Which rows are compared: real ones, which all others are held against; fresh real ones, which show what perfection reads; generated
/// ones.
/// </summary>
/// <param name="Real">Rows of the real data: what the generator was trained on, where it was.</param>
/// <param name="Fresh">Rows of the held-out data; without any, further rows of the real data.</param>
/// <param name="Generated">Rows of the generated data, as many as of the real data where there are.</param>
internal sealed record TableParts(int[] Real, int[] Fresh, int[] Generated)
{
    // More rows take longer and tell hardly more.
    private const int MostRows = 50_000;

    /// <summary>Rows that are kept for the floor where nothing was held out: a fifth.</summary>
    public const int FreshShare = 5;

    /// <summary>Chooses.</summary>
    /// <param name="generated">Generated data.</param>
    /// <param name="real">Real data.</param>
    /// <param name="heldOut">Real data that was not trained on, or null.</param>
    /// <param name="n">Fresh rows, and generated ones that are compared with as many.</param>
    /// <param name="seed">Seed of the choice.</param>
    /// <exception cref="UserException">There are too few rows.</exception>
    public static TableParts Of(DataSet generated, DataSet real, DataSet? heldOut, int n, long seed)
    {
        // Data against itself must not meet its own copies.
        var same = Evaluation.IsItself(generated, real);
        var taken = (heldOut is null ? n : 0) + (same ? n : 0);
        if (n < 2 || real.Count - taken < n)
            throw new UserException($"-n {n} leaves {Math.Max(0, real.Count - taken)} of the {real.Count} rows of {real.Name} to compare "
                + $"with; use -n {Math.Max(2, real.Count / (2 + (same ? 1 : 0)))} or less");
        if (n > generated.Count || n > heldOut?.Count)
        {
            var few = n > generated.Count ? generated : heldOut!;
            throw new UserException($"-n {n} is more than the {few.Count} rows of {few.Name}; use -n {few.Count} or less");
        }
        var order = Subset.Order(real.Count, seed);
        var rest = order[taken..];
        if (rest.Length > MostRows)
            rest = rest[..MostRows];
        var fresh = heldOut is null ? order[..n] : Subset.Order(heldOut.Count, seed + 2)[..n];
        var made = same ? order[(taken - n)..taken] : Subset.Order(generated.Count, seed + 1);
        return new(rest, fresh, made.Length > rest.Length ? made[..rest.Length] : made);
    }
}
