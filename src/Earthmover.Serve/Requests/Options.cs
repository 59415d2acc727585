using Earthmover.Serve.Answers;

namespace Earthmover.Serve.Requests;

/// <summary>What may stand in the address where the body is a picture.</summary>
internal static class Options
{
    /// <summary>Of <c>translate</c>.</summary>
    public static IReadOnlyDictionary<string, Func<TranslateOrder, string, TranslateOrder>> Translate { get; } =
        new Dictionary<string, Func<TranslateOrder, string, TranslateOrder>>
        {
            ["to"] = (order, text) => order with { To = text },
            ["style"] = (order, text) => order with { Style = text },
        };

    /// <summary>Of <c>project</c>.</summary>
    public static IReadOnlyDictionary<string, Func<ProjectOrder, string, ProjectOrder>> Project { get; } =
        new Dictionary<string, Func<ProjectOrder, string, ProjectOrder>>
        {
            ["encoder"] = (order, text) => order with { Encoder = Truth("encoder", text) },
            ["steps"] = (order, text) => order with { Steps = (int)Whole("steps", text, int.MaxValue) },
            ["seed"] = (order, text) => order with { Seed = Whole("seed", text, long.MaxValue) },
        };

    /// <summary>Of <c>score</c>.</summary>
    public static IReadOnlyDictionary<string, Func<ScoreOrder, string, ScoreOrder>> Score { get; } =
        new Dictionary<string, Func<ScoreOrder, string, ScoreOrder>>
        {
            ["class"] = (order, text) => order with { Class = text },
            ["text"] = (order, text) => order with { Text = text },
        };

    /// <summary>Of <c>classify</c>: none.</summary>
    public static IReadOnlyDictionary<string, Func<ClassifyOrder, string, ClassifyOrder>> Classify { get; } =
        new Dictionary<string, Func<ClassifyOrder, string, ClassifyOrder>>();

    private static bool Truth(string name, string text) =>
        text is "true" or "false" ? text == "true" : throw Not(name, text, "true or false");

    private static long Whole(string name, string text, long most) =>
        NumberText.TryWhole(text, out var value) && value >= 0 && value <= most ? value : throw Not(name, text, "a whole number");

    private static Refusal Not(string name, string text, string wanted) => Refusal.Bad($"?{name}= takes {wanted}, not '{text}'");
}
