namespace Earthmover.Cli.Tests;

/// <summary>A run is a run wherever data are named: its samples where samples are wanted, and never a folder of pictures.</summary>
public sealed class RunsAsDataTests : CommandLine
{
    private new void Refused(string names, params string[] args)
    {
        var before = Everything();
        CommandLine.Refused(names, args);
        Assert.Equal(before, Everything());
    }

    [Fact]
    public void Two_runs_are_compared_with_each_other()
    {
        Done(["train", "gaussians-8", "--run", "a", "--steps", "2", .. Small]);
        Done(["train", "gaussians-8", "--run", "b", "--steps", "2", "--seed", "2", .. Small]);
        var before = Everything();
        var metrics = Done("evaluate", "a", "--against", "b", "-n", "100", "--metrics", "w1", "--json").Json.GetProperty("metrics");
        Assert.Equal(100, metrics[0].GetProperty("n").GetInt32());
        Assert.True(metrics[0].GetProperty("value").GetDouble() > 0);
        // A run against itself is far from itself only by chance: as far as its floor.
        var same = Done("evaluate", "a", "--against", "a", "-n", "200", "--metrics", "w1", "--json").Json.GetProperty("metrics")[0];
        Assert.InRange(same.GetProperty("value").GetDouble() / same.GetProperty("floor").GetDouble(), 0.5, 2);
        Assert.Equal(before, Everything()); // what is said of two runs is not kept as what is true of one
        Done("evaluate", "gaussians-8", "--against", "a", "-n", "50", "--metrics", "w1");
        Done("distance", "a", "b", "-n", "50");
    }

    // Its own data would else be its own samples, and every number at its floor.
    [Fact]
    public void A_name_of_data_is_not_the_run_in_the_folder_of_that_name()
    {
        Done(["train", "gaussians-8", "--run", "gaussians-8", "--steps", "2", .. Small]);
        Refused("./gaussians-8", "evaluate", "gaussians-8");
        var metrics = Done("evaluate", "./gaussians-8", "-n", "200", "--metrics", "w1,modes", "--json").Json.GetProperty("metrics");
        Assert.True(metrics[0].GetProperty("value").GetDouble() > 3 * metrics[0].GetProperty("floor").GetDouble());
        Assert.Equal(0, Done("distance", "gaussians-8", "gaussians-8", "-n", "50", "--json").Code);
    }

    [Fact]
    public void Runs_beside_the_pictures_are_passed_over()
    {
        for (var i = 0; i < 4; i++)
        {
            PutPicture($"cat/{i}.png", 16, 16, 1, i);
            PutPicture($"dog/{i}.png", 16, 16, 1, 10 + i);
        }
        string[] tiny = ["--steps", "1", "--set", "width=4", "batch=4", "--threads", "1"];
        Done(["train", ".", .. tiny]);
        Done(["train", ".", "--run", "mine", .. tiny]);
        var check = Done("data", "check", ".", "--json").Json;
        Assert.Equal(8, check.GetProperty("count").GetInt32());
        Assert.Equal(2, check.GetProperty("classes").GetArrayLength());
        Assert.Contains("whose pictures are samples and not data", Done("data", "check", ".").Out, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_of_pictures_is_no_folder_of_pictures()
    {
        for (var i = 0; i < 4; i++)
            PutPicture($"pictures/{i}.png", 16, 16, 1, i);
        Done(["train", "pictures", "--run", "runs/a", "--steps", "1", "--set", "width=4", "batch=4", "--threads", "1"]);
        foreach (var run in new[] { "runs/a", "runs/a/", At("runs", "a") })
        {
            Refused("is a run, not data", "train", run, "--steps", "1");
            Refused("is a run, not data", "data", "check", run);
            Refused("is a run, not data", "data", "show", run);
            Refused("is a run, not data", "train", $"{run}|pictures", "--steps", "1");
        }
        Refused("takes no options of data", "evaluate", "runs/a?limit=2", "--against", "pictures");
        Refused("holds runs", "train", "runs", "--steps", "1");
        Refused("holds runs", "distance", "runs", "pictures");
        Assert.NotEmpty(Done("evaluate", "pictures", "--against", "runs/a", "-n", "4", "--features", "raw", "--metrics", "w1").Out);
    }
}
