using Earthmover.Data.Toys;

namespace Earthmover.Data.Pairs;

/// <summary>
/// Finds the two domains of an address: <c>a|b</c>, a toy that has two sides and was asked for neither, built-in pairs, or a folder that
/// holds two (<see cref="FolderDomains"/>).
/// </summary>
internal static class Domains
{
    /// <summary>The two sides; null where there is one.</summary>
    /// <param name="address">The address.</param>
    /// <exception cref="UserException">One of them is missing, or they cannot correspond in the way that is asked for.</exception>
    public static TwoDomains? Of(DataAddress address)
    {
        if (BesideBar(address) is { } two) return Beside(address, two);
        if (ToyCatalog.HasSides(address.Name) && address[PairOptions.Side] is null)
            return new(address, address.With(PairOptions.Side, "b"), Pairing.Unpaired);
        var wanted = TwoDomains.Wanted(address);
        if (address[PairOptions.Side] is not null || wanted == Pairing.None) return null;
        if (DrawnPairs.SidesOf(address, wanted) is { } drawn) return drawn;
        if (FashionPairs.PairingOf(address.Name) is { } pairing)
            return TwoDomains.SidesOf(address, wanted == Pairing.Unpaired ? Pairing.Unpaired : pairing);
        return Directory.Exists(address.Name) ? FolderDomains.Of(address, wanted) : null;
    }

    /// <summary>The address of one side where the option <c>side</c> asks for one of what would be two; any other as it is.</summary>
    /// <param name="address">The address.</param>
    public static DataAddress OneOf(DataAddress address)
    {
        if (address[PairOptions.Side] is null || DataCatalog.IsBuiltIn(address)) return address;
        if (Of(address.Without(PairOptions.Side)) is not { } two) return address;
        var options = new DataOptions(address, [.. address.Options.Select(option => option.Key)]);
        return options.Choice(PairOptions.Side, "a", "b") == "a" ? two.A : two.B;
    }

    /// <summary>What stands on both sides of a bar; null where there is none.</summary>
    public static (DataAddress A, DataAddress B)? BesideBar(DataAddress address) =>
        address.Name.IndexOf('|', StringComparison.Ordinal) is > 0 and var bar && !DataAddress.Exists(address.Name)
            ? (DataAddress.Parse(address.Name[..bar]), DataAddress.Parse(address.Name[(bar + 1)..]))
            : null;

    /// <summary>The address that says that the samples of two domains belong together.</summary>
    /// <param name="address">The address of both.</param>
    public static string Aligned(DataAddress address)
    {
        static DataAddress Paired(DataAddress one) => one.With(PairOptions.Pairs, "aligned");
        return BesideBar(address) is var (a, b) ? $"{a.Without(PairOptions.Pairs)}|{Paired(b)}" : $"{Paired(address)}";
    }

    private static TwoDomains Beside(DataAddress address, (DataAddress A, DataAddress B) two)
    {
        var (a, b) = (TwoDomains.Wanted(two.A), TwoDomains.Wanted(two.B));
        if (a is { } first && b is { } second && first != second)
            throw new UserException($"{address} says two things of how its domains correspond; give pairs= once");
        if ((a ?? b) == Pairing.None)
            throw new UserException($"{address} names two domains, so pairs=none does not fit it; give pairs=aligned or pairs=unpaired");
        return new(Single(two.A.Without(PairOptions.Pairs)), Single(two.B.Without(PairOptions.Pairs)), a ?? b ?? Pairing.Unpaired);
    }

    // A toy that was asked for neither of its sides opens the first.
    private static DataAddress Single(DataAddress side) => ToyCatalog.Contains(side.Name) || Of(side) is not { } two ? side
        : throw new UserException($"{side} beside the bar names two domains itself, {two.A} and {two.B}; give one of them");
}
