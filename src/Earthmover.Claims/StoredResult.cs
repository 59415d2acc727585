using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Earthmover.Claims;

/// <summary>One number of a result as pages show it.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Median">The middle value over the seeds.</param>
/// <param name="Low">The smallest value.</param>
/// <param name="High">The largest value.</param>
/// <param name="Band">Where the median should lie.</param>
/// <param name="IsControl">It is a control.</param>
/// <param name="Holds">It lies there.</param>
public sealed record CheckRow(string Name, double Median, double Low, double High, Band Band, bool IsControl, bool Holds)
{
    /// <summary>The row of a check.</summary>
    public static CheckRow Of(Check c) => new(c.Name, c.Median, c.Low, c.High, c.Band, c.IsControl, c.Holds);

    /// <summary>Rows as a table in Markdown.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="seeds">Number of seeds behind them.</param>
    public static string Table(IReadOnlyList<CheckRow> rows, int seeds)
    {
        var several = seeds > 1;
        var table = new StringBuilder(several
            ? "| number | median | lowest … highest | band | |\n|---|---|---|---|---|\n"
            : "| number | measured | band | |\n|---|---|---|---|\n");
        foreach (var c in rows)
        {
            table.Append($"| {Cell(c.Name)}{(c.IsControl ? " (control)" : "")} | {Number(c.Median)} |");
            if (several)
                table.Append($" {Number(c.Low)} … {Number(c.High)} |");
            table.Append($" {c.Band} | {(c.Holds ? "inside" : "**outside**")} |\n");
        }
        return table.ToString();
    }

    /// <summary>A text in a cell of a table.</summary>
    internal static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);

    private static string Number(double value) => Math.Abs(value) is >= 1e-3 and < 1e5 or 0
        ? value.ToString("0.####", CultureInfo.InvariantCulture) : value.ToString("0.##e0", CultureInfo.InvariantCulture);
}

/// <summary>A result as a book keeps it for programs: <c>NAME.result.json</c>.</summary>
/// <param name="Verdict">PASS, DIFFERS or FAIL.</param>
/// <param name="Rows">Its numbers.</param>
/// <param name="Seeds">Number of seeds.</param>
/// <param name="IsQuick">It was the short version.</param>
/// <param name="Seconds">Time of computing, summed over the seeds.</param>
/// <param name="Remark">The honest paragraph.</param>
/// <param name="Date">When it was measured.</param>
/// <param name="Machine">Of which commit, and where.</param>
public sealed record StoredResult(
    string Verdict, IReadOnlyList<CheckRow> Rows, int Seeds, bool IsQuick, double Seconds, string Remark, string Date, string Machine)
{
    /// <summary>Reads a claim's result of a folder; null where it was not run.</summary>
    public static StoredResult? Read(string folder, string claim)
    {
        var path = Path.Combine(folder, $"{claim}.result.json");
        if (!File.Exists(path))
            return null;
        using var json = JsonDocument.Parse(File.ReadAllText(path));
        var root = json.RootElement;
        JsonElement measured = root.GetProperty("measured"), bands = root.GetProperty("band");
        return new(
            root.GetProperty("verdict").GetString()!,
            [.. measured.EnumerateObject().Select(m => RowOf(m, bands.GetProperty(m.Name)))],
            root.GetProperty("seeds").GetArrayLength(),
            root.GetProperty("quick").GetBoolean(),
            root.GetProperty("seconds").GetDouble(),
            root.GetProperty("remark").GetString()!,
            root.GetProperty("date").GetString()!,
            root.GetProperty("machine").GetString()!);
    }

    private static CheckRow RowOf(JsonProperty measured, JsonElement band) => new(
        measured.Name, Number(measured.Value, "value"), Number(measured.Value, "low"), Number(measured.Value, "high"),
        new(End(band, "low", double.NegativeInfinity), End(band, "high", double.PositiveInfinity)),
        band.GetProperty("control").GetBoolean(), band.GetProperty("holds").GetBoolean());

    // What is not finite is written as a word.
    private static double Number(JsonElement parent, string name) => parent.GetProperty(name) is { ValueKind: JsonValueKind.String } word
        ? double.Parse(word.GetString()!, CultureInfo.InvariantCulture) : parent.GetProperty(name).GetDouble();

    private static double End(JsonElement band, string name, double none) =>
        band.GetProperty(name).ValueKind == JsonValueKind.Null ? none : Number(band, name);
}
