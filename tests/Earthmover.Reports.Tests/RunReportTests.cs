using System.Text.RegularExpressions;
using Earthmover.Reports.Figures;

namespace Earthmover.Reports.Tests;

/// <summary>The page of a run, as text.</summary>
public sealed class RunReportTests : RunFolderTest
{
    private const string Evil = "</script><script>alert('x')</script><img src=x onerror=alert(1)>&\"'";

    private string Page(Vega? vega = null) => File.ReadAllText(RunReport.Write(Folder, null, vega ?? Vega.Installed).Report);

    private static string Json(string text) => System.Text.Json.JsonSerializer.Serialize(text);

    [Fact]
    public void It_shows_what_the_run_has()
    {
        PutLog(4);
        PutPicture("samples/reals.png");
        PutPicture("samples/000001.png");
        PutPicture("samples/000031.png");
        Put("metrics.json", """{"metrics":[{"name":"fd-fmnist","value":4.41,"low95":4.1,"high95":4.8,"floor":0.4,"n":10000,"protocol":"features 3f2a"}]}""");
        var summary = RunReport.Write(Folder);
        Assert.Equal((4, 2, null), (summary.Records, summary.Samples, summary.Verdict));
        Assert.Empty(summary.Problems);
        var page = File.ReadAllText(At("report.html"));
        Assert.Equal(summary.Bytes, new FileInfo(At("report.html")).Length);
        Assert.Equal(summary.Charts, Regex.Count(page, "data-chart="));
        string[] parts = ["<h1>wgan-gp", "gaussians-8", ">31<", "fd-fmnist", "4.1 … 4.8",
            "id=\"when\"", "terms/critic/penalty", ">512<", "1.13.1", "1.5 s"];
        foreach (var part in parts)
            Assert.Contains(part, page, StringComparison.Ordinal);
        Assert.DoesNotContain("class=\"lamp", page, StringComparison.Ordinal);
        Assert.DoesNotContain(Directory.GetFiles(Folder, "*", SearchOption.AllDirectories),
            file => file.EndsWith(".part", StringComparison.Ordinal));
    }

