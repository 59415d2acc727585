using Earthmover.Data;
using Earthmover.Media;
using Earthmover.Training.Views;

namespace Earthmover.Claims.Lab;

/// <summary>Pictures of what games have made, as PNG.</summary>
public static class Sheets
{
    private const int Columns = 6, Gap = 12;

    /// <summary>Samples of some pictures, in a square.</summary>
    /// <param name="pictures">At least 36.</param>
    public static Image Of(DataSet pictures) =>
        ImageGrid.Draw([.. Enumerable.Range(0, Columns * Columns).Select(((ImageSet)pictures).ToImage)], Columns);

    /// <summary>Sheets side by side.</summary>
    public static byte[] Beside(params IReadOnlyList<Image> sheets) =>
        Png(sheets.Aggregate((left, right) => PairGrid.Beside(left, right, Gap)));

    /// <summary>A picture as a file.</summary>
    public static byte[] Png(Image image) => ImageFile.EncodePng(image);
}
