using System.Text.Json;

namespace Earthmover.Cli.Tests;

/// <summary>Health on the command line.</summary>
public sealed class DiagnoseTests : CommandLine
{
    [Fact]
    public void A_run_is_diagnosed_in_words_and_in_JSON()
    {
        Done(["train", "gaussians-8", "--run", "r", "--steps", "4", .. Small]);
        var json = Done("diagnose", "r", "--json").Json;
        Assert.Contains(json.GetProperty("verdict").GetString(), new[] { "GREEN", "AMBER", "RED" });
        foreach (var finding in json.GetProperty("findings").EnumerateArray())
        {
            Assert.Contains(finding.GetProperty("severity").GetString(), new[] { "AMBER", "RED" });
            Assert.False(string.IsNullOrEmpty(finding.GetProperty("rule").GetString())
                || string.IsNullOrEmpty(finding.GetProperty("remedy").GetString()));
            Assert.Equal(JsonValueKind.Object, finding.GetProperty("evidence").ValueKind);
        }
        Assert.Contains(json.GetProperty("signals").EnumerateArray(),
            s => s.GetProperty("name").GetString() == "slope_coupled" && s.GetProperty("value").GetDouble() > 0);
        var page = Done("diagnose", "r").Out;
        Assert.Contains("slope_coupled", page, StringComparison.Ordinal);
        Assert.Contains("verdict at step 4: ", page, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_run_is_refused() => Assert.Equal(2, Run("diagnose", Folder).Code);

    [Fact]
    public void A_sick_run_stops_with_one_line_that_says_why_and_what_to_do()
    {
        // With this step size of plain gradient descent samples leap about; a few reports are enough.
        var outcome = Run(["train", "gaussians-8", "--system", "ns-gan", "--run", "r",
            "--steps", "400", "--stop-when-sick", "--threads", "1",
            "--set", "width=16", "batch=32", "grid_samples=16", "report_every=2", "health_share=1", "learning_rate=0.5"]);
        Assert.Equal(1, outcome.Code);
        var last = outcome.Error.TrimEnd().Split('\n')[^1];
        Assert.Contains("remedy: --", last, StringComparison.Ordinal);
        Assert.NotEmpty(Directory.GetFiles(At("r", "checkpoints")));
    }
}
