namespace Earthmover.Data.Pairs;

/// <summary>The two domains that an address names, each by an address that opens it alone, and how they correspond.</summary>
/// <param name="A">The first.</param>
/// <param name="B">The second.</param>
/// <param name="Pairing">How their samples correspond.</param>
internal sealed record TwoDomains(DataAddress A, DataAddress B, Pairing Pairing)
{
    /// <summary>What was decided by itself, one line, or null.</summary>
    public string? Note { get; init; }

    /// <summary>The sides of an address that says with <c>side=</c> which it means.</summary>
    public static TwoDomains SidesOf(DataAddress address, Pairing pairing)
    {
        var one = address.Without(PairOptions.Pairs);
        return new(one.With(PairOptions.Side, "a"), one.With(PairOptions.Side, "b"), pairing);
    }

    /// <summary>
    /// The sides of data that are drawn by number.
    /// Where they are not to correspond, and nothing is said of it, the second has other numbers.
    /// </summary>
    /// <param name="address">The address.</param>
    /// <param name="pairing">How they correspond.</param>
    /// <param name="first">The option of the first number.</param>
    /// <param name="other">Where the second begins.</param>
    public static TwoDomains OfNumbers(DataAddress address, Pairing pairing, string first, int other)
    {
        var two = SidesOf(address, pairing);
        return pairing == Pairing.Aligned || address[first] is not null ? two : two with { B = two.B.With(first, $"{other}") };
    }

    /// <summary>What an address says of how its domains correspond; null where it says nothing.</summary>
    /// <exception cref="UserException">It says something else.</exception>
    public static Pairing? Wanted(DataAddress address) => address[PairOptions.Pairs] is null ? null
        : new DataOptions(address, [.. address.Options.Select(option => option.Key)])
            .Choice(PairOptions.Pairs, "aligned", "unpaired", "none") switch
        {
            "aligned" => Pairing.Aligned,
            "unpaired" => Pairing.Unpaired,
            _ => Pairing.None,
        };
}
