using Earthmover.Nn;
using Earthmover.Nn.Optimizers;
using Earthmover.Torch;

namespace Earthmover.Claims.Lab;

/// <summary>Any network with its optimizer, for experiments that set every step themselves.</summary>
public sealed class Learner : IDisposable
{
    private readonly Optimizer _optimizer;

    /// <summary>Takes a network over.</summary>
    /// <param name="network">The network; disposed with this.</param>
    /// <param name="optimizer">How its weights move.</param>
    public Learner(Module network, OptimizerOptions optimizer) => (Network, _optimizer) = (network, optimizer.Create(network.Flat));

    /// <summary>The network.</summary>
    public Module Network { get; }

    /// <summary>The network as a function.</summary>
    public Tensor Map(Tensor x) => Network.Forward(x);

    /// <summary>One step down a loss.</summary>
    /// <param name="loss">The loss at the present weights, a tensor without axes.</param>
    /// <param name="rate">Multiplies the step size.</param>
    public void Step(Func<Tensor> loss, double rate = 1)
    {
        using var turn = TensorScope.Open();
        Network.Flat.WriteGradients(Autograd.Gradients(loss(), Network.Flat.Leaves, allowUnused: true));
        _optimizer.Step(rate);
    }

    /// <summary>A step size that stays for the first half and then falls in a straight line to a hundredth.</summary>
    /// <param name="step">Steps made.</param>
    /// <param name="steps">Steps in all.</param>
    public static double Decay(long step, long steps) => Math.Clamp(2.0 * (steps - step) / steps, 0.01, 1);

    /// <inheritdoc/>
    public void Dispose()
    {
        _optimizer.Dispose();
        Network.Dispose();
    }
}
