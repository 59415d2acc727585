using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Earthmover.Claims;

/// <summary>
/// What the runs of a claim have measured, as a file: sentences, bands and pages can change without the hours that they took.
/// </summary>
/// <param name="Name">Name of the claim.</param>
/// <param name="Quick">They were of the short version.</param>
/// <param name="Seconds">Time of computing, summed over the seeds.</param>
/// <param name="Date">When they were made.</param>
/// <param name="Machine">Of which commit, and where.</param>
/// <param name="Runs">One record of numbers for each of the seeds 1, 2, …</param>
internal sealed record RawRuns(string Name, bool Quick, double Seconds, string Date, string Machine, JsonElement[] Runs)
{
    /// <summary>How they were made, in the claim's words; null of those that were kept without.</summary>
    [JsonPropertyOrder(-1), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Experiment { get; init; }

    private static readonly JsonSerializerOptions s_json = new()
    {
        // Pairs of numbers are fields of a tuple.
        IncludeFields = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new MatrixConverter() },
    };

    /// <summary>The runs of a result.</summary>
    public static RawRuns Of(ClaimResult result, Origin origin) => new(
        result.Claim.Name, result.IsQuick, Math.Round(result.Seconds, 1), origin.Date, origin.Machine,
        [.. result.Runs.Select(run => JsonSerializer.SerializeToElement(run, result.Claim.RunType, s_json))])
    {
        Experiment = result.Claim.Experiment,
    };

    /// <summary>Reads a file's text.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static RawRuns Parse(string text) =>
        JsonSerializer.Deserialize<RawRuns>(text, s_json) is { Runs: not null } raw
            ? raw : throw new JsonException("there are no runs in it");

    /// <summary>The runs as records of a claim.</summary>
    /// <exception cref="JsonException">They are of another claim, or of another form of this one.</exception>
    public IReadOnlyList<object> For(Claim claim) =>
        Name == claim.Name && Runs.Length > 0 ? [.. Runs.Select(run => run.Deserialize(claim.RunType, s_json)!)]
        : throw new JsonException($"they are {Runs.Length} runs of '{Name}'");

    /// <summary>The file's text: a line for each seed.</summary>
    public string ToJson()
    {
        var head = JsonSerializer.Serialize(this with { Runs = [] }, s_json);
        // {"Name":…,"Runs":[]}
        return $"{head[..^2]}\n{string.Join(",\n", Runs.Select(run => run.GetRawText()))}\n]}}\n";
    }

    // A table [rows, columns] as a list of rows.
    private sealed class MatrixConverter : JsonConverter<double[,]>
    {
        public override double[,] Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var rows = JsonSerializer.Deserialize<double[][]>(ref reader, options) ?? [];
            var matrix = new double[rows.Length, rows.Length == 0 ? 0 : rows[0].Length];
            for (var i = 0; i < matrix.GetLength(0); i++)
                for (var j = 0; j < matrix.GetLength(1); j++)
                    matrix[i, j] = rows[i][j];
            return matrix;
        }

        public override void Write(Utf8JsonWriter writer, double[,] value, JsonSerializerOptions options)
        {
            var rows = Enumerable.Range(0, value.GetLength(0))
                .Select(i => Enumerable.Range(0, value.GetLength(1)).Select(j => value[i, j]).ToArray());
            JsonSerializer.Serialize(writer, rows.ToArray(), options);
        }
    }
}
