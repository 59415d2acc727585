using System.Text;

namespace Earthmover.Data.Formats;

/// <summary>The text of a table file, plain or gzipped: its encoding, what separates its cells, and a comment above them.</summary>
internal static class TableText
{
    // A separator stands in every line of a table; so many lines show it.
    private const int LinesLookedAt = 20;
    private const int BytesLookedAt = 1 << 16;
    private static readonly char[] s_separators = ['\t', ';', ',', '|'];

    /// <summary>What the beginning of a file shows.</summary>
    /// <param name="Separator">Between cells; a space stands for any run of spaces.</param>
    /// <param name="FirstLines">Lines before the table that say only what the separator is.</param>
    /// <param name="Comment">The last comment line above the first row, without its sign, or null.</param>
    internal sealed record Dialect(char Separator, int FirstLines, string? Comment);

    /// <summary>Opens a file as text; a byte order mark says which, else it is UTF-8.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="UserException">It cannot be read.</exception>
    internal static StreamReader Open(string path)
    {
        Stream file = DataFile.Open(path);
        var plain = GzipFile.IsPacked(file) ? GzipFile.Unpack(path, file) : file;
        return new(plain, new UTF8Encoding(false, throwOnInvalidBytes: true), detectEncodingFromByteOrderMarks: true, 1 << 16);
    }

    /// <summary>Looks at the beginning of a file.</summary>
    /// <param name="path">The file.</param>
    internal static Dialect Look(string path) => Reading(path, () =>
    {
        using var reader = Open(path);
        var buffer = new char[BytesLookedAt];
        var length = reader.ReadBlock(buffer);
        var text = new string(buffer, 0, length);
        if (text.Contains('\0', StringComparison.Ordinal))
            throw new UserException($"{path} is not a text (it contains zero bytes); save the table as UTF-8");
        var lines = text.ReplaceLineEndings("\n").Split('\n').ToList();
        // The last line may be cut in the middle.
        if (length == buffer.Length && lines.Count > 1)
            lines.RemoveAt(lines.Count - 1);
        // As Excel writes it.
        if (lines[0] is ['s', 'e', 'p', '=', var said] && (s_separators.Contains(said) || said is ' ' or ':'))
            return new Dialect(said, 1, null);
        string? comment = null;
        var rows = new List<string>();
        foreach (var line in lines.Select(line => line.Trim()).Where(line => line.Length > 0))
            if (line[0] != '#')
                rows.Add(line);
            else if (rows.Count == 0)
                comment = line.TrimStart('#').Trim();
        return new Dialect(SeparatorOf([.. rows.Take(LinesLookedAt)]), 0, comment);
    });

    /// <summary>The cells of a line that stands above a table and is no part of it.</summary>
    internal static string[] Split(string line, char separator) => separator == ' '
        ? line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
        : [.. line.Split(separator).Select(cell => cell.Trim().Trim('"'))];

    /// <summary>Runs something that reads a file; what can go wrong then is the user's error.</summary>
    internal static T Reading<T>(string path, Func<T> body)
    {
        try
        {
            return body();
        }
        catch (DecoderFallbackException)
        {
            throw new UserException($"{path} is not a UTF-8 text; save the table as UTF-8");
        }
        catch (InvalidDataException)
        {
            throw new UserException($"{path} is a damaged gzip file; get it again");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UserException($"{path} cannot be read: {error.Message}");
        }
    }

    // The first that divides every line into equally many cells; else the first that occurs, so that the line where it fails is named.
    private static char SeparatorOf(string[] rows)
    {
        if (rows.Length == 0)
            return ',';
        foreach (var separator in s_separators)
            if (CountOf(rows[0], separator) is > 0 and var count && rows.All(row => CountOf(row, separator) == count))
                return separator;
        foreach (var separator in s_separators)
            if (rows.All(row => CountOf(row, separator) > 0))
                return separator;
        if (Array.Find(s_separators, separator => rows.Any(row => CountOf(row, separator) > 0)) is var found and not '\0')
            return found;
        // Names may have spaces in them: cells are separated by spaces where the rows agree. A row may have a name of its own.
        int[] widths = [.. rows.Select(row => Split(row, ' ').Length)];
        var agree = widths.Skip(1).All(width => width == widths[^1]) && (widths[0] == widths[^1] || widths[0] == widths[^1] - 1);
        return agree && widths[^1] > 1 ? ' ' : ',';
    }

    // Outside of quotes.
    private static int CountOf(string row, char separator)
    {
        var (count, quoted) = (0, false);
        foreach (var c in row)
            if (c == '"')
                quoted = !quoted;
            else if (c == separator && !quoted)
                count++;
        return count;
    }
}

/// <summary>A text whose runs of spaces and tabs are one space, and whose lines have none at their ends.</summary>
/// <param name="inner">The text; disposed with this one.</param>
internal sealed class SpaceCollapsingReader(TextReader inner) : TextReader
{
    private char[] _taken = [];
    private bool _lineStart = true, _pending;

    /// <inheritdoc/>
    public override int Peek() => throw new NotSupportedException("this text is read in blocks");

    /// <inheritdoc/>
    public override int Read(char[] buffer, int index, int count) => Read(buffer.AsSpan(index, count));

    /// <inheritdoc/>
    public override int Read(Span<char> buffer)
    {
        // A space that is kept from the block before must find room beside this one.
        if (_taken.Length < buffer.Length)
            _taken = new char[buffer.Length];
        var taken = _taken.AsSpan(0, Math.Max(1, buffer.Length - 1));
        while (true)
        {
            var read = inner.Read(taken);
            if (read == 0)
                return 0;
            var written = 0;
            foreach (var c in taken[..read])
            {
                if (c is ' ' or '\t')
                {
                    _pending = !_lineStart;
                    continue;
                }
                if (c is '\r' or '\n')
                    (_lineStart, _pending) = (true, false);
                else
                {
                    if (_pending)
                        buffer[written++] = ' ';
                    (_lineStart, _pending) = (false, false);
                }
                buffer[written++] = c;
            }
            // Nothing is left of a block of spaces alone, and 0 would mean the end.
            if (written > 0)
                return written;
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }
}
