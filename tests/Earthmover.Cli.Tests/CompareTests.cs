using System.Text.Json;
using System.Text.RegularExpressions;

namespace Earthmover.Cli.Tests;

/// <summary>Runs side by side.</summary>
public sealed class CompareTests : CommandLine
{
    private void Train(string run, string seed, params string[] settings) =>
        Done(["train", "gaussians-8", "--system", "wgan-gp", "--run", run, "--steps", "3", "--seed", seed, .. Small,
            "--set", "report_every=1", .. settings]);

    private static readonly string[] s_quick = ["--metrics", "w1", "-n", "60"];

    private static string Line(Outcome outcome)
    {
        Assert.Equal(2, outcome.Code);
        return Assert.Single(outcome.Error.TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public void Two_runs_are_compared_over_draws_of_samples()
    {
        Train("a", "1");
        Train("b", "1", "width=8");
        var said = Done(["compare", "a", "b", .. s_quick, "--json"]).Json;
        Assert.Equal(["a", "b"], said.GetProperty("runs").EnumerateArray().Select(run => run.GetProperty("name").GetString()));
        var option = Assert.Single(said.GetProperty("options").EnumerateArray());
        Assert.Equal(("width", "16 8"), (option.GetProperty("name").GetString(),
            string.Join(' ', option.GetProperty("values").EnumerateArray().Select(v => v.GetString()))));
        Assert.Equal("draws", said.GetProperty("pairs").GetString());
        var metric = Assert.Single(said.GetProperty("metrics").EnumerateArray());
        Assert.True(metric.GetProperty("floor").GetDouble() > 0);
        foreach (var one in metric.GetProperty("contenders").EnumerateArray())
            Assert.True(one.GetProperty("low95").GetDouble() < one.GetProperty("value").GetDouble()
                && one.GetProperty("value").GetDouble() < one.GetProperty("high95").GetDouble());
        var draws = metric.GetProperty("runs").EnumerateArray().Select(run =>
            run.GetProperty("draws").EnumerateArray().Select(v => v.GetDouble()).ToArray()).ToList();
        Assert.All(draws, values => Assert.Equal(5, values.Distinct().Count()));
        var test = Assert.Single(said.GetProperty("tests").EnumerateArray());
        Assert.Equal(draws[0].Zip(draws[1], (a, b) => a - b).Average(), test.GetProperty("difference").GetDouble(), 1e-9);
        Assert.Equal(5, test.GetProperty("pairs").GetInt32());
        // The same again, and of a run and its copy nobody wins.
        Assert.Equal(said.ToString(), Done(["compare", "a", "b", .. s_quick, "--json"]).Json.ToString());
        CopyRun("a", "copy");
        var same = Assert.Single(Done(["compare", "a", "copy", .. s_quick, "--json"]).Json.GetProperty("tests").EnumerateArray());
        Assert.Equal((0.0, 1.0), (same.GetProperty("difference").GetDouble(), same.GetProperty("p_adjusted").GetDouble()));
        Assert.Equal(JsonValueKind.Null, same.GetProperty("winner").ValueKind);
    }

    private void CopyRun(string from, string to)
    {
        foreach (var file in Directory.GetFiles(At(from), "*", SearchOption.AllDirectories))
            Put(Path.Combine(to, Path.GetRelativePath(At(from), file)), File.ReadAllBytes(file));
    }

    [Fact]
    public void Recipes_are_compared_over_the_seeds_that_they_share()
    {
        foreach (var seed in new[] { "1", "2", "3" })
        {
            Train($"wide{seed}", seed);
            Train($"slim{seed}", seed, "width=8");
        }
        var said = Done(["compare", "wide1", "wide2", "wide3", "slim1", "slim2", "slim3", .. s_quick, "--json"]).Json;
        Assert.Equal("seeds", said.GetProperty("pairs").GetString());
        var contenders = Assert.Single(said.GetProperty("metrics").EnumerateArray()).GetProperty("contenders").EnumerateArray();
        Assert.Equal(["width=16", "width=8"], contenders.Select(one => one.GetProperty("name").GetString()));
        Assert.Equal(3, Assert.Single(said.GetProperty("tests").EnumerateArray()).GetProperty("pairs").GetInt32());
        // Seeds that are not shared make no pairs.
        var other = Done(["compare", "wide1", "wide2", "slim3", .. s_quick, "--json"]).Json;
        Assert.Equal(0, Assert.Single(other.GetProperty("tests").EnumerateArray()).GetProperty("pairs").GetInt32());
        Assert.Contains("no two pairs", Done(["compare", "wide1", "wide2", "slim3", .. s_quick]).Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_the_data_all_is_shown_but_the_metrics_which_are_said_to_need_them()
    {
        Put("points.csv", string.Join('\n', Enumerable.Range(0, 64).Select(i => $"{i % 8},{i * i % 7}")));
        foreach (var run in new[] { "a", "b" })
            Done(["train", "points.csv", "--system", "wgan-gp", "--run", run, "--steps", "3", "--seed", run == "a" ? "1" : "2", .. Small]);
        File.Delete(At("points.csv"));
        var outcome = Done("compare", "a", "b", "--html", "page.html");
        Assert.Contains("seed", outcome.Out, StringComparison.Ordinal);
        Assert.Contains("no metrics: all of them need real data", outcome.Error, StringComparison.Ordinal);
        var page = File.ReadAllText(At("page.html"));
        Assert.Equal(2, Regex.Count(page, "<img alt=\"[ab]\""));
        Assert.DoesNotContain(Folder, page, StringComparison.Ordinal);
        // Others may be named.
        Put("others.csv", string.Join('\n', Enumerable.Range(0, 200).Select(i => $"{i % 8},{i * i % 7}")));
        var measured = Done("compare", "a", "b", "--metrics", "w1", "--against", "others.csv", "--json").Json;
        Assert.Single(measured.GetProperty("metrics").EnumerateArray());
    }

    [Fact]
    public void A_run_without_a_checkpoint_is_shown_without_samples()
    {
        Train("a", "1");
        Train("b", "2");
        Train("c", "1", "width=8");
        Directory.Delete(At("c", "checkpoints"), recursive: true);
        var outcome = Done(["compare", "a", "b", "c", .. s_quick, "--json", "--html", "page.html"]);
        Assert.Contains("note: no samples of c: c has no checkpoint yet", outcome.Error, StringComparison.Ordinal);
        Assert.Equal(3, outcome.Json.GetProperty("runs").GetArrayLength());
        Assert.Equal(2, Assert.Single(outcome.Json.GetProperty("metrics").EnumerateArray()).GetProperty("runs").GetArrayLength());
    }

    [Fact]
    public void What_cannot_be_compared_is_refused_in_one_line()
    {
        Train("a", "1");
        Train("b", "2");
        TrainPets();
        Assert.Contains("compare takes two runs or more", Line(Run("compare")), StringComparison.Ordinal);
        Assert.Contains("compare takes two runs or more", Line(Run("compare", "a", "./a/")), StringComparison.Ordinal);
        Assert.Contains("a makes points of 2, and r makes images of 1x16x16", Line(Run("compare", "a", "r")), StringComparison.Ordinal);
        Assert.Contains("there is no metric named 'w3'", Line(Run("compare", "a", "b", "--metrics", "w3")), StringComparison.Ordinal);
        Assert.Contains("evaluate measures it", Line(Run("compare", "a", "b", "--metrics", "memorization")), StringComparison.Ordinal);
        Assert.Contains("pets is not the folder of a run", Line(Run("compare", "a", "pets", "b")), StringComparison.Ordinal);
        Put("broken/recipe.json", "{}");
        Assert.Contains("broken", Line(Run("compare", "a", "broken", "b")), StringComparison.Ordinal);
        Assert.Contains("--metrics names none", Line(Run("compare", "a", "b", "--metrics", ",")), StringComparison.Ordinal);
    }
}
