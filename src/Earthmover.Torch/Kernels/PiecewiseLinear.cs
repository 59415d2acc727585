using Earthmover.Torch.Operators;

namespace Earthmover.Torch.Kernels;

// Rectifiers. The derivative is read from the sign of the result, which the next layer keeps anyway, and it has no derivative of its own:
// differentiating a gradient penalty never walks through the critic's forward pass.
internal static class PiecewiseLinear
{
    private static readonly bool[] s_saves = [false, true];

    public static Tensor Apply(Tensor x, double slope)
    {
        Tensor y;
        using (Autograd.Pause())
            y = slope == 0 ? Op.Relu(x) : Op.LeakyRelu(x, slope);
        return Autograd.IsRecording && x.RequiresGrad
            ? Differentiable.Record(y, [x, y.Detach()], (g, saved, _) => [Slope(g, saved[1], slope), null], s_saves)
            : y;
    }

    // g times 1 where y is positive, times the slope elsewhere.
    private static Tensor Slope(Tensor g, Tensor y, double slope)
    {
        using var scope = TensorScope.Open();
        Tensor product;
        using (Autograd.Pause())
        {
            // In two layouts the operator walks through memory in steps; a reordered copy of g is cheaper.
            var h = g.Rank != 4 ? g : y.IsChannelsLast ? g.Contiguous(MemoryFormat.ChannelsLast) : y.IsContiguous ? g.Contiguous() : g;
            product = scope.Keep(slope == 0 ? Op.ThresholdBackward(h, y, 0) : Op.LeakyReluBackward(h, y, slope, self_is_result: true));
        }
        return Autograd.IsRecording && g.RequiresGrad
            ? Differentiable.Record(product, [g, y], (h, saved, _) => [Slope(h, saved[1], slope), null], s_saves)
            : product;
    }
}
