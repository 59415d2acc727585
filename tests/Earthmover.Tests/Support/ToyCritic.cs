using Earthmover.Nn;
using Earthmover.Nn.Layers;
using Earthmover.Nn.Optimizers;
using Earthmover.Torch;

namespace Earthmover.Tests.Support;

/// <summary>A small perceptron and its Adam, for critics trained to their optimum within a test.</summary>
internal sealed class ToyCritic : IDisposable
{
    private readonly Sequential _network;
    private readonly Optimizer _optimizer;

    public ToyCritic(int inputs, Func<Module> activation, int width = 64, int hidden = 3, double rate = 2e-3, double beta1 = 0, double beta2 = 0.9)
    {
        _network = new(Layers());
        _optimizer = new AdamOptions(rate, beta1, beta2).Create(_network.Flat);

        IEnumerable<Module> Layers()
        {
            for (var i = 0; i < hidden; i++)
            {
                yield return new Linear(i == 0 ? inputs : width, width, initializer: Initializers.HeUniform);
                yield return activation();
            }
            yield return new Linear(width, 1);
        }
    }

    /// <summary>The critic as a function.</summary>
    public Tensor D(Tensor x) => _network.Forward(x);

    /// <summary>Minimises a loss; the step size falls linearly to a hundredth over the second half.</summary>
    public void Train(int steps, Func<Tensor> loss)
    {
        for (var step = 0; step < steps; step++)
        {
            using var turn = TensorScope.Open();
            _network.Flat.WriteGradients(Autograd.Gradients(loss(), _network.Flat.Leaves, allowUnused: true));
            _optimizer.Step(Math.Clamp(2.0 * (steps - step) / steps, 0.01, 1));
        }
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        _network.Dispose();
    }
}
