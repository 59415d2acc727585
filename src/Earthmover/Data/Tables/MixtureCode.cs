using System.Text.Json.Serialization;

namespace Earthmover.Data.Tables;

/// <summary>
/// CTGAN's code of numbers (arXiv:1907.00503, section 4.2): a choice between the normal laws of a mixture, and the number in units of four
/// deviations of the law, within ±0.99. A gap is a choice of its own, and what is decoded keeps the range of the values.
/// </summary>
public sealed record MixtureCode : ColumnCode
{
    private const double Bound = 0.99, Deviations = 4;

    /// <summary>Weights of the laws, which sum to 1 [K].</summary>
    public required double[] Weights { get; init; }

    /// <summary>Their means [K].</summary>
    public required double[] Means { get; init; }

    /// <summary>Their deviations [K].</summary>
    public required double[] Spreads { get; init; }

    /// <summary>Where the values begin: the mean of the smallest.</summary>
    public required double Low { get; init; }

    /// <summary>Where they end: the mean of the largest.</summary>
    public required double High { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public override bool HasNumber => true;

    /// <inheritdoc/>
    [JsonIgnore]
    public override int Opens => Means.Length;

    /// <inheritdoc/>
    [JsonIgnore]
    public override BlockKind NumberKind => BlockKind.Bounded;

    /// <summary>The code of a column.</summary>
    /// <param name="values">Its values, at least one of them not missing.</param>
    public static MixtureCode Of(double[] values)
    {
        double[] present = [.. values.Where(v => !double.IsNaN(v))], sorted = [.. present.Order()];
        var few = Math.Min(Fewest, sorted.Length);
        var mixture = GaussianMixture.Fit(present);
        var gaps = values.Length - present.Length;
        return new()
        {
            Weights = mixture.Weights,
            Means = mixture.Means,
            Spreads = mixture.Spreads,
            Low = sorted[..few].Average(),
            High = sorted[^few..].Average(),
            HasGap = gaps > 0,
            Shares =
            [
                .. mixture.Weights.Select(weight => weight * present.Length),
                .. gaps > 0 ? [(double)gaps] : ReadOnlySpan<double>.Empty,
            ],
        };
    }

    /// <inheritdoc/>
    public override (float Number, int Choice) Encode(double value, double u)
    {
        if (double.IsNaN(value))
            return (0, HasGap ? Gap : 0);
        // Drawn by how likely each law is to have made it.
        var shares = new GaussianMixture(Weights, Means, Spreads).Responsibilities(value);
        var (k, below) = (0, shares[0]);
        while (k < shares.Length - 1 && u >= below)
            below += shares[++k];
        return ((float)Math.Clamp((value - Means[k]) / (Deviations * Spreads[k]), -Bound, Bound), k);
    }

    /// <inheritdoc/>
    public override double Decode(double number, int choice) =>
        HasGap && choice == Gap ? double.NaN
            : Math.Clamp(Means[choice] + Deviations * Spreads[choice] * Math.Clamp(number, -1, 1), Low, High);

    /// <inheritdoc/>
    [JsonIgnore]
    public override (double Low, double High) Range => (Low, High);

    /// <inheritdoc/>
    internal override string? Problem(TableField field) =>
        Means.Length == 0 || Means.Length != Spreads.Length || Means.Length != Weights.Length
        || Shares.Length != Means.Length + (HasGap ? 1 : 0)
        || !(Low <= High) || !double.IsFinite(Low) || !double.IsFinite(High)
        || !Means.Concat(Weights).All(double.IsFinite) || !Spreads.All(s => s > 0 && double.IsFinite(s))
            ? $"codes column {field.Name} by laws that do not fit each other" : null;
}
