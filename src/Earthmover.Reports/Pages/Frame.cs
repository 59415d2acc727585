using System.Globalization;
using System.Text.Json.Nodes;
using Earthmover.Reports.Figures;
using Earthmover.Reports.Runs;

namespace Earthmover.Reports.Pages;

/// <summary>What all pages share: one file that holds all it shows, asks nothing of the network, and draws its charts by itself.</summary>
internal static class Frame
{
    // The browser itself refuses to load anything: whatever a log or recipe may contain, the page asks nothing of the network.
    // Vega compiles its expressions, hence unsafe-eval; they come from our own specifications.
    private const string Policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; "
        + "script-src 'unsafe-inline' 'unsafe-eval'; base-uri 'none'; form-action 'none'";

    /// <summary>The whole page.</summary>
    /// <param name="title">Title of the window.</param>
    /// <param name="body">What is on it.</param>
    /// <param name="charts">The charts that its places refer to by number.</param>
    /// <param name="scripts">The scripts that draw them; null where there are none.</param>
    /// <param name="moments">Pictures for the slider, where the body has one.</param>
    public static string Write(string title, Markup body, IReadOnlyList<Figure> charts, string? scripts, JsonArray? moments = null)
    {
        var specs = new JsonObject
        {
            ["config"] = Figure.PageConfig(),
            ["charts"] = new JsonArray([.. charts.Select(chart => chart.ForPage())]),
        };
        return $"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="{Policy}">
            <title>{Markup.Of($"{title}")}</title>
            <style>
            {Resource("report.css")}</style>
            </head>
            <body>
            {body}
            <script type="application/json" id="moments">{(moments ?? []).ToJsonString()}</script>
            <script type="application/json" id="specs">{specs.ToJsonString()}</script>
            <script>
            {scripts}
            {Resource("report.js")}</script>
            </body>
            </html>

            """;
    }

    /// <summary>Lines at the head of a page.</summary>
    public static Markup Notices(IEnumerable<string> lines) =>
        Markup.Join(lines.Select(line => Markup.Of($"<p class=\"notice\">{line}</p>\n")));

    /// <summary>Charts under one heading; nothing where they cannot be drawn.</summary>
    public static Markup Group(ChartGroup group, List<Figure> charts, bool isDrawn)
    {
        if (!isDrawn)
            return default;
        var remark = group.Remark is null ? default : Markup.Of($"<p class=\"remark\">{group.Remark}</p>");
        var body = Markup.Of($"{remark}{Figures(group.Charts, charts)}");
        return group.IsFolded
            ? Markup.Of($"<section><details><summary><h2>{group.Title} ({group.Charts.Count})</h2></summary>{body}</details></section>\n")
            : Markup.Of($"<section><h2>{group.Title}</h2>{body}</section>\n");
    }

    /// <summary>Places for charts, side by side.</summary>
    /// <param name="shown">The charts.</param>
    /// <param name="charts">All charts of the page, which these are added to.</param>
    public static Markup Figures(IReadOnlyList<Figure> shown, List<Figure> charts)
    {
        var figures = shown.Select(chart =>
        {
            charts.Add(chart);
            var subtitle = chart.Subtitle is null ? "" : $" ({chart.Subtitle})";
            return Markup.Of($"<figure><figcaption>{Capital(chart.Title)}{subtitle}</figcaption>"
                + $"<div class=\"chart\" data-chart=\"{charts.Count - 1}\"></div></figure>");
        }).ToList();
        return Markup.Of($"<div class=\"charts{(figures.Count == 1 ? " one" : "")}\">{Markup.Join(figures)}</div>");
    }

    /// <summary>The foot of a page.</summary>
    /// <param name="source">What it was written from.</param>
    /// <param name="hasCharts">Whether charts are drawn.</param>
    public static Markup Footer(string source, bool hasCharts)
    {
        var now = DateTime.UtcNow.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
        var thanks = !hasCharts ? ""
            : " Charts: Vega and Vega-Lite, © University of Washington Interactive Data Lab and contributors, BSD-3-Clause.";
        return Markup.Of($"<footer>Written by Earthmover on {now} UTC{(source.Length == 0 ? "" : $" {source}")}.{thanks}</footer>");
    }

    /// <summary>With its first letter large.</summary>
    public static string Capital(string words) => words.Length > 0 ? char.ToUpperInvariant(words[0]) + words[1..] : words;

    private static string Resource(string name)
    {
        using var stream = typeof(Frame).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
