using System.Text.Json;
using System.Text.Json.Serialization;
using Earthmover.Files;

namespace Earthmover.Reports.Runs;

/// <summary>A column of generated rows beside the real ones.</summary>
internal sealed record ColumnRecord(string Name, double Fit, double Floor, double? Distance, double MissingReal, double MissingGenerated,
    double? Coverage, double? Adherence, double[]? Edges, string[]? Labels, string? Unit, double[] Real, double[] Generated);

/// <summary>How far a pair of columns is from fitting, by the columns' numbers.</summary>
internal sealed record PairErrorRecord(int First, int Second, double Error, double Floor);

/// <summary>A pair of columns whose cells are drawn.</summary>
internal sealed record PairRecord(string First, string Second, string[] Rows, string[] Columns, double Fit, double Floor,
    double[] Real, double[] Generated);

/// <summary>What <c>metrics.json</c> says of a table's columns and pairs.</summary>
internal sealed record TableRecord(
    IReadOnlyList<ColumnRecord> Columns, IReadOnlyList<PairErrorRecord> Errors, IReadOnlyList<PairRecord> Worst, int Rows)
{
    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectNullableAnnotations = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>Reads the field <c>table</c> of a document of measurements; null where there is none.</summary>
    /// <exception cref="LinkException">It is a link.</exception>
    public static TableRecord? Read(string file, ICollection<string> problems)
    {
        if (!File.Exists(file))
            return null;
        try
        {
            using var json = JsonDocument.Parse(PlainFile.ReadText(file));
            if (!json.RootElement.TryGetProperty("table", out var table) || table.ValueKind == JsonValueKind.Null)
                return null;
            var record = table.Deserialize<TableRecord>(s_json);
            return record?.IsWhole == true ? record : throw new JsonException("parts of it are missing");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or NotSupportedException)
        {
            problems.Add($"the columns in {Path.GetFileName(file)} could not be read, so they are not shown");
            return null;
        }
    }

    // Anybody may have written it.
    private bool IsWhole => Columns is { Count: > 0 } && Errors is not null && Worst is not null
        && Columns.All(IsDrawable) && Worst.All(IsDrawable) && Errors.All(error => IsColumn(error.First) && IsColumn(error.Second));

    private static bool IsDrawable(ColumnRecord column) => column is { Name: not null, Real: not null, Generated: not null }
        && column.Real.Length == column.Generated.Length
        && (column.Edges is { } edges ? edges.Length == column.Real.Length + 1 && edges.Length > 1 && edges[^1] > edges[0]
            : column.Labels?.Length == column.Real.Length);

    private static bool IsDrawable(PairRecord pair) => pair is { First: not null, Second: not null, Real.Length: > 0, Generated: not null }
        && pair is { Rows: not null, Columns: not null }
        && pair.Real.Length == pair.Rows.Length * pair.Columns.Length && pair.Generated.Length == pair.Real.Length;

    private bool IsColumn(int number) => number >= 0 && number < Columns.Count;
}
