using System.Text.Json.Nodes;
using Earthmover.Reports.Figures;

namespace Earthmover.Reports.Tests.Figures;

/// <summary>Finding Vega, drawing with it, and doing without.</summary>
public sealed class VegaTests : RunFolderTest
{
    [Fact]
    public void A_figure_is_saved_with_its_data_beside_it()
    {
        PlotTests.Of("bars").SaveSvg(At("docs", "bars.svg"));
        Assert.StartsWith("<svg", File.ReadAllText(At("docs", "bars.svg")), StringComparison.Ordinal);
        Assert.Equal(4, JsonNode.Parse(File.ReadAllText(At("docs", "bars.json")))!["data"]!["values"]!.AsArray().Count);
    }

    [Fact]
    public void Drawing_the_same_figure_twice_gives_the_same_text()
    {
        var spec = PlotTests.Of("lines").ToJson();
        var drawings = Vega.Installed.Draw([spec, spec], out _);
        Assert.Equal(drawings[0], drawings[1]);
    }

    [Fact]
    public void What_cannot_be_drawn_is_said_in_one_line()
    {
        foreach (var bad in new[] { """{"mark":"line","data":{"url":"https://example.com/data.json"},"encoding":{"x":{"field":"a","type":"quantitative"}}}""", "{}", "nonsense" })
            try
            {
                // An address is refused by the loader, which is a warning and an empty drawing; the others fail.
                Vega.Installed.Draw([bad], out var warnings);
                Assert.Contains("may not load", warnings, StringComparison.Ordinal);
            }
            catch (ReportException e)
            {
                Assert.DoesNotContain('\n', e.Message);
                Assert.Contains("Error:", e.Message, StringComparison.Ordinal);
            }
    }

    [Fact]
    public void Without_scripts_it_says_what_to_install()
    {
        var e = Assert.Throws<ReportException>(() => Nothing.Draw(["{}"], out _));
        Assert.Contains("nodejs npm", e.Message, StringComparison.Ordinal);
        Assert.Contains("nodejs npm", Nothing.Lacking!, StringComparison.Ordinal);
        Assert.NotNull(new Vega(Folder).Lacking); // a folder without the scripts
        Assert.Null(Vega.Installed.Lacking);
    }
}
