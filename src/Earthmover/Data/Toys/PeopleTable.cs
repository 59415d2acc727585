namespace Earthmover.Data.Toys;

/// <summary>The drawn table: people of <see cref="PeopleLaw"/>, as many as wanted.</summary>
internal static class PeopleTable
{
    /// <summary>Its name.</summary>
    internal const string Name = "people";

    /// <summary>One line for people.</summary>
    internal const string Description = "people drawn from laws that are written down: 7 columns, with gaps, spikes and days";

    private const string HeldOut = "people, held out";

    private static readonly TableField[] s_fields =
    [
        Category("region", FieldKind.Category),
        Category("income", FieldKind.Category),
        new() { Name = "age", Kind = FieldKind.Integer },
        new() { Name = "hours", Kind = FieldKind.Number, Decimals = 1, IsPadded = true, Gap = "" },
        new() { Name = "gain", Kind = FieldKind.Number, Decimals = 2, IsPadded = true, Gap = "" },
        Category("owner", FieldKind.Boolean),
        new() { Name = "since", Kind = FieldKind.Time, Format = "yyyy-MM-dd" },
    ];

    /// <summary>Draws a table. Options: <c>n</c> rows (10,000), <c>seed</c>.</summary>
    /// <param name="address">The address.</param>
    /// <param name="seed">The seed where the address gives none.</param>
    /// <param name="isHeldOut">Draws others, which nobody trains on.</param>
    /// <exception cref="UserException">An unknown option.</exception>
    internal static TableSet Open(DataAddress address, long seed, bool isHeldOut = false)
    {
        var options = new DataOptions(address, "n", "seed");
        var count = (int)options.Whole("n", 10_000, 1, 20_000_000);
        var stream = new SeededRandom(options.Whole("seed", seed, long.MinValue, long.MaxValue), isHeldOut ? HeldOut : Name);
        var people = PeopleLaw.Draw(count, stream);
        return new(address.ToString(), s_fields, [.. s_fields.Select(field =>
            people.Numbers(field.Name) ?? Array.ConvertAll(people.Codes(field.Name)!, code => (double)code))]);
    }

    private static TableField Category(string name, FieldKind kind) => new() { Name = name, Kind = kind, Levels = People.ValuesOf(name) };
}
