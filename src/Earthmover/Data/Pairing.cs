namespace Earthmover.Data;

/// <summary>How the samples of two domains correspond, and so which of them one batch holds.</summary>
public enum Pairing
{
    /// <summary>There is one domain.</summary>
    None,

    /// <summary>Two domains whose samples do not correspond: a batch holds some of each.</summary>
    Unpaired,

    /// <summary>Sample k of one domain belongs to sample k of the other, as a map to its photograph.</summary>
    Aligned,

    /// <summary>Pictures, and as sample k of the second domain the text that describes picture k.</summary>
    Captioned,
}

/// <summary>Ways to correspond as words.</summary>
public static class Pairings
{
    /// <summary><c>none</c>, <c>unpaired</c>, <c>aligned</c> or <c>captioned</c>.</summary>
    public static string ToWord(this Pairing pairing) => pairing switch
    {
        Pairing.None => "none",
        Pairing.Unpaired => "unpaired",
        Pairing.Aligned => "aligned",
        _ => "captioned",
    };
}
