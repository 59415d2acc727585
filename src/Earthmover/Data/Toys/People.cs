namespace Earthmover.Data.Toys;

/// <summary>Rows of the population of <see cref="PeopleLaw"/>, column by column; a number that is missing is NaN.</summary>
/// <param name="Region">Number of the region [N].</param>
/// <param name="Income">Number of the income class [N].</param>
/// <param name="Age">Years [N].</param>
/// <param name="Hours">Hours of work a week, to the half [N].</param>
/// <param name="Gain">Gain from capital, to the hundredth [N].</param>
/// <param name="Owner">0 or 1 [N].</param>
/// <param name="Since">A day, in seconds since 1970 [N].</param>
public sealed record People(int[] Region, int[] Income, double[] Age, double[] Hours, double[] Gain, int[] Owner, double[] Since)
{
    /// <summary>Names of the columns, in their order.</summary>
    public static IReadOnlyList<string> Columns { get; } = ["region", "income", "age", "hours", "gain", "owner", "since"];

    /// <summary>Names of the regions.</summary>
    public static IReadOnlyList<string> Regions { get; } = ["north", "east", "south", "west", "islands"];

    /// <summary>Names of the income classes.</summary>
    public static IReadOnlyList<string> Incomes { get; } = ["low", "middle", "high"];

    /// <summary>Values of <see cref="Owner"/>.</summary>
    public static IReadOnlyList<string> Answers { get; } = ["no", "yes"];

    /// <summary>The codes of a column of categories, or null.</summary>
    /// <param name="column">Its name.</param>
    public int[]? Codes(string column) => column switch { "region" => Region, "income" => Income, "owner" => Owner, _ => null };

    /// <summary>The numbers of a column, or null.</summary>
    /// <param name="column">Its name.</param>
    public double[]? Numbers(string column) =>
        column switch { "age" => Age, "hours" => Hours, "gain" => Gain, "since" => Since, _ => null };

    /// <summary>The values of a column of categories; none of a column of numbers.</summary>
    /// <param name="column">Its name.</param>
    public static IReadOnlyList<string> ValuesOf(string column) =>
        column switch { "region" => Regions, "income" => Incomes, "owner" => Answers, _ => [] };
}
