using Earthmover.Data;
using Earthmover.Games;
using Earthmover.Nn;
using Earthmover.Torch;

namespace Earthmover.Systems;

/// <summary>What games have in common whose generator is told a class, G: (z, y) → x, against one critic.</summary>
public abstract class ToldSystem : GanSystem<Batch>, ISampler, IScorer
{
    /// <summary>The law of classes.</summary>
    /// <param name="context">Data with classes.</param>
    /// <exception cref="ArgumentException">They have none.</exception>
    private protected ToldSystem(SystemContext context) => Prior = new(context.ClassShares);

    /// <summary>Classes, as often as the data has them.</summary>
    private protected ClassPrior Prior { get; }

    /// <summary>G.</summary>
    private protected ToldGenerator Told { get; init; } = null!;

    /// <inheritdoc/>
    public override IReadOnlyList<Module> Generators => [Networks["generator"]];

    /// <inheritdoc/>
    public IReadOnlyList<Module> Critics => [Networks["critic"]];

    /// <inheritdoc cref="ToldGenerator.Latent"/>
    public Latent Latent => Told.Latent;

    /// <inheritdoc/>
    public Condition Condition => new Condition.Class(Prior.Shares);

    /// <inheritdoc/>
    public Tensor Generate(Tensor z, Tensor? condition = null) => Told.Of(z, condition);

    /// <inheritdoc/>
    public abstract Tensor Score(Tensor x, Tensor? condition = null);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        Prior?.Dispose();
        base.Dispose(disposing);
    }
}
