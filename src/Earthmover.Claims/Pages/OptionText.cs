using Earthmover.Games;

namespace Earthmover.Claims.Pages;

/// <summary>Options as pages show them.</summary>
internal static class OptionText
{
    /// <summary>What an option takes; choices that are explained have a table of their own, which is linked.</summary>
    public static string Takes(OptionInfo option) => IsExplained(option) ? $"[{option.Type}](parts.md#{option.Name})"
        : option.Known.Count > 0 && !option.Type.StartsWith("one of", StringComparison.Ordinal)
            ? $"{option.Type}: {string.Join(", ", option.Known.Select(part => part.Name))}" : option.Type;

    /// <summary>Its choices have a line about each.</summary>
    public static bool IsExplained(OptionInfo option) => option.Known.Any(part => part.Description.Length > 0);

    /// <summary>What the property behind an option says it is.</summary>
    public static string Meaning(Type options, string option, XmlComments comments)
    {
        var name = option.Replace("_", "", StringComparison.Ordinal);
        return comments.SummaryOf(options.GetProperties().First(p => p.Name.Equals(name, StringComparison.OrdinalIgnoreCase)));
    }

    /// <summary>Training options that differ from those of a training without wishes.</summary>
    public static IReadOnlyList<OptionInfo> Changed(TrainingOptions options)
    {
        var usual = OptionBinder.ToText(new TrainingOptions());
        return [.. OptionBinder.List(options).Where(option => option.Default != usual[option.Name])];
    }
}
