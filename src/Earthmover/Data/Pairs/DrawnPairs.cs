namespace Earthmover.Data.Pairs;

/// <summary>Pairs that are drawn when they are opened: nothing is stored, and they are the same for everybody.</summary>
internal static class DrawnPairs
{
    private static readonly Entry[] s_entries =
    [
        new(ScenePairs.Name, ScenePairs.Description, Pairing.Aligned, ScenePairs.SidesOf, ScenePairs.Open),
        new(GlyphPairs.Name, GlyphPairs.Description, Pairing.Aligned, GlyphPairs.SidesOf, GlyphPairs.Open),
        new(AvatarPairs.Name, AvatarPairs.Description, Pairing.Unpaired, AvatarPairs.SidesOf, AvatarPairs.Open),
    ];

    /// <summary>Names, descriptions and how the domains correspond, for lists.</summary>
    public static IReadOnlyList<(string Name, string Description, Pairing Pairing)> List { get; } =
        [.. s_entries.Select(entry => (entry.Name, entry.Description, entry.Pairing))];

    /// <summary>Whether a name is one of these.</summary>
    public static bool Contains(string name) => Find(name) is not null;

    /// <summary>The two sides of an address; null where it is of something else.</summary>
    /// <param name="address">The address.</param>
    /// <param name="wanted">How the sides are to correspond; null where the address does not say.</param>
    public static TwoDomains? SidesOf(DataAddress address, Pairing? wanted) => Find(address.Name)?.Sides(address, wanted);

    /// <summary>The same address from any folder: paths among its options are written out.</summary>
    /// <param name="address">Any address.</param>
    public static DataAddress Absolute(DataAddress address) => address.Name switch
    {
        GlyphPairs.Name => GlyphPairs.Absolute(address),
        AvatarPairs.Name => AvatarPairs.Absolute(address),
        _ => address,
    };

    /// <summary>Opens one side: the first where the address says nothing else.</summary>
    /// <param name="address">The address.</param>
    /// <param name="context">Threads and cancellation.</param>
    /// <exception cref="UserException">It cannot be drawn; the message says what to do.</exception>
    public static ImageSet Open(DataAddress address, DataContext context) => Find(address.Name)!.Open(address, context);

    private static Entry? Find(string name) => Array.Find(s_entries, entry => entry.Name == name);

    private sealed record Entry(string Name, string Description, Pairing Pairing,
        Func<DataAddress, Pairing?, TwoDomains> Sides, Func<DataAddress, DataContext, ImageSet> Open);
}
