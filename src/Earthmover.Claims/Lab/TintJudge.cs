using Earthmover.Data;

namespace Earthmover.Claims.Lab;

/// <summary>What tinted garments show, and what their captions say: the color by the hue of the pixels, the garment by this program's own
/// classifier, which sees the luma alone and took no part in any game.</summary>
public sealed class TintJudge : IDisposable
{
    /// <summary>Colors, in the order of their hues and sixty degrees apart.</summary>
    public static IReadOnlyList<string> Colors { get; } = ["red", "yellow", "green", "turquoise", "blue", "purple"];

    private static readonly string[] s_phrases =
    [
        "a {0} t-shirt", "{0} trousers", "a {0} pullover", "a {0} dress", "a {0} coat",
        "a {0} sandal", "a {0} shirt", "a {0} sneaker", "a {0} bag", "a {0} ankle boot",
    ];

    private readonly ClassJudge _classes = new();

    /// <summary>Garments that there are.</summary>
    public static int Items => s_phrases.Length;

    /// <summary>The caption of a color and a garment.</summary>
    /// <param name="wish">Numbers of both.</param>
    public static string Caption((int Color, int Item) wish) => string.Format(null, s_phrases[wish.Item], Colors[wish.Color]);

    /// <summary>What a caption of the data says.</summary>
    /// <param name="caption">The caption.</param>
    public static (int Color, int Item) Wish(string caption) =>
        (from color in Enumerable.Range(0, Colors.Count)
         from item in Enumerable.Range(0, Items)
         where Caption((color, item)) == caption
         select (color, item)).Single();

    /// <summary>What of all combinations some captions have, and what none of them has.</summary>
    /// <param name="captions">Captions of the data.</param>
    public static (IReadOnlyList<(int Color, int Item)> Seen, IReadOnlyList<(int Color, int Item)> Unseen) Combinations(TextSet captions)
    {
        ArgumentNullException.ThrowIfNull(captions);
        var seen = Enumerable.Range(0, captions.Count).Select(i => captions.Line(captions[i])).Distinct().Select(Wish).Order().ToList();
        var all = from item in Enumerable.Range(0, Items) from color in Enumerable.Range(0, Colors.Count) select (color, item);
        return (seen, [.. all.Except(seen)]);
    }

    /// <summary>The color of each picture: the nearest of the hues to that of the sum of its pixels' colors, gray taken away.</summary>
    /// <param name="pictures">RGB pictures.</param>
    public static IReadOnlyList<int> ColorsOf(ImageSet pictures)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        var area = pictures.Shape.Height * pictures.Shape.Width;
        return [.. Enumerable.Range(0, pictures.Count).Select(i =>
        {
            var pixels = pictures[i];
            double x = 0, y = 0;
            for (var at = 0; at < area; at++)
            {
                double r = pixels[at], g = pixels[area + at], b = pixels[2 * area + at];
                (x, y) = (x + 2 * r - g - b, y + Math.Sqrt(3) * (g - b));
            }
            var turn = Math.Atan2(y, x) / (2 * Math.PI);
            return ((int)Math.Round(6 * turn) + 6) % 6;
        })];
    }

    /// <summary>Shares of pictures that show the color and the garment that they should.</summary>
    /// <param name="pictures">RGB pictures.</param>
    /// <param name="wishes">What each should show.</param>
    public (double Color, double Item) Accuracy(ImageSet pictures, IReadOnlyList<(int Color, int Item)> wishes) =>
        (Share(ColorsOf(pictures).Zip(wishes, (found, wish) => found == wish.Color)),
            Share(_classes.Name(pictures).Zip(wishes, (found, wish) => found == wish.Item)));

    private static double Share(IEnumerable<bool> right) => right.Average(isRight => isRight ? 1.0 : 0);

    /// <summary>Mean distance in pixels between two pictures of one caption, the mean over captions.</summary>
    /// <param name="pictures">Pictures.</param>
    /// <param name="wishes">What each shows.</param>
    /// <param name="each">At most so many of a caption.</param>
    public static double Within(ImageSet pictures, IReadOnlyList<(int Color, int Item)> wishes, int each)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        return Enumerable.Range(0, pictures.Count).GroupBy(i => wishes[i]).Average(group =>
        {
            int[] rows = [.. group.Take(each)];
            return (from i in rows from j in rows where i < j select Distance(pictures[i], pictures[j])).Average();
        });
    }

    private static double Distance(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
            sum += (a[i] - (double)b[i]) * (a[i] - b[i]);
        return Math.Sqrt(sum);
    }

    /// <inheritdoc/>
    public void Dispose() => _classes.Dispose();
}
