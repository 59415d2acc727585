namespace Earthmover.Claims;

/// <summary>One number of an experiment, over its seeds, beside the band in which it should lie.</summary>
/// <param name="Name">What it is, e.g. <c>estimate at θ = 1</c>; different for every check of a claim.</param>
/// <param name="Values">One value for each seed.</param>
/// <param name="Band">Where the median should lie.</param>
/// <param name="IsControl">It is not what the literature claims, but what must hold for the experiment to say anything: a closed form, a
/// floor, a negative control.</param>
public sealed record Check(string Name, IReadOnlyList<double> Values, Band Band, bool IsControl)
{
    /// <summary>A number that the claim is about.</summary>
    public static Check Claimed(string name, IEnumerable<double> values, Band band) => new(name, [.. values], band, false);

    /// <summary>A number without which the experiment says nothing.</summary>
    public static Check Control(string name, IEnumerable<double> values, Band band) => new(name, [.. values], band, true);

    /// <summary>The middle value over the seeds.</summary>
    public double Median { get; } = Lab.Numbers.Median(Values);

    /// <summary>The smallest value over the seeds.</summary>
    public double Low => Values.Min();

    /// <summary>The largest value over the seeds.</summary>
    public double High => Values.Max();

    /// <summary>Every value is a finite number.</summary>
    public bool IsFinite => Values.Count > 0 && Values.All(double.IsFinite);

    /// <summary>Every value is finite and the median lies in the band.</summary>
    public bool Holds => IsFinite && Band.Contains(Median);
}
