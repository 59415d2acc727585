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
        var canvas = new Canvas(Side + 2 * Margin + (surface is null ? 0 : Legend), Side + 2 * Margin, Rgb.White);
        canvas.Fill(Margin, Margin, Side, Side, new Rgb(45, 45, 60));
        if (surface is not null)
            Scale(canvas, canvas.HeatMap(surface, Cells, Margin, Margin, Side, Side));
        Dots(canvas, _inputs, new Rgb(90, 170, 255), 1.6, 0.35);
        Dots(canvas, _reals, Rgb.White, 1.6, 0.55);
        Dots(canvas, generated, new Rgb(255, 120, 0), 2.0, 0.9);
        canvas.Frame(Margin, Margin, Side, Side, Rgb.Black);
        canvas.Text(title + From("x", _x) + (_dimension > 1 ? From("y", _y) : ""), Margin, Margin / 3, 15, Rgb.Black);
        foreach (var at in new[] { 0.0, 0.5, 1.0 })
        {
            canvas.Text(Number(_x, at), Margin + (int)(at * Side), Side + Margin + 8, 13, Rgb.Black, at);
            canvas.Text(Number(_y, at), Margin - 6, Margin + (int)((1 - at) * (Side - 16)), 13, Rgb.Black, 1);
        }
        return canvas.ToImage();
    }

    // Far from the origin the numbers at the axes would all look the same: they count from the middle, which the title says.
    private static bool IsFar(Window window) => Math.Abs(window.Center) > 50 * window.Half;

    private static string From(string axis, Window window) =>
        IsFar(window) ? string.Create(CultureInfo.InvariantCulture, $", {axis} from {window.Center:g10}") : "";

    private static string Number(Window window, double at)
    {
        var offset = (2 * at - 1) * window.Half;
        var value = IsFar(window) ? offset : window.Center + offset;
        var largest = IsFar(window) ? window.Half : Math.Max(Math.Abs(window.Center), window.Half);
        return value.ToString(largest is >= 0.01 and < 1000 ? "0.##" : "g4", CultureInfo.InvariantCulture);
    }

    // What the colors mean: a bar with the critic's lowest and highest value in the window.
    private static void Scale(Canvas canvas, (double Low, double High) range)
    {
        const int left = Margin + Side + 14;
        canvas.HeatMap([.. Enumerable.Range(0, Side).Select(row => Side - row * 1.0)], 1, left, Margin, Bar, Side);
        canvas.Frame(left, Margin, Bar, Side, Rgb.Black);
        foreach (var (share, offset) in new[] { (1.0, 0), (0.5, 8), (0.0, 16) })
        {
            var value = range.Low + share * (range.High - range.Low);
            canvas.Text($"{value:0.00}", left + Bar + 6, Margin + (int)((1 - share) * Side) - offset, 13, Rgb.Black);
        }
    }

    private void Dots(Canvas canvas, double[] points, Rgb color, double radius, double opacity)
    {
        for (var i = 0; i + _dimension <= points.Length; i += _dimension)
        {
            var (x, y) = (_x.Place(points[i]), _dimension > 1 ? _y.Place(points[i + 1]) : 0);
            if (Math.Abs(x) < 1 && Math.Abs(y) < 1)
                canvas.Dot(Margin + Side * (x + 1) / 2, Margin + Side * (1 - y) / 2, radius, color, opacity);
        }
    }

    private void Save(string path, Image image, long step) => ImageFile.SavePng(path, image, ImageView.Texts(_recipe!, step));
}
