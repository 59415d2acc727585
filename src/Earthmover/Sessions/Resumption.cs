using System.Globalization;
using System.Text.Json;
using Earthmover.Data;
using Earthmover.Games;
using Earthmover.Training;
using Earthmover.Training.Runs;

namespace Earthmover.Sessions;

/// <summary>What a user may change of a run that goes on.</summary>
/// <param name="Budget">When it ends, counted from its beginning; null as before.</param>
/// <param name="Threads">Threads, 0 for all cores; null as before.</param>
/// <param name="Data">Where its data are now; null as before.</param>
/// <param name="Settings">Options that may change on the way (<see cref="OptionChange.Allowed"/>), each <c>name=value</c>; null for
/// none.</param>
public sealed record ResumeOptions(Budget? Budget = null, int? Threads = null, string? Data = null, IReadOnlyList<string>? Settings = null);

/// <summary>A run that is to go on: its recipe from here on, and where it stands. Nothing is written before <see cref="Begin"/>.</summary>
public sealed class Resumption
{
    private readonly RunFolder _folder;
    private readonly List<string> _notes = [];

    private Resumption(RunFolder folder, StoredCheckpoint? checkpoint, Recipe recipe) =>
        (_folder, Checkpoint, Recipe) = (folder, checkpoint, recipe);

    /// <summary>The newest checkpoint; null for a run that was stopped before its first, which starts again.</summary>
    public StoredCheckpoint? Checkpoint { get; }

    /// <summary>The recipe from here on.</summary>
    public Recipe Recipe { get; private set; }

    /// <summary>What is not as it was, one line each.</summary>
    public IReadOnlyList<string> Notes => _notes;

    /// <summary>A run that is to go on.</summary>
    /// <exception cref="UserException">Another process trains it, it is damaged, or the budget is used up already.</exception>
    public static Resumption Of(RunFolder folder, ResumeOptions options)
    {
        RunLock.RequireFree(folder.Path);
        var files = folder.ListCheckpoints();
        var checkpoint = files.Count > 0 ? Training.Runs.Checkpoint.Read(files[^1]) : null;
        var run = new Resumption(folder, checkpoint, checkpoint?.Recipe!);
        run.Recipe = run.ReadRecipe();
        run.RequireUnchanged();
        // Sums depend on how the threads were divided, which recipe.json may not tell.
        run.Recipe = run.Recipe with { ThreadSplit = run.Recipe.ThreadSplit ?? checkpoint?.Recipe.ThreadSplit };
        if (checkpoint is null)
            run._notes.Add($"{folder.Path} has no checkpoint yet, so it starts again from step 0 by its recipe");
        if (checkpoint?.Doubt is { } doubt)
            run._notes.Add(doubt);
        run.Move(options.Data);
        run.Change(options.Settings ?? []);
        run.Give(options.Budget);
        run.Divide(options.Threads);
        if (RunPlan.Prepare(run.Recipe) is { } otherwise)
            run._notes.Add(otherwise);
        return run;
    }

    /// <summary>Takes the folder for this process alone and writes the recipe.</summary>
    /// <param name="recipe">The recipe as it is played.</param>
    /// <exception cref="UserException">Another process has it, or has had it meanwhile.</exception>
    public void Begin(Recipe recipe)
    {
        if (_folder.Hold() is { } takenOver)
            _notes.Insert(0, takenOver);
        if ((_folder.ListCheckpoints() is [.., var newest] ? newest : null) != Checkpoint?.Path)
            throw new UserException($"another process has worked on {_folder.Path} meanwhile; look at it, then resume it again");
        _folder.WriteRecipe(recipe);
    }

    // A crash of the machine may leave an empty file. Every checkpoint has the recipe too.
    private Recipe ReadRecipe()
    {
        try
        {
            return _folder.ReadRecipe();
        }
        catch (UserException) when (!_folder.HasReadableRecipe())
        {
            if (Checkpoint is null)
                throw new UserException(
                    $"the recipe.json of {_folder.Path} is damaged and there is no checkpoint, so there is nothing to go on from; "
                    + $"delete {_folder.Path} and start the run anew");
            _notes.Add($"the recipe.json of {_folder.Path} is damaged; the recipe in {Checkpoint.Path} takes its place");
            return Checkpoint.Recipe;
        }
    }

