using System.Globalization;

namespace Earthmover.Data.Tables;

/// <summary>The columns of a table for people.</summary>
internal static class TableSummary
{
    private const int Shown = 4;

    /// <summary>Each column, in the order of the file.</summary>
    internal static FieldSummary[] Of(TableSet table) => [.. table.Fields.Select((field, k) =>
        Of(field, table.Columns[k], table.Ranks.Codes[k] is TiedCode tied ? table.Fields[tied.Column].Name : null))];

    private static FieldSummary Of(TableField field, double[] values, string? settledBy) => new(field.Name,
        field.Kind.ToString().ToLowerInvariant(), Holds(field, values), field.Kind switch
        {
            FieldKind.Constant => "not learned: repeated as it is",
            FieldKind.Identifier => $"not learned: issued anew, from {field.Print(0)} on",
            _ => settledBy is null ? "learned" : $"settled by {settledBy}",
        }, field.Kind == FieldKind.Constant ? 0 : values.Count(double.IsNaN));

    private static string Holds(TableField field, double[] values)
    {
        double[] present = [.. values.Where(v => !double.IsNaN(v))];
        if (field.Kind == FieldKind.Constant)
            return $"always '{field.Levels[0]}'";
        if (present.Length == 0)
            return "no value in these rows";
        if (field.Kind == FieldKind.Identifier)
            return $"{present.Distinct().Count():N0} different ones";
        if (field.IsDiscrete)
            return Frequencies(field, present);
        var decimals = field.Kind == FieldKind.Number && field.Decimals is { } d ? $", {d} decimal{(d == 1 ? "" : "s")}" : "";
        var mean = field.Kind == FieldKind.Time ? "" : string.Create(CultureInfo.InvariantCulture, $", mean {present.Average():g6}");
        var often = present.CountBy(v => v).MaxBy(pair => pair.Value);
        var spike = often.Value > 0.02 * values.Length && present.Distinct().Skip(100).Any()
            ? string.Create(CultureInfo.InvariantCulture,
                $", {field.Print(often.Key)} in {100.0 * often.Value / values.Length:0.#} % of the rows") : "";
        var written = field.Format is null ? "" : $", written {field.Format.Replace("'", "", StringComparison.Ordinal)}";
        return $"{field.Print(present.Min())} to {field.Print(present.Max())}{mean}{decimals}{spike}{written}";
    }

    private static string Frequencies(TableField field, double[] present)
    {
        var counts = present.CountBy(v => (int)v).OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key).ToArray();
        var shown = counts.Take(Shown).Select(pair => string.Create(CultureInfo.InvariantCulture,
            $"{field.Levels[pair.Key]} {100.0 * pair.Value / present.Length:0.#} %"));
        return $"{field.Levels.Count:N0} value{(field.Levels.Count == 1 ? "" : "s")}: {string.Join(", ", shown)}"
            + (counts.Length > Shown ? ", …" : "");
    }
}
