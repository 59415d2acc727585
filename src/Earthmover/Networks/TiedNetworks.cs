using Earthmover.Nn;
using Earthmover.Nn.Layers;
using Earthmover.Torch;

namespace Earthmover.Networks;

/// <summary>
/// Two networks of one architecture that share layers: generators the first ones, which say what is shown, critics the last ones, which
/// know it again (CoGAN, arXiv:1606.07536, section 3). As one network, it is the second of them.
/// </summary>
public sealed class TiedNetworks : Module
{
    private readonly Module _first, _second;

    private TiedNetworks(IReadOnlyList<Module> first, IReadOnlyList<Module> second) =>
        (_first, _second) = (Add("a", new Sequential(first)), Add("b", new Sequential(second)));

    /// <summary>Generators that differ in their last layers.</summary>
    /// <param name="make">Makes one of them; it is called twice.</param>
    /// <param name="own">Layers with weights, or blocks of such, that each has for itself; as many as there are ties nothing.</param>
    /// <exception cref="ArgumentException">The architecture is no sequence of layers.</exception>
    public static TiedNetworks AtTheStart(Func<Module> make, int own) => Of(make, layers =>
    {
        var weighted = Weighted(layers);
        return own >= weighted.Count ? 0 : own == 0 ? layers.Count : weighted[^own];
    }, first: true);

    /// <summary>Critics that differ in their first layers.</summary>
    /// <inheritdoc cref="AtTheStart"/>
    public static TiedNetworks AtTheEnd(Func<Module> make, int own) => Of(make, layers =>
    {
        var weighted = Weighted(layers);
        return own >= weighted.Count ? layers.Count : weighted[own];
    }, first: false);

    // Where layers have weights, among those of a network; a block of layers is one.
    private static List<int> Weighted(IReadOnlyList<Module> layers) =>
        [.. layers.Index().Where(layer => HasWeights(layer.Item)).Select(layer => layer.Index)];

    private static bool HasWeights(Module layer) => layer is WeightedLayer || layer.Children.Any(HasWeights);

    private static TiedNetworks Of(Func<Module> make, Func<IReadOnlyList<Module>, int> cut, bool first)
    {
        var a = Layers(make());
        var b = Layers(make());
        var at = cut(a);
        // What of the second network the first one's layers stand for is not needed.
        foreach (var layer in first ? b.Take(at) : b.Skip(at))
            layer.Dispose();
        return new(a, first ? [.. a.Take(at), .. b.Skip(at)] : [.. b.Take(at), .. a.Skip(at)]);
    }

    private static IReadOnlyList<Module> Layers(Module network) => network is Sequential ? [.. network.Children]
        : throw new ArgumentException("networks are tied layer by layer, and this architecture is no sequence of layers: use dcgan or mlp");

    /// <summary>The first of them.</summary>
    public Tensor First(Tensor x) => _first.Forward(x);

    /// <summary>The second of them.</summary>
    public Tensor Second(Tensor x) => _second.Forward(x);

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => _second.Forward(x);
}
