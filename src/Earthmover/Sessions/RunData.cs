using Earthmover.Data;
using Earthmover.Data.Pairs;
using Earthmover.Data.Points;
using Earthmover.Training;

namespace Earthmover.Sessions;

/// <summary>The data of a run that has begun, which are to be what they were.</summary>
public static class RunData
{
    /// <summary>Opens the data of a recipe and checks that it is the same.</summary>
    /// <exception cref="UserException">It is missing or has changed.</exception>
    public static DataSet Open(Recipe recipe, DataContext context)
    {
        var data = Find(recipe, context);
        // The same columns in another order are the same data; a second domain comes in the order of the first.
        if (recipe.Columns is { } names && data is PointSet { ColumnNames: { } now, Counterpart: null } points
            && !now.SequenceEqual(names) && now.Order(StringComparer.Ordinal).SequenceEqual(names.Order(StringComparer.Ordinal)))
            data = PointColumns.InOrder(points, names,
                $"its columns are taken in the order that the run knows: {string.Join(", ", names)}");
        // Runs of before points were float64 know them by the hash of their float32.
        var known = FingerprintOf(data) == recipe.DataFingerprint
            || (!recipe.Training.ContainsKey("scaling") && SinglesOf(data) == recipe.DataFingerprint);
        if (!known)
            throw new UserException($"the data {recipe.Data} has changed since the run began "
                + $"(fingerprint {FingerprintOf(data)[..8]}, then {recipe.DataFingerprint[..8]}); restore it, or start a new run");
        return data;
    }

    private static DataSet Find(Recipe recipe, DataContext context)
    {
        try
        {
            return DataCatalog.Open(recipe.Data, context with { Seed = recipe.Seed });
        }
        catch (UserException e) when (IsGone(recipe.Data))
        {
            throw new UserException($"{e.Message}. The run began with it: where it lies elsewhere now, "
                + $"{Invocation.Of("train PATH --resume --run RUN")} tells the run, "
                + $"and {Invocation.Of("evaluate RUN --against PATH")} evaluates by it");
        }
    }

    internal static bool IsGone(string address)
    {
        var parsed = DataAddress.Parse(address);
        DataAddress[] sides = Domains.BesideBar(parsed) is var (a, b) ? [a, b] : [parsed];
        return sides.Any(side => !DataCatalog.IsBuiltIn(side) && !Path.Exists(side.Name));
    }

    // Of both domains, where there are two.
    internal static string FingerprintOf(DataSet data) =>
        data.Counterpart is { } other ? data.Fingerprint[..16] + other.Fingerprint[..16] : data.Fingerprint;

    private static string? SinglesOf(DataSet data) => (data, data.Counterpart) switch
    {
        (PointSet a, PointSet b) => a.SingleFingerprint()[..16] + b.SingleFingerprint()[..16],
        (PointSet a, _) => a.SingleFingerprint(),
        _ => null,
    };
}
