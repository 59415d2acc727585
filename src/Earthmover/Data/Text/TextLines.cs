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
        var options = new DataOptions(address, [.. TextOptions.Names, "limit", "as"]);
        options.Choice("as", "text");
        var text = TextOptions.Of(options, 32);
        // The file is gone through three times instead of being kept: text takes many times its size as strings.
        IEnumerable<(string Text, bool IsCut)> Lines() => TextFile.Lines(address.Name, most: 4096 + (64 * text.Length));
        var all = Lines().Count();
        if (all == 0) throw new UserException($"{address.Name} has no lines with text");
        // A limit takes lines that are spread evenly.
        var limit = (int)Math.Min(options.Whole("limit", int.MaxValue, 1, int.MaxValue), all);
        DataMemory.Check(address.ToString(), (long)limit * text.Length * sizeof(int),
            $"{limit} lines of {text.Length} symbols", "a smaller length= or a limit=");
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

        var notes = new List<string>();
        if (!options.Has("as") && Points.NumberLines.AreWhole(address.Name))
            notes.Add("its lines are whole numbers, read as text; ?as=points reads them as points on a line");
        var set = new TextCoding(address.ToString(), address.Name, text).Fold(limit, Chosen, notes);
        set.Notes = notes;
        return set;
    }
}
