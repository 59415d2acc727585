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

/// <summary>A generator and a critic of one's own, for games that no recipe of the catalogue plays.</summary>
/// <param name="estimator">What the critic maximises.</param>
/// <param name="generator">The generator with its optimizer.</param>
/// <param name="critic">The critic with its optimizer.</param>
/// <param name="latent">Draws what the generator gets.</param>
/// <param name="criticSteps">Critic's steps before each of the generator.</param>
public sealed class Duel(Estimator estimator, Learner generator, Learner critic, Func<Tensor> latent, int criticSteps = 5) : IDisposable
{
    /// <summary>What the critic maximises.</summary>
    public Estimator Estimator => estimator;

    /// <summary>The critic as a function.</summary>
    public Tensor D(Tensor x) => critic.Map(x);

    /// <summary>A batch of generated samples without a graph, in the innermost scope.</summary>
    public Tensor Generate() => Autograd.NoGrad(() => generator.Map(latent()));

    /// <summary>The critic's steps and the generator's.</summary>
    /// <param name="real">Draws a batch of real samples.</param>
    /// <param name="rate">Multiplies both step sizes.</param>
    public void Play(Func<Tensor> real, double rate = 1)
    {
        for (var i = 0; i < criticSteps; i++)
        {
            critic.Step(() => estimator.Loss(D, real(), Generate()), rate);
            estimator.Constraint.Project(critic.Network.Flat.Values);
        }
        generator.Step(() => estimator.GeneratorLoss(D, real(), generator.Map(latent())), rate);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        generator.Dispose();
        critic.Dispose();
    }
}
