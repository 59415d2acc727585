using Earthmover.Torch;

namespace Earthmover.Nn.Layers;

/// <summary>Changes of a sample's shape, as modules.</summary>
public static class Shapes
{
    /// <summary>[N, …] → [N, the product of the rest].</summary>
    public static Module Flatten() => new Lambda(x => x.Flatten(1));

    /// <summary>[N, …] → [N, <paramref name="sample"/>].</summary>
    public static Module Reshape(params long[] sample) => new Lambda(x => x.Reshape([x.Size(0), .. sample]));

    /// <summary>Sum over all places: [N, C, …] → [N, C].</summary>
    public static Module GlobalSum() => new Lambda(x => x.Flatten(2).Sum([2]));

    /// <summary>Mean over all places: [N, C, …] → [N, C].</summary>
    public static Module GlobalMean() => new Lambda(x => x.Flatten(2).Mean([2]));
}
