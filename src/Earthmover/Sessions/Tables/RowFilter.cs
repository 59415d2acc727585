using Earthmover.Data;
using Earthmover.Data.Tables;

namespace Earthmover.Sessions.Tables;

/// <summary>Which rows of a table are wanted: <c>income=&gt;50K,sex=Female,age=30..40</c>.</summary>
public sealed class RowFilter
{
    private readonly List<(int Column, string Name, string Text, Func<double, bool> Fits)> _conditions = [];

    private RowFilter()
    {
    }

    /// <summary>Reads conditions.</summary>
    /// <param name="text">
    /// <c>COLUMN=VALUE</c>, several with commas between them, each column once. A value with a comma stands between quotes; numbers and
    /// times may be a range, <c>LOW..HIGH</c>, with both ends; what a gap looks like in the file means a gap.
    /// </param>
    /// <param name="code">The table.</param>
    /// <param name="called">How the conditions are called where they are given, for messages.</param>
    /// <exception cref="UserException">There is no such column, or no row that is made has such a value.</exception>
    public static RowFilter Parse(string text, TableCode code, string called = "--where")
    {
        ArgumentNullException.ThrowIfNull(code);
        var filter = new RowFilter();
        foreach (var part in Parts(text ?? "", called))
        {
            // A name may have the sign too.
            var known = code.Fields.Select(field => field.Name).Where(name => part.StartsWith(name + "=", StringComparison.Ordinal));
            var equals = known.MaxBy(name => name.Length)?.Length ?? part.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1)
                throw new UserException($"'{part}' in {called} is not COLUMN=VALUE, such as {Example(code)}");
            filter.Add(code, part[..equals].Trim(), Unquoted(part[(equals + 1)..].Trim()), called);
        }
        return filter._conditions.Count > 0 ? filter
            : throw new UserException($"{called} is empty; give COLUMN=VALUE, such as {Example(code)}");
    }

    /// <summary>The columns with a condition of one value, and that value.</summary>
    internal IEnumerable<(int Column, double Value)> Exact(TableCode code) =>
        from condition in _conditions
        where code.Fields[condition.Column].IsDiscrete
        from level in Enumerable.Range(0, code.Fields[condition.Column].Levels.Count)
        where condition.Fits(level)
        select (condition.Column, (double)level);

    /// <summary>Whether a row is wanted.</summary>
    /// <param name="values">One for each column.</param>
    public bool Fits(ReadOnlySpan<double> values)
    {
        foreach (var (column, _, _, fits) in _conditions)
            if (!fits(values[column]))
                return false;
        return true;
    }

    /// <summary>The conditions for people.</summary>
    public override string ToString() => string.Join(", ", _conditions.Select(condition => $"{condition.Name}={condition.Text}"));

    private void Add(TableCode code, string name, string value, string called)
    {
        var names = code.Fields.Select(field => field.Name).ToList();
        var column = names.IndexOf(name);
        if (column < 0)
            throw new UserException($"the table has no column '{name}'{NearestName.Hint(name, names)}; "
                + $"it has {string.Join(", ", names.Take(30))}" + (names.Count > 30 ? ", …" : ""));
        var field = code.Fields[column];
        if (_conditions.Any(condition => condition.Column == column))
            throw new UserException($"{called} has two conditions on {name}; "
                + (field.IsNumeric ? "give a range LOW..HIGH, or one value" : "give one value, and draw the others by themselves"));
        if (code.Codes[column] is not { } made)
            throw new UserException($"column {name} is not learned, so nothing can be asked of it; leave it out of {called}");
        _conditions.Add((column, name, value, Condition(field, made, value)));
    }

    private static Func<double, bool> Condition(TableField field, ColumnCode made, string value)
    {
        if (field.Gap is not null && value == field.Gap)
            return double.IsNaN;
        var dots = value.IndexOf("..", StringComparison.Ordinal);
        if (field.IsNumeric && dots > 0)
        {
            if (field.Parse(value[..dots]) is { } low && field.Parse(value[(dots + 2)..]) is { } high && low <= high)
                return Within(field, made, value, low, high);
            throw new UserException($"'{value}' is no range of column {field.Name}; give LOW..HIGH");
        }
        if (field.Parse(value) is { } wanted && !double.IsNaN(wanted))
            return field.IsNumeric ? Within(field, made, value, wanted, wanted) : v => v == wanted;
        throw new UserException(field.IsDiscrete
            ? $"column {field.Name} has no value '{value}'{NearestName.Hint(value, field.Levels)}; "
                + $"it has {string.Join(", ", field.Levels.Take(12))}{(field.Levels.Count > 12 ? ", …" : "")}"
            : $"'{value}' is no value of column {field.Name}, which holds {field.Kind.ToString().ToLowerInvariant()}s; "
                + "give one, or a range LOW..HIGH");
    }

    // What no row can have is not waited for.
    private static Func<double, bool> Within(TableField field, ColumnCode made, string value, double low, double high)
    {
        double least = field.Round(made.Range.Low), largest = field.Round(made.Range.High);
        if (high < least || low > largest)
            throw new UserException($"column {field.Name} is made from {field.Print(least)} to {field.Print(largest)}, "
                + $"so no row has {value}; ask for something between");
        return v => v >= low && v <= high;
    }

    // Of one pair of quotes; those within are the value's own.
    private static string Unquoted(string value) =>
        value.Length > 1 && value[0] is '\'' or '"' && value[^1] == value[0] ? value[1..^1] : value;

    private static string Example(TableCode code)
    {
        var k = Math.Max(0, code.Fields.ToList().FindIndex(field => field.IsDiscrete));
        return $"{code.Fields[k].Name}={(code.Fields[k].IsDiscrete ? code.Fields[k].Levels[0] : "1..2")}";
    }

    // At commas outside of quotes.
    private static IEnumerable<string> Parts(string text, string called)
    {
        var (begin, quote, opened) = (0, '\0', 0);
        for (var i = 0; i <= text.Length; i++)
        {
            if (i == text.Length && quote != '\0')
                throw new UserException($"{called} opens a quote that it does not close, {text[opened..]}; close it, "
                    + $"or put a value that has one between {(quote == '"' ? "single" : "double")} quotes");
            if (i == text.Length || (text[i] == ',' && quote == '\0'))
            {
                if (text[begin..i].Trim().Length > 0)
                    yield return text[begin..i].Trim();
                begin = i + 1;
            }
            else if (text[i] is '\'' or '"' && (quote == '\0' || quote == text[i]))
                (quote, opened) = (quote == '\0' ? text[i] : '\0', i);
        }
    }
}
