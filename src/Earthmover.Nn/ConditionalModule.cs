using Earthmover.Torch;

namespace Earthmover.Nn;

/// <summary>A module of two arguments: the sample, and what it is conditioned on.</summary>
public abstract class ConditionalModule : Module
{
    /// <summary>Applies the module to x under the condition y.</summary>
    public Tensor Forward(Tensor x, Tensor y)
    {
        using var scope = TensorScope.Open();
        return scope.Keep(Runtime.IsAutocasting ? Wide(x, y) : Compute(x, y));
    }

    private Tensor Wide(Tensor x, Tensor y) => Widened(() => Compute(x, y));

    /// <summary>The function itself.</summary>
    protected abstract Tensor Compute(Tensor x, Tensor y);

    /// <summary>There is no such function.</summary>
    /// <exception cref="InvalidOperationException">Always.</exception>
    protected sealed override Tensor Compute(Tensor x) =>
        throw new InvalidOperationException($"{GetType().Name} needs a condition: Forward(x, y)");
}
