using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Earthmover.Reports.Runs;
using Earthmover.Torch;

namespace Earthmover.Training;

/// <summary>Everything that makes a run: written to <c>recipe.json</c>, put into every checkpoint and every picture, and enough to resume.</summary>
public sealed record Recipe
{
    /// <summary>Address of the data.</summary>
    public required string Data { get; init; }
    /// <summary>Hash of the data's content.</summary>
    public required string DataFingerprint { get; init; }
    /// <summary>Names of the columns of points, in the order that the run knows; null where they have none.</summary>
    public IReadOnlyList<string>? Columns { get; init; }
    /// <summary>Name of the system.</summary>
    public required string System { get; init; }
    /// <summary>The system's options by name.</summary>
    public required SortedDictionary<string, string> Options { get; init; }
    /// <summary>The training options by name.</summary>
    public required SortedDictionary<string, string> Training { get; init; }
    /// <summary>When the run ends.</summary>
    public required Budget Budget { get; init; }
    /// <summary>Seed of every random stream.</summary>
    public required long Seed { get; init; }
    /// <summary>Device.</summary>
    public string Device { get; init; } = "cpu";
    /// <summary>Threads; 0 for all cores.</summary>
    public int Threads { get; init; }
    /// <summary>How they are divided between the pools; chosen by a rehearsal when the run begins, and kept, since the sums depend on it.</summary>
    public ThreadSplit? ThreadSplit { get; init; }
    /// <summary>Arithmetic: <c>fp32</c>, <c>tf32</c> or <c>bf16</c>.</summary>
    public string Precision { get; init; } = "fp32";
    /// <summary>Versions of the program and of LibTorch.</summary>
    public SortedDictionary<string, string> Versions { get; init; } = [];

    private static readonly JsonSerializerOptions s_json = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        RespectNullableAnnotations = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip,
    };

    /// <summary>The recipe as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, s_json);

    /// <summary>The recipe as what leaves the machine carries it: data by their name, without the folders above them.</summary>
    public Recipe ForOthers() => this with { Data = DataLabel.Of(Data) };

    /// <summary>Reads a recipe.</summary>
    /// <exception cref="UserException">The text is not a recipe.</exception>
    public static Recipe FromJson(string json, string source)
    {
        try
        {
            return JsonSerializer.Deserialize<Recipe>(json, s_json) ?? throw new JsonException("empty");
        }
        catch (JsonException e)
        {
            throw new UserException($"{source} is not a recipe: {e.Message.Split('\n')[0]}; give the folder of a run");
        }
    }
}
