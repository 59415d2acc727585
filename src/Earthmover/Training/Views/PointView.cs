using System.Globalization;
using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Data.Points;
using Earthmover.Games;
using Earthmover.Media;
using Earthmover.Torch;
using Earthmover.Training.Runs;

namespace Earthmover.Training.Views;

/// <summary>
/// Points in the plane: real and generated ones over the critic's surface, as a PNG. Of more dimensions it shows the first two.
/// </summary>
/// <remarks>
/// Laws and what a game sees are drawn around the origin, on one scale; points of a file in a window of their own, on two scales where the
/// axes differ much.
/// </remarks>
public sealed class PointView : ISampleView
{
    private const int Side = 560, Margin = 40, Bar = 14, Legend = 70, Cells = 112;
    private const int Line = 20, TitleSize = 15, LeastTitleSize = 9, NumberSize = 13;
    private const double Air = 1.3, MostStretch = 4;
    private readonly double[] _reals, _inputs = [];
    private readonly int _dimension;
    private readonly Recipe? _recipe;
    private readonly Window _x, _y;

    /// <summary>A view whose window holds the data with some air.</summary>
    public PointView(BatchSource data, int dimension, Recipe recipe)
    {
        (_dimension, _recipe) = (dimension, recipe);
        using var scope = TensorScope.Open();
        static double[] First(BatchSource source)
        {
            using var random = RandomGenerator.Named("view", 0);
            var count = Math.Min(2000, source.Data.Count);
            using var batch = source.Of(source.HasMasses ? source.DrawRows(count, random) : [.. Enumerable.Range(0, count)]);
            return Array.ConvertAll(batch.X.ToArray<float>(), v => (double)v);
        }
        _reals = First(data.Target);
        if (data.Target != data && data.Shape == data.Target.Shape)
            _inputs = First(data);
        _x = _y = new(0, Air * _reals.Concat(_inputs).Max(Math.Abs));
    }

    /// <summary>A picture of points [N, D] of the data's scale, over real ones.</summary>
    public static Image Draw(PointSet points, double[] generated, string title) => new PointView(points).Scatter(null, generated, title);

    /// <summary>A picture of points alone.</summary>
    public static Image Draw(PointSet points, string title) => new PointView(points).Scatter(null, [], title);

    /// <summary>A picture of a data set alone.</summary>
    public static Image Draw(PointSet points) => new PointView(points).Scatter(null, [], $"{points.Name}: {points.Count:N0} points");

    private PointView(PointSet points)
    {
        (_dimension, _recipe, _reals) = (points.Dimension, null, points.Values[..Math.Min(points.Values.Length, 5000 * points.Dimension)]);
        if (points.Source is not null || points.Density is not null)
        {
            _x = _y = new(0, Air * _reals.Max(Math.Abs));
            return;
        }
        (_x, _y) = (Window.Around(Spread.Of(points, 0)), _dimension > 1 ? Window.Around(Spread.Of(points, 1)) : new(0, 1));
        if (Math.Max(_x.Half, _y.Half) <= MostStretch * Math.Min(_x.Half, _y.Half))
            (_x, _y) = (_x with { Half = Math.Max(_x.Half, _y.Half) }, _y with { Half = Math.Max(_x.Half, _y.Half) });
    }

    private sealed record Window(double Center, double Half)
    {
        public static Window Around(Spread spread) =>
            new((spread.Low + spread.High) / 2, spread.High > spread.Low ? Air * (spread.High - spread.Low) / 2 : 1);

        // From −1 at the lower end to 1 at the upper.
        public double Place(double value) => (value - Center) / Half;
    }

    /// <inheritdoc/>
    public void DrawReals(RunFolder? folder, BatchSource data, int count)
    {
        if (folder is null)
            return;
        var title = _inputs.Length > 0 ? "real data: blue to white" : "real data";
        Save(Path.Combine(folder.Samples, "reals.png"), Scatter(null, [], title), 0);
    }

    /// <inheritdoc/>
    public string? Draw(RunFolder? folder, long step, Tensor samples, IScorer? critic, IReadOnlyList<string>? rows = null)
    {
        if (folder is null)
            return null;
        var path = Path.Combine(folder.Samples, $"{step:D6}.png");
        Save(path, Scatter(_dimension == 2 && critic is not null ? Surface(critic, samples.Device)
            : null, Array.ConvertAll(samples.ToArray<float>(), v => (double)v), _inputs.Length > 0
            ? $"step {step:N0}: translations (orange) of the blue points, target (white)"
            : $"step {step:N0}: generated (orange), real (white), critic (color)"), step);
        return path;
    }

    // The critic on a grid of cells [Cells, Cells], the first row on top.
    private double[] Surface(IScorer critic, Device device)
    {
        var grid = new float[Cells * Cells * 2];
        for (var row = 0; row < Cells; row++)
            for (var column = 0; column < Cells; column++)
            {
                grid[2 * (row * Cells + column)] = (float)(_x.Half * ((column + 0.5) * 2 / Cells - 1));
                grid[2 * (row * Cells + column) + 1] = (float)(_y.Half * (1 - (row + 0.5) * 2 / Cells));
            }
        using var scope = TensorScope.Open();
        using var pause = Autograd.Pause();
        return critic.Score(Tensor.From<float>(grid, [Cells * Cells, 2], device)).Reshape(-1).To(DType.Float64).ToArray<double>();
    }

