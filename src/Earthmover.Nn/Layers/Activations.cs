using Earthmover.Nn.PyTorch;
using Earthmover.Torch;
using Earthmover.Torch.Kernels;
using Earthmover.Torch.Operators;

namespace Earthmover.Nn.Layers;

/// <summary>Activations as modules.</summary>
public static class Activation
{
    /// <summary>max(x, 0).</summary>
    public static Module Relu() => new Lambda(x => Kernel.LeakyRelu(x, 0), "nn.ReLU()");
    /// <summary>x where positive, slope · x elsewhere; 0.2 is DCGAN's.</summary>
    public static Module LeakyRelu(double slope = 0.2) =>
        new Lambda(x => Kernel.LeakyRelu(x, slope), $"nn.LeakyReLU({TorchTwin.Number(slope)})");
    /// <summary>tanh x.</summary>
    public static Module Tanh() => new Lambda(x => x.Tanh(), "nn.Tanh()");
    /// <summary>1 / (1 + e⁻ˣ).</summary>
    public static Module Sigmoid() => new Lambda(x => x.Sigmoid(), "nn.Sigmoid()");
    /// <summary>x where positive, eˣ − 1 elsewhere.</summary>
    public static Module Elu() => new Lambda(x => Op.Elu(x), "nn.ELU()");
    /// <summary>log(1 + eˣ).</summary>
    public static Module Softplus() => new Lambda(x => x.Softplus(), "nn.Softplus()");
    /// <summary>softplus(2x + 2)/2 − 1, the smooth activation that WGAN-GP works with (arXiv:1704.00028, appendix).</summary>
    public static Module ShiftedSoftplus() => new Lambda(x => (x * 2 + 2).Softplus() / 2 - 1,
        twin => twin.Class("ShiftedSoftplus", """
        class ShiftedSoftplus(nn.Module):
            def forward(self, x):
                return nn.functional.softplus(2 * x + 2) / 2 - 1
        """) + "()");
    /// <summary>σ(a) · tanh(b) of the even channels a and the odd channels b: [N, 2C, …] → [N, C, …] (arXiv:1606.05328).</summary>
    public static Module Gate() => new Lambda(x =>
    {
        var pairs = x.Reshape([x.Size(0), x.Size(1) / 2, 2, .. x.Shape.AsSpan(2)]);
        return pairs.Select(2, 0).Sigmoid() * pairs.Select(2, 1).Tanh();
    }, twin => twin.Class("Gate", """
        class Gate(nn.Module):
            def forward(self, x):
                return torch.sigmoid(x[:, 0::2]) * torch.tanh(x[:, 1::2])
        """) + "()");
    /// <summary>Probabilities along axis 1: [N, V, …] → the same shape.</summary>
    public static Module Softmax() => new Lambda(x => Op.Softmax(x, 1), "nn.Softmax(1)");
}
