using Earthmover.Nn;
using Earthmover.Torch;

namespace Earthmover.Editing;

/// <summary>Latent vectors as what an optimizer moves.</summary>
internal sealed class FreeVectors : Module
{
    private readonly Parameter _z;

    /// <summary>Begins with some.</summary>
    /// <param name="z">[N, size]; copied.</param>
    public FreeVectors(Tensor z)
    {
        using var scope = TensorScope.Open();
        _z = AddParameter("z", z.Detach().Clone());
        _ = Flat;
    }

    /// <summary>The vectors [N, size], a leaf of the graph.</summary>
    public Tensor Value => _z.Value;

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => throw new NotSupportedException("latent vectors are no function");
}