    private Image Scatter(double[]? surface, double[] generated, string title)
    {
        double[] places = [0, 0.5, 1];
        // What the axes count from has a line of its own.
        var from = string.Join(", ", new[] { From("x", _x), _dimension > 1 ? From("y", _y) : "" }.Where(text => text.Length > 0));
        var labels = Array.ConvertAll(places, at => Number(_y, at));
        var left = Math.Max(Margin, labels.Max(label => Canvas.WidthOf(label, NumberSize)) + 12);
        var top = from.Length > 0 ? Margin + Line : Margin;
        double[] scores = [.. (surface ?? []).Where(double.IsFinite).DefaultIfEmpty()];
        var range = (scores.Min(), scores.Max());
        var legend = surface is null ? 0 : Math.Max(Legend, places.Max(share => Canvas.WidthOf(Reading(range, share), NumberSize)));
        var canvas = new Canvas(left + Side + Margin + legend, top + Side + Margin, Rgb.White);
        canvas.Fill(left, top, Side, Side, new Rgb(45, 45, 60));
        if (surface is not null)
        {
            canvas.HeatMap(surface, Cells, left, top, Side, Side);
            Scale(canvas, range, left + Side + 14, top);
        }
        Dots(canvas, _inputs, new Rgb(90, 170, 255), 1.6, 0.35, left, top);
        Dots(canvas, _reals, Rgb.White, 1.6, 0.55, left, top);
        Dots(canvas, generated, new Rgb(255, 120, 0), 2.0, 0.9, left, top);
        canvas.Frame(left, top, Side, Side, Rgb.Black);
        Title(canvas, title, left, Margin / 3);
        Title(canvas, from, left, Margin / 3 + Line);
        for (var i = 0; i < places.Length; i++)
        {
            canvas.Text(Number(_x, places[i]), left + (int)(places[i] * Side), Side + top + 8, NumberSize, Rgb.Black, places[i]);
            canvas.Text(labels[i], left - 6, top + (int)((1 - places[i]) * (Side - 16)), NumberSize, Rgb.Black, 1);
        }
        return canvas.ToImage();
    }

    // As large as there is room for.
    private static void Title(Canvas canvas, string title, int left, int y)
    {
        var size = TitleSize;
        while (size > LeastTitleSize && left + Canvas.WidthOf(title, size) > canvas.Width)
            size--;
        canvas.Text(title, left, y, size, Rgb.Black);
    }

    // Far from the origin the numbers at the axes would all look the same: they count from the middle, which the title says.
    private static bool IsFar(Window window) => Math.Abs(window.Center) > 50 * window.Half;

    private static string From(string axis, Window window) =>
        IsFar(window) ? string.Create(CultureInfo.InvariantCulture, $"{axis} from {window.Center:g10}") : "";

    private static string Number(Window window, double at)
    {
        var offset = (2 * at - 1) * window.Half;
        var value = IsFar(window) ? offset : window.Center + offset;
        var largest = IsFar(window) ? window.Half : Math.Max(Math.Abs(window.Center), window.Half);
        return value.ToString(largest is >= 0.01 and < 1000 ? "0.##" : "g4", CultureInfo.InvariantCulture);
    }

    // What the colors mean: a bar with the critic's lowest and highest value in the window.
    private static void Scale(Canvas canvas, (double Low, double High) range, int left, int top)
    {
        canvas.HeatMap([.. Enumerable.Range(0, Side).Select(row => Side - row * 1.0)], 1, left, top, Bar, Side);
        canvas.Frame(left, top, Bar, Side, Rgb.Black);
        foreach (var (share, offset) in new[] { (1.0, 0), (0.5, 8), (0.0, 16) })
            canvas.Text(Reading(range, share), left + Bar + 6, top + (int)((1 - share) * Side) - offset, NumberSize, Rgb.Black);
    }

    private static string Reading((double Low, double High) range, double share)
    {
        var value = range.Low + share * (range.High - range.Low);
        var largest = Math.Max(Math.Abs(range.Low), Math.Abs(range.High));
        return value.ToString(largest is >= 0.1 and < 10_000 ? "0.00" : "g4", CultureInfo.InvariantCulture);
    }

    private void Dots(Canvas canvas, double[] points, Rgb color, double radius, double opacity, int left, int top)
    {
        for (var i = 0; i + _dimension <= points.Length; i += _dimension)
        {
            var (x, y) = (_x.Place(points[i]), _dimension > 1 ? _y.Place(points[i + 1]) : 0);
            if (Math.Abs(x) < 1 && Math.Abs(y) < 1)
                canvas.Dot(left + Side * (x + 1) / 2, top + Side * (1 - y) / 2, radius, color, opacity);
        }
    }

    private void Save(string path, Image image, long step) => ImageFile.SavePng(path, image, ImageView.Texts(_recipe!, step));
}
