using Earthmover.Torch;

namespace Earthmover.Nn.Layers;

/// <summary>Modules one after another; named by their position.</summary>
public sealed class Sequential : Module
{
    private readonly Module[] _layers;

    /// <summary>The composition layerₙ ∘ … ∘ layer₀.</summary>
    public Sequential(params IEnumerable<Module> layers) => _layers = [.. layers.Select((layer, i) => Add($"{i}", layer))];

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x)
    {
        foreach (var layer in _layers)
            x = layer.Forward(x);
        return x;
    }
}

/// <summary>A function without parameters, as a module.</summary>
public sealed class Lambda(Func<Tensor, Tensor> function) : Module
{
    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => function(x);
}
