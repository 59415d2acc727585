using System.Text;
using Earthmover.Media;

namespace Earthmover.Data.Avatars;

/// <summary>The pictures of emoji in a font of this machine.</summary>
internal static class EmojiFont
{
    private const int Side = 128;
    private static readonly string[] s_usual =
        ["NotoColorEmoji", "Noto-COLRv1", "Apple Color Emoji", "seguiemj", "Twemoji.Mozilla", "OpenMoji-color-glyf_colr_0"];

    /// <summary>The emoji of each expression, <c>[K]</c>: RGBA, those that the font has.</summary>
    /// <param name="options">The address's options.</param>
    /// <param name="key">The one that names a font; without it the first that is here of those that systems have.</param>
    /// <exception cref="UserException">There is no such font, or it lacks an expression.</exception>
    public static IReadOnlyList<Image>[] Draw(DataOptions options, string key)
    {
        var wanted = options.Has(key) ? options.Text(key, "") : null;
        if (wanted is "") throw options.Bad(key, wanted, "a font of emoji, by its file or its name");
        var fonts = wanted is not null ? FontFiles.Open(wanted)
            : s_usual.Select(FontFiles.Open).FirstOrDefault(found => found.Count > 0) ?? [];
        try
        {
            if (fonts.Count == 0)
                throw new UserException(wanted is null
                    ? "no font of emoji is on this machine; install the package fonts-noto-color-emoji, or name a font with ?font="
                    : $"there is no font '{wanted}' on this machine{NearestName.Hint(wanted, FontFiles.Installed)}; "
                        + "give a file or the name of an installed font, such as NotoColorEmoji (package fonts-noto-color-emoji)");
            return [.. Expression.All.Select(expression =>
            {
                Image[] faces = [.. expression.Emoji.EnumerateRunes().Select(rune => fonts[0].DrawInColors(rune, Side)).OfType<Image>()];
                return faces.Length > 0 ? faces : throw new UserException($"the font {fonts[0].Name} has none of the emoji "
                    + $"{expression.Emoji} ({expression.Name}); name another with ?font=, such as NotoColorEmoji");
            })];
        }
        finally
        {
            foreach (var font in fonts) font.Dispose();
        }
    }
}
