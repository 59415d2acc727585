using Earthmover.Data;
using Earthmover.Media;
using Earthmover.Torch;
using Earthmover.Training.Views;

namespace Earthmover.Claims.Lab;

/// <summary>Pictures of what games have made, as PNG.</summary>
public static class Sheets
{
    private const int Columns = 6, Gap = 12, Points = 1500;

    /// <summary>Samples of some pictures, in a square.</summary>
    /// <param name="pictures">At least 36.</param>
    public static Image Of(DataSet pictures) =>
        ImageGrid.Draw([.. Enumerable.Range(0, Columns * Columns).Select(((ImageSet)pictures).ToImage)], Columns);

    /// <summary>Samples among the points of a set.</summary>
    /// <param name="data">The set.</param>
    /// <param name="samples">[N, 2]; more than 1,500 would hide each other, and the first are shown.</param>
    /// <param name="title">What they are.</param>
    public static Image Of(PointSet data, Tensor samples, string title)
    {
        using var scope = TensorScope.Open();
        var first = samples.Narrow(0, 0, Math.Min(Points, samples.Size(0))).Contiguous();
        return PointView.Draw(data, [.. first.ToArray<float>().Select(v => (double)v)], title);
    }

    /// <summary>Sheets side by side.</summary>
    public static byte[] Beside(params IReadOnlyList<Image> sheets) =>
        Png(sheets.Aggregate((left, right) => PairGrid.Beside(left, right, Gap)));

    /// <summary>A picture as a file.</summary>
    public static byte[] Png(Image image) => ImageFile.EncodePng(image);
}
