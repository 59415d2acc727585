using System.Globalization;
using System.Text.RegularExpressions;
using Earthmover.Data.Formats;

namespace Earthmover.Data.Tables;

/// <summary>What a column of a file holds, and its values: found by its cells, or as somebody says.</summary>
/// <param name="table">The file.</param>
/// <param name="column">The column.</param>
/// <param name="texts">How its cells are written.</param>
internal sealed partial class FieldFinder(Table table, TableColumn column, CellTexts texts)
{
    // Of a column of numbers so few cells may be words before it is called one of words: then one of them is wrong.
    private const double WordsShare = 0.5, MeasuredShare = 0.9;
    // A column of words is a category as long as each occurs so often, and never free text while they are so short.
    private const int FewRows = 20, ShortText = 24;
    // Above, there is no room in 64 bits for as many more as anybody asks for.
    private const long LargestIdentifier = long.MaxValue - int.MaxValue;
    private static readonly string[][] s_pairs =
        [["false", "true"], ["no", "yes"], ["f", "t"], ["n", "y"], ["0", "1"], ["off", "on"]];

    /// <summary>The words of <c>?kinds=</c>.</summary>
    internal static readonly OrderedDictionary<string, FieldKind> Words = new()
    {
        ["number"] = FieldKind.Number,
        ["integer"] = FieldKind.Integer,
        ["category"] = FieldKind.Category,
        ["boolean"] = FieldKind.Boolean,
        ["time"] = FieldKind.Time,
        ["identifier"] = FieldKind.Identifier,
    };

    private int Present => column.Numbers.Count - column.Gaps.Count;

    /// <summary>Whether all its texts are needed: it is none of numbers, or to be something else.</summary>
    internal static bool NeedsTexts(TableColumn column, FieldKind? wanted) =>
        column.Kind == ColumnKind.Text || column.FirstRounded is not null
        || (IsIdentity(column) && column.Numbers.Max() >= LargestIdentifier)
        || wanted is FieldKind.Category or FieldKind.Boolean or FieldKind.Time or FieldKind.Identifier;

    /// <summary>Whether cells of a column are words so often that it is one of words.</summary>
    internal static bool IsOfWords(TableColumn column)
    {
        var words = column.Numbers.Count(double.IsNaN) - column.Gaps.Count;
        return words > WordsShare * (column.Numbers.Count - column.Gaps.Count);
    }

    /// <summary>What it holds.</summary>
    /// <param name="wanted">What somebody says; null finds out.</param>
    /// <param name="notes">Told what could have been decided otherwise.</param>
    /// <exception cref="UserException">A cell does not fit, by line and value; or it is free text, with the remedy.</exception>
    internal (TableField Field, double[] Values) Find(FieldKind? wanted, ICollection<string> notes)
    {
        var field = new TableField { Name = column.Name, Kind = FieldKind.Category, Gap = texts.Gap };
        if (Present == 0)
            return (field with { Kind = FieldKind.Constant, Levels = [texts.Gap ?? ""] }, Filled(double.NaN));
        return wanted switch
        {
            FieldKind.Number or FieldKind.Integer => Numbers(field, wanted),
            FieldKind.Category or FieldKind.Boolean => Levels(field, wanted.Value),
            FieldKind.Time => Times(field, notes)
                ?? throw NotA("time", texts.Names.FirstOrDefault(name => TimeFormat.Of([name]).Count == 0) ?? texts.Names[^1]),
            FieldKind.Identifier => Identifier(field),
            _ => Found(field, notes),
        };
    }

    private (TableField, double[]) Found(TableField field, ICollection<string> notes)
    {
        var many = column.Numbers.Count > FewRows;
        if (column.Kind != ColumnKind.Text && column.FirstRounded is null && texts.Names.Count == 0)
            return Numbers(field, null);
        var distinct = texts.Names.Count;
        if (distinct == 1 && column.Gaps.Count == 0)
            return (field with { Kind = FieldKind.Constant, Levels = [texts.Names[0]] }, Filled(0));
        if (column.Kind == ColumnKind.Text && !IsOfWords(column))
            throw Mixed();
        if (Times(field, notes) is { } times)
            return times;
        if (distinct > FewRows && Measured() is { } measured)
            throw new UserException($"{table.Path}: column {field.Name} holds {measured.What}, such as '{Shown(measured.Example)}', "
                + "and would be learned as words; write it as plain numbers (1234.5) or as times of one form, "
                + $"or say that it is words with ?kinds={field.Name}:category");
        if (distinct == 2 && PairOf(texts.Names) is not null)
            return Levels(field, FieldKind.Boolean);
        if (many && distinct == Present && texts.Names.All(IsCode))
        {
            if (column.FirstRounded is not null && !IsCalledIdentifier(field.Name))
                notes.Add($"column {field.Name} holds whole numbers of more digits than are learned, so it is taken for an identifier, "
                    + $"which is issued anew; ?kinds={field.Name}:number learns about sixteen digits of them");
            return Identifier(field);
        }
        var length = texts.Names.Average(name => (double)name.Length);
        if (many && distinct > Present / 2 && (length > ShortText || distinct == Present))
            throw new UserException($"{table.Path}: column {field.Name} is free text ({distinct:N0} different texts in {Present:N0} rows, "
                + $"such as '{Shown(texts.Names[0])}'), which no table system learns; leave it out with ?drop={field.Name}, "
                + $"or say what it is with ?kinds={field.Name}:category or {field.Name}:identifier");
        if (many && distinct > Present / 2)
            notes.Add($"column {field.Name} has {distinct:N0} different texts in {Present:N0} rows, which generated rows repeat as they "
                + $"are: where they name somebody, leave it out with ?drop={field.Name}");
        return Levels(field, FieldKind.Category);
    }

