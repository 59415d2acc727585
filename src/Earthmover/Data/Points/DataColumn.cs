namespace Earthmover.Data.Points;

/// <summary>A column of a file and what becomes of it, for people.</summary>
/// <param name="Name">Its name, or its position.</param>
/// <param name="Kind"><c>number</c>, <c>integer</c>, <c>constant</c>, <c>text</c> or <c>empty</c>.</param>
/// <param name="Use">Such as <c>coordinate</c>, <c>masses</c>, <c>classes</c>, <c>left out: an index</c>.</param>
public sealed record DataColumn(string Name, string Kind, string Use)
{
    /// <summary>What a column of coordinates is used as.</summary>
    public const string Coordinate = "coordinate";
}
