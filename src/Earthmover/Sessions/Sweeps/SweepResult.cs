using System.Globalization;
using Earthmover.Metrics;
using Earthmover.Sessions.Comparing;

namespace Earthmover.Sessions.Sweeps;

/// <summary>What a sweep has shown: its recipes, which is best by a metric, and whether that is more than noise.</summary>
public sealed class SweepResult
{
    internal SweepResult(SweepPlan plan, string path, IReadOnlyList<SweepScore> scores)
    {
        (Plan, Path, Recipes) = (plan, path, plan.Recipes());
        Scores = [.. scores.OrderBy(score => score.Recipe).ThenBy(score => score.Seed)];
        var first = Scores.FirstOrDefault(score => score.Scores.Count > 0)?.Scores[0];
        (Metric, Better, Protocol, Count) = (first?.Name ?? plan.Metric!, first?.Better ?? Better.Lower, first?.Protocol, first?.N ?? 0);
        Contenders = [.. Recipes.Select(recipe => new Contender(recipe.Name, Scores
            .Where(score => score.Recipe == recipe.Number && score.Scores.Count > 0)
            .ToDictionary(score => score.Seed, score => (score.Scores[0].Value, score.Scores[0].Loss))))];
        // A recipe that diverges with some seed is none to recommend, whatever it reaches with the others.
        Whole = [.. Contenders.Where(one => one.Scores.Count == plan.Seeds)];
        Duels = Contest.Of([new(Metric, Better, Whole)]);
        Best = Whole.OrderBy(one => one.Loss).FirstOrDefault();
    }

    /// <summary>What was asked for.</summary>
    public SweepPlan Plan { get; }

    /// <summary>Its folder.</summary>
    public string Path { get; }

    /// <summary>The recipes.</summary>
    public IReadOnlyList<SweepRecipe> Recipes { get; }

    /// <summary>How each run ended.</summary>
    public IReadOnlyList<SweepScore> Scores { get; }

    /// <summary>The quantity that decides.</summary>
    public string Metric { get; }

    /// <summary>Which direction of it is better.</summary>
    public Better Better { get; }

    /// <summary>How it was measured; null where nothing was.</summary>
    public string? Protocol { get; }

    /// <summary>Samples on each side.</summary>
    public int Count { get; }

    /// <summary>Each recipe over the seeds with which it ended well, in the order of the recipes.</summary>
    public IReadOnlyList<Contender> Contenders { get; }

    /// <summary>Those that ended well with all seeds.</summary>
    public IReadOnlyList<Contender> Whole { get; }

    /// <summary>All against all, over the seeds.</summary>
    public IReadOnlyList<Duel> Duels { get; }

    /// <summary>The best by its mean, which may be noise; null where no recipe ended well with all seeds.</summary>
    public Contender? Best { get; }

    /// <summary>Those that the best is not better than beyond the noise.</summary>
    public IReadOnlyList<Contender> Rivals => [.. Whole.Where(one => one != Best && !Duels.Any(duel => duel.Winner == Best!.Name
        && (duel.First == one.Name || duel.Second == one.Name)))];

    /// <summary>The recipe that is better than every other beyond the noise; null where there is none.</summary>
    public Contender? Winner => Best is not null && Whole.Count > 1 && Rivals.Count == 0 ? Best : null;

    /// <summary>The finding in words.</summary>
    public string Verdict()
    {
        if (Best is not { } best)
            return "no recipe ended well with all seeds, so none can be recommended";
        var value = $"{best.Name}: {Metric} {ScoreTable.Text(best)}";
        if (Whole.Count == 1)
            return $"{value}; there is no other to compare it with";
        if (Winner is not null)
            return $"winner: {value}, better than each of the {Whole.Count - 1} others beyond the noise";
        if (Plan.Seeds < 2)
            return $"best mean: {value}; one seed tells nothing of the noise, so there is no winner: give --seeds 3 or more";
        var rivals = Rivals.Take(5).Select(one => one.Name);
        return $"best mean: {value}; no winner: within the noise of {Plan.Seeds} seeds it is not better than "
            + string.Join("; ", rivals) + (Rivals.Count > 5 ? $" and {Rivals.Count - 5} more" : "");
    }

    /// <summary>What starts the best recipe again.</summary>
    public string? Command()
    {
        if (Best is null || Recipes.FirstOrDefault(recipe => recipe.Name == Best.Name) is not { } recipe)
            return null;
        var run = Plan.RunOf(recipe, Plan.Seed);
        string[] settings = [.. run.Settings.Select(Invocation.Quoted)];
        var words = new List<string> { "train", Invocation.Quoted(run.Data) };
        void Add(string option, string? value)
        {
            if (value is not null)
                words.AddRange([option, value]);
        }
        Add("--system", run.System);
        Add("--set", settings.Length == 0 ? null : string.Join(' ', settings));
        Add("--init", run.Init is { } init ? Invocation.Quoted(init) : null);
        Add("--steps", Text(run.Budget.Steps));
        Add("--images", Text(run.Budget.Images));
        Add("--time", run.Budget.Seconds is { } seconds ? $"{Text(seconds)}s" : null);
        Add("--seed", Text(run.Seed));
        Add("--device", run.Device == "cpu" ? null : run.Device);
        Add("--precision", run.Precision == "fp32" ? null : run.Precision);
        return Invocation.Of(string.Join(' ', words));
    }

    private static string? Text(IFormattable? number) => number?.ToString(null, CultureInfo.InvariantCulture);
}