    [Fact]
    public void Signals_of_a_look_are_charted_beside_those_that_explain_them()
    {
        Put("log.jsonl", """{"step":1,"health":{"verdict":"GREEN","signals":{"w_exact_large":3.5,"w_floor_large":1.25,"diversity":0.9}}}""" + "\n");
        var page = Page();
        foreach (var part in new[] { "Health signals", "Exact W₁ of 256 samples", "Diversity", "signals/w_floor_large" })
            Assert.Contains(part, page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_last_look_inside_the_critic_is_charted()
    {
        static string Replaced(string text, string name, int value) => text.Replace(name, $"{value}", StringComparison.Ordinal);
        const string looked = """
            {"step":STEP,"health":{"verdict":"GREEN","findings":[],"signals":{},"histograms":{"weights":{"low":-0.1,"high":0.1,"counts":[COUNT,1,4]},
            "slope_real":{"low":0,"high":2,"counts":[1,2]},"slope_fake":{"low":0,"high":2,"counts":[3,0]}},"layer_gradients":[0.001,0.1,1]}}
            """;
        static string Look(int step, int count) =>
            Replaced(Replaced(looked, "STEP", step), "COUNT", count).ReplaceLineEndings("") + "\n";
        Put("log.jsonl", Look(1, 0) + Look(2, 5) + """{"step":3,"health":{"verdict":"GREEN"}}""" + "\n");
        var page = Page();
        string[] parts = ["Inside the critic", "At step 2.", "Slope at samples", "Weights of the critic", "Gradient from layer to layer"];
        foreach (var part in parts)
            Assert.Contains(part, page, StringComparison.Ordinal);
        Assert.DoesNotContain("Slope between samples", page, StringComparison.Ordinal);
        // Five, one and four of ten weights.
        foreach (var share in new[] { "\"y\":0.5", "\"y\":0.1", "\"y\":0.4" })
            Assert.Contains(share, page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"weights":{"low":1,"high":1,"counts":[1]}}""")]
    [InlineData("""{"weights":{"low":0,"high":1,"counts":[]}}""")]
    [InlineData("""{"weights":{"low":0,"high":1,"counts":["many"]}}""")]
    [InlineData("""{"weights":7}""")]
    [InlineData("[]")]
    public void A_damaged_histogram_is_left_out(string histograms)
    {
        Put("log.jsonl", """{"step":1,"health":{"verdict":"GREEN","histograms":HISTOGRAMS,"layer_gradients":{"a":1}}}""".Replace("HISTOGRAMS", histograms, StringComparison.Ordinal) + "\n");
        Assert.DoesNotContain("Inside the critic", Page(), StringComparison.Ordinal);
    }

    [Fact]
    public void It_asks_nothing_of_the_network()
    {
        PutLog(3);
        var page = Page();
        Assert.Contains("default-src 'none'", page, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"(?i)<link|@import|<iframe|<base|url\(", Regex.Replace(page, "(?s)<script>.*?</script>", ""));
        Assert.All(Regex.Matches(page, "(?i)<(?:img|script|audio|video|object|embed)[^>]* (?:src|data)=[\"']?([^\"' >]*)"),
            m => Assert.StartsWith("data:", m.Groups[1].Value, StringComparison.Ordinal));
        Assert.DoesNotContain("sourceMappingURL", page, StringComparison.Ordinal);
        // Scripts of Vega hold names of XML, of its schema and of an issue, and load none of them.
        Assert.DoesNotMatch("https?://", Regex.Replace(page, "(?s)<script>.*?</script>", ""));
    }

    [Fact]
    public void Whatever_a_run_is_called_stays_text()
    {
        Put("recipe.json", $$"""{ "data": {{Json(Evil)}}, "system": {{Json(Evil)}}, "options": { {{Json(Evil)}}: {{Json(Evil)}} } }""");
        Put("log.jsonl", $$$"""{"step":1,{{{Json(Evil)}}}:1,"terms":{{{{Json(Evil)}}}:{{{{Json(Evil)}}}:2}},"measures":{{{{Json("w_" + Evil)}}}:1},"health":{"verdict":{{{Json(Evil)}}},"findings":[{"rule":{{{Json(Evil)}}},"severity":{{{Json(Evil)}}},"evidence":{{{{Json(Evil)}}}:{{{Json(Evil)}}}},"remedy":{{{Json(Evil)}}}}]}}""" + "\n");
        Put("samples/000001.txt", Evil);
        Put("samples/000002.txt", Evil);
        Put("metrics.json", $$"""{"metrics":[{"name":{{Json(Evil)}},"value":1,"protocol":{{Json(Evil)}}}]}""");
        foreach (var page in new[] { Page(), Page(Nothing) })
        {
            var outside = Regex.Replace(page, "(?s)<script>.*?</script>", "");
            Assert.DoesNotContain("<script>alert", page, StringComparison.Ordinal);
            Assert.DoesNotContain("<img src=x", page, StringComparison.Ordinal);
            Assert.DoesNotContain("onerror=alert(1)>", outside, StringComparison.Ordinal);
            Assert.Contains("&lt;script&gt;alert(&#39;x&#39;)", outside, StringComparison.Ordinal);
            Assert.Equal(3, Regex.Count(page, "(?i)</script"));
        }
    }

    [Fact]
    public void An_empty_run_has_a_report()
    {
        var summary = RunReport.Write(Folder);
        Assert.Equal((0, 0, 0), (summary.Records, summary.Charts, summary.Samples));
        Assert.Contains("holds no record yet", File.ReadAllText(summary.Report), StringComparison.Ordinal);
        Put("recipe.json", "{ damaged");
        Put("log.jsonl", "");
        Assert.Contains("recipe.json is damaged", Page(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_read_is_named()
    {
        PutLog(2);
        File.AppendAllText(At("log.jsonl"), "{\"step\":9");
        Put("samples/000001.png", "not a picture");
        PutPicture("samples/000002.png");
        Put("metrics.json", "{}");
        var summary = RunReport.Write(Folder);
        Assert.Equal((2, 1), (summary.Records, summary.Samples));
        Assert.Equal(3, summary.Problems.Count);
        var page = File.ReadAllText(summary.Report);
        foreach (var name in new[] { "1 line of log.jsonl", "samples/000001.png", "metrics.json" })
            Assert.Contains(name, page, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_Vega_everything_but_the_charts_is_there_and_one_line_says_so()
    {
        PutLog(3);
        PutPicture("samples/000001.png");
        var summary = RunReport.Write(Folder, null, Nothing);
        Assert.Contains("nodejs npm", summary.Lacking!, StringComparison.Ordinal);
        var page = File.ReadAllText(summary.Report);
        Assert.Single(Regex.Matches(page, "class=\"notice\""));
        Assert.Contains("Charts are missing", page, StringComparison.Ordinal);
        Assert.DoesNotContain("data-chart", page, StringComparison.Ordinal);
        Assert.Contains("terms/critic/penalty", page, StringComparison.Ordinal);
        Assert.InRange(summary.Bytes, 1000, 40_000);
    }

    [Fact]
    public void The_verdict_has_a_lamp_a_history_and_reasons()
    {
        var finding = """{"rule":"mode_collapse","severity":"RED","evidence":{"modes":3,"of":8},"remedy":"--set batch=256"}""";
        Put("log.jsonl", $$$"""
            {"step":1,"health":{"verdict":"GREEN","findings":[]}}
            {"step":2,"health":{"verdict":"GREEN"}}
            {"step":3,"health":{"verdict":"AMBER","findings":[{"rule":"slope","severity":"AMBER"}]}}
            {"step":4}
            {"step":5,"health":{"verdict":"RED","findings":[{{{finding}}}]}}
            """);
        var page = Page();
        Assert.Contains("class=\"lamp red\"", page, StringComparison.Ordinal);
        Assert.Matches("flex-grow:2.*GREEN, steps 1 to 2.*AMBER, steps 3 to 3.*RED, steps 5 to 5", page);
        Assert.Contains("mode collapse", page, StringComparison.Ordinal);
        Assert.Contains("<code>--set batch=256</code>", page, StringComparison.Ordinal);
        Assert.Matches("Found earlier.*slope", page.ReplaceLineEndings(" "));
        Assert.Equal("RED", RunReport.Write(Folder).Verdict);
    }

    [Fact]
    public void Of_many_samples_the_first_and_the_last_are_among_the_chosen()
    {
        for (var i = 1; i <= 95; i++)
            PutPicture($"samples/{i * 100:D6}.png");
        PutPicture("samples/nearest.png");
        Assert.Equal(40, RunReport.Write(Folder).Samples);
        var page = File.ReadAllText(At("report.html"));
        Assert.Contains("40 of 95 moments", page, StringComparison.Ordinal);
        Assert.Contains("\"step\":\"100\"", page, StringComparison.Ordinal);
        Assert.Contains(">9,500<", page, StringComparison.Ordinal);
        Assert.Contains("<figcaption>Nearest</figcaption>", page, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_run_is_refused_and_what_cannot_be_written_leaves_nothing()
    {
        Assert.Contains("there is no folder",
            Assert.Throws<ReportException>(() => RunReport.Write(At("nowhere"))).Message, StringComparison.Ordinal);
        Directory.CreateDirectory(At("empty"));
        Assert.Contains("recipe.json",
            Assert.Throws<ReportException>(() => RunReport.Write(At("empty"))).Message, StringComparison.Ordinal);
        Directory.CreateDirectory(At("taken.html"));
        Assert.Contains("taken.html",
            Assert.Throws<IOException>(() => RunReport.Write(Folder, At("taken.html"))).Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Directory.GetFiles(Folder, "*", SearchOption.AllDirectories),
            file => file.EndsWith(".part", StringComparison.Ordinal));
    }
}