    private (TableField, double[]) Numbers(TableField field, FieldKind? wanted)
    {
        if (column.FirstText is { } text)
            throw NotA(wanted == FieldKind.Integer ? "whole number" : "number", text.Text, text.Row);
        double[] values = [.. column.Numbers];
        if (wanted == FieldKind.Integer && Array.FindIndex(values, v => !double.IsNaN(v) && v != Math.Floor(v)) is >= 0 and var broken)
            throw NotA("whole number", values[broken].ToString("R", CultureInfo.InvariantCulture), broken);
        var whole = wanted == FieldKind.Integer || (wanted is null && column.Kind == ColumnKind.Integer);
        field = field with
        {
            Kind = whole ? FieldKind.Integer : FieldKind.Number,
            Decimals = texts.Decimals,
            IsPadded = texts.IsPadded && texts.Decimals is > 0,
        };
        if (wanted is not null)
            return (field, values);
        var first = values[Array.FindIndex(values, v => !double.IsNaN(v))];
        if (column.Gaps.Count == 0 && Array.TrueForAll(values, v => v == first))
            return (field with { Kind = FieldKind.Constant, Levels = [field.Print(first)] }, Filled(0));
        if (whole && IsIdentity(column))
        {
            var next = (long)values.Max() + 1;
            return (field with { Kind = FieldKind.Identifier, Next = next }, Array.ConvertAll(values, v => (double)((long)v - next)));
        }
        if (whole && Array.TrueForAll(values, v => double.IsNaN(v) || v is 0 or 1))
            return (field with { Kind = FieldKind.Boolean, Levels = ["0", "1"], Decimals = 0, IsPadded = false }, values);
        return (field, values);
    }

    // 0, 1, 2, … of many rows, or different whole numbers under a name that says what they are.
    private static bool IsIdentity(TableColumn column) => column.Numbers.Count > FewRows
        && (column.IsCounting || (IsCalledIdentifier(column.Name) && column.IsIdentifying));

    /// <summary>Whether a column's name says that it numbers its rows: id, index, row_id, customerId.</summary>
    internal static bool IsCalledIdentifier(string name) =>
        name.ToLowerInvariant() is "id" or "index" or "idx" or "row" or "rownum" or "key" or "uuid" or "guid"
        || name.EndsWith("_id", StringComparison.OrdinalIgnoreCase) || name.EndsWith("Id", StringComparison.Ordinal)
        || name.EndsWith(" id", StringComparison.OrdinalIgnoreCase) || name.EndsWith("ID", StringComparison.Ordinal);

    private (TableField, double[])? Times(TableField field, ICollection<string> notes)
    {
        if (column.Kind != ColumnKind.Text || TimeFormat.Of([.. texts.Names]) is not { Count: > 0 } formats)
            return null;
        if (formats.FirstOrDefault(format => format.StartsWith("MM/dd/", StringComparison.Ordinal)
                || format.StartsWith("M/d/", StringComparison.Ordinal)) is { } month
            && month.Split('/', 3) is [var m, var d, var rest] && formats.Contains($"{d}/{m}/{rest}"))
            notes.Add($"column {field.Name} is read as month/day/year; day/month/year would fit its cells as well");
        if (TimeFormat.IsOfOffsets(formats[0]))
            notes.Add($"column {field.Name} has times of several offsets from universal time; "
                + "they are read as instants, and written at +00:00");
        double[] each = [.. texts.Names.Select(name => TimeFormat.Parse(name, formats[0])!.Value)];
        return (field with { Kind = FieldKind.Time, Format = formats[0] }, Coded(code => each[code]));
    }

