using System.Text;
using Earthmover.Data.Formats;

namespace Earthmover.Data.Tables;

/// <summary>How the cells of a column are written: what the numbers alone do not say.</summary>
internal sealed class CellTexts
{
    private readonly Dictionary<string, int> _gaps = new(StringComparer.Ordinal), _levels = new(StringComparer.Ordinal);
    private readonly List<string> _names = [];
    private readonly List<int> _codes = [], _counts = [];
    private readonly bool _keep;
    private char[] _buffer = new char[64];
    private int _fewest = int.MaxValue, _most;

    private CellTexts(bool keep) => _keep = keep;

    /// <summary>Reads columns once more.</summary>
    /// <param name="table">The table.</param>
    /// <param name="columns">Some of its columns.</param>
    /// <param name="keep">Of which all different texts are kept.</param>
    internal static CellTexts[] Of(Table table, IReadOnlyList<TableColumn> columns, Func<TableColumn, bool> keep)
    {
        CellTexts[] texts = [.. columns.Select(column => new CellTexts(keep(column)))];
        table.Visit(columns, (_, k, cell) => texts[k].Add(cell));
        return texts;
    }

    /// <summary>How a gap is written, the most frequent way; null where there is none.</summary>
    internal string? Gap => _gaps.Count == 0 ? null : _gaps.MaxBy(gap => gap.Value).Key;

    /// <summary>Whether a whole number begins with a zero that is not all of it: a code, such as that of a place.</summary>
    internal bool HasLeadingZeros { get; private set; }

    /// <summary>Most decimals of a number; null where one is written with an exponent or with more than float64 holds.</summary>
    internal int? Decimals => _most > TableField.MostDecimals ? null : _most;

    /// <summary>Whether all numbers have as many decimals.</summary>
    internal bool IsPadded => _fewest == _most;

    /// <summary>The different texts in the order that they occur, gaps left out.</summary>
    internal IReadOnlyList<string> Names => _names;

    /// <summary>How often each of <see cref="Names"/> occurs.</summary>
    internal IReadOnlyList<int> Counts => _counts;

    /// <summary>Of each row the place in <see cref="Names"/>; −1 in gaps.</summary>
    internal IReadOnlyList<int> Codes => _codes;

    private void Add(ReadOnlySpan<byte> cell)
    {
        if (cell.Length > _buffer.Length)
            _buffer = new char[2 * cell.Length];
        ReadOnlySpan<char> text = _buffer.AsSpan(0, Encoding.UTF8.GetChars(cell, _buffer));
        if (cell.Length <= 5 && TableColumn.IsGap(text.ToString()))
        {
            var gap = text.ToString();
            _gaps[gap] = _gaps.GetValueOrDefault(gap) + 1;
            _codes.Add(-1);
            return;
        }
        Measure(text);
        if (!_keep)
            return;
        var lookup = _levels.GetAlternateLookup<ReadOnlySpan<char>>();
        if (!lookup.TryGetValue(text, out var code))
        {
            lookup[text] = code = _names.Count;
            _names.Add(text.ToString());
            _counts.Add(0);
        }
        _counts[code]++;
        _codes.Add(code);
    }

    private void Measure(ReadOnlySpan<char> text)
    {
        var point = text.IndexOf('.');
        var decimals = text.IndexOfAny('e', 'E') >= 0 ? int.MaxValue : point < 0 ? 0 : text.Length - point - 1;
        (_fewest, _most) = (Math.Min(_fewest, decimals), Math.Max(_most, decimals));
        var digits = text.TrimStart("+-");
        HasLeadingZeros |= digits.Length > 1 && digits[0] == '0' && point < 0;
    }
}
