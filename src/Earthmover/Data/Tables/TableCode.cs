using System.Text.Json.Serialization;

namespace Earthmover.Data.Tables;

/// <summary>
/// How rows of a table become vectors for networks and come back: all that sampling takes of the training rows, kept in the run's recipe.
/// </summary>
public sealed record TableCode
{
    /// <summary>By ranks and atoms: see <see cref="RankCode"/>.</summary>
    public const string Ranks = "ranks";

    /// <summary>By mixtures of normal laws, as CTGAN has it: see <see cref="MixtureCode"/>.</summary>
    public const string Mixture = "mixture";

    /// <summary>The same, with rows that are dealt by their values: see <see cref="Dealing.ValueSource"/>.</summary>
    public const string MixtureByValue = "mixture-by-value";

    // Beyond any vector that is trained on; what a crafted file says has to be held to something.
    private const int MostNumbers = 65_536;

    /// <summary>The columns, in the order of the file.</summary>
    public required IReadOnlyList<TableField> Fields { get; init; }

    /// <summary>The code of each column; null where it is not learned.</summary>
    public required IReadOnlyList<ColumnCode?> Codes { get; init; }

    /// <summary>What stands between the cells of the file.</summary>
    public char Separator { get; init; } = ',';

    /// <summary>Length of a row's vector.</summary>
    [JsonIgnore]
    public int Size => Codes.Sum(code => code?.Width ?? 0);

    /// <summary>What the numbers of a vector are, in their order.</summary>
    [JsonIgnore]
    public IReadOnlyList<TableBlock> Blocks => field ??= [.. BlocksOf()];

    /// <summary>The place of each column's first number; −1 where it is not learned.</summary>
    [JsonIgnore]
    public IReadOnlyList<int> Starts => field ??= [.. StartsOf()];

    /// <summary>The code of a table.</summary>
    /// <param name="table">The rows that are learned from.</param>
    /// <param name="encoding"><see cref="Ranks"/> or <see cref="Mixture"/>.</param>
    /// <exception cref="UserException">A row would be too long a vector.</exception>
    public static TableCode Of(TableSet table, string encoding)
    {
        ArgumentNullException.ThrowIfNull(table);
        ColumnCode?[] codes = [.. table.Fields.Select((field, k) => CodeOf(field, table.Columns[k], encoding))];
        var code = new TableCode
        {
            Fields = table.Fields,
            Codes = encoding == Ranks ? TiedCode.Tie(codes, table.Columns) : codes,
            Separator = table.Separator,
        };
        if (code.Size > MostNumbers)
            throw new UserException($"a row of {table.Name} would be {code.Size:N0} numbers, and {MostNumbers:N0} are the most; "
                + $"leave columns of many values out with ?drop=, or train with --set encoding={Ranks}");
        return code;
    }

    private static ColumnCode? CodeOf(TableField field, double[] values, string encoding) =>
        !field.IsLearned || values.All(double.IsNaN) ? null
        : encoding == Ranks ? RankCode.Of(field, values)
        : field.IsDiscrete ? RankCode.Of(field, values, all: true)
        : MixtureCode.Of(values);

    /// <summary>Rows of a table in this code.</summary>
    /// <param name="table">Its columns are matched by name.</param>
    public TableRows Encode(TableSet table) => new(this, table);

    /// <summary>Decodes a vector into values, each to the precision of its column.</summary>
    /// <param name="row">The vector [<see cref="Size"/>]; of a choice the largest number counts.</param>
    /// <param name="values">Takes the values, one for each of <see cref="Fields"/>; 0 where a column is not learned.</param>
    public void Decode(ReadOnlySpan<float> row, Span<double> values)
    {
        for (var k = 0; k < Codes.Count; k++)
        {
            // A column of which the training rows have nothing stays empty.
            values[k] = Fields[k].IsLearned ? double.NaN : 0;
            if (Codes[k] is not { } code || code is TiedCode)
                continue;
            var part = row.Slice(Starts[k], code.Width);
            var number = code.HasNumber ? part[0] : 0;
            var choice = code.HasChoice ? Largest(part[(code.HasNumber ? 1 : 0)..]) : 0;
            var value = code.Decode(number, choice);
            values[k] = double.IsNaN(value) ? value
                : Fields[k].IsDiscrete ? Math.Clamp(Math.Round(value), 0, Fields[k].Levels.Count - 1) : Fields[k].Round(value);
        }
        for (var k = 0; k < Codes.Count; k++)
            if (Codes[k] is TiedCode tied)
                values[k] = tied.ValueAt(values[tied.Column]);
    }

