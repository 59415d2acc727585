using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Earthmover.Reports.Figures;
using Earthmover.Reports.Runs;

namespace Earthmover.Reports.Tests;

/// <summary>
/// The report in a browser without a network. Needs Debian's package chromium, which <c>./test</c> installs where it can, and otherwise
/// leaves these tests out.
/// </summary>
[Trait("Category", "Browser")]
public sealed class BrowserTests : RunFolderTest
{
    [Theory]
    [InlineData(3, 1280)]
    [InlineData(1000, 400)]
    public void Every_chart_is_drawn_and_nothing_is_wrong(int reports, int width)
    {
        PutLog(reports);
        File.AppendAllText(At("log.jsonl"), """{"step":99999,"measures":{"w_exact":"NaN"},"signals":{"slope_p10":1,"slope_p90":2},"health":{"verdict":"AMBER","findings":[{"rule":"slope","severity":"AMBER","remedy":"--set batch=64"}]}}""" + "\n");
        PutPicture("samples/000001.png");
        PutPicture("samples/000011.png");
        var summary = RunReport.Write(Folder);
        var (page, console) = Open(summary.Report, width);
        Assert.DoesNotContain("CONSOLE", console, StringComparison.Ordinal);
        Assert.DoesNotContain("data-problems", page, StringComparison.Ordinal);
        Assert.Equal(summary.Charts,
            int.Parse(Regex.Match(page, "<html[^>]* data-charts=\"([0-9]+)\"").Groups[1].Value, CultureInfo.InvariantCulture));
        Assert.Equal(summary.Charts, Regex.Count(page, "<canvas"));
    }

    [Fact]
    public void The_slider_changes_the_picture_and_what_is_folded_is_drawn_when_opened()
    {
        var signals = string.Join(',', "abcdefg".Select(name => $"\"{name}\":1"));
        Put("log.jsonl", "{\"step\":1,\"signals\":{" + signals + "}}\n");
        PutPicture("samples/000001.png");
        PutPicture("samples/000021.png");
        var report = RunReport.Write(Folder).Report;
        var untouched = Open(report, 800).Page;
        Assert.Contains("Samples of step 21", untouched, StringComparison.Ordinal);
        Assert.DoesNotContain("<canvas", untouched, StringComparison.Ordinal);
        // A hand, as a script.
        const string hand = "<script>document.querySelector('details').open = true; "
            + "const w = document.getElementById('when'); w.value = 0; w.dispatchEvent(new Event('input'));</script>";
        File.WriteAllText(report, File.ReadAllText(report).Replace("</body>", hand + "</body>", StringComparison.Ordinal));
        var (page, console) = Open(report, 800);
        Assert.DoesNotContain("CONSOLE", console, StringComparison.Ordinal);
        Assert.Contains("alt=\"Samples of step 1\"", page, StringComparison.Ordinal);
        Assert.Equal(7, Regex.Count(page, "<canvas"));
    }

    [Fact]
    public void Values_appear_under_the_pointer()
    {
        PutLog(5);
        var report = RunReport.Write(Folder).Report;
        const string hand = """
            <script>setTimeout(() => {
              const canvas = document.querySelector('canvas'), box = canvas.getBoundingClientRect();
              for (const type of ['pointerover', 'pointermove'])
                canvas.dispatchEvent(new PointerEvent(type, { clientX: box.left + box.width / 2, clientY: box.top + box.height / 2, bubbles: true }));
            }, 1500)</script>
            """;
        File.WriteAllText(report, File.ReadAllText(report).Replace("</body>", hand + "</body>", StringComparison.Ordinal));
        Assert.Matches("<div id=\"tip\" style=\"display: block.*<span>step</span><span>21</span>", Open(report, 1000).Page);
    }

    [Fact]
    public void A_page_that_goes_wrong_is_noticed()
    {
        PutLog(2);
        var report = RunReport.Write(Folder).Report;
        File.WriteAllText(report,
            File.ReadAllText(report).Replace("\"type\":\"quantitative\"", "\"type\":\"nonsense\"", StringComparison.Ordinal));
        Assert.Contains("data-problems", Open(report, 800).Page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_page_about_many_runs_draws_what_is_not_folded_away()
    {
        PutLog(5);
        var log = RunLog.Read(At("log.jsonl"));
        var map = Plot.Table("w1", "width", "rate", ["8", "16"], ["1e-3"], new double[,] { { 1.5, 2 } });
        PagePart[] parts = [new("Map") { Charts = [map] }, .. ComparedCharts.Of([("a", log), ("b", log)])];
        SummaryPage.Write(At("page.html"), "Runs", "two", [], parts);
        var (page, console) = Open(At("page.html"), 1000);
        Assert.DoesNotContain("CONSOLE", console, StringComparison.Ordinal);
        Assert.DoesNotContain("data-problems", page, StringComparison.Ordinal);
        Assert.Equal(parts.Where(part => !part.IsFolded).Sum(part => part.Charts.Count), Regex.Count(page, "<canvas"));
    }

    private static (string Page, string Console) Open(string file, int width)
    {
        var profile = Directory.CreateTempSubdirectory("report-browser-").FullName;
        try
        {
            var start = new ProcessStartInfo("chromium") { RedirectStandardOutput = true, RedirectStandardError = true };
            string[] arguments =
            [
                "--headless=new", "--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND",
                $"--user-data-dir={profile}", $"--window-size={width},900",
                "--enable-logging=stderr", "--virtual-time-budget=20000", "--dump-dom", $"file://{file}",
            ];
            foreach (var argument in arguments)
                start.ArgumentList.Add(argument);
            using var browser = Process.Start(start)!;
            var page = browser.StandardOutput.ReadToEndAsync();
            var console = browser.StandardError.ReadToEndAsync();
            if (!browser.WaitForExit(TimeSpan.FromSeconds(90)))
                browser.Kill(entireProcessTree: true);
            return (page.Result, console.Result);
        }
        catch (Win32Exception)
        {
            throw new InvalidOperationException("this test opens the report in a browser; install it: apt-get install chromium");
        }
        finally
        {
            Directory.Delete(profile, recursive: true);
        }
    }
}
