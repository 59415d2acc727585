using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Nn.Optimizers;

/// <summary>
/// An optimizer's step size, step count and leave to move as tensors of one number on its device: a step reads them there, waits for
/// nothing, and can be recorded.
/// </summary>
public sealed class DevicePace
{
    private double _rate = double.NaN;

    internal DevicePace(Device device, TensorOwner owner)
    {
        using var scope = TensorScope.Open();
        Rate = owner.Adopt(Tensor.Zeros([1], device: device));
        Steps = owner.Adopt(Tensor.Zeros([1], device: device));
        Halt = owner.Adopt(Tensor.Zeros([1], device: device));
    }

    /// <summary>Step size [1].</summary>
    public Tensor Rate { get; }

    /// <summary>Steps taken [1].</summary>
    public Tensor Steps { get; }

    /// <summary>1 where nothing may move any more, since a gradient was not finite; else 0 [1].</summary>
    public Tensor Halt { get; private set; }

    /// <summary>Several optimizers stop together: they all look at this tensor [1], which stays its owner's.</summary>
    public void Obey(Tensor halt) => Halt = halt;

    internal void SetRate(double rate)
    {
        if (rate == _rate)
            return;
        Op.Fill_(Rate, rate);
        _rate = rate;
    }

    internal void SetSteps(long steps) => Op.Fill_(Steps, steps);

    // The gradients, or zeros.
    internal Tensor Admit(Tensor gradients) => Op.MaskedFill(gradients, Op.Ne(Halt, 0), 0);
}
