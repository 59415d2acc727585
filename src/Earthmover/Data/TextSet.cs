using System.Text;

namespace Earthmover.Data;

/// <summary>Lines of characters at one fixed length, as numbers into a vocabulary.</summary>
public sealed class TextSet : DataSet
{
    /// <summary>Takes arrays over; the caller must not change them afterwards.</summary>
    /// <param name="name">The address.</param>
    /// <param name="length">Symbols per line.</param>
    /// <param name="codes">Positions in the vocabulary, <c>[N, length]</c>.</param>
    /// <param name="vocabulary">The symbols, one character each; number 0 is the padding.</param>
    /// <exception cref="UserException">There is no line.</exception>
    public TextSet(string name, int length, int[] codes, IReadOnlyList<string> vocabulary)
        : base(name, CountOf(length, codes),
            HashOf("text", [length], BytesOf(codes), Encoding.UTF8.GetBytes(string.Join('\n', vocabulary))))
    {
        if (codes.Any(code => (uint)code >= (uint)vocabulary.Count))
            throw new ArgumentException("A code lies outside of the vocabulary.", nameof(codes));
        (Length, Codes, Vocabulary) = (length, codes, vocabulary);
    }

    /// <inheritdoc/>
    public override DataKind Kind => DataKind.Text;

    /// <summary>Symbols per line.</summary>
    public int Length { get; }

    /// <summary>Positions in the vocabulary, <c>[N, Length]</c>.</summary>
    public int[] Codes { get; }

    /// <summary>The symbols: the padding first, then the observed characters from the most to the least frequent.</summary>
    public IReadOnlyList<string> Vocabulary { get; }

    /// <summary>Whether a symbol is a word, between which a line has spaces, and not a character.</summary>
    public bool AreWords { get; init; }

    /// <summary>One line's codes, <c>[Length]</c>.</summary>
    /// <param name="index">0 to N−1.</param>
    public ReadOnlySpan<int> this[int index] => Codes.AsSpan(index * Length, Length);

    /// <summary>Codes as text, padding included.</summary>
    /// <param name="codes">Positions in the vocabulary.</param>
    public string Decode(ReadOnlySpan<int> codes) => Decode(Vocabulary, codes, AreWords);

    private static string Decode(IReadOnlyList<string> vocabulary, ReadOnlySpan<int> codes, bool areWords)
    {
        var text = new StringBuilder(codes.Length);
        foreach (var code in codes)
            text.Append(areWords && text.Length > 0 ? " " : "").Append(vocabulary[code]);
        return text.ToString();
    }

    /// <summary>Codes as a line of text, without the padding at its end.</summary>
    /// <param name="codes">Positions in the vocabulary.</param>
    public string Line(ReadOnlySpan<int> codes) => Line(Vocabulary, codes, AreWords);

    /// <summary>Codes as a line of text, without the padding at its end.</summary>
    /// <param name="vocabulary">The symbols, the padding first.</param>
    /// <param name="codes">Positions in the vocabulary.</param>
    /// <param name="areWords">Whether a symbol is a word.</param>
    public static string Line(IReadOnlyList<string> vocabulary, ReadOnlySpan<int> codes, bool areWords = false) =>
        Decode(vocabulary, codes[..(codes.LastIndexOfAnyExcept(0) + 1)], areWords);

    private static int CountOf(int length, int[] codes)
    {
        ArgumentNullException.ThrowIfNull(codes);
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        if (codes.Length % length != 0)
            throw new ArgumentException($"{codes.Length} codes are not whole lines of {length}.", nameof(codes));
        return codes.Length / length;
    }
}
