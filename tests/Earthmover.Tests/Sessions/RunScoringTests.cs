using Earthmover.Sessions;
using Earthmover.Sessions.Comparing;
using Earthmover.Tests.Training;

namespace Earthmover.Tests.Sessions;

/// <summary>Metrics of a run, over several draws.</summary>
public sealed class RunScoringTests : Playground
{
    // Density and coverage are of no meaning where most balls around real samples have no size: where most of them are thrice there.
    [Fact]
    public void A_quantity_that_one_draw_has_no_number_for_is_left_out()
    {
        Play("gaussians-8", "wgan-gp", new(Steps: 2), Toy, "run");
        var rows = Enumerable.Range(0, 40).Select(i => i < 24 ? $"{i / 12}, 1" : $"{i}, {i * i % 7}");
        var real = Put("real.csv", string.Join('\n', rows));
        using var run = TrainedRun.Open(Path.Combine(Folder, "run"), Context);
        IReadOnlyList<RunScore> Scores(int draws, long seed) =>
            new RunScoring($"{real}?header=no") { Metrics = RunScoring.Named(["prdc"]), Draws = draws, Seed = seed, Count = 20 }
                .Of(run, "run", withFloor: false);
        var numbers = Enumerable.Range(1, 8).Select(seed => Scores(1, seed).Count).ToList();
        Assert.Equal([2, 4], numbers.Distinct().Order());
        var scores = Scores(8, 1 + numbers.IndexOf(4));
        Assert.Equal(["precision", "recall"], scores.Select(score => score.Name));
        Assert.All(scores, score => Assert.Equal(8, score.Values.Count));
    }
}
