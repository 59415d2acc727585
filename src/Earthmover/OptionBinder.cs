using System.Globalization;
using System.Reflection;
using System.Text;

namespace Earthmover;

/// <summary>One option of an immutable record, as the command line and documents name it.</summary>
/// <param name="Name">Its name in snake case, e.g. <c>critic_steps</c>.</param>
/// <param name="Type">Its type for people: <c>an integer</c>, <c>a number</c>, <c>true or false</c>, <c>text</c>.</param>
/// <param name="Default">Its value as text.</param>
public sealed record OptionInfo(string Name, string Type, string Default);

/// <summary>Reads and changes the options of immutable records by name: <c>--set critic_steps=5</c>.</summary>
public static class OptionBinder
{
    /// <summary>The options of a record with their values.</summary>
    public static IReadOnlyList<OptionInfo> List(object options) =>
        [.. Properties(options).Select(p => new OptionInfo(NameOf(p), TypeOf(p.PropertyType), Format(p.GetValue(options))))];

    /// <summary>The options as text by name.</summary>
    public static SortedDictionary<string, string> ToText(object options) =>
        new(List(options).ToDictionary(o => o.Name, o => o.Default), StringComparer.Ordinal);

    /// <summary>A copy of a record with some options changed; names that it does not have are left in <paramref name="settings"/>.</summary>
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
            property.SetValue(copy, Parse(NameOf(property), property.PropertyType, text));
        }
        return copy;
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
        throw new UserException($"there is no option '{settings.Keys.First()}'{NearestName.Hint(settings.Keys.First(), names)}; known are {string.Join(", ", names.Order(StringComparer.Ordinal))}");
    }

    /// <summary>Splits <c>name=value</c> texts.</summary>
    /// <exception cref="UserException">A text is not of that form.</exception>
    public static Dictionary<string, string> Split(IEnumerable<string> settings)
    {
        var result = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var setting in settings)
        {
            var at = setting.IndexOf('=', StringComparison.Ordinal);
            if (at <= 0)
                throw new UserException($"'{setting}' is not name=value, e.g. --set batch=64");
            result[setting[..at].Trim().Replace('-', '_')] = setting[(at + 1)..].Trim();
        }
        return result;
    }

    private static IEnumerable<PropertyInfo> Properties(object options) =>
        options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite);

    private static object Parse(string name, Type type, string text)
    {
        object? value = null;
        if (type == typeof(string))
            value = text;
        else if (type == typeof(int) && int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var i))
            value = i;
        else if (type == typeof(long) && long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var l))
            value = l;
        else if (type == typeof(double) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var d) && double.IsFinite(d))
            value = d;
        else if (type == typeof(bool) && bool.TryParse(text, out var b))
            value = b;
        return value ?? throw new UserException($"option {name} takes {TypeOf(type)}, not '{text}'");
    }

    private static string TypeOf(Type type) =>
        type == typeof(bool) ? "true or false" : type == typeof(double) ? "a number" : type == typeof(string) ? "text" : "an integer";

    private static string Format(object? value) => value switch
    {
        double d => d.ToString("R", CultureInfo.InvariantCulture),
        bool b => b ? "true" : "false",
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
