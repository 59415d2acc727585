using Earthmover.Torch;

namespace Earthmover.Constraints;

/// <summary>What keeps a critic's slope in bounds: a penalty of a function, a projection of its weights, or neither (a layer does it).</summary>
public abstract record Constraint
{
    /// <summary>Name on the command line, e.g. <c>gradient-penalty</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The penalty differentiates per sample, so the critic must not couple the samples of a batch.</summary>
    public virtual bool IsPerSample => false;

    /// <summary>The critic's layers must be built with spectral normalisation.</summary>
    public virtual bool NeedsSpectralNorm => false;

    /// <summary>The penalty to add to the critic's loss, a tensor without axes; null where there is none.</summary>
    /// <param name="critic">The critic as a function of one argument: D, or x ↦ D(x, y).</param>
    /// <param name="real">Real samples [N, …].</param>
    /// <param name="fake">Generated samples [N, …], without a graph.</param>
    public virtual Tensor? Of(Func<Tensor, Tensor> critic, Tensor real, Tensor fake) => null;

    /// <summary>Changes the critic's weights in place after its step.</summary>
    /// <param name="weights">All parameters of the critic [P].</param>
    public virtual void Project(Tensor weights)
    {
    }

    /// <summary>Refuses a critic whose samples influence each other.</summary>
    /// <exception cref="ArgumentException">The constraint is per sample and the critic couples the batch.</exception>
    public void Admit(bool couplesBatch)
    {
        if (IsPerSample && couplesBatch)
            throw new ArgumentException($"the constraint '{Name}' differentiates the critic sample by sample, but this critic couples the samples of a batch (batch normalisation or minibatch features): use layer, instance, weight or no normalisation");
    }
}
