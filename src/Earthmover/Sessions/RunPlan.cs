using Earthmover.Data;
using Earthmover.Systems;
using Earthmover.Torch;
using Earthmover.Training;

namespace Earthmover.Sessions;

/// <summary>What somebody asks for who wants something trained, and the recipe that it makes.</summary>
/// <param name="Data">Address of the data.</param>
public sealed record RunPlan(string Data)
{
    private const string TooLate = "kernels=plain is settled when LibTorch is loaded, and this process has loaded it with other settings";

    /// <summary>Name of the system; null chooses by the data.</summary>
    public string? System { get; init; }

    /// <summary>
    /// What it begins from: the folder of a run, or a safetensors file. A run's system and its options are taken too, where nothing else is
    /// asked for.
    /// </summary>
    public string? Init { get; init; }

    /// <summary>Changed options, each <c>name=value</c>.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    /// <summary>When the run ends.</summary>
    public Budget Budget { get; init; } = new(Seconds: 300);

    /// <summary>Seed of every random stream.</summary>
    public long Seed { get; init; } = 1;

    /// <summary><c>cpu</c>, <c>cuda</c> or <c>cuda:k</c>.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>Threads; 0 for all cores.</summary>
    public int Threads { get; init; }

    /// <summary><c>fp32</c>, <c>tf32</c> or <c>bf16</c>.</summary>
    public string Precision { get; init; } = "fp32";

    /// <summary>The recipe, and the data, which are opened for it.</summary>
    /// <param name="context">Where data are looked for.</param>
    /// <exception cref="UserException">Something does not exist or does not fit; the message says what.</exception>
    public (Recipe Recipe, DataSet Data) Resolve(DataContext context)
    {
        var data = DataCatalog.Open(Data, context with { Seed = Seed });
        return (Resolve(data), data);
    }

    /// <summary>The recipe: names resolved, every option written out.</summary>
    /// <param name="data">The data, which are open.</param>
    /// <exception cref="UserException">Something does not exist or does not fit; the message says what.</exception>
    public Recipe Resolve(DataSet data)
    {
        var beginning = Init is null ? null : Beginnings.Read(Init);
        var named = System ?? beginning?.Recipe?.System;
        var entry = named is null ? SystemCatalog.DefaultFor(data) : SystemCatalog.Named(named);
        var inherited = beginning?.Recipe is { } before && before.System == entry.Name ? entry.Complete(before.Options) : [];
        var (options, training) = Read(entry, data, [.. inherited.Select(option => $"{option.Key}={option.Value}"), .. Settings]);
        if (training.FreezeCriticLayers > 0 && beginning is null)
            throw new UserException("freeze_critic_layers keeps what a critic has learned elsewhere; "
                + "say where, with --init, or leave it out");
        // Before LibTorch is asked for its version, which loads it.
        if (!Runtime.UsePlainKernels(training.Kernels == "plain"))
            throw new UserException($"{TooLate}; start the run in a process of its own");
        return new()
        {
            Data = DataCatalog.Absolute(Data),
            DataFingerprint = RunData.FingerprintOf(data),
            Columns = (data as PointSet)?.ColumnNames,
            System = entry.Name,
            Options = OptionBinder.ToText(options),
            Training = OptionBinder.ToText(training),
            Budget = Budget,
            Origin = beginning is null ? null : beginning.Origin with { From = Path.GetFullPath(Init!) },
            Seed = Seed,
            Device = Device,
            Threads = Threads,
            Precision = Precision,
            Versions = VersionsHere(),
        };
    }

    /// <summary>Options of a system and of its training for some data, with some of them changed.</summary>
    /// <exception cref="UserException">A setting is unknown, or its value cannot be.</exception>
    internal static Defaults Read(SystemEntry entry, DataSet data, IEnumerable<string> settings)
    {
        var defaults = SystemCatalog.DefaultsOf(entry, data);
        var set = OptionBinder.Split(settings);
        var options = OptionBinder.With(defaults.Options, set);
        var training = OptionBinder.With(defaults.Training, set);
        OptionBinder.RefuseUnknown(set, options, training);
        training.Check();
        return new(options, training);
    }

    // The program, and what decides the last bits of sums.
    private static SortedDictionary<string, string> VersionsHere() => new(Runtime.Identity.ToDictionary(), StringComparer.Ordinal)
    {
        ["earthmover"] = typeof(RunPlan).Assembly.GetName().Version?.ToString(3) ?? "?",
    };

    /// <summary>
    /// Prepares LibTorch for a run that goes on: before anything of it is used, since its libraries read their settings when they are
    /// loaded.
    /// </summary>
    /// <param name="recipe">The run's recipe.</param>
    /// <returns>Why the run will not go on to the bit, one line; null where nothing speaks against it.</returns>
    public static string? Prepare(Recipe recipe)
    {
        var plain = recipe.Training.GetValueOrDefault("kernels") == "plain";
        if (!Runtime.UsePlainKernels(plain))
            return $"{TooLate}; so this run goes on no longer to the bit";
        // A run from before these were written down is taken as it comes; plain kernels are the same on every processor.
        var (then, here) = (recipe.Versions, VersionsHere());
        bool Differs(string name) => then.GetValueOrDefault(name) != here.GetValueOrDefault(name) && !(plain && name == "processor");
        var changed = then.ContainsKey("processor") ? here.Keys.Union(then.Keys).Where(Differs).ToList() : [];
        string List(SortedDictionary<string, string> versions) =>
            string.Join(", ", changed.Select(name => $"{name} {versions.GetValueOrDefault(name) ?? "unset"}"));
        return changed.Count == 0 ? null : $"this run began with {List(then)}; it goes on with {List(here)}, so no longer to the bit";
    }
}
