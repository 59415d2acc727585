using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using Earthmover.Data;
using Earthmover.Files;
using Earthmover.Metrics;
using Earthmover.Sessions.Comparing;
using Earthmover.Training;

namespace Earthmover.Sessions.Sweeps;

/// <summary>An option and the values that it is given in turn.</summary>
/// <param name="Name">The option, or <c>system</c>.</param>
/// <param name="Values">The values, as they were written.</param>
public sealed record Varied(string Name, IReadOnlyList<string> Values);

/// <summary>One choice of all varied options.</summary>
/// <param name="Number">Its number, from 1.</param>
/// <param name="Options">Names and values, in the order of the plan.</param>
public sealed record SweepRecipe(int Number, IReadOnlyList<KeyValuePair<string, string>> Options)
{
    /// <summary>For people: <c>learning_rate=1e-3, width=16</c>.</summary>
    public string Name => string.Join(", ", Options.Select(option => $"{option.Key}={option.Value}"));
}

/// <summary>Many runs that somebody asks for: every choice of the varied options, each with several seeds.</summary>
/// <param name="Data">Address of the data.</param>
/// <param name="Vary">What is varied; every combination of it is trained.</param>
public sealed partial record SweepPlan(string Data, IReadOnlyList<Varied> Vary)
{
    /// <summary>Name of the plan's file in a sweep's folder.</summary>
    public const string FileName = "sweep.json";

    private const int MostRuns = 10_000;

    private static readonly JsonSerializerOptions s_json = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>Name of the system; null chooses by the data.</summary>
    public string? System { get; init; }

    /// <summary>What every run begins from; null for fresh weights.</summary>
    public string? Init { get; init; }

    /// <summary>Options that all runs have, each <c>name=value</c>.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    /// <summary>When each run ends.</summary>
    public Budget Budget { get; init; } = new(Seconds: 300);

    /// <summary>Seeds of each recipe.</summary>
    public int Seeds { get; init; } = 3;

    /// <summary>The first seed; the others follow it.</summary>
    public long Seed { get; init; } = 1;

    /// <summary><c>cpu</c>, <c>cuda</c> or <c>cuda:k</c>.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>Threads of each run; 0 for all cores.</summary>
    public int Threads { get; init; }

    /// <summary><c>fp32</c>, <c>tf32</c> or <c>bf16</c>.</summary>
    public string Precision { get; init; } = "fp32";

    /// <summary>The metric that decides, by name; its first quantity. Null for one that fits the data.</summary>
    public string? Metric { get; init; }

    /// <summary>Samples on each side of a measurement; null for as many as suit the data.</summary>
    public int? Count { get; init; }

    /// <summary>Reads what is to be varied.</summary>
    /// <param name="texts">Each <c>name=value,value</c>.</param>
    /// <exception cref="UserException">One is not of that form, or names nothing, or the same twice.</exception>
    public static IReadOnlyList<Varied> Read(IEnumerable<string> texts)
    {
        var varied = new List<Varied>();
        foreach (var text in texts)
        {
            var at = text.IndexOf('=', StringComparison.Ordinal);
            var name = at < 0 ? "" : text[..at].Trim().Replace('-', '_');
            string[] values = at < 0 ? []
                : text[(at + 1)..].Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            if (name.Length == 0 || values.Length == 0)
                throw new UserException($"--vary '{text}' names no values; write --vary width=16,32");
            if (name == "seed")
                throw new UserException("seeds are not varied as an option; --seeds says how many each recipe is trained with");
            if (varied.Any(one => one.Name == name))
                throw new UserException($"--vary {name} is given twice; put all its values into one");
            if (values.GroupBy(value => value).FirstOrDefault(group => group.Count() > 1) is { } twice)
                throw new UserException($"--vary {name} has the value {twice.Key} twice");
            varied.Add(new(name, values));
        }
        return varied.Count > 0 ? varied
            : throw new UserException("a sweep needs something to vary; write --vary learning_rate=1e-3,3e-3 (and --vary width=16,32 …)");
    }

    /// <summary>Every choice of the varied options, the last varied fastest.</summary>
    public IReadOnlyList<SweepRecipe> Recipes()
    {
        IEnumerable<IReadOnlyList<KeyValuePair<string, string>>> choices = [[]];
        foreach (var one in Vary)
            choices = choices.SelectMany(choice => one.Values.Select(value =>
                (IReadOnlyList<KeyValuePair<string, string>>)[.. choice, KeyValuePair.Create(one.Name, value)]));
        return [.. choices.Select((choice, i) => new SweepRecipe(i + 1, choice))];
    }

