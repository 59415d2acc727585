using Earthmover.Data;
using Earthmover.Reports;
using Earthmover.Reports.Runs;
using Earthmover.Training;
using Earthmover.Training.Runs;

namespace Earthmover.Sessions.Comparing;

/// <summary>One of several runs that are looked at together. Its data need not be there, nor even a checkpoint.</summary>
public sealed class ComparedRun : IDisposable
{
    private ComparedRun(string path, Recipe recipe, RunRecord record, TrainedRun? trained, string? lacking) =>
        (Path, Name, Recipe, Record, Trained, Lacking) = (path, record.Name, recipe, record, trained, lacking);

    /// <summary>Its folder as it was given.</summary>
    public string Path { get; }

    /// <summary>Its name, another for each of those that are compared.</summary>
    public string Name { get; internal set; }

    /// <summary>Its recipe.</summary>
    public Recipe Recipe { get; }

    /// <summary>What its folder says of it.</summary>
    public RunRecord Record { get; }

    /// <summary>What draws samples; null where there is none.</summary>
    public TrainedRun? Trained { get; }

    /// <summary>Why it cannot draw samples, one line; null where it can.</summary>
    public string? Lacking { get; }

    /// <summary>Opens a run. One that has no checkpoint, or none that can be read, is shown without samples.</summary>
    /// <param name="path">Its folder.</param>
    /// <param name="context">Where data are looked for.</param>
    /// <exception cref="UserException">It is no run, or its recipe cannot be read.</exception>
    public static ComparedRun Open(string path, DataContext context)
    {
        Recipe recipe;
        using (var folder = RunFolder.Open(path))
            recipe = folder.ReadRecipe();
        var record = RunRecord.Read(path);
        try
        {
            var trained = TrainedRun.Open(path, context);
            return new(path, trained.Recipe, record, trained, null);
        }
        catch (UserException e)
        {
            return new(path, recipe, record, null, e.Message);
        }
    }

    /// <summary>
    /// The options of its recipe by name, for people: data by their name alone, and nothing of what a recipe derives by itself.
    /// </summary>
    public IReadOnlyDictionary<string, string> Options()
    {
        var options = new Dictionary<string, string> { ["data"] = DataLabel.Of(Recipe.Data), ["system"] = Recipe.System };
        foreach (var (name, value) in Recipe.Options.Concat(Recipe.Training))
            options.TryAdd(name, value);
        options["budget"] = Recipe.Budget.ToString();
        options["seed"] = $"{Recipe.Seed}";
        options["device"] = Recipe.Device;
        options["precision"] = Recipe.Precision;
        options["begun from"] = Recipe.Origin?.ForOthers().From ?? "";
        foreach (var (name, value) in Recipe.Versions)
            options[$"version of {name}"] = value;
        return options;
    }

    /// <summary>What makes runs repetitions of each other: all options but the seed.</summary>
    public string Kind() => string.Join('\n', Options().Where(o => o.Key != "seed").OrderBy(o => o.Key, StringComparer.Ordinal));

    /// <summary>Numbers of the run that need no data, in the order in which they are shown; null where it has not got one.</summary>
    public IReadOnlyList<(string Name, string? Value)> Numbers()
    {
        string? Last(string name, Func<double, string> text) => Record.Log.Last(name) is { } value ? text(value) : null;
        return
        [
            ("steps", Record.Step is { } step ? Format.Number(step) : null),
            ("training time", Last("seconds", Format.Seconds)),
            ("real samples per second", Last("images_per_second", Format.Number)),
            ("parameters", Trained?.System.Networks is { } networks
                ? string.Join(", ", networks.Select(pair => $"{pair.Key} {Format.Number(pair.Value.ParameterCount)}")) : null),
            ("exact W₁ of a batch", Last("measures/w_exact", Format.Number)),
            ("its floor", Last("measures/w_floor", Format.Number)),
            ("critic's estimate", Last("measures/w_estimate", Format.Number)),
            ("health", Record.Health?.Verdict),
        ];
    }

    /// <inheritdoc/>
    public void Dispose() => Trained?.Dispose();
}
