using Earthmover.Metrics;
using Earthmover.Sessions.Comparing;
using Earthmover.Sessions.Sweeps;

namespace Earthmover.Tests.Sessions;

/// <summary>When a sweep has a winner, and when it has none.</summary>
public sealed class SweepResultTests
{
    private static SweepResult Result(Better better, params double?[][] values)
    {
        var plan = new SweepPlan("gaussians-8", [new("width", [.. values.Select((_, i) => $"{i + 1}")])])
        {
            Seeds = values[0].Length,
            Metric = "w1",
        };
        var scores = values.SelectMany((seeds, recipe) => seeds.Select((value, seed) => new SweepScore(recipe + 1, seed + 1, 10, "h", 1,
            value is null ? "diverged" : null, value is { } known ? [new("w1", better, "p", 100, [known], null)] : [])));
        return new(plan, "sweep", [.. scores]);
    }

    [Fact]
    public void What_is_better_with_every_seed_by_more_than_they_vary_wins()
    {
        var result = Result(Better.Lower, [1.01, 2.02, 3.00], [0.1, 1.1, 2.1], [2.02, 3.00, 4.05]);
        Assert.Equal("width=2", result.Winner?.Name);
        Assert.StartsWith("winner: width=2", result.Verdict(), StringComparison.Ordinal);
        Assert.All(result.Duels, duel => Assert.NotNull(duel.Winner));
        Assert.Equal("earthmover train gaussians-8 --set 'width=2' --time 300s --seed 1", result.Command());
        // Where more is better, the other end.
        Assert.Equal("width=3", Result(Better.Higher, [1.01, 2.02, 3.00], [0.1, 1.1, 2.1], [2.02, 3.00, 4.05]).Winner?.Name);
    }

    [Fact]
    public void What_is_better_on_average_alone_does_not_win()
    {
        var result = Result(Better.Lower, [1, 2, 3], [0.5, 2.1, 2.2]);
        Assert.Equal(("width=2", null), (result.Best!.Name, result.Winner?.Name));
        Assert.Contains("no winner: within the noise of 3 seeds it is not better than width=1", result.Verdict(), StringComparison.Ordinal);
        Assert.Equal(["width=1"], result.Rivals.Select(one => one.Name));
    }

    [Fact]
    public void One_seed_tells_nothing_of_the_noise()
    {
        var result = Result(Better.Lower, [1], [100]);
        Assert.Equal(("width=1", null), (result.Best!.Name, result.Winner?.Name));
        Assert.Contains("give --seeds 3 or more", result.Verdict(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_recipe_that_diverged_once_is_not_recommended()
    {
        var result = Result(Better.Lower, [0.1, null, 0.1], [1, 2, 3]);
        Assert.Equal("width=2", result.Best!.Name);
        Assert.Contains("there is no other to compare it with", result.Verdict(), StringComparison.Ordinal);
        Assert.Contains("none can be recommended", Result(Better.Lower, [null, null], [null, 1]).Verdict(), StringComparison.Ordinal);
    }

    // With 45 pairs of 10 equal recipes, about two would be told apart by tests that know nothing of each other.
    [Fact]
    public void Equal_recipes_have_a_winner_no_more_often_than_the_level_says()
    {
        var random = new Random(3);
        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        var (called, winners, plain) = (0, 0, 0);
        for (var trial = 0; trial < 200; trial++)
        {
            double?[] Four() => [Normal(), Normal(), Normal(), Normal()];
            var result = Result(Better.Lower, [.. Enumerable.Range(0, 10).Select(_ => Four())]);
            called += result.Duels.Any(duel => duel.Winner is not null) ? 1 : 0;
            plain += result.Duels.Any(duel => duel.Test!.P < Duel.Level) ? 1 : 0;
            winners += result.Winner is null ? 0 : 1;
        }
        Assert.InRange(called, 0, 20);
        Assert.Equal(0, winners);
        Assert.True(plain > 100, $"without the adjustment only {plain} of 200 would be called");
    }

    [Fact]
    public void Every_combination_has_a_number_and_a_folder()
    {
        var plan = new SweepPlan("gaussians-8", SweepPlan.Read(["constraint=r1?gamma=1,none", "width=8, 16"])) { Seeds = 2, Seed = 7 };
        string[] expected =
        [
            "constraint=r1?gamma=1, width=8", "constraint=r1?gamma=1, width=16", "constraint=none, width=8", "constraint=none, width=16",
        ];
        Assert.Equal(expected, plan.Recipes().Select(recipe => recipe.Name));
        Assert.Equal([7, 8], plan.AllSeeds());
        Assert.Equal("01-constraint=r1-gamma=1-width=8-s7", plan.FolderOf(plan.Recipes()[0], 7));
    }
}
