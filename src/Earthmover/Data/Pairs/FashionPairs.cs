using Earthmover.Data.Pictures;
using Earthmover.Data.Text;

namespace Earthmover.Data.Pairs;

/// <summary>
/// Pairs that are made of the garments of Fashion-MNIST when they are opened: the same for everybody, and nothing is stored.
/// </summary>
internal static class FashionPairs
{
    private const string Garments = "fashion-mnist";

    private static readonly Entry[] s_entries =
    [
        new("fashion-edges", Pairing.Aligned, "edges of garments, and the garments", WithEdges, AsTheyAre),
        new("fashion-colors", Pairing.Aligned, "gray garments, and the same tinted", AsTheyAre, FashionColors.Tint),
        new("fashion-prints", Pairing.Aligned, "garments in chance colors on grounds of others, and the garments",
            FashionPrints.Print, FashionPrints.Plain),
        new("fashion-stripes", Pairing.Aligned, "plain garments, and the same striped", AsTheyAre, Striped),
        new("fashion-small", Pairing.Aligned, "garments made smaller by the means of 4 x 4 pixels, and the garments", Smaller, AsTheyAre),
        new("fashion-captions", Pairing.Captioned, "tinted garments, and what they are: a red bag", FashionColors.Tint, Describe),
    ];

    /// <summary>Names, descriptions and how the domains correspond, for lists.</summary>
    public static IReadOnlyList<(string Name, string Description, Pairing Pairing)> List { get; } =
        [.. s_entries.Select(entry => (entry.Name, entry.Description, entry.Pairing))];

    /// <summary>The data that all are made of.</summary>
    public static string MadeOf => Garments;

    /// <summary>How the two domains of a name correspond; null where it is no name of these.</summary>
    /// <param name="name">The name.</param>
    public static Pairing? PairingOf(string name) => Find(name)?.Pairing;

    /// <summary>Opens one side. Options: those of <c>fashion-mnist</c>, of captions those of texts, and <c>side</c>.</summary>
    /// <param name="address">The address.</param>
    /// <param name="open">Opens the garments.</param>
    /// <exception cref="UserException">The garments are not on this machine, or an option is impossible.</exception>
    public static DataSet Open(DataAddress address, Func<DataAddress, DataSet> open)
    {
        var entry = Find(address.Name)!;
        string[] own = [PairOptions.Side, PairOptions.Pairs, .. entry.Pairing == Pairing.Captioned ? TextOptions.OfCaptions : []];
        var options = new DataOptions(address, [.. ImageOptions.Names, "split", .. own]);
        var isFirst = options.Choice(PairOptions.Side, "a", "b") == "a";
        if (options.Has("channels") && entry.Name != "fashion-edges")
            throw new UserException($"{entry.Name} is colored by what it is, so the option 'channels' does not fit it; leave it out");
        var garments = (ImageSet)open(address.Without(own) with { Name = Garments });
        var side = (isFirst ? entry.A : entry.B)(address, garments);
        side.Problems = garments.Problems;
        return side;
    }

    private static ImageSet AsTheyAre(DataAddress address, ImageSet garments) => garments;

    private static ImageSet Smaller(DataAddress address, ImageSet garments)
    {
        const int side = 4;
        var (channels, height, width) = (garments.Shape.Channels, garments.Shape.Height, garments.Shape.Width);
        if (height % side != 0 || width % side != 0)
            throw new UserException($"{address.Name} takes the means of {side} x {side} pixels, so sides are multiples of {side}, "
                + $"not {width}x{height}; use size={Math.Max(side, width / side * side)}");
        var shape = new ImageShape(channels, height / side, width / side);
        byte[] from = garments.Pixels, small = new byte[garments.Count * shape.Size];
        Parallel.For(0, garments.Count * channels * shape.Height, line =>
        {
            for (var x = 0; x < shape.Width; x++)
            {
                var sum = 0;
                for (var row = 0; row < side; row++)
                    for (var column = 0; column < side; column++)
                        sum += from[(line * side + row) * width + x * side + column];
                small[line * shape.Width + x] = (byte)((sum + side * side / 2) / (side * side));
            }
        });
        return new ImageSet(address.ToString(), shape, small, garments.Codes, garments.ClassNames);
    }

