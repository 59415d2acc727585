using System.Globalization;
using System.Text;

namespace Earthmover.Data;

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
        var lines = Lines(address.Name, lower);
        if (lines.Count == 0) throw new UserException($"{address.Name} has no lines with text");
        if (options.Has("limit"))
        {
            var limit = (int)Math.Min(options.Whole("limit", 1, 1, int.MaxValue), lines.Count);
            lines = [.. Enumerable.Range(0, limit).Select(i => lines[(int)((long)i * lines.Count / limit)])];
        }

        // Only what survives the cut counts; ties go by code point, so that the order is fixed.
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        var kept = lines.ConvertAll(line => line.Take(length).ToArray());
        foreach (var symbol in kept.SelectMany(line => line)) counts[symbol] = counts.GetValueOrDefault(symbol) + 1;
        if (counts.ContainsKey(pad))
            throw new UserException($"{address.Name} contains the padding symbol {pad}; choose another one with pad=, such as pad=~");
        string[] observed = [.. counts.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Key)];
        var cut = observed.Length + 1 > capacity;
        string[] vocabulary = cut ? [pad, .. observed[..(capacity - 2)], "\uFFFD"] : [pad, .. observed];
        var codes = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var k = 0; k < vocabulary.Length; k++) codes.TryAdd(vocabulary[k], k);

        var values = new int[checked(kept.Count * length)];
        for (var n = 0; n < kept.Count; n++)
            for (var i = 0; i < kept[n].Length; i++)
                values[(n * length) + i] = codes.GetValueOrDefault(kept[n][i], vocabulary.Length - 1);

        var longer = lines.Count(line => line.Count > length);
        var notes = new List<string>();
        if (longer > 0) notes.Add($"{longer} of {lines.Count} lines are longer than {length} characters and are cut");
        if (!options.Has("as") && Points.NumberLines.AreWhole(address.Name))
            notes.Add("its lines are whole numbers, read as text; ?as=points reads them as points on a line");
        if (cut) notes.Add($"{observed.Length - (capacity - 2)} rare characters become \uFFFD (vocabulary={capacity})");
        return new TextSet(address.ToString(), length, values, vocabulary) { Notes = notes };
    }

    // Characters as people count them: an accent belongs to its letter, a pair of surrogates is one.
    private static List<List<string>> Lines(string path, bool lower)
    {
        try
        {
            var bytes = File.ReadAllBytes(path);
            if (bytes.AsSpan().Contains((byte)0)) throw new UserException($"{path} is not a UTF-8 text (it contains zero bytes); save it as UTF-8");
            var text = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(bytes).TrimStart('\uFEFF');
            if (lower) text = text.ToLowerInvariant();
            return [.. text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0).Select(Symbols)];
        }
        catch (DecoderFallbackException error)
        {
            throw new UserException($"{path} is not a UTF-8 text (byte {error.Index}); save it as UTF-8");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UserException($"{path} cannot be read: {error.Message}");
        }

        static List<string> Symbols(string line)
        {
            var symbols = new List<string>(line.Length);
            var elements = StringInfo.GetTextElementEnumerator(line);
            while (elements.MoveNext()) symbols.Add(elements.GetTextElement());
            return symbols;
        }
    }
}
