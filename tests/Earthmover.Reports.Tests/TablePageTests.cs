using System.Text.RegularExpressions;

namespace Earthmover.Reports.Tests;

/// <summary>What the page of a run shows of a table.</summary>
public sealed class TablePageTests : RunFolderTest
{
    private const string Table = """
        {"rows":500,"columns":[
          {"name":"age","fit":0.97,"floor":0.99,"distance":0.05,"missing_real":0,"missing_generated":0,"coverage":1,"adherence":0.99,
           "edges":[17,18,19],"labels":null,"unit":null,"real":[0.5,0.5],"generated":[0.4,0.6]},
          {"name":"<b>sex</b>","fit":0.9,"floor":0.98,"distance":null,"missing_real":0.1,"missing_generated":0,"coverage":1,"adherence":1,
           "edges":null,"labels":["yes","no","(others)"],"unit":null,"real":[0.5,0.5,0],"generated":[0.4,0.6,0]}],
         "errors":[{"first":0,"second":1,"error":0.13,"floor":0.01}],
         "worst":[{"first":"age","second":"<b>sex</b>","rows":["< 18","≥ 18"],"columns":["yes","no","(others)"],"fit":0.87,"floor":0.99,
           "real":[0.25,0.25,0,0.25,0.25,0],"generated":[0.2,0.2,0,0.2,0.4,0]}]}
        """;

    private static string Metric(string name, double value, double low, double high, double floor) => FormattableString.Invariant(
        $"{{\"name\":\"{name}\",\"value\":{value},\"low95\":{low},\"high95\":{high},\"floor\":{floor},\"n\":500,\"protocol\":\"rows\"}}");

    private string Page(string table, params string[] metrics)
    {
        PutLog(2);
        Put("metrics.json", $"{{\"metrics\":[{string.Join(',', metrics)}],\"table\":{table}}}");
        var summary = RunReport.Write(Folder);
        var page = File.ReadAllText(summary.Report);
        Assert.Equal(summary.Charts, Regex.Count(page, "data-chart="));
        return page;
    }

    [Fact]
    public void Columns_pairs_and_privacy_are_shown()
    {
        var page = Page(Table, Metric("quality", 0.95, 0.94, 0.96, 0.98), Metric("closest-ratio", 1.3, 1.2, 1.4, 1),
            Metric("copies", 0.01, 0, 0.02, 0.005), Metric("membership", 0.51, 0.48, 0.54, 0.5));
        string[] parts = ["<h2>Columns</h2>", "<h2>Pairs of columns</h2>", "Age and &lt;b&gt;sex&lt;/b&gt;, generated", "<h2>Privacy</h2>",
            "farther from training rows", "not told from tossing a coin", "within chance", "Evidence, not a guarantee"];
        foreach (var part in parts)
            Assert.Contains(part, page, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>sex</b>", page.Split("<script")[0], StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_column_has_no_number_of_is_left_out() =>
        Assert.Contains("<td>1 / 0</td><td>0</td><td></td></tr>", Page(Table.Replace(
            "\"missing_generated\":0,\"coverage\":1,\"adherence\":0.99", "\"missing_generated\":1,\"coverage\":0,\"adherence\":null",
            StringComparison.Ordinal)), StringComparison.Ordinal);

    [Fact]
    public void What_gives_rows_away_is_said_so()
    {
        var page = Page(Table, Metric("closest-ratio", 0.4, 0.3, 0.5, 1), Metric("copies", 0.2, 0.15, 0.25, 0.005),
            Metric("membership", 0.8, 0.75, 0.85, 0.5));
        string[] parts = ["something of single rows is remembered", "more than people who are alike explain", "more than nothing"];
        foreach (var part in parts)
            Assert.Contains(part, page, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_rows_kept_apart_the_page_says_how_to_keep_them() =>
        Assert.Contains("--set hold_out=0.2", Page(Table, Metric("copies", 0, 0, 0.01, 0)), StringComparison.Ordinal);

    [Theory]
    [InlineData("{\"rows\":5}")]
    [InlineData("{\"rows\":5,\"columns\":[{\"name\":\"a\",\"edges\":[0,1],\"real\":[1,2],\"generated\":[1]}],\"errors\":[],\"worst\":[]}")]
    [InlineData("7")]
    public void A_damaged_table_costs_a_line(string table)
    {
        var page = Page(table, Metric("quality", 0.95, 0.94, 0.96, 0.98));
        Assert.Contains("the columns in metrics.json could not be read", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<h2>Columns</h2>", page, StringComparison.Ordinal);
    }
}
