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
    protected override Tensor Compute(Tensor x)
    {
        var y = _body.Forward(x);
        return (_shortcut?.Forward(x) ?? x) + (_scale == 1 ? y : y * _scale);
    }
}