    /// <summary>The names of the columns as a line of a file.</summary>
    [JsonIgnore]
    public string Header => Formats.TableFile.Line(Fields.Select(one => one.Name), Separator);

    /// <summary>A row as a line of a file.</summary>
    /// <param name="values">One for each of <see cref="Fields"/>.</param>
    /// <param name="number">Number of the row, from 0, by which identifiers are issued.</param>
    public string Line(IReadOnlyList<double> values, long number) => Formats.TableFile.Line(
        Fields.Select((field, k) => field.Print(field.Kind == FieldKind.Identifier ? number : values[k])), Separator);

    /// <summary>The number of a value among the choices of all categories; null where it has no choice of its own.</summary>
    /// <param name="column">Place in <see cref="Fields"/> of a category.</param>
    /// <param name="value">The value, as a column has it.</param>
    public int? PlaceOf(int column, double value)
    {
        if (Codes[column] is not { HasChoice: true } code || !Fields[column].IsDiscrete)
            return null;
        var choice = code.Encode(value, 0).Choice;
        var before = Codes.Take(column).Where((c, k) => c is { HasChoice: true } && Fields[k].IsDiscrete).Sum(c => c!.Shares.Length);
        return code.HasNumber && choice < code.Opens ? null : before + choice;
    }

    private static int Largest(ReadOnlySpan<float> part)
    {
        var best = 0;
        for (var k = 1; k < part.Length; k++)
            if (part[k] > part[best])
                best = k;
        return best;
    }

    /// <summary>What is wrong with it, for a sentence that begins with whose it is; null where nothing is.</summary>
    internal string? Problem()
    {
        if (Fields.Count == 0 || Fields.Count != Codes.Count || Fields.Any(field => field?.Name is null || field.Levels is null)
            || Fields.Any(field => field.Kind == FieldKind.Constant && field.Levels.Count != 1)
            || Fields.Any(field => field.Kind == FieldKind.Time && field.Format is null))
            return "has no columns that fit its table";
        if (Fields.Zip(Codes).Any(pair => pair.Second is not null && !pair.First.IsLearned))
            return "codes columns that are not learned";
        // What settles a column is learned itself, and never missing.
        if (Codes.OfType<TiedCode>().Any(tied => tied.Column < 0 || tied.Column >= Codes.Count
            || Codes[tied.Column] is not { HasGap: false } or TiedCode))
            return "ties columns to none that settles them";
        return Fields.Zip(Codes, (field, code) => code?.Problem(field)).FirstOrDefault(problem => problem is not null)
            ?? (Size is < 1 or > MostNumbers ? $"makes rows of {Size} numbers" : null);
    }

    private IEnumerable<int> StartsOf()
    {
        var at = 0;
        foreach (var code in Codes)
        {
            yield return code is null ? -1 : at;
            at += code?.Width ?? 0;
        }
    }

    private IEnumerable<TableBlock> BlocksOf()
    {
        var at = 0;
        for (var k = 0; k < Codes.Count; k++)
        {
            if (Codes[k] is not { } code)
                continue;
            if (code.HasNumber)
                yield return new(at++, 1, code.NumberKind);
            if (!code.HasChoice)
                continue;
            yield return new(at, code.Shares.Length, BlockKind.Choice)
            {
                Opens = code.HasNumber ? code.Opens : 0,
                Shares = code.Shares,
                IsCategory = Fields[k].IsDiscrete,
            };
            at += code.Shares.Length;
        }
    }
}
