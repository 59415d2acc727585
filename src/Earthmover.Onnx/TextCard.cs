using System.Globalization;
using System.Text.Json.Serialization;

namespace Earthmover.Onnx;

/// <summary>What texts a model can be told: symbols of a vocabulary at so many places.</summary>
/// <param name="Symbols">The vocabulary, the padding after the end of a text first.</param>
/// <param name="Length">Places of a text.</param>
public sealed record TextCard(IReadOnlyList<string> Symbols, int Length)
{
    // What stands in a vocabulary for all that it has left out.
    private const string Rare = "\uFFFD";
    private const int Shown = 40;

    /// <summary>Whether a symbol is a word, and not a character.</summary>
    public bool AreWords { get; init; }

    /// <summary>The words of the captions that it has learned from; null where they are too many to be kept.</summary>
    public IReadOnlyList<string>? Words { get; init; }

    [JsonIgnore]
    internal bool IsSound => Length is > 0 and <= 65_536 && Symbols.Count > 1 && Symbols.Concat(Words ?? []).All(text => text is not null);

    /// <summary>The numbers of a text's symbols.</summary>
    /// <param name="text">The text. Letters that it writes large, and captions do not, are taken for small ones.</param>
    /// <returns>[<see cref="Length"/>], 0 after its end.</returns>
    /// <exception cref="ModelException">It is empty or too long, or has words or characters that the model has never seen.</exception>
    public long[] Read(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var words = WordsOf(text);
        if (string.IsNullOrWhiteSpace(text))
            throw new ModelException("the text is empty; say what is wanted");
        if (Words is not null && Unknown(words, Words) is { Count: > 0 } strange)
            throw new ModelException($"no caption that this model has learned from has the word{Plural(strange)} {Quoted(strange)}; "
                + $"it knows {string.Join(", ", Words.Take(Shown))}{(Words.Count > Shown ? ", …" : "")}");
        var symbols = AreWords ? words : Characters(string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));
        if (symbols.Count > Length)
            throw new ModelException($"the text has {symbols.Count} {(AreWords ? "words" : "characters")}, and this model reads {Length}");
        if (!Symbols.Contains(Rare) && Unknown(symbols, Symbols) is { Count: > 0 } unknown)
            throw new ModelException(
                $"this model has never seen the {(AreWords ? "word" : "character")}{Plural(unknown)} {Quoted(unknown)}; "
                + $"it knows {string.Join(AreWords ? ", " : "", Symbols.Skip(1).Order(StringComparer.Ordinal).Take(Shown)).Trim()}");
        var numbers = new long[Length];
        for (var i = 0; i < symbols.Count; i++)
            numbers[i] = Find(symbols[i], Symbols) is var found and >= 0 ? found : Find(Rare, Symbols);
        return numbers;
    }

    /// <summary>The words of a text, without the marks around them.</summary>
    /// <param name="text">The text.</param>
    public static IReadOnlyList<string> WordsOf(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return [.. text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(Bare).Where(word => word.Length > 0)];
    }

    /// <summary>Numbers of symbols as a text.</summary>
    /// <param name="numbers">[<see cref="Length"/>].</param>
    public string Write(IReadOnlyList<long> numbers)
    {
        ArgumentNullException.ThrowIfNull(numbers);
        var end = numbers.ToList().FindLastIndex(number => number != 0) + 1;
        return string.Join(AreWords ? " " : "", numbers.Take(end).Select(number => Symbols[(int)number]));
    }

    private static List<string> Unknown(IReadOnlyList<string> said, IReadOnlyList<string> known) =>
        [.. said.Where(one => Find(one, known) < 0).Distinct(StringComparer.Ordinal)];

    // As it is, or else in small letters. Number 0 is the padding, which no text has.
    private static int Find(string symbol, IReadOnlyList<string> known)
    {
        var exact = known.ToList().IndexOf(symbol);
        return exact >= 0 ? exact : known.ToList().IndexOf(symbol.ToLowerInvariant());
    }

    private static string Bare(string word)
    {
        var (begin, end) = (0, word.Length);
        while (begin < end && char.IsPunctuation(word[begin]))
            begin++;
        while (end > begin && char.IsPunctuation(word[end - 1]))
            end--;
        return word[begin..end];
    }

    private static List<string> Characters(string text)
    {
        var characters = new List<string>();
        for (var all = StringInfo.GetTextElementEnumerator(text); all.MoveNext();)
            characters.Add(all.GetTextElement());
        return characters;
    }

    private static string Plural(List<string> many) => many.Count == 1 ? "" : "s";

    private static string Quoted(List<string> words) => string.Join(", ", words.Take(Shown).Select(word => $"'{word}'"));
}