    // What means a number or a time to people and is none to a program: as words it would lose its order.
    private (string What, string Example)? Measured()
    {
        if (column.Kind != ColumnKind.Text)
            return null;
        var signed = texts.Names.FirstOrDefault(name => SignedNumber().IsMatch(name) && !TableColumn.IsNumber(name));
        if (signed is not null && MostMatch(SignedNumber().IsMatch))
            return (signed.Contains(',', StringComparison.Ordinal) ? "numbers with commas" : "numbers with signs beside them", signed);
        return MostMatch(name => TimeFormat.Of([name]).Count > 0) ? ("times written in more than one form", texts.Names[0]) : null;
    }

    // A word among them does not make them words.
    private bool MostMatch(Func<string, bool> fits) => texts.Names.Count(fits) >= MeasuredShare * texts.Names.Count;

    // 1,234.5   1'234   1.234,5   0,26   12%   $3.77   -5 €   (996.00): several commas part thousands, or it is a list.
    [GeneratedRegex(@"^\(?[-+\u2212]?\p{Sc}?\s?[-+\u2212]?(\d+([.,]\d+)?|\d{1,3}([,'\u2019]\d{3})+(\.\d+)?|\d{1,3}(\.\d{3})+,\d+)"
        + @"\s?[%\p{Sc}]?\)?\z")]
    private static partial Regex SignedNumber();

    private (TableField, double[]) Levels(TableField field, FieldKind kind)
    {
        if (kind == FieldKind.Boolean && texts.Names.Count > 2)
            throw new UserException($"{table.Path}: column {field.Name} has {texts.Names.Count:N0} different values, such as "
                + $"{string.Join(", ", texts.Names.Take(3).Select(Shown))}, and a boolean has two; leave :boolean out, or say :category");
        int[] order = [.. Enumerable.Range(0, texts.Names.Count)];
        order = PairOf(texts.Names) is { } pair
            ? [.. order.OrderBy(k => Array.IndexOf(pair, texts.Names[k].ToLowerInvariant()))]
            : [.. order.OrderByDescending(k => texts.Counts[k]).ThenBy(k => texts.Names[k], StringComparer.Ordinal)];
        var place = new int[order.Length];
        for (var k = 0; k < order.Length; k++)
            place[order[k]] = k;
        return (field with { Kind = kind, Levels = [.. order.Select(k => texts.Names[k])] }, Coded(code => place[code]));
    }

    private static string[]? PairOf(IReadOnlyList<string> names) =>
        s_pairs.FirstOrDefault(pair => names.All(name => pair.Contains(name.ToLowerInvariant())));

    // New ones follow the largest number, where all are a number behind the same letters.
    private (TableField, double[]) Identifier(TableField field)
    {
        var names = texts.Names;
        var prefix = names[0].TrimEnd(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
        long? NumberOf(string name) => name.StartsWith(prefix, StringComparison.Ordinal)
            && long.TryParse(name.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number < LargestIdentifier ? number : null;
        field = field with { Kind = FieldKind.Identifier };
        long?[] numbers = [.. names.Select(NumberOf)];
        if (numbers.Contains(null))
            return (field with { Prefix = "new-", Next = 1 }, Coded(code => code - 1));
        var next = numbers.Max()!.Value + 1;
        var digits = names[0].Length - prefix.Length;
        return (field with
        {
            Prefix = prefix,
            Next = next,
            Digits = names.All(name => name.Length == names[0].Length) ? digits : 0,
        }, Coded(code => numbers[code]!.Value - next));
    }

    private static bool IsCode(string text) => text.Length <= 64 && !text.Any(char.IsWhiteSpace);

    private double[] Filled(double value)
    {
        var values = new double[column.Numbers.Count];
        Array.Fill(values, value);
        return values;
    }

    private double[] Coded(Func<int, double> value) => [.. texts.Codes.Select(code => code < 0 ? double.NaN : value(code))];

    private static string Shown(string text) => Printable.Of(text.Length > 40 ? text[..40] + "…" : text);

    private UserException NotA(string what, string text, int? row = null)
    {
        var line = table.LineOf(row ?? texts.Codes.ToList().IndexOf(texts.Names.ToList().IndexOf(text)));
        return new($"{table.Path} line {line}: '{Shown(text)}' in column {column.Name} is no {what}, as ?kinds= says; "
            + $"correct it, or leave {column.Name} out of ?kinds=");
    }

    private UserException Mixed()
    {
        var (row, text) = column.FirstText!.Value;
        var numbers = column.Numbers.Count(v => !double.IsNaN(v));
        return new($"{table.Path} line {table.LineOf(row)}: '{Shown(text)}' in column {column.Name} is no number, and {numbers:N0} of its "
            + $"{Present:N0} values are; correct it, write ? where it is unknown, or say ?kinds={column.Name}:category");
    }
}
