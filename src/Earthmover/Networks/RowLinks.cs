using Earthmover.Nn;
using Earthmover.Torch;

namespace Earthmover.Networks;

/// <summary>
/// Lets each column of a row see those that were made before it: what they are is added up in a short vector, which shifts what the
/// generator gives for the next. Without it columns are made alone, and two that go together have to agree by way of z.
/// </summary>
/// <remarks>Its rank is that of a fully visible sigmoid belief network's weights (Neal, 1992, doi:10.1016/0004-3702(92)90065-6).</remarks>
public sealed class RowLinks : Module
{
    private readonly Parameter _from, _into;

    /// <summary>Links that do nothing yet.</summary>
    /// <param name="size">Numbers of a row.</param>
    /// <param name="rank">Length of the vector.</param>
    public RowLinks(int size, int rank)
    {
        using var scope = TensorScope.Open();
        _from = AddParameter("from", Initializers.Normal(0.3)([size, rank], size, rank));
        _into = AddParameter("into", Tensor.Zeros([rank, size]));
    }

    /// <summary>What each number of a row adds to the vector [size, rank].</summary>
    public Tensor From => _from.Value;

    /// <summary>What the vector adds to each number of a later column [rank, size].</summary>
    public Tensor Into => _into.Value;

    /// <summary>[N, size] → [N, size]: what whole rows would add to a row after them.</summary>
    protected override Tensor Compute(Tensor x) => x.MatMul(From).MatMul(Into);
}
