using System.Text;
using Earthmover.Data.Formats;

namespace Earthmover.Data.Pairs;

/// <summary>Which characters are drawn: sets by name, or those of a text file.</summary>
internal static class GlyphCharacters
{
    /// <summary>The set of Chinese characters, with their number after a colon.</summary>
    public const string Chinese = "chinese";

    private const int UsualChinese = 200, LongestText = 1 << 20;

    // The first level of GB 2312, the characters in daily use: lead bytes and trail bytes of its code.
    private const int FirstLead = 0xB0, LastLead = 0xD7, FirstTrail = 0xA1, LastTrail = 0xFE, LastTrailOfAll = 0xF9;

    private static readonly Dictionary<string, Func<IEnumerable<int>>> s_sets = new(StringComparer.Ordinal)
    {
        ["latin"] = () => [.. Span('A', 'Z'), .. Span('a', 'z'), .. Span('0', '9')],
        ["accents"] = () => Span(0xC0, 0xFF).Where(code => code is not (0xD7 or 0xF7)), // × and ÷
        ["greek"] = () => [.. Span(0x391, 0x3A9).Where(code => code != 0x3A2), .. Span(0x3B1, 0x3C9)],
        ["cyrillic"] = () => Span(0x410, 0x44F),
        ["kana"] = () => [.. Span(0x3042, 0x3093), .. Span(0x30A2, 0x30F3)],
    };

    /// <summary>Reads the option <c>characters</c>: names of sets with commas between them, or a text file.</summary>
    /// <param name="options">The address's options.</param>
    /// <param name="key">Name of the option.</param>
    /// <param name="fallback">Its value where it was not given.</param>
    /// <returns>Each character once, in the order of the sets.</returns>
    /// <exception cref="UserException">There is no such set and no such file.</exception>
    public static IReadOnlyList<Rune> Of(DataOptions options, string key, string fallback)
    {
        var text = options.Text(key, fallback);
        if (File.Exists(text)) return InFile(text);
        return [.. text.Split(',', StringSplitOptions.TrimEntries).SelectMany(Named).Select(code => new Rune(code)).Distinct()];

        IEnumerable<int> Named(string name)
        {
            if (s_sets.TryGetValue(name, out var set)) return set();
            var parts = name.Split(':');
            if (parts[0] == Chinese && parts.Length == 1) return ChineseOf(UsualChinese);
            if (parts[0] == Chinese && parts.Length == 2 && NumberText.TryWhole(parts[1], out var count) && count is >= 2 and <= 3755)
                return ChineseOf((int)count);
            throw options.Bad(key, name, $"{string.Join(", ", s_sets.Keys)}, {Chinese}:N with 2 to 3755 characters, several with commas "
                + $"between them, or a text file{NearestName.Hint(parts[0], s_sets.Keys.Append(Chinese))}");
        }
    }

    // Spread evenly over the table, which goes by sound.
    private static IEnumerable<int> ChineseOf(int count)
    {
        var bytes = Span(FirstLead, LastLead).SelectMany(lead =>
            Span(FirstTrail, lead == LastLead ? LastTrailOfAll : LastTrail).SelectMany(trail => new[] { (byte)lead, (byte)trail }));
        var all = CodePagesEncodingProvider.Instance.GetEncoding("gb2312")!.GetString([.. bytes]);
        return Enumerable.Range(0, count).Select(i => (int)all[(int)((long)i * all.Length / count)]);
    }

    private static Rune[] InFile(string path)
    {
        DataFile.Check(path);
        using var file = DataFile.Open(path);
        if (file.Length > LongestText)
            throw new UserException($"{path} has {file.Length:N0} bytes, more than characters to draw; give a file of them alone");
        using var reader = new StreamReader(file, Encoding.UTF8);
        Rune[] found = [.. reader.ReadToEnd().EnumerateRunes()
            .Where(rune => !Rune.IsWhiteSpace(rune) && !Rune.IsControl(rune) && rune != Rune.ReplacementChar).Distinct()];
        return found.Length > 0 ? found : throw new UserException($"{path} has no characters to draw; give a UTF-8 text of them");
    }

    private static IEnumerable<int> Span(int first, int last) => Enumerable.Range(first, last - first + 1);
}
