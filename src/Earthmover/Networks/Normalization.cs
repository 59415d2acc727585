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

        /// <summary>
        /// A number added to a whole channel before this normalization has no effect, so the layer before it learns none.
        /// </summary>
        public bool AbsorbsBias => normalization is Normalization.Batch or Normalization.Instance;

        /// <summary>This kind of reparametrization, but no layers between the others.</summary>
        public Normalization WithoutLayers =>
            normalization.Reparametrization == Reparametrization.None ? Normalization.None : normalization;

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
