using System.Text.Json.Nodes;

namespace Earthmover.Reports.Figures;

/// <summary>Pieces that specifications are made of. A node has one parent, so each call makes a new one.</summary>
internal static class Spec
{
    public const string Series = "series";

    // Letters that fit on one line of a legend, on a phone too.
    private const int LegendLetters = 46;

    /// <summary>A position or color that shows numbers.</summary>
    public static JsonObject Quantitative(string field, Axis axis, bool isColor = false)
    {
        var scale = new JsonObject();
        if (axis.Log)
            scale["type"] = "log";
        else if (!isColor)
            scale["zero"] = axis.FromZero;
        if (axis.Range is { } range)
            scale["domain"] = new JsonArray(range.Low, range.High);
        if (!isColor && axis.Range is null)
            scale["nice"] = true;
        var encoding = new JsonObject { ["field"] = field, ["type"] = "quantitative", ["title"] = axis.Text, ["scale"] = scale };
        if (axis.Format is not null && isColor)
            encoding["legend"] = new JsonObject { ["format"] = axis.Format };
        else if (axis.Format is not null)
            // Each number by itself: 0 beside 2k, where Vega would write 0k.
            encoding["axis"] = new JsonObject { ["labelExpr"] = $"format(datum.value, '{axis.Format}')" };
        else if (axis.Log && !isColor)
            // Few decades have lines between their powers, many only these.
            encoding["axis"] = new JsonObject
            {
                ["format"] = "~g",
                ["labelExpr"] = "datum.label == '' || (datum.value >= 0.001 && datum.value < 100000) "
                    + "? datum.label : format(datum.value, '~e')",
                ["tickCount"] = 5,
            };
        if (axis.Whole && !isColor)
        {
            var marks = encoding["axis"] as JsonObject ?? [];
            marks["tickMinStep"] = 1;
            encoding["axis"] ??= marks;
        }
        return encoding;
    }

    /// <summary>The name of the series as a color, or as another channel that varies with it.</summary>
    public static JsonObject Named(IReadOnlyList<string> names, IEnumerable<JsonNode?> range, string? symbol = null) => new()
    {
        ["field"] = Series,
        ["type"] = "nominal",
        ["title"] = null,
        ["scale"] = new JsonObject { ["domain"] = Texts(names), ["range"] = new JsonArray([.. range]) },
        ["legend"] = Legend(names, symbol),
    };

    /// <summary>A legend above the figure; null where there is nothing to tell apart.</summary>
    private static JsonObject? Legend(IReadOnlyList<string> names, string? symbol)
    {
        if (names.Count < 2)
            return null;
        var columns = Math.Clamp(LegendLetters / (names.Max(name => name.Length) + 5), 1, names.Count);
        var legend = new JsonObject
        {
            ["orient"] = "top",
            ["direction"] = columns == 1 ? "vertical" : "horizontal",
            ["columns"] = columns,
            ["symbolOpacity"] = 1,
        };
        if (symbol is not null)
            legend["symbolType"] = symbol;
        return legend;
    }

    /// <summary>Colors of the palette, or those that the series bring.</summary>
    public static IEnumerable<JsonNode?> Colors(IEnumerable<string?> own)
    {
        var next = 0;
        foreach (var color in own)
            yield return JsonValue.Create(color ?? Theme.Palette[next++ % Theme.Palette.Count]);
    }

    /// <summary>Texts as an array.</summary>
    public static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(text => JsonValue.Create(text))]);

    /// <summary>A number that the axis can show; null where it cannot.</summary>
    public static JsonNode? Value(double value, Axis axis) => axis.Log && value <= 0 ? null : SpecText.Number(value);

    /// <summary>What is shown under the pointer.</summary>
    public static JsonObject Tip(string field, string title, bool isText = false) => isText
        ? new() { ["field"] = field, ["type"] = "nominal", ["title"] = title }
        : new() { ["field"] = field, ["type"] = "quantitative", ["title"] = title, ["format"] = ",.5~g" };

    /// <summary>Layers with reference lines and their words.</summary>
    public static IEnumerable<JsonObject> References(IReadOnlyList<Reference>? references, Axis x, Axis y)
    {
        foreach (var reference in references ?? [])
        {
            var (channel, axis) = reference.Vertical ? ("x", x) : ("y", y);
            JsonObject Row() => new() { ["at"] = SpecText.Number(reference.Value), ["text"] = reference.Text };
            JsonObject Data() => new() { ["values"] = new JsonArray(Row()) };
            JsonObject At() => new() { ["field"] = "at", ["type"] = "quantitative", ["title"] = axis.Text };
            yield return new()
            {
                ["data"] = Data(),
                ["mark"] = new JsonObject
                {
                    ["type"] = "rule",
                    ["color"] = Theme.Gray,
                    ["strokeDash"] = new JsonArray(3, 4),
                    ["strokeWidth"] = 1.6,
                },
                ["encoding"] = new JsonObject { [channel] = At() },
            };
            // Once with a white edge, so that it can be read on whatever lies under it.
            foreach (var isEdge in new[] { true, false })
            {
                var mark = new JsonObject { ["type"] = "text", ["fontSize"] = 13, ["color"] = Theme.Gray };
                if (isEdge)
                    (mark["stroke"], mark["strokeWidth"], mark["strokeJoin"]) = ("white", 4, "round");
                (mark["align"], mark["baseline"], mark["dx"], mark["dy"]) = reference.Vertical
                    ? ("left", "top", 5, 2)
                    : ("right", "bottom", -4, -3);
                yield return new()
                {
                    ["data"] = Data(),
                    ["mark"] = mark,
                    ["encoding"] = new JsonObject
                    {
                        [channel] = At(),
                        [reference.Vertical ? "y" : "x"] = new JsonObject { ["value"] = reference.Vertical ? 0 : (JsonNode)"width" },
                        ["text"] = new JsonObject { ["field"] = "text", ["type"] = "nominal" },
                    },
                };
            }
        }
    }

    /// <summary>Refuses two series of the same name, which would be drawn as one.</summary>
    /// <exception cref="ArgumentException">There are none, or two are called the same.</exception>
    public static string[] Names(IEnumerable<string> names, string parameter)
    {
        var all = names.ToArray();
        if (all.Length == 0)
            throw new ArgumentException("a figure needs something to show", parameter);
        if (all.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new ArgumentException($"two series are called '{twice.Key}'", parameter);
        return all;
    }
}
