using Earthmover.Nn.Optimizers;

namespace Earthmover.Systems;

/// <summary>Optimizers by name, as options name them.</summary>
internal sealed class Optimizers : IOptionPart
{
    private static readonly Dictionary<string, Func<double, double, double, OptimizerOptions>> s_all = new()
    {
        ["adam"] = (rate, beta1, beta2) => new AdamOptions(rate, beta1, beta2),
        ["rmsprop"] = (rate, _, _) => new RmsPropOptions { LearningRate = rate },
        ["sgd"] = (rate, _, _) => new SgdOptions { LearningRate = rate },
    };

    private Optimizers()
    {
    }

    static string IOptionPart.Takes => $"one of {string.Join(", ", s_all.Keys)}";

    static IReadOnlyList<KnownPart> IOptionPart.Known => [.. s_all.Keys.Select(name => new KnownPart(name))];

    static void IOptionPart.Check(string text) => Named(text);

    /// <summary>Settings of an optimizer.</summary>
    /// <exception cref="ArgumentException">The name is unknown.</exception>
    public static OptimizerOptions Named(string name, double rate, double beta1, double beta2) => Named(name)(rate, beta1, beta2);

    private static Func<double, double, double, OptimizerOptions> Named(string name) => s_all.TryGetValue(name, out var make) ? make
        : throw new ArgumentException($"unknown optimizer '{name}'{NearestName.Hint(name, s_all.Keys)}: known are {string.Join(", ", s_all.Keys)}");
}
