using Earthmover.Reports.Figures;
using Earthmover.Reports.Runs;

namespace Earthmover.Reports.Tests;

/// <summary>Pages about many runs.</summary>
public sealed class SummaryPageTests : RunFolderTest
{
    private string Write(params PagePart[] parts)
    {
        SummaryPage.Write(At("page.html"), "Runs <compared>", "a & b", ["mind this"], parts);
        return File.ReadAllText(At("page.html"));
    }

    [Fact]
    public void What_is_put_in_stands_on_it_escaped()
    {
        var page = Write(new PagePart("Options", "those that differ") { Table = new(["option", "<a>"], [["width", "16 > 8"]]) },
            new PagePart("Lines") { Pictures = [new("b", null, "one\n<two>")] }, new PagePart("Nothing"));
        Assert.Contains("<title>Runs &lt;compared&gt;</title>", page, StringComparison.Ordinal);
        Assert.Contains("<th>&lt;a&gt;</th>", page, StringComparison.Ordinal);
        Assert.Contains("<td>16 &gt; 8</td>", page, StringComparison.Ordinal);
        Assert.Contains("<pre>one\n&lt;two&gt;</pre>", page, StringComparison.Ordinal);
        Assert.Contains("<p class=\"notice\">mind this</p>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<h2>Nothing</h2>", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_number_has_a_chart_with_a_line_for_each_run_of_its_own_color()
    {
        PutLog(5);
        var log = RunLog.Read(At("log.jsonl"));
        Put("other.jsonl", """{"step":3,"measures":{"w_exact":2}}""" + "\n");
        var parts = ComparedCharts.Of([("first", log), ("second", RunLog.Read(At("other.jsonl")))]);
        var exact = parts[0].Charts.Single(chart => chart.Title.Contains("exact", StringComparison.Ordinal)).ToJson();
        Assert.Contains("\"first\"", exact, StringComparison.Ordinal);
        Assert.Contains("\"second\"", exact, StringComparison.Ordinal);
        Assert.Contains(Theme.Palette[1], exact, StringComparison.Ordinal);
        // Of many the first.
        var many = ComparedCharts.Of([.. Enumerable.Range(0, 12).Select(i => ($"run {i}", log))]);
        Assert.Equal("the first 8 of 12 runs", many[0].Charts[0].Subtitle);
    }
}
