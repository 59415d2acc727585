namespace Earthmover.Reports.Figures;

/// <summary>An axis, or a scale of colors: what is measured, in which unit.</summary>
/// <param name="Title">What is measured.</param>
public sealed record Axis(string Title)
{
    /// <summary>The unit, shown in parentheses: <c>s</c>, <c>steps</c>; null for a number without one.</summary>
    public string? Unit { get; init; }

    /// <summary>Logarithmic; values that are not positive are left out.</summary>
    public bool Log { get; init; }

    /// <summary>The axis begins at zero, where it is not logarithmic.</summary>
    public bool FromZero { get; init; }

    /// <summary>Only whole numbers are marked: steps, counts.</summary>
    public bool Whole { get; init; }

    /// <summary>Lowest and highest value shown; null fits the data.</summary>
    public (double Low, double High)? Range { get; init; }

    /// <summary>How numbers are written, in the notation of d3-format: <c>.2f</c>, <c>~s</c>, <c>.0%</c>.</summary>
    public string? Format { get; init; }

    /// <summary>Title and unit.</summary>
    internal string Text => Unit is null ? Title : $"{Title} ({Unit})";
}
