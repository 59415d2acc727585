using Earthmover.Nn.Optimizers;

namespace Earthmover.Games;

/// <summary>A number that goes from one value to another while a stage is played, and stays there.</summary>
/// <param name="From">At the start.</param>
/// <param name="To">From <paramref name="Until"/> on.</param>
/// <param name="Until">Share of the stage after which it is there, above 0 and at most 1.</param>
/// <param name="IsCosine">Along half a cosine; in a straight line otherwise.</param>
public sealed record Ramp(double From, double To, double Until = 1, bool IsCosine = false) : IOptionPart<Ramp>
{
    private const string Defaults = "from=1 to=0 until=1";

    private static readonly Catalog<Ramp> s_catalog = new("schedule",
    [
        new("constant", "the same throughout", "value=1", o => new(o.Number("value"), o.Number("value"))),
        new("linear", "from one value to another in a straight line, over a share of the stage", Defaults, o => Of(o, false)),
        new("cosine", "the same along half a cosine (2501.05441)", Defaults, o => Of(o, true)),
    ]);

    static string IOptionPart<Ramp>.Takes => "a schedule, with options after ?";

    static IReadOnlyList<KnownPart> IOptionPart<Ramp>.Known => s_catalog.Known;

    static Ramp IOptionPart<Ramp>.Parse(string text) => s_catalog.Create(text);

    /// <inheritdoc cref="Ramp(double, double, double, bool)"/>
    /// <exception cref="ArgumentException">It is not above 0, or above 1.</exception>
    public double Until { get; } = Until is > 0 and <= 1 ? Until
        : throw new ArgumentException($"a schedule ends after a share of the stage above 0 and at most 1, not {Until}");

    /// <summary>Whether it stays the same.</summary>
    public bool IsConstant => From == To;

    /// <summary>The number at a progress of the stage.</summary>
    /// <param name="progress">0 … 1.</param>
    public double At(double progress)
    {
        var left = (IsCosine ? Schedule.Cosine() : Schedule.LinearToZero())(Math.Clamp(progress / Until, 0, 1));
        return To + (From - To) * left;
    }

    /// <summary>Refuses values outside of what the number can be.</summary>
    /// <param name="option">Name of the option, for the message.</param>
    /// <param name="low">The lowest.</param>
    /// <param name="high">The highest.</param>
    /// <returns>This.</returns>
    /// <exception cref="ArgumentException">One of its ends lies outside.</exception>
    public Ramp Within(string option, double low, double high) => Math.Min(From, To) >= low && Math.Max(From, To) <= high ? this
        : throw new ArgumentException($"{option} goes from {low} to {high}, and is to go from {From} to {To}");

    private static Ramp Of(Settings o, bool isCosine) => new(o.Number("from"), o.Number("to"), o.Number("until"), isCosine);
}
