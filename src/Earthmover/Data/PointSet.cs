using System.Globalization;
using Earthmover.Data.Points;

namespace Earthmover.Data;

/// <summary>Points in a space of a few dimensions, in float64: times and map coordinates keep their digits.</summary>
public sealed class PointSet : DataSet
{
    /// <summary>The largest coordinate that is read from a file: sums of squares of larger ones are not finite.</summary>
    public const double Largest = 1e150;

    /// <summary>Takes arrays over; the caller must not change them afterwards.</summary>
    /// <param name="name">The address.</param>
    /// <param name="dimension">Coordinates per point.</param>
    /// <param name="values">Finite coordinates, <c>[N, dimension]</c>.</param>
    /// <param name="labels">Class (or component) of each point, <c>[N]</c>, or null.</param>
    /// <param name="masses">Mass of each point, <c>[N]</c>, not negative, or null for equal masses.</param>
    /// <exception cref="UserException">There is no point.</exception>
    public PointSet(string name, int dimension, double[] values, int[]? labels = null, double[]? masses = null)
        : base(name, CountOf(dimension, values), FingerprintOf(dimension, values, labels, masses))
    {
        if (labels is not null && labels.Length != Count)
            throw new ArgumentException($"{labels.Length} labels for {Count} points.", nameof(labels));
        if (masses is not null
            && masses.Length != Count) throw new ArgumentException($"{masses.Length} masses for {Count} points.", nameof(masses));
        (Dimension, Values, Labels, Masses, IsSingle) = (dimension, values, labels, masses, AreSingle(values));
    }

    /// <summary>Points that were made in float32.</summary>
    /// <param name="name">The address.</param>
    /// <param name="dimension">Coordinates per point.</param>
    /// <param name="values">Finite coordinates, <c>[N, dimension]</c>.</param>
    /// <param name="labels">Class (or component) of each point, <c>[N]</c>, or null.</param>
    /// <exception cref="UserException">There is no point.</exception>
    public PointSet(string name, int dimension, float[] values, int[]? labels = null)
        : this(name, dimension, Array.ConvertAll(values, v => (double)v), labels)
    {
    }

    /// <inheritdoc/>
    public override DataKind Kind => DataKind.Points;

    /// <summary>Coordinates per point.</summary>
    public int Dimension { get; }

    /// <summary>Coordinates, <c>[N, Dimension]</c>.</summary>
    public double[] Values { get; }

    /// <summary>Class of each point, <c>[N]</c>, or null.</summary>
    public int[]? Labels { get; }

    /// <summary>Mass of each point, <c>[N]</c>, or null for equal masses. Their sum is positive and need not be 1.</summary>
    public double[]? Masses { get; }

    /// <summary>Whether float32 holds every coordinate without loss.</summary>
    public bool IsSingle { get; }

    /// <summary>The law that the points were drawn from, as a density, where a closed form (or a quadrature) exists.</summary>
    public IDensity? Density { get; init; }

    /// <summary>Draws as many fresh points as wanted from the same law; null for points from a file.</summary>
    public IPointSource? Source { get; init; }

    /// <summary>Names of the coordinates, where their file names them; null elsewhere.</summary>
    public IReadOnlyList<string>? ColumnNames { get; init; }

    /// <summary>The columns of their file: first the coordinates, then what became of the others. Empty for points of no table.</summary>
    public IReadOnlyList<DataColumn> Columns { get; init; } = [];

    /// <summary>One point, <c>[Dimension]</c>.</summary>
    /// <param name="index">0 to N−1.</param>
    public ReadOnlySpan<double> this[int index] => Values.AsSpan(index * Dimension, Dimension);

    /// <summary>The coordinates rounded to float32, <c>[N, Dimension]</c>; a copy.</summary>
    public float[] ToSingles() => Array.ConvertAll(Values, v => (float)v);

    // Rows are counted from 0, as where the array was made.
    internal static void RequireUsable(string path, int dimension, double[] values)
    {
        var bad = Array.FindIndex(values, v => !(Math.Abs(v) <= Largest));
        if (bad >= 0)
            throw new UserException($"{path} row {bad / dimension} contains {values[bad].ToString(CultureInfo.InvariantCulture)}; "
                + (double.IsFinite(values[bad])
                    ? $"numbers end at {Largest}, use larger units"
                    : "remove rows that are not finite numbers"));
    }

    internal static string TooLong(string number) =>
        $"{number} needs more than the 53 bits that numbers have here; where all data lie near it, subtract it from them first, "
            + "else round them";

    // The hash of versions that kept float32, by which the recipes of their runs know the data.
    internal string SingleFingerprint() => HashOf("points", [Dimension], BytesOf(ToSingles()), BytesOf(Labels), BytesOf(Singles(Masses)));

    // Where float32 loses nothing the hash is over float32, as it always was: what was trained before knows its data.
    private static string FingerprintOf(int dimension, double[] values, int[]? labels, double[]? masses) =>
        AreSingle(values) && (masses is null || AreSingle(masses))
        ? HashOf("points", [dimension], BytesOf(Singles(values)), BytesOf(labels), BytesOf(Singles(masses)))
        : HashOf("points of 64 bits", [dimension], BytesOf(values), BytesOf(labels), BytesOf(masses));

    private static bool AreSingle(double[] values) => Array.TrueForAll(values, v => v == (float)v);

    private static float[]? Singles(double[]? values) => values is null ? null : Array.ConvertAll(values, v => (float)v);

    private static int CountOf(int dimension, double[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        if (values.Length % dimension != 0)
            throw new ArgumentException($"{values.Length} values are not whole points of {dimension} coordinates.", nameof(values));
        return values.Length / dimension;
    }
}
