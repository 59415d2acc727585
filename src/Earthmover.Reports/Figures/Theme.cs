using System.Text.Json.Nodes;

namespace Earthmover.Reports.Figures;

/// <summary>
/// How all figures look: one palette that color-blind readers can tell apart, letters that survive being printed at half size.
/// </summary>
public static class Theme
{
    /// <summary>Gray of what others are compared with: floors, references.</summary>
    public const string Gray = "#5f6368";

    /// <summary>Colors of Okabe and Ito in an order of falling contrast to white; the first two also differ in lightness.</summary>
    public static IReadOnlyList<string> Palette { get; } =
        ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#8C6D31"];

    /// <summary>Vega-Lite's configuration.</summary>
    /// <param name="letters">Height of an axis label in pixels: 15 in figures of documents, 12 on a page.</param>
    internal static JsonObject Config(int letters) => (JsonObject)JsonNode.Parse($$"""
        {
          "font": "system-ui, 'Segoe UI', 'DejaVu Sans', Verdana, sans-serif",
          "background": "white",
          "padding": 6,
          "view": { "stroke": null },
          "title": {
            "anchor": "start", "offset": 12, "fontSize": {{letters + 2}}, "fontWeight": 600, "color": "#202124",
            "subtitleFontSize": {{letters - 1}}, "subtitleColor": "{{Gray}}", "subtitlePadding": 5
          },
          "axis": {
            "labelFontSize": {{letters}}, "labelColor": "#3c4043", "labelLimit": 400,
            "titleFontSize": {{letters + 1}}, "titleFontWeight": "normal", "titleColor": "#202124", "titlePadding": 8,
            "gridColor": "#e8eaed", "domainColor": "#9aa0a6", "tickColor": "#9aa0a6"
          },
          "axisX": { "labelOverlap": "parity", "labelSeparation": 8 },
          "legend": {
            "labelFontSize": {{letters}}, "labelColor": "#202124", "labelLimit": 400,
            "titleFontSize": {{letters}}, "titleFontWeight": "normal",
            "symbolStrokeWidth": 3, "symbolSize": 160, "rowPadding": 4, "columnPadding": 16, "offset": 10
          },
          "line": { "strokeWidth": 2.2, "strokeCap": "round", "strokeJoin": "round" },
          "concat": { "spacing": 28 }
        }
        """)!;
}
