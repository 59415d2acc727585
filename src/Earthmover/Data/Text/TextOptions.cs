using System.Globalization;
using Earthmover.Onnx;

namespace Earthmover.Data.Text;

/// <summary>How lines become texts of one length over one vocabulary.</summary>
/// <param name="Length">Symbols per line.</param>
/// <param name="Capacity">Most symbols of the vocabulary; rarer characters become �.</param>
/// <param name="Pad">The padding symbol.</param>
/// <param name="IsLower">Lower case before anything else.</param>
/// <param name="AreWords">A symbol is a word, and not a character.</param>
internal sealed record TextOptions(int Length, int Capacity, string Pad, bool IsLower, bool AreWords = false)
{
    /// <summary>The longest line that can be had.</summary>
    public const int Longest = 4096;

    /// <summary>The options' names.</summary>
    public static IReadOnlyList<string> Names { get; } = ["length", "lower", "vocabulary", "pad"];

    /// <summary>The same of captions, which may also be words: <c>symbols=words</c>.</summary>
    public static IReadOnlyList<string> OfCaptions { get; } = [.. Names, "symbols"];

    /// <summary>Reads the options of captions.</summary>
    /// <param name="options">The address's options.</param>
    /// <param name="lines">The captions.</param>
    /// <param name="length">Characters where no length is given; null for those of the longest.</param>
    /// <param name="longest">The most symbols where no length is given.</param>
    /// <exception cref="UserException">A value is impossible.</exception>
    public static TextOptions Of(DataOptions options, IReadOnlyList<string> lines, int? length = null, int longest = Longest)
    {
        var areWords = options.Choice("symbols", "characters", "words") == "words";
        Func<string, int> measure = areWords ? line => TextCard.WordsOf(line).Count : TextCoding.LengthOf;
        var usual = !areWords && length is { } given ? given : Math.Clamp(lines.Max(measure), 1, longest);
        return Of(options, usual) with { AreWords = areWords };
    }

    /// <summary>Reads the options.</summary>
    /// <param name="options">The address's options.</param>
    /// <param name="length">The length where none is given.</param>
    /// <exception cref="UserException">A value is impossible.</exception>
    public static TextOptions Of(DataOptions options, int length)
    {
        var pad = options.Text("pad", "`");
        if (new StringInfo(pad).LengthInTextElements != 1) throw options.Bad("pad", pad, "a single character");
        return new(
            (int)options.Whole("length", length, 1, Longest),
            (int)options.Whole("vocabulary", 2048, 4, 65_536),
            pad,
            options.Choice("lower", "no", "yes") == "yes");
    }
}
