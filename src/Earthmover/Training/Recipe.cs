using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Earthmover.Data;
using Earthmover.Reports.Runs;
using Earthmover.Torch;

namespace Earthmover.Training;

/// <summary>
/// Everything that makes a run: written to <c>recipe.json</c>, put into every checkpoint and every picture, and enough to resume.
/// </summary>
public sealed record Recipe
{
    /// <summary>Address of the data.</summary>
    public required string Data { get; init; }
    /// <summary>Hash of the data's content.</summary>
    public required string DataFingerprint { get; init; }
    /// <summary>Names of the columns of points, in the order that the run knows; null where they have none.</summary>
    public IReadOnlyList<string>? Columns { get; init; }
    /// <summary>What the samples are, so that they can be drawn without the data; null in recipes of before it was written down.</summary>
    public SampleSpec? Samples { get; init; }
    /// <summary>Name of the system.</summary>
    public required string System { get; init; }
    /// <summary>The system's options by name.</summary>
    public required SortedDictionary<string, string> Options { get; init; }
    /// <summary>The training options by name.</summary>
    public required SortedDictionary<string, string> Training { get; init; }
    /// <summary>When the run ends.</summary>
    public required Budget Budget { get; init; }
    /// <summary>
    /// Where the run stood when it was given this budget in the place of an earlier one: its step sizes are planned from here. Null for the
    /// budget that it began with.
    /// </summary>
    public Milestone? BudgetSince { get; init; }
    /// <summary>What the run began from; null for fresh weights.</summary>
    public Origin? Origin { get; init; }
    /// <summary>Options that were changed on the way; null for none.</summary>
    public IReadOnlyList<OptionChange>? Changes { get; init; }
    /// <summary>Seed of every random stream.</summary>
    public required long Seed { get; init; }
    /// <summary>Device.</summary>
    public string Device { get; init; } = "cpu";
    /// <summary>Threads; 0 for all cores.</summary>
    public int Threads { get; init; }
    /// <summary>
    /// How they are divided between the pools; chosen by a rehearsal when the run begins, and kept, since the sums depend on it.
    /// </summary>
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
        Converters = { new NumbersOnOneLine() },
    };

    // The code of a wide table is thousands of numbers, and a line for each would be most of the file.
    private sealed class NumbersOnOneLine : JsonConverter<double[]>
    {
        public override double[]? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            JsonSerializer.Deserialize<double[]>(ref reader);

        public override void Write(Utf8JsonWriter writer, double[] value, JsonSerializerOptions options) =>
            writer.WriteRawValue(JsonSerializer.Serialize(value));
    }

    /// <summary>The recipe as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, s_json);

    /// <summary>The recipe as what leaves the machine carries it: data by their name, without the folders above them.</summary>
    public Recipe ForOthers() => this with { Data = DataLabel.Of(Data), Samples = null, Origin = Origin?.ForOthers() };

    /// <summary>Reads a recipe. What it says is held to what the command line would take, since anybody may have written it.</summary>
    /// <exception cref="UserException">The text is not a recipe, or one that cannot be played.</exception>
    public static Recipe FromJson(string json, string source)
    {
        try
        {
            var recipe = JsonSerializer.Deserialize<Recipe>(json, s_json) ?? throw new JsonException("it is empty");
            return recipe.Problem() is { } problem
                ? throw new UserException($"the recipe in {source} {problem}; mend it, or start a new run")
                : recipe;
        }
        catch (JsonException e)
        {
            var what = e.Path is { Length: > 2 } path ? $"{path[2..]} is not of its type"
                : e.Message.Contains(nameof(Earthmover), StringComparison.Ordinal) ? "it lacks what a recipe has"
                : e.Message.ReplaceLineEndings("\n").Split('\n')[0].TrimEnd('.');
            throw new UserException($"{source} is not a recipe: {what}; give the folder of a run");
        }
    }

    private string? Problem()
    {
        foreach (var (name, value) in Options.Concat(Training))
            if (value is null)
                return $"gives no value to option {name}";
        foreach (var (what, text) in new[] { ("data", Data), ("system", System), ("device", Device) })
            if (string.IsNullOrWhiteSpace(text) || text.Contains('\0', StringComparison.Ordinal))
                return $"names no {what}";
        if (!Torch.Device.TryParse(Device, out _))
            return $"asks for the device '{Device}', which is not cpu, cuda or cuda:0";
        if (Samples?.Problem() is { } wrong)
            return wrong;
        if (DataFingerprint.Length < 8 || !DataFingerprint.All(char.IsAsciiHexDigit))
            return "has no fingerprint of its data";
        if (Threads is < 0 or > MostThreads)
            return $"asks for {Threads} threads, which is not 0 (all cores) to {MostThreads}";
        if (ThreadSplit is { } split && (split.OpenMp is < 1 or > MostThreads || split.Blas is < 1 or > MostThreads))
            return $"divides its threads into {split.OpenMp} and {split.Blas}, which is not 1 to {MostThreads} each";
        if (!s_precisions.ContainsKey(Precision))
            return $"asks for the precision '{Precision}', which is not {string.Join(" or ", Precisions)}";
        if (Precision == "tf32" && Device == "cpu")
            return "asks for tf32, a mode of CUDA devices, on the cpu";
        if (BudgetSince is { } since && (since.Step < 0 || since.Images < 0 || !(since.Seconds >= 0) || !double.IsFinite(since.Seconds)))
            return "has had its budget since before it began";
        if (Origin is { } from && (string.IsNullOrWhiteSpace(from.From) || from.Step < 0 || from.Images < 0 || from.Hash is null))
            return "does not say what it began from";
        if (Changes?.Any(change => change is null || !OptionChange.IsAllowed(change.Name ?? "") || change.Step < 0) == true)
            return "was changed on its way in what cannot be changed";
        return Budget.Problem() is { } problem ? $"has a budget that {problem}" : null;
    }

    private static readonly OrderedDictionary<string, Precision> s_precisions = new()
    {
        ["fp32"] = Earthmover.Torch.Precision.Fp32,
        ["tf32"] = Earthmover.Torch.Precision.Tf32,
        ["bf16"] = Earthmover.Torch.Precision.Bf16,
    };

    /// <summary>Names of the precisions.</summary>
    public static IEnumerable<string> Precisions => s_precisions.Keys;

    /// <summary>The precision of a name.</summary>
    /// <exception cref="UserException">There is none of that name, or the device has it not.</exception>
    public static Precision PrecisionOf(string name, string device)
    {
        if (!s_precisions.TryGetValue(name, out var precision))
            throw new UserException($"unknown precision '{name}'; use fp32 or bf16, or tf32 on CUDA");
        return precision != Earthmover.Torch.Precision.Tf32 || device != "cpu" ? precision
            : throw new UserException("tf32 is a mode of CUDA devices; use --device cuda, or --precision fp32");
    }

    /// <summary>Most threads that can be asked for.</summary>
    public const int MostThreads = 1024;
}
