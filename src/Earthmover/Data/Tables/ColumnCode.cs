using System.Text.Json.Serialization;

namespace Earthmover.Data.Tables;

/// <summary>
/// How values of one column become numbers for networks and come back: a number, and a choice between what the number means and values of
/// their own. Fitted to training rows, of which it keeps nothing that fewer than <see cref="Fewest"/> of them share but the names of rare
/// categories.
/// </summary>
[JsonDerivedType(typeof(RankCode), "ranks")]
[JsonDerivedType(typeof(MixtureCode), "mixture")]
[JsonDerivedType(typeof(TiedCode), "tied")]
public abstract record ColumnCode
{
    /// <summary>A number that so few rows share says something of them alone, and is never given out.</summary>
    public const int Fewest = 5;

    /// <summary>How often each choice is made, in any unit; a gap is the last, where there are gaps.</summary>
    public required double[] Shares { get; init; }

    /// <summary>Whether some values are missing.</summary>
    public required bool HasGap { get; init; }

    /// <summary>Whether there is a number before the choice.</summary>
    [JsonIgnore]
    public abstract bool HasNumber { get; }

    /// <summary>For how many of the first choices the number counts.</summary>
    [JsonIgnore]
    public abstract int Opens { get; }

    /// <summary>What the number is.</summary>
    [JsonIgnore]
    public abstract BlockKind NumberKind { get; }

    /// <summary>Whether there is anything to choose: a number alone needs no choice.</summary>
    [JsonIgnore]
    public bool HasChoice => Shares.Length > (HasNumber ? 1 : 0);

    /// <summary>Numbers of an encoded value.</summary>
    [JsonIgnore]
    public int Width => (HasNumber ? 1 : 0) + (HasChoice ? Shares.Length : 0);

    /// <summary>Encodes a value.</summary>
    /// <param name="value">The value; NaN for a gap.</param>
    /// <param name="u">Uniform on [0, 1), which decides what a value leaves open.</param>
    public abstract (float Number, int Choice) Encode(double value, double u);

    /// <summary>Decodes a value, before it is rounded as its column is.</summary>
    /// <param name="number">The number; 0 where there is none.</param>
    /// <param name="choice">The choice; 0 where there is none.</param>
    public abstract double Decode(double number, int choice);

    /// <summary>The least and the largest value that it decodes, before they are rounded as the column is.</summary>
    [JsonIgnore]
    public abstract (double Low, double High) Range { get; }

    /// <summary>What is wrong with it, for a sentence that begins with whose it is; null where nothing is.</summary>
    /// <param name="field">Its column.</param>
    internal abstract string? Problem(TableField field);

    /// <summary>The place of a gap among the choices.</summary>
    private protected int Gap => Shares.Length - 1;
}
