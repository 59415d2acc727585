namespace Earthmover.Reports.Figures;

/// <summary>A line through points, with a band of intervals where both its ends are given.</summary>
/// <param name="Name">Name in the legend; different for every line of a figure.</param>
/// <param name="X">Where the points stand, in the order of the line.</param>
/// <param name="Y">Their values; one that is not finite breaks the line.</param>
public sealed record Line(string Name, IReadOnlyList<double> X, IReadOnlyList<double> Y)
{
    /// <summary>Lower ends of the intervals, one for each point.</summary>
    public IReadOnlyList<double>? Low { get; init; }

    /// <summary>Upper ends of the intervals, one for each point.</summary>
    public IReadOnlyList<double>? High { get; init; }

    /// <summary>Drawn with dashes: floors, theory, what is compared with.</summary>
    public bool Dashed { get; init; }

    /// <summary>A color of its own, as <c>#rrggbb</c>; null takes the next of the palette.</summary>
    public string? Color { get; init; }
}

/// <summary>Points of one kind in the plane.</summary>
/// <param name="Name">Name in the legend; different for every cloud of a figure.</param>
/// <param name="X">First coordinates.</param>
/// <param name="Y">Second coordinates, as many.</param>
public sealed record Cloud(string Name, IReadOnlyList<double> X, IReadOnlyList<double> Y);

/// <summary>Numbers whose distribution is shown.</summary>
/// <param name="Name">Name in the legend; different for every one of a figure.</param>
/// <param name="Values">The numbers; those that are not finite are left out.</param>
public sealed record Sample(string Name, IReadOnlyList<double> Values);

/// <summary>A distribution that is counted already.</summary>
/// <param name="Name">Name in the legend; different for every one of a figure.</param>
/// <param name="Low">Lower end of the first bin.</param>
/// <param name="High">Upper end of the last bin.</param>
/// <param name="Counts">Numbers in each bin, one bin at least.</param>
/// <param name="Total">All numbers, those outside the bins included.</param>
public sealed record Binned(string Name, double Low, double High, IReadOnlyList<double> Counts, double Total)
{
    /// <summary>Counts a sample.</summary>
    internal static Binned Of(Sample sample, double low, double high, int bins)
    {
        var counts = new double[bins];
        foreach (var value in sample.Values)
            if (value >= low && value <= high)
                counts[Math.Min(bins - 1, (int)((value - low) / (high - low) * bins))]++;
        return new(sample.Name, low, high, counts, sample.Values.Count(double.IsFinite));
    }
}

/// <summary>A bar, with an error bar where both ends of an interval are given.</summary>
/// <param name="Label">What it is the value of.</param>
/// <param name="Value">Its length.</param>
/// <param name="Low">Lower end of the interval.</param>
/// <param name="High">Upper end of the interval.</param>
/// <param name="Group">Bars of one label and several groups stand side by side, colored by group.</param>
public sealed record Bar(string Label, double Value, double? Low = null, double? High = null, string? Group = null);

/// <summary>A straight line across a figure: a theoretical value, a threshold.</summary>
/// <param name="Value">Where it crosses the axis.</param>
/// <param name="Text">What it says.</param>
/// <param name="Vertical">Stands at a value of x instead of lying at a value of y.</param>
public sealed record Reference(double Value, string Text, bool Vertical = false);
