using Earthmover.Nn;
using Earthmover.Nn.Layers;
using Earthmover.Nn.PyTorch;
using Earthmover.Torch;

namespace Earthmover.Networks;

/// <summary>
/// A U-Net that is told a style where its picture is smallest: (x [N, C, H, W], weights of the styles [N, K]) → [N, C', H, W] in
/// [−1, 1].
/// </summary>
public sealed class ToldUNet : ConditionalModule
{
    private readonly Sequential _down, _up; // lists of layers, the largest size first
    private readonly FixedLinear _styles; // a vector for each style

    internal ToldUNet(IEnumerable<Module> down, IEnumerable<Module> up, int styles, int embedding)
    {
        _down = Add("down", new Sequential(down));
        _up = Add("up", new Sequential(up));
        _styles = Add("styles", new FixedLinear(styles, embedding));
    }

    /// <summary>What is left of pictures where they are smallest, flat.</summary>
    /// <param name="x">Pictures [N, C, H, W].</param>
    /// <returns>[N, D].</returns>
    public Tensor Encode(Tensor x)
    {
        using var scope = TensorScope.Open();
        return scope.Keep(Descend(x)[^1].Flatten(1));
    }

    /// <inheritdoc/>
    protected override string? InPyTorch(TorchTwin twin, string path)
    {
        var name = twin.Class("ToldUNet", """
            class ToldUNet(nn.Module):
                def __init__(self, down, up, styles):
                    super().__init__()
                    self.down, self.up, self.styles = down, up, styles

                def forward(self, x, weights):
                    held = []
                    for down in self.down:
                        x = down(x)
                        held.append(x)
                    x = self.styles(weights)[:, :, None, None].expand(-1, -1, x.shape[2], x.shape[3])
                    for i in reversed(range(len(held))):
                        x = self.up[i](torch.cat([held[i], x], 1))
                    return x
            """);
        return twin.Lines(name,
        [
            () => twin.Of(_down, $"{path}down."), () => twin.Of(_up, $"{path}up."), () => twin.Of(_styles, $"{path}styles."),
        ]);
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x, Tensor y)
    {
        var held = Descend(x);
        var (bottom, told) = (held[^1], _styles.Forward(y));
        x = told.Reshape(-1, told.Size(1), 1, 1).Expand([bottom.Size(0), told.Size(1), bottom.Size(2), bottom.Size(3)]);
        foreach (var (up, beside) in _up.Children.Zip(held).Reverse())
            x = up.Forward(Tensor.Cat([beside, x], 1));
        return x;
    }

    private List<Tensor> Descend(Tensor x)
    {
        var held = new List<Tensor>();
        foreach (var down in _down.Children)
            held.Add(x = down.Forward(x));
        return held;
    }
}
