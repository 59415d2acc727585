using Earthmover.Data;
using Earthmover.Editing;
using Earthmover.Media;
using Earthmover.Torch;

namespace Earthmover.Sessions.Pictures;

/// <summary>Strokes on a picture, as what they ask for of the picture that a run sees.</summary>
/// <param name="shape">What the run sees.</param>
/// <param name="fit">How it is made of the picture.</param>
/// <param name="frame">The part of the picture that it shows; its sides may lie outside.</param>
internal sealed class StrokeGuide(ImageShape shape, PictureFit fit, PictureFrame frame)
{
    private const int Fine = 4;

    /// <summary>The guide, in the innermost scope.</summary>
    /// <param name="strokes">The strokes.</param>
    /// <param name="x">The picture as the run sees it [1, C, H, W].</param>
    /// <exception cref="UserException">None of them lies on what the run sees.</exception>
    public Guide Of(Strokes strokes, Tensor x)
    {
        var (h, w, c) = (shape.Height, shape.Width, shape.Channels);
        var (colors, cover) = strokes.Painted is { } painted ? Painted(painted) : (new float[c * h * w], new float[h * w]);
        var (lines, lineCover) = (new float[h * w], new float[h * w]);
        var seen = x.Flatten().Contiguous().To(Device.Cpu).ToArray<float>();
        foreach (var stroke in strokes.All)
            switch (stroke.Brush)
            {
                case Brush.Color:
                    Lay(Cover(stroke.Points, stroke.Width), (_, channel) => Value(stroke.Color, channel), colors, cover);
                    break;
                case Brush.Sketch:
                    // Edges are asked for around the line as well, where there are to be none.
                    Brighten(lines, Cover(stroke.Points, Math.Max(stroke.Width, frame.Width / w)));
                    Brighten(lineCover, Cover(stroke.Points, stroke.Width + 4 * frame.Width / w));
                    break;
                default:
                    Warp(stroke, seen, colors, cover);
                    break;
            }
        if (cover.Sum() + lineCover.Sum() < 0.5)
            throw new UserException("the strokes do not lie on what the run sees of the picture: "
                + $"pixels {frame.Left:0} to {frame.Left + frame.Width:0} across, {frame.Top:0} to {frame.Top + frame.Height:0} down");
        Tensor Plane(float[] values, int channels) => Tensor.From<float>(values, [1, channels, h, w], x.Device);
        return new(Plane(colors, c), Plane(cover, 1), Plane(lines, 1), Plane(lineCover, 1));
    }

    // A color as the run makes it.
    private float Value(Rgb color, int channel) =>
        (shape.Channels == 1 ? color.Luma : channel switch { 0 => color.R, 1 => color.G, _ => color.B }) * (2f / 255) - 1;

    private void Lay(float[] part, Func<int, int, float> value, float[] colors, float[] cover)
    {
        for (var i = 0; i < part.Length; i++)
        {
            // Later strokes lie over earlier ones.
            for (var channel = 0; part[i] > 0 && channel < shape.Channels; channel++)
                colors[channel * part.Length + i] = value(i, channel);
            cover[i] = Math.Max(cover[i], part[i]);
        }
    }

    private static void Brighten(float[] plane, float[] part)
    {
        for (var i = 0; i < plane.Length; i++)
            plane[i] = Math.Max(plane[i], part[i]);
    }

    // What lies under the brush where it begins is asked for, as colors, where it ends.
    private void Warp(Stroke stroke, float[] seen, float[] colors, float[] cover)
    {
        var ((fromX, fromY), (toX, toY)) = (InFrame(stroke.Points[0]), InFrame(stroke.Points[^1]));
        var (dx, dy) = ((int)Math.Round(toX - fromX), (int)Math.Round(toY - fromY));
        var area = shape.Height * shape.Width;
        Lay(Cover([stroke.Points[^1]], stroke.Width), (i, channel) =>
        {
            var x = Math.Clamp(i % shape.Width - dx, 0, shape.Width - 1);
            var y = Math.Clamp(i / shape.Width - dy, 0, shape.Height - 1);
            return seen[channel * area + y * shape.Width + x];
        }, colors, cover);
    }

    private (double X, double Y) InFrame((double X, double Y) point) =>
        ((point.X - frame.Left) * shape.Width / frame.Width, (point.Y - frame.Top) * shape.Height / frame.Height);

    // The share of each pixel of what the run sees that lies within half a width of a line.
    private float[] Cover(IReadOnlyList<(double X, double Y)> points, double width)
    {
        var (cover, radius) = (new float[shape.Height * shape.Width], width / 2);
        double stepX = frame.Width / shape.Width / Fine, stepY = frame.Height / shape.Height / Fine;
        for (var i = 0; i < cover.Length; i++)
        {
            var inside = 0;
            for (var part = 0; part < Fine * Fine; part++)
            {
                var x = frame.Left + (i % shape.Width * Fine + part % Fine + 0.5) * stepX;
                var y = frame.Top + (i / shape.Width * Fine + part / Fine + 0.5) * stepY;
                if (Distance(points, x, y) <= radius)
                    inside++;
            }
            cover[i] = inside / (float)(Fine * Fine);
        }
        return cover;
    }

    private static double Distance(IReadOnlyList<(double X, double Y)> points, double x, double y)
    {
        var nearest = double.PositiveInfinity;
        for (var k = 0; k < points.Count; k++)
        {
            var (from, to) = (points[Math.Max(0, k - 1)], points[k]);
            double dx = to.X - from.X, dy = to.Y - from.Y, square = dx * dx + dy * dy;
            var share = square > 0 ? Math.Clamp(((x - from.X) * dx + (y - from.Y) * dy) / square, 0, 1) : 0;
            nearest = Math.Min(nearest, Math.Pow(from.X + share * dx - x, 2) + Math.Pow(from.Y + share * dy - y, 2));
        }
        return Math.Sqrt(nearest);
    }

    // Fitted over black, and its alpha alone: colors over black are covered as far as the alpha says.
    private (float[] Colors, float[] Cover) Painted(Image painted)
    {
        var (h, w) = (shape.Height, shape.Width);
        var alpha = new byte[painted.Width * painted.Height];
        for (var i = 0; i < alpha.Length; i++)
            alpha[i] = painted.Pixels[i * painted.Channels + painted.Channels - 1];
        byte[] Fitted(Image image, int channels)
        {
            var black = fit with { Channels = channels, Background = Rgb.Black, Margin = Rgb.Black, Filter = ResizeFilter.Triangle };
            var made = black.Apply(image);
            var planes = new byte[channels * h * w];
            made.CopyPlanes(planes);
            return planes;
        }
        var covered = Fitted(new Image(painted.Width, painted.Height, 1, alpha), 1);
        var over = Fitted(painted, shape.Channels);
        return ([.. over.Select((value, i) => Math.Min(1f, value / (float)Math.Max(1, (int)covered[i % (h * w)])) * 2 - 1)],
            [.. covered.Select(value => value / 255f)]);
    }
}
