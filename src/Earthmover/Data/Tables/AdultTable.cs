namespace Earthmover.Data.Tables;

/// <summary>
/// The built-in table: answers of the census of 1994, "Adult" (Becker and Kohavi, 1996, doi:10.24432/C5XW20, CC BY 4.0). A fifth of its
/// rows, chosen once and for all, are its test part.
/// </summary>
internal static class AdultTable
{
    /// <summary>Its name.</summary>
    internal const string Name = "adult";

    /// <summary>One line for people.</summary>
    internal const string Description = "32,561 people of the census of 1994, 15 columns, with gaps (CC BY 4.0)";

    private static readonly string[] s_files = ["adult.csv", Path.Combine("adult", "adult.csv"), "adult.csv.gz"];

    /// <summary>The names of built-in tables.</summary>
    internal static IReadOnlyList<string> List { get; } = [Name];

    /// <summary>Its file; null where it is not on this machine.</summary>
    internal static string? Find(DataContext context) =>
        new[] { context.DataFolder, context.PackageFolder }.SelectMany(folder => s_files.Select(file => Path.Combine(folder, file)))
            .FirstOrDefault(File.Exists);

    /// <summary>Opens it: what is to be trained on, unless the address names another part.</summary>
    /// <exception cref="UserException">It is not on this machine.</exception>
    internal static TableSet Open(DataAddress address, DataContext context)
    {
        var path = Find(context) ?? throw new UserException("the table adult is not on this machine; put adult.csv, with its names "
            + $"in the first line, into {context.DataFolder} (from doi:10.24432/C5XW20)");
        return TableReader.Open(address, Formats.Table.Open(path), "train");
    }
}
