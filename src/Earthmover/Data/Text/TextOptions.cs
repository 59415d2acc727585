using System.Globalization;

namespace Earthmover.Data.Text;

/// <summary>How lines become texts of one length over one vocabulary.</summary>
/// <param name="Length">Symbols per line.</param>
/// <param name="Capacity">Most symbols of the vocabulary; rarer characters become �.</param>
/// <param name="Pad">The padding symbol.</param>
/// <param name="IsLower">Lower case before anything else.</param>
internal sealed record TextOptions(int Length, int Capacity, string Pad, bool IsLower)
{
    /// <summary>The longest line that can be had.</summary>
    public const int Longest = 4096;

    /// <summary>The options' names.</summary>
    public static IReadOnlyList<string> Names { get; } = ["length", "lower", "vocabulary", "pad"];

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
