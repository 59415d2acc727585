using System.Globalization;
using System.Runtime.InteropServices;
using Earthmover.Data.Formats;

namespace Earthmover.Data.Text;

/// <summary>Lines of a text file, one example each, as characters of a vocabulary observed in the file itself.</summary>
public static class TextLines
{
    /// <summary>
    /// Opens a UTF-8 text. Lines are cut or padded to one length; empty lines are passed over. Options: <c>length</c>
    /// (32), <c>lower=yes</c> (lower case before anything else), <c>vocabulary</c> (most symbols kept, 2048; rarer
    /// characters become �), <c>pad</c> (the padding symbol, a backtick), <c>limit</c>.
    /// </summary>
    /// <param name="address">The address; its name is the path.</param>
    /// <exception cref="UserException">Unreadable, not text, or the padding symbol occurs in it.</exception>
    public static TextSet Open(DataAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        var options = new DataOptions(address, "length", "lower", "vocabulary", "pad", "limit", "as");
        options.Choice("as", "text");
        var length = (int)options.Whole("length", 32, 1, 4096);
        var capacity = (int)options.Whole("vocabulary", 2048, 4, 65_536);
        var pad = options.Text("pad", "`");
        if (new StringInfo(pad).LengthInTextElements != 1) throw options.Bad("pad", pad, "a single character");
        var lower = options.Choice("lower", "no", "yes") == "yes";
        // The file is gone through three times instead of being kept: text takes many times its size as strings.
        IEnumerable<(string Text, bool IsCut)> Lines() => TextFile.Lines(address.Name,
            most: 4096 + (64 * length)).Select(line => lower ? (line.Text.ToLowerInvariant(), line.IsCut) : line);
        var all = Lines().Count();
        if (all == 0) throw new UserException($"{address.Name} has no lines with text");
        // A limit takes lines that are spread evenly.
        var limit = (int)Math.Min(options.Whole("limit", int.MaxValue, 1, int.MaxValue), all);
        DataMemory.Check(address.ToString(), (long)limit * length * sizeof(int),
            $"{limit} lines of {length} symbols", "a smaller length= or a limit=");
        IEnumerable<(string Text, bool IsCut)> Chosen()
        {
            var (n, at) = (0, 0);
            foreach (var line in Lines())
                if (n < limit && at++ == (int)((long)n * all / limit))
                {
                    n++;
                    yield return line;
                }
        }

        // Only what survives the cut counts; ties go by code point, so that the order is fixed.
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        var counting = counts.GetAlternateLookup<ReadOnlySpan<char>>();
        var longer = 0;
        foreach (var (text, isCut) in Chosen())
        {
            var at = 0;
            for (var i = 0; i < length && at < text.Length; i++)
            {
                var symbol = Symbol(text, at);
                ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(counting, symbol, out _);
                count++;
                at += symbol.Length;
            }

            if (isCut || at < text.Length) longer++;
        }

        if (counts.ContainsKey(pad))
            throw new UserException($"{address.Name} contains the padding symbol {pad}; choose another one with pad=, such as pad=~");
        string[] observed = [.. counts.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Key)];
        var cut = observed.Length + 1 > capacity;
        string[] vocabulary = cut ? [pad, .. observed[..(capacity - 2)], "\uFFFD"] : [pad, .. observed];
        var codes = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var k = 0; k < vocabulary.Length; k++) codes.TryAdd(vocabulary[k], k);

        var values = new int[limit * length];
        var row = 0;
        var lookup = codes.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var (text, _) in Chosen().Take(limit))
        {
            var at = 0;
            for (var i = 0; i < length && at < text.Length; i++)
            {
                var symbol = Symbol(text, at);
                values[(row * length) + i] = lookup.TryGetValue(symbol, out var code) ? code : vocabulary.Length - 1;
                at += symbol.Length;
            }

            row++;
        }

        if (row != limit) throw new UserException($"{address.Name} changed while it was read; read it again");
        var notes = new List<string>();
        if (longer > 0) notes.Add($"{longer} of {limit} lines are longer than {length} characters and are cut");
        if (!options.Has("as") && Points.NumberLines.AreWhole(address.Name))
            notes.Add("its lines are whole numbers, read as text; ?as=points reads them as points on a line");
        if (cut) notes.Add($"{observed.Length - (capacity - 2)} rare characters become \uFFFD (vocabulary={capacity})");
        return new TextSet(address.ToString(), length, values, vocabulary) { Notes = notes };
    }

    // Characters as people count them: an accent belongs to its letter, a pair of surrogates is one.
    private static ReadOnlySpan<char> Symbol(string text, int at) => text.AsSpan(at, StringInfo.GetNextTextElementLength(text, at));
}
