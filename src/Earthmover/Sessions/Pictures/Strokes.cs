using System.Text.Json;
using Earthmover.Data.Formats;
using Earthmover.Data.Pictures;
using Earthmover.Media;

namespace Earthmover.Sessions.Pictures;

/// <summary>What a stroke does.</summary>
public enum Brush
{
    /// <summary>Asks for a color under it.</summary>
    Color,
    /// <summary>Asks for edges along it.</summary>
    Sketch,
    /// <summary>Asks for what is where it begins to be where it ends.</summary>
    Warp,
}

/// <summary>One stroke.</summary>
/// <param name="Brush">What it does.</param>
/// <param name="Points">Where it goes, pixels of the picture from its upper left corner.</param>
/// <param name="Width">How wide it is, pixels of the picture.</param>
/// <param name="Color">The color of a <see cref="Brush.Color"/>.</param>
public sealed record Stroke(Brush Brush, IReadOnlyList<(double X, double Y)> Points, double Width, Rgb Color = default);

/// <summary>The strokes of a file: JSON, or a transparent PNG of the picture's size on which colors are painted.</summary>
/// <param name="All">Those of a JSON file.</param>
/// <param name="Painted">The PNG; or null.</param>
public sealed record Strokes(IReadOnlyList<Stroke> All, Image? Painted = null)
{
    private const int MostBytes = 1 << 24, MostPoints = 100_000;

    /// <summary>Reads them.</summary>
    /// <param name="path">A .json, or else a picture.</param>
    /// <exception cref="UserException">It cannot be read, or holds no strokes; the message says what is wrong.</exception>
    public static Strokes Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (!Path.GetExtension(path).Equals(".json", StringComparison.OrdinalIgnoreCase))
            return Paint(path);
        if (DataFile.Check(path).Length > MostBytes)
            throw new UserException($"{path} has {DataFile.Check(path).Length:N0} bytes; strokes are few, and {MostBytes:N0} are read");
        try
        {
            using var document = JsonDocument.Parse(DataFile.ReadAll(path));
            return Of(path, document.RootElement);
        }
        catch (JsonException error)
        {
            throw new UserException($"{path} is no JSON: line {(error.LineNumber ?? 0) + 1} is not as it should be");
        }
    }

    private static Strokes Paint(string path)
    {
        var painted = WholePicture.Read(path);
        if (!painted.HasAlpha)
            throw new UserException($"{path} has no transparent parts, so all of it would be a stroke; "
                + "paint on a transparent picture, or give strokes as .json");
        for (var i = painted.Channels - 1; i < painted.Pixels.Length; i += painted.Channels)
            if (painted.Pixels[i] > 0)
                return new([], painted);
        throw new UserException($"{path} is transparent everywhere: nothing is painted on it");
    }

    private static Strokes Of(string path, JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("strokes", out var list)
            || list.ValueKind != JsonValueKind.Array || list.GetArrayLength() == 0)
            throw new UserException($"{path} holds no strokes; it should be "
                + """{"strokes": [{"brush": "color", "color": "#c02020", "width": 9, "points": [[30, 40], [80, 44]]}]}""");
        var strokes = list.EnumerateArray().Select((stroke, i) => One($"stroke {i + 1} of {path}", stroke)).ToList();
        var points = strokes.Sum(stroke => stroke.Points.Count);
        return points <= MostPoints ? new(strokes)
            : throw new UserException($"the strokes of {path} have {points:N0} points; {MostPoints:N0} are enough for any");
    }

    private static Stroke One(string name, JsonElement stroke)
    {
        if (stroke.ValueKind != JsonValueKind.Object)
            throw new UserException($"{name} is no object with a brush, a width and points");
        foreach (var property in stroke.EnumerateObject())
            if (property.Name is not ("brush" or "color" or "width" or "points"))
                throw new UserException($"{name} has '{property.Name}', and strokes have brush, color, width and points");
        var word = stroke.TryGetProperty("brush", out var named) && named.ValueKind == JsonValueKind.String ? named.GetString() : "";
        Brush brush = word switch
        {
            "color" => Brush.Color,
            "sketch" => Brush.Sketch,
            "warp" => Brush.Warp,
            _ => throw new UserException($"{name} has the brush '{word}'; there are color, sketch and warp"),
        };
        var width = stroke.TryGetProperty("width", out var wide) ? NumberOf(wide) ?? 0 : 0;
        if (width is not (> 0 and <= 1e6))
            throw new UserException($"{name} needs a width in pixels, above 0");
        var points = stroke.TryGetProperty("points", out var at) && at.ValueKind == JsonValueKind.Array
            ? at.EnumerateArray().Select(PointOf).ToList() : [];
        if (points.Count == 0 || points.Contains(null))
            throw new UserException($"{name} needs points as [[x, y], …], pixels from the upper left corner");
        if (brush == Brush.Warp && points.Count < 2)
            throw new UserException($"{name} warps, so it needs two points: from where, and to where");
        var hasColor = stroke.TryGetProperty("color", out var color);
        return new(brush, [.. points.Select(point => point!.Value)], width, brush == Brush.Color
            ? ColorOf(name, hasColor && color.ValueKind == JsonValueKind.String ? color.GetString()! : "") : default);
    }

    private static double? NumberOf(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number) ? number : null;

    private static (double, double)? PointOf(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 2 && NumberOf(value[0]) is { } x && NumberOf(value[1]) is { } y
            ? (x, y) : null;

    private static Rgb ColorOf(string name, string text) => Rgb.TryParse(text, out var color) ? color
        : throw new UserException($"{name} has the color '{text}'; colors are #rrggbb, e.g. #c02020");
}
