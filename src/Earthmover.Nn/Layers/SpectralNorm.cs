using Earthmover.Torch;

namespace Earthmover.Nn.Layers;

/// <summary>
/// W / σ(W) (arXiv:1802.05957), where power iteration follows the largest singular value σ of the weight as a matrix [out, the rest].
/// </summary>
/// <remarks>
/// That matrix norm is not the operator norm of a convolution: the two differ by a factor of up to the window's side over the stride.
/// </remarks>
internal sealed class SpectralNorm
{
    private const int WarmUp = 15;
    private readonly Buffer _u;
    private readonly int _outputAxis;

    /// <param name="u">The left vector [out], any start; persistent.</param>
    /// <param name="weight">The weight at creation.</param>
    /// <param name="outputAxis">Axis of the outputs: 0, but 1 for a transposed convolution.</param>
    public SpectralNorm(Buffer u, Tensor weight, int outputAxis)
    {
        (_u, _outputAxis) = (u, outputAxis);
        var matrix = Matrix(weight);
        for (var i = 0; i < WarmUp; i++)
            Advance(matrix);
    }

    /// <summary>The weight over its spectral norm. The two vectors are constants of the differentiation; σ = uᵀWv is not.</summary>
    /// <param name="weight">The learned weight.</param>
    /// <param name="advance">Take one power iteration; without it u stays as it is.</param>
    public Tensor Normalize(Tensor weight, bool advance)
    {
        var matrix = Matrix(weight);
        Tensor u, v;
        using (Autograd.Pause())
        {
            if (advance)
                Advance(matrix);
            // A copy for the graph, as the buffer changes with the next forward pass; and a unit vector, which an average of them is not.
            u = Direction(_u.Value);
            v = Direction(matrix.Transpose(0, 1).MatMul(u));
        }
        return weight / (u * matrix.MatMul(v)).Sum();
    }

    private void Advance(Tensor matrix) => _u.Value.CopyFrom(Direction(matrix.MatMul(Direction(matrix.Transpose(0, 1).MatMul(_u.Value)))));

    private static Tensor Direction(Tensor x) => x / (x.Square().Sum().Sqrt() + 1e-12);

    private Tensor Matrix(Tensor weight) => (_outputAxis == 0 ? weight : weight.Transpose(0, _outputAxis)).Flatten(1);
}