    // What nobody but an editor of files can have changed; the checkpoint fits what it was.
    private void RequireUnchanged()
    {
        if (Checkpoint?.Recipe is not { } saved)
            return;
        var parts = new List<(string Name, string Here, string Saved)>
        {
            ("system", Recipe.System, saved.System),
            ("seed", $"{Recipe.Seed}", $"{saved.Seed}"),
        };
        foreach (var (here, there) in new[] { (Recipe.Options, saved.Options), (Recipe.Training, saved.Training) })
            // An option of a later version is in one of them alone.
            parts.AddRange(here.Where(option => there.ContainsKey(option.Key) && !OptionChange.IsAllowed(option.Key))
                .Select(option => (option.Key, option.Value, there[option.Key])));
        if (parts.FirstOrDefault(part => part.Here != part.Saved) is { Name: { } name } changed)
            throw new UserException($"{_folder.RecipePath} says {name} {changed.Here}, and {Checkpoint.Path} was saved with "
                + $"{changed.Saved}, which cannot change on the way: the one was edited, or the other is another run's; "
                + "put it back, or start a new run");
    }

    private void Move(string? data)
    {
        if (data is null)
            return;
        var address = DataCatalog.Absolute(DataCatalog.WithOptionsOf(Recipe.Data, data));
        if (address != DataCatalog.Absolute(data))
            _notes.Add($"the data are read as before: {address}");
        Recipe = Recipe with { Data = address };
    }

    private void Change(IReadOnlyList<string> settings)
    {
        var step = Checkpoint?.Standing.Step ?? 0;
        SortedDictionary<string, string> options = new(Recipe.Options, StringComparer.Ordinal);
        SortedDictionary<string, string> training = new(Recipe.Training, StringComparer.Ordinal);
        var changes = new List<OptionChange>(Recipe.Changes ?? []);
        foreach (var (name, given) in OptionBinder.Split(settings))
        {
            var place = options.ContainsKey(name) ? options : training.ContainsKey(name) ? training : null;
            if (place is null)
                throw new UserException($"this run has no option '{name}'{NearestName.Hint(name, [.. options.Keys, .. training.Keys])}");
            if (!OptionChange.IsAllowed(name))
                throw new UserException($"{name} is part of what the run has become and cannot change on the way; what can are "
                    + $"{string.Join(", ", OptionChange.Allowed.Where(o => options.ContainsKey(o) || training.ContainsKey(o)))}; "
                    + $"or start a new run with --init {_folder.Path}");
            // As a recipe writes it; what is no such value is refused by whoever reads the recipe.
            var value = NumberText.TryNumber(given, out var number) ? number.ToString("R", CultureInfo.InvariantCulture) : given;
            if (value == place[name])
                continue;
            changes.Add(new(step, name, place[name], value));
            _notes.Add($"{name} is {value} instead of {place[name]} from step {step:N0} on");
            place[name] = value;
        }
        Recipe = Recipe with { Options = options, Training = training, Changes = changes.Count == 0 ? null : changes };
    }

    private void Give(Budget? budget)
    {
        var at = Checkpoint?.Standing ?? new Standing();
        var (before, given) = (Recipe.Budget, budget ?? Recipe.Budget);
        var isUsed = given.Progress(at.Step, at.Images, at.Seconds) >= 1;
        if (given == before)
        {
            if (isUsed)
                _notes.Add($"{_folder.Path} has used its budget of {before}; a larger one lets it go on");
            return;
        }
        if (isUsed)
        {
            var stands = string.Create(
                CultureInfo.InvariantCulture, $"step {at.Step:N0} already ({at.Images:N0} images, {at.Seconds:0.#} s)");
            throw new UserException(
                $"{_folder.Path} is at {stands}, so a budget of {given} leaves nothing to do: it counts from the run's beginning; "
                + $"give more, or none to keep {before}");
        }
        Recipe = Recipe with { Budget = given, BudgetSince = at.Step > 0 ? new(at.Step, at.Images, at.Seconds) : null };
        var training = OptionBinder.With(new TrainingOptions(), new Dictionary<string, string>(Recipe.Training));
        training.Check();
        var steps = new RatePlan(training, given, Recipe.BudgetSince).Describe();
        _notes.Add($"the budget is now {given} instead of {before}{(steps is null ? "" : $": {steps}")}");
    }

    private void Divide(int? threads)
    {
        static int All(int count) => count > 0 ? count : Environment.ProcessorCount;
        if (threads is not { } given || All(given) == All(Recipe.Threads))
            return;
        if (Checkpoint is not null)
            _notes.Add(
                $"with {All(given)} instead of {All(Recipe.Threads)} threads the run no longer goes bit for bit as it would have gone");
        Recipe = Recipe with { Threads = given, ThreadSplit = null };
    }
}
