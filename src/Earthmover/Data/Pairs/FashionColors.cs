namespace Earthmover.Data.Pairs;

/// <summary>
/// Colors of garments: each class has three of six, and its garments take turns. The tinted picture's luma is the gray picture's;
/// between black, the pure color and white there is one such shade of every hue.
/// </summary>
internal static class FashionColors
{
    // Which colors a class has, counted from its own number: three classes after it and so on have others.
    private static readonly int[] s_turns = [4, 5, 1];

    private static readonly (string Name, double R, double G, double B)[] s_colors =
    [
        ("red", 1, 0, 0), ("yellow", 1, 1, 0), ("green", 0, 1, 0), ("turquoise", 0, 1, 1), ("blue", 0, 0, 1), ("purple", 1, 0, 1),
    ];

    // By the names of the classes, since a choice of classes numbers them anew.
    private static readonly Dictionary<string, string> s_phrases = new(StringComparer.Ordinal)
    {
        ["T-shirt/top"] = "a {0} t-shirt",
        ["Trouser"] = "{0} trousers",
        ["Pullover"] = "a {0} pullover",
        ["Dress"] = "a {0} dress",
        ["Coat"] = "a {0} coat",
        ["Sandal"] = "a {0} sandal",
        ["Shirt"] = "a {0} shirt",
        ["Sneaker"] = "a {0} sneaker",
        ["Bag"] = "a {0} bag",
        ["Ankle boot"] = "a {0} ankle boot",
    };

    private static readonly string[] s_classes = [.. s_phrases.Keys];

    /// <summary>Characters of the longest caption, so that all choices of classes make texts of one length.</summary>
    public static int LongestCaption { get; } =
        s_phrases.Values.Max(phrase => phrase.Length - "{0}".Length) + s_colors.Max(color => color.Name.Length);

    /// <summary>The pictures in color.</summary>
    /// <param name="name">The address, for the result.</param>
    /// <param name="garments">Gray pictures.</param>
    public static ImageSet Tint(DataAddress name, ImageSet garments)
    {
        var area = garments.Shape.Height * garments.Shape.Width;
        var shape = garments.Shape with { Channels = 3 };
        DataMemory.Check(name.ToString(), garments.Count, shape);
        var (pixels, colors, shades) = (new byte[garments.Count * shape.Size], ColorsOf(garments), Shades());
        Parallel.For(0, garments.Count, i =>
        {
            var gray = garments[i];
            var target = pixels.AsSpan(i * shape.Size, shape.Size);
            for (var at = 0; at < area; at++)
                for (var c = 0; c < 3; c++)
                    target[(c * area) + at] = shades[colors[i], gray[at], c];
        });
        return new ImageSet(name.ToString(), shape, pixels, garments.Codes, garments.ClassNames);
    }

    /// <summary>A line for each picture, such as <c>a red bag</c>.</summary>
    /// <param name="garments">The pictures.</param>
    /// <exception cref="UserException">They have no classes of garments.</exception>
    public static string[] Captions(ImageSet garments)
    {
        if (garments.Labels is not { } labels || !garments.ClassNames!.All(s_phrases.ContainsKey))
            throw new UserException("the garments of fashion-mnist have no labels here, so there is nothing to say of them; "
                + "put its four files into one folder");
        var colors = ColorsOf(garments);
        return [.. labels.Select((label, i) => string.Format(null, s_phrases[garments.ClassNames![label]], s_colors[colors[i]].Name))];
    }

    // The n-th garment of a class, so that a choice of classes leaves every garment its color.
    private static int[] ColorsOf(ImageSet garments)
    {
        var (colors, seen) = (new int[garments.Count], new Dictionary<int, int>());
        for (var i = 0; i < colors.Length; i++)
        {
            var label = garments.Labels?[i] ?? 0;
            var number = garments.ClassNames is { } names ? Math.Max(0, Array.IndexOf(s_classes, names[label])) : 0;
            seen[label] = seen.GetValueOrDefault(label) + 1;
            colors[i] = (number + s_turns[(seen[label] - 1) % s_turns.Length]) % s_colors.Length;
        }

        return colors;
    }

    // Of each color and each gray value, red, green and blue.
    private static byte[,,] Shades()
    {
        var shades = new byte[s_colors.Length, 256, 3];
        for (var k = 0; k < s_colors.Length; k++)
        {
            var (_, r, g, b) = s_colors[k];
            var luma = (0.299 * r) + (0.587 * g) + (0.114 * b);
            for (var gray = 0; gray < 256; gray++)
            {
                var y = gray / 255.0;
                // Up to the pure color by making it brighter, from there on by mixing it with white.
                double Shade(double channel) => y <= luma ? channel * y / luma : channel + ((1 - channel) * (y - luma) / (1 - luma));
                (shades[k, gray, 0], shades[k, gray, 1], shades[k, gray, 2]) = (Byte(Shade(r)), Byte(Shade(g)), Byte(Shade(b)));
            }
        }

        return shades;
    }

    private static byte Byte(double value) => (byte)Math.Round(255 * value);
}
