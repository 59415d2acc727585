using System.Text;
using Earthmover.Data.Dealing;
using Earthmover.Data.Pictures;
using Earthmover.Media;

namespace Earthmover.Data.Pairs;

/// <summary>
/// Characters in one font, and as partner of each the same character in another, whose name is the class of the pair: what zi2zi learns
/// from. Black on white.
/// </summary>
internal static class GlyphPairs
{
    /// <summary>Name of the data.</summary>
    public const string Name = "glyphs";

    /// <summary>A line for lists.</summary>
    public const string Description = "characters in one font, and the same in others, each a class; fonts=… characters=…";

    // One character of so many is held out, with all its pairs.
    private const int HeldOut = 5;
    private const string Fonts = "fonts", Source = "source", Characters = "characters", Split = "split", Limit = "limit";

    /// <summary>The two sides.</summary>
    /// <param name="address">The address.</param>
    /// <param name="wanted">How they are to correspond.</param>
    public static TwoDomains SidesOf(DataAddress address, Pairing? wanted) => TwoDomains.SidesOf(address, wanted ?? Pairing.Aligned);

    /// <summary>The address with the paths of fonts and characters written out.</summary>
    /// <param name="address">The address.</param>
    public static DataAddress Absolute(DataAddress address)
    {
        static string Full(string path) => path.Length > 0 && Path.Exists(path) ? Path.GetFullPath(path) : path;
        return address with
        {
            Options = [.. address.Options.Select(option => option.Key is Fonts or Source or Characters
                ? new(option.Key, string.Join(',', option.Value.Split(',', StringSplitOptions.TrimEntries).Select(Full))) : option)],
        };
    }

    /// <summary>
    /// Draws one side. Options: <c>fonts</c>, <c>source</c>, <c>characters</c>, <c>size</c>, <c>split</c>, <c>limit</c>, <c>side</c>.
    /// </summary>
    /// <param name="address">The address.</param>
    /// <param name="context">Threads and cancellation.</param>
    /// <exception cref="UserException">A font or a set of characters is not there.</exception>
    public static ImageSet Open(DataAddress address, DataContext context)
    {
        var options = new DataOptions(address, Fonts, Source, Characters, "size", Split, Limit, PairOptions.Side, PairOptions.Pairs);
        var side = (int)options.Whole("size", 32, 8, 512);
        var isFirst = options.Choice(PairOptions.Side, "a", "b") == "a";
        var isTest = PictureSplit.Of(options.Text(Split, "")).Part is "test";
        var wanted = GlyphCharacters.Of(options, Characters, "latin,greek,cyrillic");
        using var fonts = GlyphFonts.Of(options, isEastern: wanted.Any(rune => rune.Value >= 0x2E80));
        Rune[] there = [.. wanted.Where(fonts.Source.Has)];
        if (there.Length == 0)
            throw new UserException($"{fonts.Source.Name} has none of the {wanted.Count} characters; name another font with &{Source}=, "
                + $"or other characters with &{Characters}=");
        var (em, baseline) = fonts.Fit(there, side);
        var distinct = Distinct(there, rune => fonts.Source.Draw(rune, side, em, baseline).Pixels.ToArray());
        var part = PartOf(distinct, isTest);
        (Rune Character, int Font)[] pairs = [.. part.SelectMany(rune =>
            Enumerable.Range(0, fonts.Targets.Count).Where(k => fonts.Targets[k].Has(rune)).Select(k => (rune, k)))];
        if (pairs.Length == 0)
            throw new UserException($"{string.Join(", ", fonts.Targets.Select(font => font.Name))} "
                + $"{(fonts.Targets.Count == 1 ? "has" : "have")} none of the characters; name other fonts with &{Fonts}=");
        var most = (int)options.Whole(Limit, pairs.Length, 1, int.MaxValue);
        if (most < pairs.Length) pairs = [.. Enumerable.Range(0, most).Select(i => pairs[(int)((long)i * pairs.Length / most)])];
        var shape = new ImageShape(1, side, side);
        DataMemory.Check(address.ToString(), pairs.Length, shape);
        var pixels = new byte[checked(pairs.Length * shape.Size)];
        Parallel.For(0, pairs.Length, context.Parallelism, i =>
        {
            var (character, k) = pairs[i];
            var ink = (isFirst ? fonts.Source : fonts.Targets[k]).Draw(character, side, em, baseline).Pixels;
            for (var at = 0; at < ink.Length; at++) pixels[(i * shape.Size) + at] = (byte)(255 - ink[at]);
        });
        return new(address.ToString(), shape, pixels, [.. pairs.Select(pair => pair.Font)], [.. fonts.Targets.Select(font => font.Name)])
        {
            Notes = Notes(fonts, wanted, there, distinct, part, isTest),
        };
    }

    // Of characters that look alike the first: letters of two alphabets may be the same but for a rounding.
    private static Rune[] Distinct(Rune[] characters, Func<Rune, byte[]> draw)
    {
        var kept = new List<(Rune Character, byte[] Pixels, int Ink)>();
        foreach (var rune in characters)
        {
            var pixels = draw(rune);
            // Half a step of 255 in the mean; the dot of an i is three times as much.
            var (ink, most) = (pixels.Sum(value => value), pixels.Length / 2);
            bool Is((Rune, byte[] Pixels, int Ink) other) => Math.Abs(other.Ink - ink) <= most
                && other.Pixels.Zip(pixels, (a, b) => Math.Abs(a - b)).Sum() <= most;
            if (!kept.Any(Is)) kept.Add((rune, pixels, ink));
        }

        return [.. kept.Select(one => one.Character)];
    }

    // Whole characters, so that the test part has none whose form in another font was seen.
    private static Rune[] PartOf(Rune[] characters, bool isTest)
    {
        if (characters.Length < 2)
            throw new UserException($"{characters.Length} character is too few: some are trained on and others are held out; give more");
        var order = Subset.Order(characters.Length, 1);
        var held = Math.Max(1, characters.Length / HeldOut);
        var rows = isTest ? order[..held] : order[held..];
        return [.. rows.Order().Select(row => characters[row])];
    }

    private static List<string> Notes(GlyphFonts fonts, IReadOnlyList<Rune> wanted, Rune[] there, Rune[] distinct, Rune[] part, bool isTest)
    {
        var notes = new List<string>
        {
            $"{part.Length} characters of {distinct.Length} from {fonts.Source.Name} ({fonts.Source.File}): "
                + $"the {(isTest ? "test" : "training")} part, of whole characters",
        };
        if (there.Length < wanted.Count) notes.Add(Missing(fonts.Source, wanted));
        if (distinct.Length < there.Length)
            notes.Add($"{there.Length - distinct.Length} characters that look like others in {fonts.Source.Name} are left out");
        notes.AddRange(fonts.Targets.Where(font => !part.All(font.Has)).Select(font => Missing(font, part)));
        return notes;
    }

    private static string Missing(FontFace font, IReadOnlyList<Rune> characters)
    {
        var missing = characters.Where(rune => !font.Has(rune)).ToList();
        return $"{font.Name} has no letter for {missing.Count} of {characters.Count} characters, which are left out: "
            + $"{string.Join(' ', missing.Take(10))}{(missing.Count > 10 ? " …" : "")}";
    }
}
