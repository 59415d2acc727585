using System.Globalization;
using System.Numerics;
using System.Text;

namespace Earthmover.Data.Formats;

/// <summary>What the cells of a column are.</summary>
public enum ColumnKind
{
    /// <summary>Numbers, some of them with a fraction.</summary>
    Number,
    /// <summary>Whole numbers.</summary>
    Integer,
    /// <summary>Some cells are neither numbers nor gaps.</summary>
    Text,
    /// <summary>All cells are gaps.</summary>
    Empty,
}

/// <summary>One column of a table, with its numbers.</summary>
public sealed class TableColumn
{
    // Beyond it neighbors of float64 are more than 1 apart.
    private const double LargestExact = 9007199254740992;
    private static readonly string[] s_gaps = ["", "na", "n/a", "#n/a", "<na>", "nan", "-nan", "null", "none", "nat", "?"];
    private static readonly int s_longestGap = s_gaps.Max(gap => gap.Length);

    private readonly List<double> _numbers = [];
    private readonly List<int> _gaps = [];
    private bool _whole = true;

    internal TableColumn(int position) => (Position, Name) = (position, $"{position}");

    /// <summary>Its place in the file, from 1.</summary>
    public int Position { get; }

    /// <summary>Its name in the header; its position where it has none.</summary>
    public string Name { get; internal set; }

    /// <summary>Whether the header names it.</summary>
    public bool IsNamed { get; internal set; }

    /// <summary>The cells as numbers; NaN in gaps and where a cell is no finite number.</summary>
    public IReadOnlyList<double> Numbers => _numbers;

    /// <summary>Rows without a value, rising: empty cells, and NA, NaN, null and their like.</summary>
    public IReadOnlyList<int> Gaps => _gaps;

    /// <summary>The first cell that is neither a finite number nor a gap, or null.</summary>
    public (int Row, string Text)? FirstText { get; private set; }

    /// <summary>The first whole number that float64 does not hold, or null.</summary>
    public (int Row, string Text)? FirstRounded { get; private set; }

    /// <summary>What its cells are.</summary>
    public ColumnKind Kind => FirstText is not null ? ColumnKind.Text
        : _gaps.Count == _numbers.Count ? ColumnKind.Empty
        : _whole ? ColumnKind.Integer : ColumnKind.Number;

    /// <summary>Whether it counts its rows: 0, 1, 2, … or 1, 2, 3, …</summary>
    public bool IsCounting => IsWhole && _numbers[0] is 0 or 1 && !_numbers.Where((v, row) => v != _numbers[0] + row).Any();

    /// <summary>Whether its cells are different whole numbers from 0 on, as the index of chosen or shuffled rows is.</summary>
    public bool IsIdentifying => IsWhole && _numbers.TrueForAll(v => v >= 0) && _numbers.Distinct().Count() == _numbers.Count;

    private bool IsWhole => Kind == ColumnKind.Integer && _gaps.Count == 0;

    /// <summary>Whether a cell holds no value.</summary>
    internal static bool IsGap(string cell) => s_gaps.Contains(cell, StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a cell is a number; not-a-number and infinity are none.</summary>
    internal static bool IsNumber(string cell) =>
        double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var v) && double.IsFinite(v);

    /// <summary>Adds a cell below the others.</summary>
    internal void Add(ReadOnlySpan<byte> cell)
    {
        var row = _numbers.Count;
        if (double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value))
        {
            _numbers.Add(value);
            _whole &= value == Math.Floor(value);
            if (Math.Abs(value) >= LargestExact && FirstRounded is null && IsRounded(cell, value))
                FirstRounded = (row, Encoding.UTF8.GetString(cell));
            return;
        }
        _numbers.Add(double.NaN);
        if (cell.Length <= s_longestGap && IsGap(Encoding.UTF8.GetString(cell)))
            _gaps.Add(row);
        else
            FirstText ??= (row, Encoding.UTF8.GetString(cell));
    }

    /// <summary>Puts a cell above the others: the first line was no header.</summary>
    internal void Prepend(string cell)
    {
        var below = new TableColumn(Position);
        below.Add(Encoding.UTF8.GetBytes(cell));
        _numbers.Insert(0, below._numbers[0]);
        for (var i = 0; i < _gaps.Count; i++)
            _gaps[i]++;
        _gaps.InsertRange(0, below._gaps);
        _whole &= below._whole;
        FirstText = below.FirstText ?? (FirstText is { } text ? (text.Row + 1, text.Text) : null);
        FirstRounded = below.FirstRounded ?? (FirstRounded is { } rounded ? (rounded.Row + 1, rounded.Text) : null);
    }

    private static bool IsRounded(ReadOnlySpan<byte> cell, double value)
    {
        var text = Encoding.UTF8.GetString(cell);
        return IsWrittenOut(text) && BigInteger.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var exact)
            && exact != new BigInteger(value);
    }

    // Down to its units: 1e300 does not promise its three hundred digits.
    private static bool IsWrittenOut(string text)
    {
        var mark = text.IndexOfAny(['e', 'E']);
        if (mark < 0)
            return true;
        var point = text.IndexOf('.', StringComparison.Ordinal);
        var decimals = point < 0 ? 0 : mark - point - 1;
        return int.TryParse(text.AsSpan(mark + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var exponent)
            && exponent <= decimals;
    }
}
