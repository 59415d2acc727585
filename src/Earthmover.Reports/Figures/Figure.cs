using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Earthmover.Files;

namespace Earthmover.Reports.Figures;

/// <summary>A figure with its data: a Vega-Lite specification, made by the functions of <see cref="Plot"/>.</summary>
public sealed partial class Figure
{
    private const int DocumentLetters = 15;
    private const int PageLetters = 12;

    private readonly JsonObject _view;
    private readonly JsonObject? _hover;
    private readonly int _width;

    /// <summary>A figure of one view.</summary>
    /// <param name="title">What it shows.</param>
    /// <param name="subtitle">What else a reader needs, e.g. sizes and seeds.</param>
    /// <param name="view">Data, layers, width and height.</param>
    /// <param name="width">Width in pixels, by which the title is broken into lines.</param>
    /// <param name="hover">A further layer for pages, which shows values under the pointer.</param>
    internal Figure(string title, string? subtitle, JsonObject view, int width, JsonObject? hover = null) =>
        (Title, Subtitle, _view, _width, _hover) = (title, subtitle, view, width, hover);

    /// <summary>What it shows.</summary>
    public string Title { get; }

    /// <summary>What else a reader needs.</summary>
    public string? Subtitle { get; }

    /// <summary>The whole specification with its data, for Vega's editor or any program that draws Vega-Lite.</summary>
    public string ToJson() => SpecText.Write(Document()) + "\n";

    /// <summary>Draws the figure, and keeps its specification with the data beside it as <c>.json</c>.</summary>
    /// <param name="path">Where the SVG goes.</param>
    /// <exception cref="ReportException">Node.js or Vega is missing, or drawing failed; the data are written nevertheless.</exception>
    public void SaveSvg(string path) => SaveSvgs([(this, path)]);

    /// <summary>Draws many figures at once, which spares the start of Node.js for each.</summary>
    /// <param name="figures">The figures and where their SVGs go; the specifications lie beside them as <c>.json</c>.</param>
    /// <exception cref="ReportException">Node.js or Vega is missing, or drawing failed; the data are written nevertheless.</exception>
    public static void SaveSvgs(params IReadOnlyList<(Figure Figure, string Path)> figures)
    {
        foreach (var (figure, path) in figures)
            AtomicFile.WriteText(Path.ChangeExtension(path, ".json"), figure.ToJson());
        var drawings = Vega.Installed.Draw([.. figures.Select(f => f.Figure.Document().ToJsonString())], out _);
        foreach (var ((_, path), drawing) in figures.Zip(drawings))
            AtomicFile.WriteText(path, Outline().Replace(drawing, outline => Digits().Replace(outline.Value, "$1")) + "\n");
    }

    /// <summary>Several figures side by side, each with its title, axes and legend.</summary>
    /// <param name="title">What they show together.</param>
    /// <param name="columns">Figures in a row.</param>
    /// <param name="figures">The figures; make them small.</param>
    /// <param name="subtitle">What else a reader needs.</param>
    public static Figure Multiples(string title, int columns, IReadOnlyList<Figure> figures, string? subtitle = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentOutOfRangeException.ThrowIfZero(figures.Count);
        var views = new JsonArray();
        foreach (var figure in figures)
        {
            var view = (JsonObject)figure._view.DeepClone();
            view.Insert(0, "title", Heading(figure.Title, figure.Subtitle, figure._width, DocumentLetters));
            views.Add((JsonNode)view);
        }
        return new(title, subtitle, new()
        {
            ["columns"] = columns,
            ["concat"] = views,
            ["resolve"] = new JsonObject
            {
                ["scale"] = new JsonObject
                {
                    ["color"] = "independent",
                    ["fill"] = "independent",
                    ["stroke"] = "independent",
                    ["shape"] = "independent",
                    ["strokeDash"] = "independent",
                },
            },
        }, figures.Take(columns).Sum(f => f._width));
    }

    /// <summary>The specification for documents.</summary>
    internal JsonObject Document()
    {
        var spec = new JsonObject
        {
            ["$schema"] = "https://vega.github.io/schema/vega-lite/v6.json",
            ["description"] = Title,
            ["title"] = Heading(Title, Subtitle, _width, DocumentLetters),
        };
        foreach (var (name, value) in _view)
            spec[name] = value?.DeepClone();
        spec["config"] = Theme.Config(DocumentLetters);
        return spec;
    }

    /// <summary>
    /// The specification for a page: as wide as its place, without the title, which the page writes, and with values under the pointer.
    /// </summary>
    internal JsonObject ForPage()
    {
        var spec = (JsonObject)_view.DeepClone();
        if (!spec.ContainsKey("concat"))
        {
            spec["width"] = "container";
            spec["autosize"] = new JsonObject { ["type"] = "fit-x", ["contains"] = "padding" };
        }
        if (_hover is not null)
            ((JsonArray)spec["layer"]!).Add(_hover.DeepClone());
        return spec;
    }

    /// <summary>The configuration of pages.</summary>
    internal static JsonObject PageConfig() => Theme.Config(PageLetters);

    // A hundredth of a pixel is enough for outlines, which otherwise make most of a large figure's bytes.
    [GeneratedRegex("(?<= d=\")[^\"]*")]
    private static partial Regex Outline();

    [GeneratedRegex(@"(\.\d\d)\d+")]
    private static partial Regex Digits();

    // Vega does not break lines by itself.
    private static JsonObject Heading(string title, string? subtitle, int width, int letters)
    {
        var heading = new JsonObject { ["text"] = Lines(title, width / (0.55 * (letters + 2))) };
        if (subtitle is not null)
            heading["subtitle"] = Lines(subtitle, width / (0.52 * (letters - 1)));
        return heading;
    }

    private static JsonNode Lines(string text, double letters)
    {
        var lines = new List<string>();
        foreach (var word in text.Split(' '))
            if (lines.Count > 0 && lines[^1].Length + 1 + word.Length <= letters)
                lines[^1] += " " + word;
            else
                lines.Add(word);
        return lines.Count == 1 ? JsonValue.Create(lines[0]) : new JsonArray([.. lines.Select(line => JsonValue.Create(line))]);
    }
}
