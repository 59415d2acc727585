using Earthmover.Nn.Optimizers;

namespace Earthmover.Systems;

/// <summary>Optimizers by name, as options name them.</summary>
/// <param name="Name">The name.</param>
/// <param name="Of">Its settings from a step size and the β of Adam.</param>
public sealed record OptimizerKind(string Name, Func<double, double, double, OptimizerOptions> Of) : IOptionPart<OptimizerKind>
{
    private static readonly OptimizerKind[] s_all =
    [
        new("adam", (rate, beta1, beta2) => new AdamOptions(rate, beta1, beta2)),
        new("rmsprop", (rate, _, _) => new RmsPropOptions { LearningRate = rate }),
        new("sgd", (rate, _, _) => new SgdOptions { LearningRate = rate }),
    ];

    private static IEnumerable<string> Names => s_all.Select(kind => kind.Name);

    static string IOptionPart<OptimizerKind>.Takes => $"one of {string.Join(", ", Names)}";

    static IReadOnlyList<KnownPart> IOptionPart<OptimizerKind>.Known => [.. Names.Select(name => new KnownPart(name))];

    static OptimizerKind IOptionPart<OptimizerKind>.Parse(string text) => Array.Find(s_all, kind => kind.Name == text)
        ?? throw new ArgumentException($"unknown optimizer '{text}'{NearestName.Hint(text, Names)}: known are {string.Join(", ", Names)}");
}
