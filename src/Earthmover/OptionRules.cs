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
    public override string Takes
    {
        get
        {
            string[] parts = [Part("at least", AtLeast), Part("above", Above), Part("at most", AtMost), Part("below", Below)];
            return string.Join(" and ", parts.Where(part => part.Length > 0));
        }
    }

    /// <inheritdoc/>
    public override string? Refuse(object value)
    {
        var number = Convert.ToDouble(value, CultureInfo.InvariantCulture);
        return number < AtLeast || number <= Above || number > AtMost || number >= Below
            ? $" must be {Takes}, not {number.ToString("R", CultureInfo.InvariantCulture)}" : null;
    }

    private static string Part(string words, double bound) =>
        double.IsNaN(bound) ? "" : string.Create(CultureInfo.InvariantCulture, $"{words} {bound:0.########}");
}

/// <summary>Something with a name that an option can choose.</summary>
/// <param name="Name">The name.</param>
/// <param name="Description">One line.</param>
/// <param name="Defaults">Its own options with their defaults, separated by spaces; they follow the name after a question mark.</param>
public sealed record KnownPart(string Name, string Description = "", string Defaults = "");

/// <summary>What is chosen by a text of its own grammar: an objective, a constraint, an optimizer.</summary>
/// <typeparam name="T">What a text is read as.</typeparam>
public interface IOptionPart<T> where T : IOptionPart<T>
{
    /// <summary>The grammar, to complete the sentence "takes …"; the names follow it.</summary>
    static abstract string Takes { get; }

    /// <summary>The names.</summary>
    static abstract IReadOnlyList<KnownPart> Known { get; }

    /// <summary>Reads a text.</summary>
    /// <exception cref="ArgumentException">It cannot be read; the message says what is known.</exception>
    static abstract T Parse(string text);
}

/// <summary>A part as an option holds it: read once, and still as it was written.</summary>
/// <typeparam name="T">The part.</typeparam>
/// <param name="Text">As it was written.</param>
/// <param name="Value">What it was read as.</param>
public sealed record Part<T>(string Text, T Value) where T : IOptionPart<T>
{
    /// <summary>Reads a part.</summary>
    /// <exception cref="ArgumentException">It cannot be read; the message says what is known.</exception>
    public static implicit operator Part<T>(string text) => new(text, T.Parse(text));

    /// <summary>The same, by a name.</summary>
    public static Part<T> FromString(string text) => text;

    /// <summary>Whether it is written alike.</summary>
    public bool Equals(Part<T>? other) => other?.Text == Text;

    /// <inheritdoc/>
    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => Text;
}

/// <summary>A text that is read as something of its own: a rule that comes with the type of its property.</summary>
internal abstract class ReadingRule : OptionRuleAttribute
{
    /// <summary>What the text is read as.</summary>
    /// <exception cref="ArgumentException">It cannot be read; the message follows the option's name.</exception>
    public abstract object Read(string text);

    /// <inheritdoc/>
    public override string? Refuse(object value) => null;

    /// <summary>The rule of a type; null for one whose texts need none.</summary>
    public static ReadingRule? For(Type type) =>
        type.IsEnum ? new WordRule(type)
        : type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Part<>)
            ? (ReadingRule)Activator.CreateInstance(typeof(PartRule<>).MakeGenericType(type.GetGenericArguments()))! : null;
}

/// <summary>A text that chooses a part.</summary>
/// <typeparam name="T">The part.</typeparam>
internal sealed class PartRule<T> : ReadingRule where T : IOptionPart<T>
{
    /// <inheritdoc/>
    public override string Takes => T.Takes;

    /// <inheritdoc/>
    public override IReadOnlyList<KnownPart> Known => T.Known;

    /// <inheritdoc/>
    public override object Read(string text)
    {
        try
        {
            return Part<T>.FromString(text);
        }
        catch (ArgumentException e)
        {
            // A part that was given a number beyond its bounds does not know where that number stood.
            var where = e is ArgumentOutOfRangeException ? $", as in '{text}'" : "";
            throw new ArgumentException($": {e.Message.Split(" (Parameter '")[0].ReplaceLineEndings(" ")}{where}", e);
        }
    }
}

/// <summary>A word that names a value of an enumeration.</summary>
/// <param name="type">The enumeration.</param>
internal sealed class WordRule(Type type) : ReadingRule
{
    private readonly string[] _words = [.. Enum.GetNames(type).Select(name => name.ToLowerInvariant())];

    /// <inheritdoc/>
    public override string Takes => $"one of {string.Join(", ", _words)}";

    /// <inheritdoc/>
    public override IReadOnlyList<KnownPart> Known => [.. _words.Select(word => new KnownPart(word))];

    /// <inheritdoc/>
    public override object Read(string text) => Array.IndexOf(_words, text) is >= 0 and var at ? Enum.GetValues(type).GetValue(at)!
        : throw new ArgumentException($" must be {Takes}, not {text}{NearestName.Hint(text, _words)}");
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
