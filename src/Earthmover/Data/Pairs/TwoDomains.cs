namespace Earthmover.Data.Pairs;

/// <summary>The two domains that an address names, each by an address that opens it alone, and how they correspond.</summary>
/// <param name="A">The first.</param>
/// <param name="B">The second.</param>
/// <param name="Pairing">How their samples correspond.</param>
internal sealed record TwoDomains(DataAddress A, DataAddress B, Pairing Pairing)
{
    /// <summary>What was decided by itself, one line, or null.</summary>
    public string? Note { get; init; }

    /// <summary>The option that says how they correspond: <c>aligned</c>, <c>unpaired</c>, or <c>none</c> for one domain.</summary>
    public const string Option = "pairs";

    /// <summary>The option that names one of the two: <c>a</c> or <c>b</c>.</summary>
    public const string Side = "side";

    /// <summary>The sides of an address that says with <c>side=</c> which it means.</summary>
    public static TwoDomains SidesOf(DataAddress address, Pairing pairing)
    {
        var one = address.Without(Option);
        return new(one.With(Side, "a"), one.With(Side, "b"), pairing);
    }

    /// <summary>What an address says of how its domains correspond; null where it says nothing.</summary>
    /// <exception cref="UserException">It says something else.</exception>
    public static Pairing? Wanted(DataAddress address) => address[Option] is null ? null
        : new DataOptions(address, [.. address.Options.Select(option => option.Key)]).Choice(Option, "aligned", "unpaired", "none") switch
        {
            "aligned" => Pairing.Aligned,
            "unpaired" => Pairing.Unpaired,
            _ => Pairing.None,
        };
}