    /// <summary>The run of a recipe and a seed.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="seed">The seed.</param>
    public RunPlan RunOf(SweepRecipe recipe, long seed)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        return new(Data)
        {
            System = recipe.Options.FirstOrDefault(option => option.Key == "system").Value ?? System,
            Init = Init,
            Settings = [.. Settings, .. recipe.Options.Where(o => o.Key != "system").Select(o => $"{o.Key}={o.Value}")],
            Budget = Budget,
            Seed = seed,
            Device = Device,
            Threads = Threads,
            Precision = Precision,
        };
    }

    /// <summary>Folder of a run, below the sweep's: <c>02-learning_rate=1e-3-width=32-s1</c>.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="seed">The seed.</param>
    public string FolderOf(SweepRecipe recipe, long seed)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        // The number tells apart what letters that no folder may have would make the same.
        var name = Unfit().Replace(string.Join('-', recipe.Options.Select(option => $"{option.Key}={option.Value}")), "-");
        var digits = $"{Recipes().Count}".Length;
        return $"{recipe.Number.ToString($"D{Math.Max(2, digits)}", null)}-{(name.Length > 80 ? name[..80] : name)}-s{seed}";
    }

    /// <summary>The seeds.</summary>
    public IEnumerable<long> AllSeeds() => Enumerable.Range(0, Seeds).Select(i => Seed + i);

    /// <summary>
    /// Checks everything that can be checked before the first run: each recipe is sat down to once, as <c>train --dry-run</c> does.
    /// </summary>
    /// <param name="context">Where data are looked for.</param>
    /// <returns>The plan with what it leaves open decided: the data's full address, and the metric.</returns>
    /// <exception cref="UserException">Something does not exist or does not fit.</exception>
    public SweepPlan Checked(DataContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var recipes = Recipes();
        if ((long)recipes.Count * Seeds > MostRuns)
            throw new UserException($"{recipes.Count:N0} recipes with {Seeds} seeds are more than {MostRuns:N0} runs; vary less");
        if (Vary.FirstOrDefault(one => OptionBinder.Split(Settings).ContainsKey(one.Name)) is { } twice)
            throw new UserException($"{twice.Name} is both set and varied; leave one of them out");
        if (System is not null && Vary.Any(one => one.Name == "system"))
            throw new UserException("the system is both given and varied; leave --system out");
        var metric = Metric is null ? null : RunScoring.Named([Metric])[0];
        var data = DataCatalog.Open(Data, context with { Seed = Seed });
        foreach (var recipe in recipes)
            TrainingRun.Rehearse(RunOf(recipe, Seed), data);
        metric ??= MetricCatalog.Named(data switch { ImageSet => "fd", PointSet => "w1", TableSet => "quality", _ => "js" });
        if (metric.Misfit(data) is { } reason)
            throw new UserException($"{metric.Name} does not fit {data.Name}: {reason}");
        return this with
        {
            Data = DataCatalog.Absolute(Data),
            Metric = metric.Name,
            Init = Init is null ? null : Path.GetFullPath(Init),
        };
    }

    /// <summary>Writes the plan into a sweep's folder.</summary>
    /// <param name="folder">The folder.</param>
    public void Write(string folder) =>
        AtomicFile.WriteText(Path.Combine(folder, FileName), JsonSerializer.Serialize(this, s_json) + "\n", lasting: true);

    /// <summary>Reads the plan of a sweep.</summary>
    /// <param name="folder">Its folder.</param>
    /// <exception cref="UserException">There is none, or none that can be played.</exception>
    public static SweepPlan Open(string folder)
    {
        var file = Path.Combine(folder, FileName);
        if (!File.Exists(file))
            throw new UserException($"{folder} is not the folder of a sweep: it has no {FileName}");
        try
        {
            var plan = JsonSerializer.Deserialize<SweepPlan>(PlainFile.ReadText(file), s_json) ?? throw new JsonException();
            // Anybody may have written it: it is held to what the command line takes.
            _ = Read(plan.Vary.Select(one => $"{one.Name}={string.Join(',', one.Values)}"));
            if (plan.Seeds is < 1 or > MostRuns || plan.Budget.Problem() is not null || plan.Threads is < 0 or > Recipe.MostThreads)
                throw new JsonException();
            return plan;
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            throw new UserException($"{file} is no plan of a sweep; mend it, or start another sweep");
        }
    }

    [GeneratedRegex(@"[^A-Za-z0-9._=+-]+")]
    private static partial Regex Unfit();
}
