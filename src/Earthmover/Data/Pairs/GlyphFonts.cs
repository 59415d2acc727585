using System.Text;
using Earthmover.Media;

namespace Earthmover.Data.Pairs;

/// <summary>The fonts that characters are drawn in: one that they come from, and those that they are to become.</summary>
internal sealed class GlyphFonts : IDisposable
{
    private static readonly Choice
        s_western = new("DejaVuSans",
            ["DejaVuSans-Bold", "DejaVuSerif", "DejaVuSansMono", "DejaVuSerif-Bold", "LiberationSerif-Italic", "LiberationMono"],
            "fonts-dejavu-core and fonts-liberation"),
        s_eastern = new("NotoSansCJKsc-Regular",
            ["NotoSansCJKsc-Bold", "NotoSerifCJKsc-Regular", "NotoSerifCJKsc-Bold"], "fonts-noto-cjk");

    private GlyphFonts(FontFace source, IReadOnlyList<FontFace> targets) => (Source, Targets) = (source, targets);

    /// <summary>The font of the first side.</summary>
    public FontFace Source { get; }

    /// <summary>The fonts of the second side, each a class; names are different.</summary>
    public IReadOnlyList<FontFace> Targets { get; }

    /// <summary>Opens what the options <c>fonts</c> and <c>source</c> name, or what suits the characters.</summary>
    /// <param name="options">The address's options.</param>
    /// <param name="isEastern">Whether the characters are Chinese or Japanese.</param>
    /// <exception cref="UserException">A font is not there.</exception>
    public static GlyphFonts Of(DataOptions options, bool isEastern)
    {
        var usual = isEastern ? s_eastern : s_western;
        var opened = new List<FontFace>();
        try
        {
            var source = options.Has("source") ? Named("source", options.Text("source", ""))[0]
                : Add(FontFiles.Open(usual.Source)) is [var font, ..] ? font
                : throw new UserException($"the font {usual.Source} is not on this machine; install {usual.Packages}, "
                    + "or name fonts that are here with ?source= and &fonts=");
            FontFace[] targets = options.Has("fonts")
                ? [.. options.Text("fonts", "").Split(',', StringSplitOptions.TrimEntries).SelectMany(name => Named("fonts", name))]
                : [.. usual.Targets.SelectMany(name => Add(FontFiles.Open(name)))];
            if (targets.Length == 0)
                throw new UserException($"none of the fonts {string.Join(", ", usual.Targets)} is on this machine; "
                    + $"install {usual.Packages}, or name some with &fonts=");
            return new(source, [.. targets.DistinctBy(font => font.Name)]);
        }
        catch
        {
            opened.ForEach(font => font.Dispose());
            throw;
        }

        IReadOnlyList<FontFace> Add(IReadOnlyList<FontFace> fonts)
        {
            opened.AddRange(fonts);
            return fonts;
        }

        IReadOnlyList<FontFace> Named(string key, string name)
        {
            if (name.Length == 0) throw options.Bad(key, name, "a font's file, a folder of fonts, or the name of an installed font");
            return Add(FontFiles.Open(name)) is { Count: > 0 } found ? found
                : throw new UserException($"there is no font '{name}' on this machine{NearestName.Hint(name, FontFiles.Installed)}; "
                    + "give a file, a folder, or the name of an installed font, such as DejaVuSerif (package fonts-dejavu-core)");
        }
    }

    /// <summary>
    /// The em and the row of the baseline, in pixels, with which every letter lies in a square with a margin of a pixel.
    /// </summary>
    /// <param name="characters">The letters.</param>
    /// <param name="side">Pixels of a side.</param>
    public (double Em, double Baseline) Fit(IReadOnlyList<Rune> characters, int side)
    {
        var boxes = Targets.Prepend(Source).SelectMany(font => characters.Select(font.InkOf)).OfType<InkBox>().ToList();
        var (top, bottom) = (boxes.Max(box => box.Top), boxes.Min(box => box.Bottom));
        var em = (side - 2) / Math.Max(top - bottom, boxes.Max(box => box.Right - box.Left));
        return (em, (side + ((top + bottom) * em)) / 2);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Source.Dispose();
        foreach (var font in Targets) font.Dispose();
    }

    private sealed record Choice(string Source, IReadOnlyList<string> Targets, string Packages);
}
