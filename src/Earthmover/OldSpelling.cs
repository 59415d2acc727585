namespace Earthmover;

/// <summary>Names that were spelled otherwise when recipes and logs that still lie about were written.</summary>
internal static class OldSpelling
{
    private static readonly Dictionary<string, string> s_names = new(StringComparer.OrdinalIgnoreCase)
    {
        ["centre"] = "center",
        ["is_penalised"] = "is_penalized",
        ["memorisation"] = "memorization",
        ["neighbour_ratio"] = "neighbor_ratio",
    };

    /// <summary>A name as it is spelled today.</summary>
    public static string Today(string name) => s_names.GetValueOrDefault(name, name);
}
