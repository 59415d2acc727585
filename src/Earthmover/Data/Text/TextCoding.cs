using System.Globalization;
using System.Runtime.InteropServices;
using Earthmover.Onnx;

namespace Earthmover.Data.Text;

/// <summary>Lines as numbers into a vocabulary that is observed in the lines themselves, cut or padded to one length.</summary>
/// <param name="name">The data's address.</param>
/// <param name="source">Where the lines are from, for messages.</param>
/// <param name="options">Length, vocabulary, padding.</param>
internal sealed class TextCoding(string name, string source, TextOptions options)
{
    /// <summary>Folds lines.</summary>
    /// <param name="count">How many there are.</param>
    /// <param name="lines">The lines from the first, and whether each went on; gone through twice, so that they need not be kept.</param>
    /// <param name="notes">Receives what was decided.</param>
    /// <exception cref="UserException">The padding symbol occurs in them, or they changed while they were read.</exception>
    public TextSet Fold(int count, Func<IEnumerable<(string Text, bool IsCut)>> lines, List<string> notes)
    {
        var length = options.Length;
        IEnumerable<(string Text, bool IsCut)> Lines() => !options.IsLower && !options.AreWords ? lines()
            : lines().Select(line => (Spaced(options.IsLower ? line.Text.ToLowerInvariant() : line.Text), line.IsCut));
        var (counts, longer) = Observe(Lines());
        if (counts.ContainsKey(options.Pad))
            throw new UserException($"{source} contains the padding symbol {options.Pad}; choose another one with pad=, such as pad=~");
        var byFrequency = counts.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal);
        string[] observed = [.. byFrequency.Select(pair => pair.Key)];
        var kept = options.Capacity - 2;
        var cut = observed.Length + 1 > options.Capacity;
        string[] vocabulary = cut ? [options.Pad, .. observed[..kept], "\uFFFD"] : [options.Pad, .. observed];
        var codes = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var k = 0; k < vocabulary.Length; k++) codes.TryAdd(vocabulary[k], k);

        var values = new int[count * length];
        var row = 0;
        var lookup = codes.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var (text, _) in Lines().Take(count))
        {
            var at = 0;
            for (var i = 0; i < length && at < text.Length; i++)
            {
                var symbol = Symbol(text, at);
                values[(row * length) + i] = lookup.TryGetValue(symbol, out var code) ? code : vocabulary.Length - 1;
                at += symbol.Length + Between;
            }

            row++;
        }

        if (row != count) throw new UserException($"{source} changed while it was read; read it again");
        if (longer > 0) notes.Add($"{longer} of {count} lines are longer than {length} {What} and are cut");
        if (cut) notes.Add($"{observed.Length - kept} rare {What} become \uFFFD (vocabulary={options.Capacity})");
        return new TextSet(name, length, values, vocabulary) { AreWords = options.AreWords };
    }

    private string What => options.AreWords ? "words" : "characters";

    // Characters stand side by side, words with a space between them.
    private int Between => options.AreWords ? 1 : 0;

    private string Spaced(string line) => options.AreWords ? string.Join(' ', TextCard.WordsOf(line)) : line;

    /// <summary>Characters as people count them: an accent belongs to its letter, a pair of surrogates is one.</summary>
    public static int LengthOf(string text) => new StringInfo(text).LengthInTextElements;

    // Only what survives the cut counts; ties go by code point, so that the order is fixed.
    private (Dictionary<string, int> Counts, int Longer) Observe(IEnumerable<(string Text, bool IsCut)> lines)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        var counting = counts.GetAlternateLookup<ReadOnlySpan<char>>();
        var longer = 0;
        foreach (var (text, isCut) in lines)
        {
            var at = 0;
            for (var i = 0; i < options.Length && at < text.Length; i++)
            {
                var symbol = Symbol(text, at);
                ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(counting, symbol, out _);
                count++;
                at += symbol.Length + Between;
            }

            if (isCut || at < text.Length) longer++;
        }

        return (counts, longer);
    }

    private ReadOnlySpan<char> Symbol(string text, int at)
    {
        if (!options.AreWords) return text.AsSpan(at, StringInfo.GetNextTextElementLength(text, at));
        var end = text.IndexOf(' ', at);
        return text.AsSpan(at..(end < 0 ? text.Length : end));
    }
}
