using System.Globalization;
using System.Text.Json.Serialization;
using Earthmover.Data.Tables;

namespace Earthmover.Data;

/// <summary>What a column of a table holds.</summary>
public enum FieldKind
{
    /// <summary>Numbers, some of them with a fraction.</summary>
    Number,
    /// <summary>Whole numbers.</summary>
    Integer,
    /// <summary>One of several values that have no order.</summary>
    Category,
    /// <summary>One of two.</summary>
    Boolean,
    /// <summary>Dates or times of day, as seconds.</summary>
    Time,
    /// <summary>The same in every row.</summary>
    Constant,
    /// <summary>A name or number of the row itself: never learned, issued anew.</summary>
    Identifier,
}

/// <summary>A column of a table: what it holds, and how its file writes it.</summary>
public sealed record TableField
{
    /// <summary>Beyond so many decimals numbers are written with all their digits.</summary>
    internal const int MostDecimals = 15;

    /// <summary>Its name in the header; its position from 1 where it has none.</summary>
    public required string Name { get; init; }

    /// <summary>What it holds.</summary>
    [JsonConverter(typeof(JsonStringEnumConverter<FieldKind>))]
    public required FieldKind Kind { get; init; }

    /// <summary>Decimals of its numbers as written; null for as many digits as a number has.</summary>
    // Left out, null would be read back as 0.
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int? Decimals { get; init; } = 0;

    /// <summary>Whether every number is written with all of <see cref="Decimals"/>, as prices are.</summary>
    public bool IsPadded { get; init; }

    /// <summary>How times are written, e.g. <c>yyyy-MM-dd</c>; null elsewhere.</summary>
    public string? Format { get; init; }

    /// <summary>The values of a category as written, the most frequent first; of a constant its one value; else empty.</summary>
    public IReadOnlyList<string> Levels { get; init; } = [];

    /// <summary>How a missing value is written; null where none is missing.</summary>
    public string? Gap { get; init; }

    /// <summary>What stands before the number of an identifier.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>Digits of an identifier's number, with zeros before it; 0 for as many as it has.</summary>
    public int Digits { get; init; }

    /// <summary>
    /// Number that an identifier gives to the first row that is made: none of the file's. Its values are counted from there, as float64
    /// does not hold long numbers: 0 is the first row that is made, and numbered rows of the file are below.
    /// </summary>
    public long Next { get; init; }

    /// <summary>Whether rows of it are learned: all but constants and identifiers.</summary>
    [JsonIgnore]
    public bool IsLearned => Kind is not (FieldKind.Constant or FieldKind.Identifier);

    /// <summary>Whether it has an order: numbers, whole numbers and times.</summary>
    [JsonIgnore]
    public bool IsNumeric => Kind is FieldKind.Number or FieldKind.Integer or FieldKind.Time;

    /// <summary>
    /// Whether its cells are numbers as they stand: identifiers too, where nothing but a number is in them that every reader of JSON holds.
    /// </summary>
    [JsonIgnore]
    public bool IsWrittenAsNumber => Kind is FieldKind.Number or FieldKind.Integer
        || Kind is FieldKind.Identifier && Prefix.Length == 0 && Digits == 0 && Next < 1L << 52;

    /// <summary>Whether its values are numbers of <see cref="Levels"/>: categories and booleans.</summary>
    [JsonIgnore]
    public bool IsDiscrete => Kind is FieldKind.Category or FieldKind.Boolean;

    /// <summary>
    /// A cell as a number: the number itself, seconds of a time, the place in <see cref="Levels"/> of a category, an identifier's number
    /// counted from <see cref="Next"/>; NaN for a gap.
    /// </summary>
    /// <param name="cell">As a file writes it.</param>
    /// <returns>Null where the cell is none of this column.</returns>
    public double? Parse(string cell)
    {
        ArgumentNullException.ThrowIfNull(cell);
        if (Formats.TableColumn.IsGap(cell))
            return double.NaN;
        switch (Kind)
        {
            case FieldKind.Number or FieldKind.Integer:
                return double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var v) && double.IsFinite(v) ? v : null;
            case FieldKind.Time:
                return TimeFormat.Parse(cell, Format!);
            case FieldKind.Identifier:
                return long.TryParse(cell.AsSpan(cell.StartsWith(Prefix, StringComparison.Ordinal) ? Prefix.Length : 0),
                    NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id - Next : 0;
            default:
                for (var k = 0; k < Levels.Count; k++)
                    if (Levels[k] == cell)
                        return k;
                return null;
        }
    }

    /// <summary>A value to the precision of its column: whole numbers, decimals, days.</summary>
    /// <param name="value">A number or seconds.</param>
    public double Round(double value) => Kind switch
    {
        FieldKind.Integer => Math.Round(value),
        FieldKind.Number when Decimals is { } decimals => Math.Round(value, Math.Min(decimals, MostDecimals)),
        FieldKind.Time => TimeFormat.Round(value, Format!),
        _ => value,
    };

    /// <summary>A value as a number of JSON, where <see cref="IsWrittenAsNumber"/>.</summary>
    /// <param name="value">What <see cref="Parse"/> gives; no gap.</param>
    public string PrintNumber(double value) =>
        Kind == FieldKind.Identifier ? Print(value) : Round(value).ToString("R", CultureInfo.InvariantCulture);

    /// <summary>A value as its file writes it.</summary>
    /// <param name="value">What <see cref="Parse"/> gives.</param>
    public string Print(double value)
    {
        if (double.IsNaN(value))
            return Gap ?? "";
        switch (Kind)
        {
            case FieldKind.Number or FieldKind.Integer:
                var digits = IsPadded && Decimals is { } decimals ? $"F{decimals}" : Kind == FieldKind.Integer ? "F0" : "R";
                // Not "-0".
                return (Round(value) + 0.0).ToString(digits, CultureInfo.InvariantCulture);
            case FieldKind.Time:
                return TimeFormat.Print(value, Format!);
            case FieldKind.Identifier:
                return Prefix + (Next + (long)value).ToString($"D{Digits}", CultureInfo.InvariantCulture);
            case FieldKind.Constant:
                return Levels[0];
            default:
                return Levels[(int)value];
        }
    }
}
