using System.Globalization;
using System.Reflection;
using System.Text;

namespace Earthmover;

/// <summary>One option of an immutable record, as the command line and documents name it.</summary>
/// <param name="Name">Its name in snake case, e.g. <c>critic_steps</c>.</param>
/// <param name="Type">What it takes, for people: <c>a whole number of at least 1</c>, <c>a number</c>, <c>true or false</c>, <c>an
/// objective</c>.</param>
/// <param name="Default">Its value as text.</param>
public sealed record OptionInfo(string Name, string Type, string Default)
{
    /// <summary>The values that have names; empty for numbers.</summary>
    public IReadOnlyList<KnownPart> Known { get; init; } = [];
}

/// <summary>Reads and changes the options of immutable records by name: <c>--set critic_steps=5</c>.</summary>
public static class OptionBinder
{
    /// <summary>The options of a record with their values.</summary>
    public static IReadOnlyList<OptionInfo> List(object options) =>
        [.. Properties(options).Select(p =>
            new OptionInfo(NameOf(p), TakesOf(p), Format(p.GetValue(options))) { Known = RuleOf(p)?.Known ?? [] })];

    /// <summary>The options as text by name.</summary>
    public static SortedDictionary<string, string> ToText(object options) =>
        new(List(options).ToDictionary(o => o.Name, o => o.Default), StringComparer.Ordinal);

    /// <summary>
    /// A copy of a record with some options changed; names that it does not have are left in <paramref name="settings"/>.
    /// </summary>
    /// <param name="options">The record.</param>
    /// <param name="settings">Values by name; what was used is removed.</param>
    /// <exception cref="UserException">A value cannot be read.</exception>
    public static T With<T>(T options, IDictionary<string, string> settings) where T : class
    {
        var copy = (T)options.GetType().GetMethod("<Clone>$")!.Invoke(options, null)!;
        foreach (var property in Properties(options))
        {
            if (!settings.Remove(NameOf(property), out var text))
                continue;
            var value = Parse(property, text);
            Check(property, value);
            property.SetValue(copy, value);
        }
        return copy;
    }

    /// <summary>Refuses values that cannot work, before anything is built or written.</summary>
    /// <exception cref="UserException">A value breaks the rule of its option; the message names both.</exception>
    public static void Check(object options)
    {
        foreach (var property in Properties(options))
            Check(property, property.GetValue(options)!);
    }

    private static void Check(PropertyInfo property, object value)
    {
        if (RuleOf(property)?.Refuse(value) is { } why)
            throw new UserException($"option {NameOf(property)}{why}");
    }

    /// <summary>Refuses settings that nothing used.</summary>
    /// <exception cref="UserException">There are some; the message lists the known names.</exception>
    public static void RefuseUnknown(IDictionary<string, string> settings, params ReadOnlySpan<object> known)
    {
        if (settings.Count == 0)
            return;
        var names = new List<string>();
        foreach (var options in known)
            names.AddRange(List(options).Select(o => o.Name));
        var unknown = settings.Keys.First();
        throw new UserException($"there is no option '{unknown}'{NearestName.Hint(unknown, names)}; "
            + $"known are {string.Join(", ", names.Order(StringComparer.Ordinal))}");
    }

    /// <summary>Splits <c>name=value</c> texts.</summary>
    /// <exception cref="UserException">A text is not of that form.</exception>
    public static Dictionary<string, string> Split(IEnumerable<string> settings)
    {
        var result = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var setting in settings)
        {
            var at = setting.IndexOf('=', StringComparison.Ordinal);
            var name = at < 0 ? "" : setting[..at].Trim().Replace('-', '_');
            if (name.Length == 0)
                throw new UserException($"'{setting}' is not name=value, e.g. --set batch=64");
            result[name] = setting[(at + 1)..].Trim();
        }
        return result;
    }

    private static IEnumerable<PropertyInfo> Properties(object options) =>
        options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite);

    private static object Parse(PropertyInfo property, string text)
    {
        var (name, type) = (NameOf(property), property.PropertyType);
        object? value = null;
        if (RuleOf(property) is ReadingRule rule)
            return Read(name, rule, text);
        if (type == typeof(string))
            value = text;
        else if (type == typeof(int) && NumberText.TryWhole(text, out var i) && i is >= int.MinValue and <= int.MaxValue)
            value = (int)i;
        else if (type == typeof(long) && NumberText.TryWhole(text, out var l))
            value = l;
        else if (type == typeof(double) && NumberText.TryNumber(text, out var d))
            value = d;
        else if (type == typeof(bool) && bool.TryParse(text, out var b))
            value = b;
        var hint = type == typeof(string) || type == typeof(bool) ? "" : NumberText.Hint(text, type != typeof(double));
        return value ?? throw new UserException($"option {name} takes {TypeOf(type)}, not '{text}'{hint}");
    }

    private static object Read(string name, ReadingRule rule, string text)
    {
        try
        {
            return rule.Read(text);
        }
        catch (ArgumentException e)
        {
            throw new UserException($"option {name}{e.Message}");
        }
    }

    private static OptionRuleAttribute? RuleOf(PropertyInfo property) =>
        property.GetCustomAttribute<OptionRuleAttribute>() ?? ReadingRule.For(property.PropertyType);

    // "a number above 0"; a rule for text says all there is to say.
    private static string TakesOf(PropertyInfo property) => RuleOf(property) switch
    {
        null => TypeOf(property.PropertyType),
        BoundsAttribute bounds => $"{TypeOf(property.PropertyType)}, {bounds.Takes}",
        { } rule => rule.Takes,
    };

    private static string TypeOf(Type type) =>
        type == typeof(bool) ? "true or false" : type == typeof(double) ? "a number" : type == typeof(string) ? "text" : "a whole number";

    private static string Format(object? value) => value switch
    {
        double d => d.ToString("R", CultureInfo.InvariantCulture),
        bool b => b ? "true" : "false",
        Enum word => word.ToString().ToLowerInvariant(),
        IFormattable f => f.ToString(null, CultureInfo.InvariantCulture),
        _ => value?.ToString() ?? "",
    };

    // CriticSteps becomes critic_steps.
    private static string NameOf(PropertyInfo property)
    {
        var text = new StringBuilder();
        foreach (var letter in property.Name)
        {
            if (char.IsUpper(letter) && text.Length > 0)
                text.Append('_');
            text.Append(char.ToLowerInvariant(letter));
        }
        return text.ToString();
    }
}
