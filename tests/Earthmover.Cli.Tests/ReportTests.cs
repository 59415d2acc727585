namespace Earthmover.Cli.Tests;

/// <summary>Reports through the command line: at the end of a training, and asked for.</summary>
public sealed class ReportTests : CommandLine
{
    [Fact]
    public void A_training_ends_with_its_report_and_the_command_writes_it_anew()
    {
        var trained = Done(["train", "gaussians-8", "--run", "r", "--steps", "3", .. Small]);
        Assert.Contains("wrote r/report.html", trained.Error, StringComparison.Ordinal);
        string[] parts = ["wgan-gp", "Health signals", "Exact W₁ of 256 samples", "Inside the critic",
            "Slope between samples", "Weights of the critic", "Gradient from layer to layer"];
        foreach (var part in parts)
            Assert.Contains(part, File.ReadAllText(At("r", "report.html")), StringComparison.Ordinal);
        File.Delete(At("r", "report.html"));
        Assert.Contains("wrote r/report.html", Done("report", "r").Out, StringComparison.Ordinal);
        Assert.True(File.Exists(At("r", "report.html")));

        var json = Done("report", "r", "--out", "pages/mine.html", "--json").Json;
        Assert.True(File.Exists(At("pages", "mine.html")));
        Assert.Equal(File.ReadLines(At("r", "log.jsonl")).Count(), json.GetProperty("records").GetInt32());
        Assert.InRange(json.GetProperty("charts").GetInt32(), 4, 40);
        Assert.InRange(json.GetProperty("samples").GetInt32(), 1, 3);
    }

    [Fact]
    public void A_report_that_cannot_be_written_costs_the_training_one_line()
    {
        var steps = new[] { "--steps", "2" };
        Done(["train", "gaussians-8", "--run", "r", .. steps, .. Small]);
        File.Delete(At("r", "report.html"));
        Directory.CreateDirectory(At("r", "report.html"));
        var outcome = Done("train", "--resume", "--run", "r", "--steps", "4");
        var warning = Assert.Single(outcome.Error.Split('\n'), line => line.StartsWith("warning:", StringComparison.Ordinal));
        Assert.Contains("report.html", warning, StringComparison.Ordinal);
        Assert.True(File.Exists(At("r", "checkpoints", "000004.safetensors")));
        Assert.Equal(1, Run("report", "r").Code);
    }

    [Fact]
    public void A_run_that_diverges_has_a_report_too()
    {
        Assert.Equal(1, Run("train", "gaussians-8", "--run", "r", "--system", "wgan", "--steps", "500", "--threads", "1",
            "--set", "constraint=none", "learning_rate=10", "width=16", "batch=32").Code);
        Assert.True(File.Exists(At("r", "report.html")));
    }
}