    // Every other band of rows, a fourteenth of the height each, at a third of its brightness: dark cloth stays dark.
    private static ImageSet Striped(DataAddress address, ImageSet garments)
    {
        DataMemory.Check(address.ToString(), garments.Count, garments.Shape);
        var (width, height, from) = (garments.Shape.Width, garments.Shape.Height, garments.Pixels);
        var (band, striped) = (Math.Max(1, height / 14), new byte[from.Length]);
        Parallel.For(0, from.Length / width, row =>
        {
            for (var at = row * width; at < (row + 1) * width; at++)
                striped[at] = (byte)(row % height / band % 2 == 0 ? from[at] : from[at] / 3);
        });
        return new ImageSet(address.ToString(), garments.Shape, striped, garments.Codes, garments.ClassNames);
    }

    // Dilation by 3 x 3 ones less the picture, as in CoGAN's experiments; nothing lies beyond the border.
    private static ImageSet WithEdges(DataAddress address, ImageSet garments)
    {
        var shape = garments.Shape;
        DataMemory.Check(address.ToString(), garments.Count, shape);
        var (from, edges) = (garments.Pixels, new byte[garments.Pixels.Length]);
        var (width, area) = (shape.Width, shape.Height * shape.Width);
        Parallel.For(0, garments.Count * shape.Channels, plane =>
        {
            var picture = from.AsSpan(plane * area, area);
            var target = edges.AsSpan(plane * area, area);
            // The largest of three columns, then of three rows of these.
            Span<byte> across = area <= 4096 ? stackalloc byte[area] : new byte[area];
            for (var at = 0; at < area; at++)
            {
                var most = picture[at];
                if (at % width > 0) most = Math.Max(most, picture[at - 1]);
                if (at % width < width - 1) most = Math.Max(most, picture[at + 1]);
                across[at] = most;
            }

            for (var at = 0; at < area; at++)
            {
                var most = across[at];
                if (at >= width) most = Math.Max(most, across[at - width]);
                if (at < area - width) most = Math.Max(most, across[at + width]);
                target[at] = (byte)(most - picture[at]);
            }
        });
        return new ImageSet(address.ToString(), shape, edges, garments.Codes, garments.ClassNames);
    }

    private static TextSet Describe(DataAddress address, ImageSet garments)
    {
        string[] lines = FashionColors.Captions(garments);
        var options = new DataOptions(address, [.. address.Options.Select(option => option.Key)]);
        var text = TextOptions.Of(options, lines, FashionColors.LongestCaption);
        var notes = new List<string>();
        var coding = new TextCoding(address.ToString(), $"a caption of {address.Name}", text);
        var set = coding.Fold(lines.Length, () => lines.Select(line => (line, false)), notes);
        set.Notes = notes;
        return set;
    }

    /// <summary>Other names that people know these by, each with the right one.</summary>
    public static IReadOnlyDictionary<string, string> Otherwise { get; } = new Dictionary<string, string>
    {
        ["fashion-mnist-edges"] = "fashion-edges",
        ["fashion-mnist-tinted"] = "fashion-colors",
        ["fashion-mnist-colors"] = "fashion-colors",
        ["fashion-mnist-stripes"] = "fashion-stripes",
        ["fashion-mnist-striped"] = "fashion-stripes",
        ["fashion-mnist-prints"] = "fashion-prints",
        ["fashion-mnist-captions"] = "fashion-captions",
    };

    private static Entry? Find(string name) => Array.Find(s_entries, entry => entry.Name == name);

    private sealed record Entry(string Name, Pairing Pairing, string Description, Side A, Side B);

    private delegate DataSet Side(DataAddress address, ImageSet garments);
}
