using Earthmover.Nn;
using Earthmover.Nn.Layers;

namespace Earthmover.Networks;

/// <summary>What steadies the layers of a network.</summary>
public enum Normalization
{
    /// <summary>Nothing.</summary>
    None,
    /// <summary>Batch normalization; couples the samples of a batch, so not for a critic under a per-sample penalty.</summary>
    Batch,
    /// <summary>Layer normalization; the recommended one under a gradient penalty (arXiv:1704.00028).</summary>
    Layer,
    /// <summary>Instance normalization; needs images or sequences.</summary>
    Instance,
    /// <summary>Spectral normalization of every weight.</summary>
    Spectral,
    /// <summary>Weight normalization of every weight.</summary>
    Weight,
}

/// <summary>Normalizations by name, as options name them.</summary>
public sealed class Normalizations : IOptionPart
{
    private static readonly Dictionary<string,
        Normalization> s_all = Enum.GetValues<Normalization>().ToDictionary(n => n.ToString().ToLowerInvariant());

    private Normalizations()
    {
    }

    static string IOptionPart.Takes => $"one of {string.Join(", ", s_all.Keys)}";

    static IReadOnlyList<KnownPart> IOptionPart.Known => [.. s_all.Keys.Select(name => new KnownPart(name))];

    static void IOptionPart.Check(string text) => Named(text);

    /// <summary>The normalization of a name.</summary>
    /// <exception cref="ArgumentException">The name is unknown.</exception>
    public static Normalization Named(string name) => s_all.TryGetValue(name, out var value) ? value
        : throw new ArgumentException($"unknown normalization '{name}'{NearestName.Hint(name, s_all.Keys)}: known are {string.Join(", ", s_all.Keys)}");
}

internal static class NormalizationExtensions
{
    extension(Normalization normalization)
    {
        /// <summary>What the weights are made from.</summary>
        public Reparametrization Reparametrization => normalization switch
        {
            Normalization.Spectral => Reparametrization.Spectral,
            Normalization.Weight => Reparametrization.Weight,
            _ => Reparametrization.None,
        };

        /// <summary>A number added to a whole channel before this normalization has no effect, so the layer before it learns none.</summary>
        public bool AbsorbsBias => normalization is Normalization.Batch or Normalization.Instance;

        /// <summary>This kind of reparametrization, but no layers between the others.</summary>
        public Normalization WithoutLayers => normalization.Reparametrization == Reparametrization.None ? Normalization.None : normalization;

        /// <summary>The layer of normalization for [N, channels, …], if there is one.</summary>
        public IEnumerable<Module> Layers(int channels, Initializer? gain = null) => normalization switch
        {
            Normalization.Batch => [new BatchNorm(channels, gain: gain)],
            Normalization.Layer => [new LayerNorm(channels)],
            Normalization.Instance => [new InstanceNorm(channels)],
            _ => [],
        };
    }
}
