using System.Text.Json.Serialization;

namespace Earthmover.Data.Tables;

/// <summary>
/// A column that another one settles, such as the number of a degree beside its name: networks never see it, and it comes back from the
/// other, so that no row contradicts itself.
/// </summary>
public sealed record TiedCode : ColumnCode
{
    /// <summary>Place of the column that settles it.</summary>
    public required int Column { get; init; }

    /// <summary>The other column's values, rising [K].</summary>
    public required double[] Keys { get; init; }

    /// <summary>This column's value at each of them [K].</summary>
    public required double[] Values { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override bool HasNumber => false;

    /// <inheritdoc/>
    [JsonIgnore]
    public override int Opens => 0;

    /// <inheritdoc/>
    [JsonIgnore]
    public override BlockKind NumberKind => BlockKind.Number;

    /// <summary>Ties every column that an earlier one settles, or else a later one.</summary>
    /// <remarks>
    /// A column settles another if all its values are choices of their own, which at least <see cref="ColumnCode.Fewest"/> rows share, and
    /// every two rows of one value agree in the other. Columns with gaps are left alone.
    /// </remarks>
    /// <param name="codes">Codes of the columns by rank; null where one is not learned.</param>
    /// <param name="columns">Their values.</param>
    internal static ColumnCode?[] Tie(IReadOnlyList<ColumnCode?> codes, IReadOnlyList<double[]> columns)
    {
        ColumnCode?[] tied = [.. codes];
        bool IsWhole(int k) => tied[k] is RankCode { HasGap: false };
        for (var source = 0; source < tied.Length; source++)
        {
            // What has one value settles only what is constant.
            if (!IsWhole(source) || tied[source] is not RankCode { HasNumber: false, Atoms: { Length: > 1 } atoms })
                continue;
            for (var other = 0; other < tied.Length; other++)
                // A key that is no atom is a value that hardly anybody has.
                if (other != source && IsWhole(other) && Of(source, columns[source], columns[other]) is { } code
                    && code.Keys.Length == atoms.Length)
                    tied[other] = code;
        }
        return tied;
    }

    // Two columns that have nothing to do with each other part within a few rows.
    private static TiedCode? Of(int source, double[] keys, double[] values)
    {
        var known = new SortedDictionary<double, double>();
        for (var row = 0; row < keys.Length; row++)
            if (!known.TryAdd(keys[row], values[row]) && known[keys[row]] != values[row])
                return null;
        return new() { Column = source, Keys = [.. known.Keys], Values = [.. known.Values], HasGap = false, Shares = [] };
    }

    /// <inheritdoc/>
    public override (float Number, int Choice) Encode(double value, double u) => (0, 0);

    /// <inheritdoc/>
    public override double Decode(double number, int choice) => throw new InvalidOperationException("a tied column follows another");

    /// <inheritdoc/>
    [JsonIgnore]
    public override (double Low, double High) Range => (Values.Min(), Values.Max());

    /// <summary>The value that goes with one of the other column.</summary>
    /// <param name="key">One of <see cref="Keys"/>.</param>
    public double ValueAt(double key)
    {
        var at = Array.BinarySearch(Keys, key);
        return Values[at >= 0 ? at : Math.Min(~at, Keys.Length - 1)];
    }

    /// <inheritdoc/>
    internal override string? Problem(TableField field)
    {
        if (Keys.Length == 0 || Keys.Length != Values.Length || Shares.Length > 0 || HasGap
            || !Keys.All(double.IsFinite) || Enumerable.Range(1, Keys.Length - 1).Any(k => Keys[k] <= Keys[k - 1]))
            return $"ties column {field.Name} by values that do not fit each other";
        return Values.All(v => double.IsFinite(v) && (!field.IsDiscrete || (v >= 0 && v < field.Levels.Count))) ? null
            : $"ties column {field.Name} to values that it cannot have";
    }
}
