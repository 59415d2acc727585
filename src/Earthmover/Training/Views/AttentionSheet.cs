using Earthmover.Media;

namespace Earthmover.Training.Views;

/// <summary>Where the places of some samples look (<see cref="Nn.Layers.SelfAttention"/>).</summary>
/// <param name="Weights">[N, H·W, ⌊H/2⌋·⌊W/2⌋], rows that sum to 1.</param>
/// <param name="Height">H, places.</param>
/// <param name="Width">W, places.</param>
public sealed record AttentionMap(float[] Weights, int Height, int Width)
{
    /// <summary>Places that are looked at, by rows and columns.</summary>
    public (int Height, int Width) Seen => (Height / 2, Width / 2);

    /// <summary>Weights of what one place of a sample looks at.</summary>
    /// <param name="sample">The sample.</param>
    /// <param name="row">Row of the place.</param>
    /// <param name="column">Column of the place.</param>
    public ReadOnlySpan<float> Of(int sample, int row, int column)
    {
        var each = Seen.Height * Seen.Width;
        return Weights.AsSpan(checked(((sample * Height + row) * Width + column) * each), each);
    }
}

/// <summary>Draws samples, and beside each where four of its places look.</summary>
public static class AttentionSheet
{
    private const int Most = 8, Columns = 2, Visible = 84, Gap = 4;
    private static readonly Rgb s_space = new(40, 40, 40), s_place = new(255, 70, 40);

    // Middles of the four quarters of a picture, in eighths of its sides.
    private static readonly (int Row, int Column)[] s_places = [(2, 2), (2, 6), (6, 2), (6, 6)];

    /// <summary>A sheet of up to eight samples. A dot is the place that looks; what is light is what it looks at.</summary>
    /// <param name="samples">The samples.</param>
    /// <param name="map">Where they look.</param>
    public static Image Draw(IReadOnlyList<Image> samples, AttentionMap map)
    {
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentNullException.ThrowIfNull(map);
        var count = Math.Min(Most, samples.Count);
        var scale = Math.Max(1, Visible / Math.Max(samples[0].Width, samples[0].Height));
        var (width, height) = (samples[0].Width * scale, samples[0].Height * scale);
        var across = (1 + s_places.Length) * (width + Gap) + 2 * Gap;
        var rows = (count + Columns - 1) / Columns;
        var canvas = new Canvas(Gap + Columns * across - 2 * Gap, Gap + rows * (height + Gap), s_space);
        for (var i = 0; i < count; i++)
        {
            var (x, y) = (Gap + i % Columns * across, Gap + i / Columns * (height + Gap));
            canvas.Place(samples[i], x, y, scale);
            for (var k = 0; k < s_places.Length; k++)
            {
                var (row, column) = (s_places[k].Row * map.Height / 8, s_places[k].Column * map.Width / 8);
                var left = x + (k + 1) * (width + Gap);
                double[] weights = [.. map.Of(i, row, column).ToArray().Select(weight => (double)weight)];
                canvas.HeatMap(weights, map.Seen.Width, left, y, width, height, low: 0);
                canvas.Dot(left + (column + 0.5) * width / map.Width, y + (row + 0.5) * height / map.Height, 3.5, s_place);
            }
        }
        return canvas.ToImage();
    }
}
