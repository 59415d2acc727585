using Earthmover.Nn.PyTorch;
using Earthmover.Torch;

namespace Earthmover.Nn.Layers;

/// <summary>shortcut(x) + scale · body(x) (arXiv:1512.03385).</summary>
public sealed class Residual : Module
{
    private readonly Module _body;
    private readonly Module? _shortcut;
    private readonly double _scale;

    /// <summary>A block; the identity is the shortcut when there is none.</summary>
    public Residual(Module body, Module? shortcut = null, double scale = 1)
    {
        _body = Add("body", body);
        _shortcut = shortcut is null ? null : Add("shortcut", shortcut);
        _scale = scale;
    }

    /// <inheritdoc/>
    protected internal override string? InPyTorch(TorchTwin twin, string path)
    {
        var name = twin.Class("Residual", """
            class Residual(nn.Module):
                def __init__(self, body, shortcut=None, scale=1.0):
                    super().__init__()
                    self.body, self.shortcut, self.scale = body, shortcut, scale

                def forward(self, x):
                    return (x if self.shortcut is None else self.shortcut(x)) + self.scale * self.body(x)
            """);
        List<Func<string>> parts = [() => twin.Of(_body, $"{path}body.")];
        if (_shortcut is { } shortcut)
            parts.Add(() => twin.Of(shortcut, $"{path}shortcut."));
        if (_scale != 1)
            parts.Add(() => $"scale={TorchTwin.Number(_scale)}");
        return twin.Lines(name, parts);
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x)
    {
        var y = _body.Forward(x);
        return (_shortcut?.Forward(x) ?? x) + (_scale == 1 ? y : y * _scale);
    }
}
