using Earthmover.Nn;
using Earthmover.Nn.Layers;
using Earthmover.Nn.Optimizers;
using Earthmover.Torch;

namespace Earthmover.Claims.Lab;

/// <summary>A perceptron and its Adam without a game: a critic that is trained to its optimum between laws that stay as they are.</summary>
public sealed class LoneCritic : IDisposable
{
    private readonly Learner _learner;

    /// <summary>Begins with random weights from the stream <c>init</c>.</summary>
    /// <param name="inputs">Numbers per sample.</param>
    /// <param name="activation">Makes the layer after each hidden one.</param>
    /// <param name="width">Units of each hidden layer.</param>
    /// <param name="hidden">Hidden layers.</param>
    /// <param name="rate">Step size.</param>
    /// <param name="beta1">β₁ of Adam.</param>
    /// <param name="beta2">β₂ of Adam.</param>
    /// <param name="spectral">Every layer is divided by its largest singular value.</param>
    public LoneCritic(int inputs, Func<Module> activation, int width = 64, int hidden = 3,
        double rate = 2e-3, double beta1 = 0, double beta2 = 0.9, bool spectral = false)
    {
        var scaled = spectral ? Reparametrization.Spectral : Reparametrization.None;
        _learner = new(new Sequential(Layers()), new AdamOptions(rate, beta1, beta2));

        IEnumerable<Module> Layers()
        {
            for (var i = 0; i < hidden; i++)
            {
                yield return new Linear(i == 0 ? inputs : width, width, initializer: Initializers.HeUniform, reparametrization: scaled);
                yield return activation();
            }
            yield return new Linear(width, 1, reparametrization: scaled);
        }
    }

    /// <summary>The critic as a function: [N, inputs] → [N, 1].</summary>
    public Tensor D(Tensor x) => _learner.Map(x);

    /// <summary>Minimizes a loss; the step size falls linearly to a hundredth over the second half.</summary>
    /// <param name="steps">Steps.</param>
    /// <param name="loss">The loss at the present weights, a tensor without axes.</param>
    /// <param name="after">Called with the network's weights [P] after each step: a projection.</param>
    /// <param name="every">Called after each step with the number of steps made.</param>
    public void Train(int steps, Func<Tensor> loss, Action<Tensor>? after = null, Action<int>? every = null)
    {
        for (var step = 0; step < steps; step++)
        {
            _learner.Step(loss, Learner.Decay(step, steps));
            after?.Invoke(Network.Flat.Values);
            every?.Invoke(step + 1);
        }
    }

    /// <summary>The network itself, for measurements.</summary>
    public Module Network => _learner.Network;

    /// <inheritdoc/>
    public void Dispose() => _learner.Dispose();
}
