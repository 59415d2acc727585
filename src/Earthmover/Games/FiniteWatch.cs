using Earthmover.Nn.Optimizers;
using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Games;

// Lets no gradient that is not finite reach the parameters. The processor looks at each at once. Looking would make a device wait, so there
// the first bad one halts all optimizers by themselves, and is reported at the next look.
internal sealed class FiniteWatch : IDisposable
{
    private readonly TensorOwner _owner = new();
    private readonly Tensor? _halt;

    public FiniteWatch(IReadOnlyList<Optimizer> optimizers)
    {
        if (optimizers.FirstOrDefault(o => o.Pace is not null)?.Parameters.Values.Device is not { } device)
            return;
        using var scope = TensorScope.Open();
        _halt = _owner.Adopt(Tensor.Zeros([1], device: device));
        foreach (var optimizer in optimizers)
            optimizer.Pace?.Obey(_halt);
    }

    public bool IsOnDevice => _halt is not null;

    /// <summary>On a device: the squared norm of a player's gradients [1], of which it takes notice there.</summary>
    public Tensor Look(IEnumerable<Optimizer> optimizers)
    {
        using var scope = TensorScope.Open();
        using var pause = Autograd.Pause();
        var squares = optimizers.Select(o => o.Parameters.Gradients.Square().Sum()).Aggregate((a, b) => a + b).Reshape(1);
        _halt!.CopyFrom(Op.Maximum(_halt, 1 - Op.Isfinite(squares).To(DType.Float32)));
        return scope.Keep(squares);
    }

    /// <summary>Waits for a device.</summary>
    /// <exception cref="NotFiniteException">It met a gradient that is not finite.</exception>
    public void Settle(long steps)
    {
        if (_halt?.Item() > 0)
            throw NotFiniteException.OnDevice(steps);
    }

    public void Dispose() => _owner.Dispose();
}
