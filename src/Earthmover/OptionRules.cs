using System.Globalization;

namespace Earthmover;

/// <summary>Which values an option of a record may have, beyond its type; said in help, and checked before anything is built.</summary>
[AttributeUsage(AttributeTargets.Property)]
public abstract class OptionRuleAttribute : Attribute
{
    /// <summary>What it takes, to complete the sentence "takes …".</summary>
    public abstract string Takes { get; }

    /// <summary>The values that have names, with one line about each; empty for numbers.</summary>
    public virtual IReadOnlyList<KnownPart> Known => [];

    /// <summary>What is wrong with a value, to follow the option's name; null where nothing is.</summary>
    public abstract string? Refuse(object value);
}

/// <summary>A number with bounds; those that are not given do not hold it.</summary>
public sealed class BoundsAttribute : OptionRuleAttribute
{
    /// <summary>The smallest value.</summary>
    public double AtLeast { get; init; } = double.NaN;
    /// <summary>The value is larger than this.</summary>
    public double Above { get; init; } = double.NaN;
    /// <summary>The largest value.</summary>
    public double AtMost { get; init; } = double.NaN;
    /// <summary>The value is smaller than this.</summary>
    public double Below { get; init; } = double.NaN;

    /// <inheritdoc/>
    public override string Takes => string.Join(" and ", new[] { Part("at least", AtLeast), Part("above", Above), Part("at most", AtMost), Part("below", Below) }.Where(part => part.Length > 0));

    /// <inheritdoc/>
    public override string? Refuse(object value)
    {
        var number = Convert.ToDouble(value, CultureInfo.InvariantCulture);
        return number < AtLeast || number <= Above || number > AtMost || number >= Below ? $" must be {Takes}, not {number.ToString("R", CultureInfo.InvariantCulture)}" : null;
    }

    private static string Part(string words, double bound) => double.IsNaN(bound) ? "" : string.Create(CultureInfo.InvariantCulture, $"{words} {bound:0.########}");
}

/// <summary>Something with a name that an option can choose.</summary>
/// <param name="Name">The name.</param>
/// <param name="Description">One line.</param>
/// <param name="Defaults">Its own options with their defaults, separated by spaces; they follow the name after a question mark.</param>
public sealed record KnownPart(string Name, string Description = "", string Defaults = "");

/// <summary>What is chosen by a text of its own grammar: an objective, a constraint, an optimizer.</summary>
public interface IOptionPart
{
    /// <summary>The grammar, to complete the sentence "takes …"; the names follow it.</summary>
    static abstract string Takes { get; }

    /// <summary>The names.</summary>
    static abstract IReadOnlyList<KnownPart> Known { get; }

    /// <summary>Reads a text as the game will.</summary>
    /// <exception cref="ArgumentException">It cannot be read; the message says what is known.</exception>
    static abstract void Check(string text);
}

/// <summary>A text that chooses a part.</summary>
/// <typeparam name="T">The part.</typeparam>
public sealed class PartAttribute<T> : OptionRuleAttribute where T : IOptionPart
{
    /// <inheritdoc/>
    public override string Takes => T.Takes;

    /// <inheritdoc/>
    public override IReadOnlyList<KnownPart> Known => T.Known;

    /// <inheritdoc/>
    public override string? Refuse(object value)
    {
        try
        {
            T.Check((string)value);
            return null;
        }
        catch (ArgumentException e)
        {
            // A part that was given a number beyond its bounds does not know where that number stood.
            return $": {e.Message.Split(" (Parameter '")[0].ReplaceLineEndings(" ")}{(e is ArgumentOutOfRangeException ? $", as in '{value}'" : "")}";
        }
    }
}

/// <summary>A text that is one of some words.</summary>
/// <param name="words">The words.</param>
public sealed class OneOfAttribute(params string[] words) : OptionRuleAttribute
{
    /// <inheritdoc/>
    public override string Takes => $"one of {string.Join(", ", words)}";

    /// <inheritdoc/>
    public override IReadOnlyList<KnownPart> Known => [.. words.Select(word => new KnownPart(word))];

    /// <inheritdoc/>
    public override string? Refuse(object value) =>
        words.Contains((string)value) ? null : $" must be {Takes}, not {value}{NearestName.Hint((string)value, words)}";
}
