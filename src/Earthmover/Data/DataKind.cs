namespace Earthmover.Data;

/// <summary>What the samples of a data set are.</summary>
public enum DataKind
{
    /// <summary>Pictures of one shape.</summary>
    Images,

    /// <summary>Points in a space of a few dimensions.</summary>
    Points,

    /// <summary>Texts of one length.</summary>
    Text,
}

/// <summary>Kinds of data as words.</summary>
public static class DataKinds
{
    /// <summary><c>images</c>, <c>points</c> or <c>text</c>.</summary>
    public static string ToWord(this DataKind kind) => kind switch
    {
        DataKind.Images => "images",
        DataKind.Points => "points",
        _ => "text",
    };
}
