using Earthmover.Data;
using Earthmover.Media;
using Earthmover.Training.Views;

namespace Earthmover.Tests.Training.Views;

/// <summary>Pictures of points, whatever their numbers are like.</summary>
public sealed class PointViewTests
{
    private static bool IsBlank(Image image, int x, int y) => image[x, y] is [255, 255, 255];

    [Theory]
    [InlineData(0, 1, 0, 1, "points")]
    [InlineData(0, 1, 0, 1e-7, "points")]
    [InlineData(1.7e9, 1e4, -3e5, 1e5, "points")]
    [InlineData(1.7e9, 1e4, -5e9, 1e-3, "seed 12345, index 100000, to seed 12345, index 200000: generated (orange), real (white)")]
    public void No_word_is_cut_off(double x, double spreadOfX, double y, double spreadOfY, string title)
    {
        double[] Point(int i) => [x + spreadOfX * Math.Sin(i), y + spreadOfY * Math.Cos(3 * i)];
        double[] values = [.. Enumerable.Range(0, 200).SelectMany(Point)];
        var picture = PointView.Draw(new PointSet("points", 2, values), title);
        for (var row = 0; row < picture.Height; row++)
            Assert.True(IsBlank(picture, 0, row) && IsBlank(picture, picture.Width - 1, row), $"row {row}");
    }
}
