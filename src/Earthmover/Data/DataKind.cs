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

    /// <summary>Rows of a table, whose columns are of any kind.</summary>
    Table,
}

/// <summary>Kinds of data as words.</summary>
public static class DataKinds
{
    /// <summary><c>images</c>, <c>points</c>, <c>text</c> or <c>table</c>.</summary>
    public static string ToWord(this DataKind kind) => kind switch
    {
        DataKind.Images => "images",
        DataKind.Points => "points",
        DataKind.Text => "text",
        _ => "table",
    };
}
