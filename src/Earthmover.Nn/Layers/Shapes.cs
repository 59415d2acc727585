using Earthmover.Nn.PyTorch;
using Earthmover.Torch;

namespace Earthmover.Nn.Layers;

/// <summary>Changes of a sample's shape, as modules.</summary>
public static class Shapes
{
    /// <summary>[N, …] → [N, the product of the rest].</summary>
    public static Module Flatten() => new Lambda(x => x.Flatten(1), "nn.Flatten()", rank: 2);

    /// <summary>[N, …] → [N, <paramref name="sample"/>].</summary>
    public static Module Reshape(params long[] sample) => new Lambda(x => x.Reshape([x.Size(0), .. sample]),
        sample.Length == 1 ? "nn.Flatten()" : $"nn.Unflatten(1, ({string.Join(", ", sample)}))", sample.Length + 1);

    /// <summary>The same, smaller by a factor: x / <paramref name="divisor"/>.</summary>
    public static Module Divide(double divisor) => new Lambda(x => x / divisor, twin => twin.Class("Divide", """
        class Divide(nn.Module):
            def __init__(self, divisor):
                super().__init__()
                self.divisor = divisor

            def forward(self, x):
                return x / self.divisor
        """) + $"({TorchTwin.Number(divisor)})");

    /// <summary>Sum over all places: [N, C, …] → [N, C].</summary>
    public static Module GlobalSum() => new Lambda(x => x.Flatten(2).Sum([2]), twin => twin.Class("GlobalSum", """
        class GlobalSum(nn.Module):
            def forward(self, x):
                return x.flatten(2).sum(2)
        """) + "()", rank: 2);

    /// <summary>Mean over all places: [N, C, …] → [N, C].</summary>
    public static Module GlobalMean() => new Lambda(x => x.Flatten(2).Mean([2]),
        "nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten())", rank: 2);
}
