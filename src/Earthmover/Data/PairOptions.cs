namespace Earthmover.Data;

/// <summary>Options of addresses that name two domains.</summary>
internal static class PairOptions
{
    /// <summary>How they correspond: <c>aligned</c>, <c>unpaired</c>, or <c>none</c> for one domain.</summary>
    public const string Pairs = "pairs";

    /// <summary>One of the two: <c>a</c> or <c>b</c>.</summary>
    public const string Side = "side";

    /// <summary>Pictures with captions: <c>yes</c>.</summary>
    public const string Captions = "captions";
}
