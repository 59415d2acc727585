using System.Text.Json.Nodes;
using Earthmover.Reports.Figures;
using Earthmover.Reports.Runs;

namespace Earthmover.Reports.Tests.Runs;

/// <summary>Which numbers stand on one chart.</summary>
public sealed class RunChartsTests : RunFolderTest
{
    private Dictionary<string, string[]> Lines()
    {
        var charts = RunCharts.Of(RunLog.Read(At("log.jsonl"))).SelectMany(group => group.Charts);
        static JsonArray Rows(Figure chart) => JsonNode.Parse(chart.ToJson())!["data"]!["values"]!.AsArray();
        static string[] Names(Figure chart) => [.. Rows(chart).Select(row => (string)row![Spec.Series]!).Distinct()];
        return charts.ToDictionary(chart => chart.Title, Names);
    }

    [Fact]
    public void Estimate_truth_and_floor_share_a_chart_and_players_have_their_own()
    {
        PutLog(5);
        var lines = Lines();
        Assert.Equal(["critic's estimate", "exact W₁ of the same samples", "floor: real against real"], lines["Wasserstein distance"]);
        Assert.Equal(["wasserstein", "penalty"], lines["Terms of the critic"]);
        Assert.Equal(["wasserstein"], lines["Terms of the generator"]);
        Assert.Equal(["critic", "generator"], lines["Gradient norms"]);
        Assert.Contains("modes reached", lines.Keys);
        Assert.Contains("Speed", lines.Keys);
    }

    [Fact]
    public void Variants_of_a_measurement_share_a_chart_and_what_is_unknown_gets_one()
    {
        Put("log.jsonl", """{"step":1,"measures":{"js_1":1,"js_2":2,"fd":3},"signals":{"slope_real_p10":1,"slope_fake_p90":2,"dead":0,"layer/1":1,"layer/2":2},"new":{"thing":5},"flat":1}""" + "\n");
        var lines = Lines();
        Assert.Equal(["js 1", "js 2"], lines["Jensen–Shannon divergence of n-grams"]);
        Assert.Equal(["slope real p10", "slope fake p90"], lines["slope"]);
        Assert.Equal(["1", "2"], lines["layer"]);
        foreach (var single in new[] { "fd", "dead", "new/thing", "flat" })
            Assert.Contains(single, lines.Keys);
    }

    [Fact]
    public void A_long_log_has_few_points_and_loses_no_spike()
    {
        Put("log.jsonl", string.Concat(Enumerable.Range(0, 20_000).Select(i => $$$"""{"step":{{{i}}},"measures":{"w_exact":{{{(i == 12_345 ? 99 : 1)}}},"w_floor":1,"w_estimate":1}}""" + "\n")));
        var chart = Assert.Single(RunCharts.Of(RunLog.Read(At("log.jsonl")))).Charts.Single();
        var rows = JsonNode.Parse(chart.ToJson())!["data"]!["values"]!.AsArray();
        Assert.InRange(rows.Count, 100, RunCharts.MostPoints);
        Assert.Equal(99, rows.Max(row => (double)row!["high"]!));
    }

    [Fact]
    public void Without_an_estimate_the_heading_promises_none()
    {
        Put("log.jsonl", """{"step":1,"measures":{"critic_gap":1,"w_exact":2,"w_floor":1}}""" + "\n");
        Assert.Equal("Distance to the data", RunCharts.Of(RunLog.Read(At("log.jsonl")))[0].Title);
        PutLog(2);
        Assert.Equal("Truth beside estimate", RunCharts.Of(RunLog.Read(At("log.jsonl")))[0].Title);
    }

    [Fact]
    public void What_was_never_a_number_has_no_chart()
    {
        Put("log.jsonl", """{"step":1,"a":"NaN"}""" + "\n");
        Assert.Empty(RunCharts.Of(RunLog.Read(At("log.jsonl"))));
    }
}
