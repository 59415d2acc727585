using Earthmover.Torch;

namespace Earthmover.Objectives;

/// <summary>The two batches behind the scores: real [N, …] and fake [M, …].</summary>
public readonly record struct Samples(Tensor Real, Tensor Fake);

/// <summary>Turns the critic's scores into the losses of the two players. Scores are raw: no sigmoid inside the network; every loss is minimised.</summary>
public abstract class Objective
{
    /// <summary>Name on the command line, e.g. <c>non-saturating</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The generator's loss uses the real scores too (relativistic objectives, the c-transform).</summary>
    public virtual bool GeneratorSeesReal => false;

    /// <summary>The critic's loss, a tensor without axes.</summary>
    /// <param name="real">Scores of real samples [N] or [N, 1], any map of scores.</param>
    /// <param name="fake">Scores of generated samples.</param>
    /// <param name="samples">The samples themselves, which only the c-transform asks for.</param>
    public abstract Tensor Critic(Tensor real, Tensor fake, Samples? samples = null);

    /// <summary>The generator's loss, a tensor without axes.</summary>
    /// <param name="fake">Scores of generated samples.</param>
    /// <param name="real">Scores of real samples, where <see cref="GeneratorSeesReal"/>.</param>
    /// <param name="samples">The samples themselves, which only the c-transform asks for.</param>
    public abstract Tensor Generator(Tensor fake, Tensor? real = null, Samples? samples = null);
}
