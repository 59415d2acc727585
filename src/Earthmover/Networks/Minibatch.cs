using Earthmover.Nn;
using Earthmover.Nn.Layers;

namespace Earthmover.Networks;

/// <summary>
/// What a critic is told of the other samples of a batch, so that a generator that makes one sample over and over is seen through.
/// </summary>
public sealed class Minibatch : IOptionPart<Minibatch>
{
    /// <summary>Nothing.</summary>
    public static Minibatch None { get; } = new(_ => null, 0);

    private static readonly Catalog<Minibatch> s_catalog = new("minibatch layer",
    [
        new("none", "nothing: each sample is judged alone", "", _ => None),
        new("deviation", "how much features differ in the batch (1710.10196), or in groups of so many samples, which r1 admits", "group=0",
            o => Deviation(o.Integer("group"))),
        new("discrimination", "how near the other samples are, in learned coordinates (1606.03498)", "kernels=100 size=5",
            o => Discrimination(o.Integer("kernels"), o.Integer("size"))),
    ]);

    private readonly Func<int, Module?> _layer;
    private readonly int _numbers;

    private Minibatch(Func<int, Module?> layer, int numbers) => (_layer, _numbers) = (layer, numbers);

    static string IOptionPart<Minibatch>.Takes => "what the critic is told of a batch, with options after ?";

    static IReadOnlyList<KnownPart> IOptionPart<Minibatch>.Known => s_catalog.Known;

    static Minibatch IOptionPart<Minibatch>.Parse(string text) => s_catalog.Create(text);

    /// <summary>The layer on features [N, F], if there is one, and how many numbers come out of it.</summary>
    internal (IEnumerable<Module> Layers, int Features) On(int features) =>
        (_layer(features) is { } layer ? [layer] : [], features + _numbers);

    private static Minibatch Deviation(int group) => group is 0 or > 1
        ? new(_ => new MinibatchDeviation(group), 1)
        : throw new ArgumentException($"minibatch deviation is of groups of 2 samples or more, or of the batch (group=0), not of {group}");

    private static Minibatch Discrimination(int kernels, int size) => kernels > 0 && size > 0
        ? new(features => new MinibatchDiscrimination(features, kernels, size), kernels)
        : throw new ArgumentException($"minibatch discrimination has kernels and coordinates, not {kernels} and {size}");
}
