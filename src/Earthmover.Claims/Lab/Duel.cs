using Earthmover.Torch;

namespace Earthmover.Claims.Lab;

/// <summary>A generator and a critic of one's own, for games that no recipe of the catalog plays.</summary>
/// <param name="estimator">What the critic maximizes.</param>
/// <param name="generator">The generator with its optimizer.</param>
/// <param name="critic">The critic with its optimizer.</param>
/// <param name="latent">Draws what the generator gets.</param>
/// <param name="criticSteps">Critic's steps before each of the generator.</param>
public sealed class Duel(Estimator estimator, Learner generator, Learner critic, Func<Tensor> latent, int criticSteps = 5) : IDisposable
{
    /// <summary>What the critic maximizes.</summary>
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
