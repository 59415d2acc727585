namespace Earthmover.Media.Formats;

/// <summary>What PNG's five filters foretell a byte from its neighbors.</summary>
internal static class PngFilter
{
    /// <summary>How many there are.</summary>
    public const int Count = 5;

    /// <summary>The foretold byte.</summary>
    /// <param name="filter">0 none, 1 left, 2 above, 3 their mean, 4 whichever is nearest to the plane through all three.</param>
    /// <param name="left">The byte to the left.</param>
    /// <param name="above">The byte above.</param>
    /// <param name="corner">The byte above the one to the left.</param>
    public static byte Foretold(int filter, int left, int above, int corner) => filter switch
    {
        1 => (byte)left,
        2 => (byte)above,
        3 => (byte)((left + above) / 2),
        4 => (byte)Nearest(left, above, corner),
        _ => 0,
    };

    /// <summary>Paeth's: whichever is nearest to the plane through all three; ties go left, then above.</summary>
    public static int Nearest(int left, int above, int corner)
    {
        var (toLeft, toAbove, toCorner) = (Math.Abs(above - corner), Math.Abs(left - corner), Math.Abs(left + above - corner - corner));
        return toLeft <= toAbove && toLeft <= toCorner ? left : toAbove <= toCorner ? above : corner;
    }
}
