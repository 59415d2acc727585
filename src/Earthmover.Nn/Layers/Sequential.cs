using Earthmover.Nn.PyTorch;
using Earthmover.Torch;

namespace Earthmover.Nn.Layers;

/// <summary>Modules one after another; named by their position.</summary>
public sealed class Sequential : Module
{
    private readonly Module[] _layers;

    /// <summary>The composition layerₙ ∘ … ∘ layer₀.</summary>
    public Sequential(params IEnumerable<Module> layers) => _layers = [.. layers.Select((layer, i) => Add($"{i}", layer))];

    /// <inheritdoc/>
    protected internal override string? InPyTorch(TorchTwin twin, string path) =>
        twin.Lines("nn.Sequential", _layers.Select((layer, i) => (Func<string>)(() => twin.Of(layer, $"{path}{i}."))));

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x)
    {
        foreach (var layer in _layers)
            x = layer.Forward(x);
        return x;
    }
}

/// <summary>A function without parameters, as a module.</summary>
/// <param name="function">The function.</param>
/// <param name="inPyTorch">How PyTorch builds it; null where it does not.</param>
/// <param name="rank">Axes of its result, the samples' included; 0 for those of what it is given.</param>
public sealed class Lambda(Func<Tensor, Tensor> function, Func<TorchTwin, string>? inPyTorch = null, int rank = 0) : Module
{
    /// <summary>A function that <c>torch.nn</c> has.</summary>
    /// <inheritdoc cref="Lambda"/>
    public Lambda(Func<Tensor, Tensor> function, string inPyTorch, int rank = 0)
        : this(function, _ => inPyTorch, rank)
    {
    }

    /// <inheritdoc/>
    protected internal override string? InPyTorch(TorchTwin twin, string path)
    {
        var code = inPyTorch?.Invoke(twin);
        twin.Rank = rank == 0 ? twin.Rank : rank;
        return code;
    }

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => function(x);
}
