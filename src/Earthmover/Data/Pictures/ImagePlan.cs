using Earthmover.Media;

namespace Earthmover.Data.Pictures;

/// <summary>What is done to the pictures of a folder to bring them to one shape.</summary>
/// <param name="Shape">The shape that all will have.</param>
/// <param name="Choice">A line about a size that the user did not choose, or null.</param>
internal sealed record ImagePlan(ImageShape Shape, string? Choice)
{
    private const int LargestKept = 256, LargestChosen = 64, SmallestChosen = 8;

    /// <summary>Decides by what the headers say.</summary>
    /// <param name="options">What the user asked for.</param>
    /// <param name="infos">The headers, at least one.</param>
    public static ImagePlan For(ImageOptions options, IReadOnlyList<ImageInfo> infos)
    {
        var channels = options.Channels ?? (infos.All(info => info.Channels <= 2) ? 1 : 3);
        var same = infos.All(info => info.Width == infos[0].Width && info.Height == infos[0].Height);
        if (options.Size is { } size) return new(new ImageShape(channels, size.Height, size.Width), null);
        if (same && Math.Max(infos[0].Width, infos[0].Height) <= LargestKept)
            return new(new ImageShape(channels, infos[0].Height, infos[0].Width), null);
        var sides = infos.Select(info => Math.Min(info.Width, info.Height)).Order().ToArray();
        var median = sides[sides.Length / 2];
        var side = SmallestChosen;
        while (side < LargestChosen && side * 2 <= median) side *= 2;
        return new(new ImageShape(channels, side, side), $"size {side}x{side} was chosen (median short side {median}); size= sets another");
    }

    /// <summary>A line for every decision that the user did not take.</summary>
    /// <param name="options">What the user asked for.</param>
    /// <param name="infos">The headers of the pictures that are used.</param>
    /// <param name="bits">Bits of which pictures of 16 bits are read.</param>
    /// <param name="brightest">The largest value of pictures of 16 bits once they have 8.</param>
    public IEnumerable<string> Notes(ImageOptions options, IReadOnlyList<ImageInfo> infos, int bits = 16, int brightest = 255)
    {
        var gray = infos.Count(info => info.Channels <= 2);
        if (Shape.Channels == 3 && gray > 0) yield return $"{gray} gray pictures become RGB";
        if (Shape.Channels == 1 && gray < infos.Count) yield return $"{infos.Count - gray} colored pictures become gray";
        if (infos.Count(info => info.HasAlpha) is > 0 and var alpha)
            yield return $"{alpha} pictures with alpha are laid over {options.Background}";
        if (infos.Count(info => info.SourceDepth == 16) is > 0 and var deep) yield return Deep(deep, bits, brightest);
        if (infos.Count(info =>
            info.Orientation > 1) is > 0 and var turned) yield return $"{turned} pictures are turned upright by their EXIF orientation";
        if (infos.Count(info => info.IsCmyk) is > 0 and var inks) yield return $"{inks} CMYK pictures become RGB";
        if (Choice is not null) yield return Choice;
        if (Resized(options, infos.Select(info => (info.Width, info.Height)), isFixed: false) is { } resized) yield return resized;
    }

    /// <summary>A line about pictures of other sizes than the shape's; null where there are none.</summary>
    /// <param name="options">How they are fitted.</param>
    /// <param name="sizes">The sizes of all pictures.</param>
    /// <param name="isFixed">Whether shape and options are a run's, so that only other pictures would help.</param>
    public string? Resized(ImageOptions options, IEnumerable<(int Width, int Height)> sizes, bool isFixed)
    {
        var other = sizes.Where(size => size != (Shape.Width, Shape.Height)).ToList();
        if (other.Count == 0) return null;
        var what = other.Count == 1 ? "1 picture of another size is" : $"{other.Count} pictures of other sizes are";
        return $"{what} brought to {Shape.Width}x{Shape.Height} ({Fitting(options, other, isFixed)})";
    }

    /// <summary>The largest value of any color in a picture.</summary>
    public static byte BrightestOf(IPixelRows image)
    {
        var (colors, brightest) = (image.Channels - (image.Channels is 2 or 4 ? 1 : 0), (byte)0);
        for (var y = 0; y < image.Height; y++)
        {
            var row = image.Row(y);
            for (var i = 0; i < row.Length; i += image.Channels)
                for (var c = 0; c < colors; c++) brightest = Math.Max(brightest, row[i + c]);
        }

        return brightest;
    }

    // 257 of 65535 is 1 of 255; what was rounded up began half of that below.
    private static string Deep(int count, int bits, int brightest)
    {
        if (bits < 16) return $"{count} pictures of 16 bits are read as {bits} bits, of which {(1 << bits) - 1} is white";
        var used = Math.Max(8, (int)Math.Ceiling(Math.Log2(Math.Max(1, (brightest - 0.5) * 257))));
        return used == 16
            ? $"{count} pictures of 16 bits are scaled to 8"
            : $"{count} pictures of 16 bits use {used} of them and come out dark "
                + $"(their brightest value is {brightest} of 255); bits={used} makes {(1 << used) - 1} white";
    }

    // How they are fitted; where much is cut away, what would keep it.
    private string Fitting(ImageOptions options, List<(int Width, int Height)> other, bool isFixed)
    {
        var fit = $"fit={options.Fit.ToString().ToLowerInvariant()}";
        if (options.Fit != FitMode.Crop) return fit;
        var lost = other.Average(Lost);
        if (lost < 0.005) return fit;
        var wider = Wider(other) is { } size ? $"size={size} keeps nearly all, " : "";
        var remedy = lost < 0.1 ? "" : isFixed ? "; nothing is cut of pictures of these proportions"
            : $"; {wider}fit=pad or fit=resize keeps all";
        return $"{fit} cuts away {lost:P0} of {(other.Count > 1 ? "them on average" : "it")}{remedy}";
    }

    private double Lost((int Width, int Height) size)
    {
        double across = (double)size.Width * Shape.Height, down = (double)size.Height * Shape.Width;
        return 1 - Math.Min(across, down) / Math.Max(across, down);
    }

    // The shape that pictures of about one aspect ratio have, with the short side as it is and the long one in steps of 8, which all
    // networks take.
    private string? Wider(List<(int Width, int Height)> other)
    {
        var aspects = other.Select(size => (double)size.Width / size.Height).Order().ToArray();
        if (aspects[^1] > 1.1 * aspects[0]) return null;
        var (aspect, side) = (aspects[aspects.Length / 2], Math.Min(Shape.Width, Shape.Height));
        var along = (int)Math.Max(8, Math.Round(side * Math.Max(aspect, 1 / aspect) / 8) * 8);
        return along > 4096 ? null : aspect > 1 ? $"{along}x{side}" : $"{side}x{along}";
    }
}
