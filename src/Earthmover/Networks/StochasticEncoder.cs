using Earthmover.Data;
using Earthmover.Nn;
using Earthmover.Torch;

namespace Earthmover.Networks;

/// <summary>The perceptron of an encoder whose latent vectors are drawn, μ(x) + σ(x) ε (arXiv:1606.00704, section 2.3).</summary>
public static class StochasticEncoder
{
    private const double WidestLog = 5; // |log σ| beyond which σ no longer follows the network

    /// <summary>Samples, flat → μ and log σ side by side [N, 2 Z].</summary>
    /// <param name="shape">The samples.</param>
    /// <param name="latent">Z.</param>
    /// <param name="hidden">Units of each hidden layer.</param>
    /// <param name="normalization">Between the layers.</param>
    public static Module Create(SampleShape shape, int latent, IReadOnlyList<int> hidden, Normalization normalization)
    {
        ArgumentNullException.ThrowIfNull(shape);
        return Mlp.Generator(new SampleShape.Points(2 * latent), shape.Size, hidden, normalization);
    }

    /// <summary>Latent vectors of samples [N, Z], in the innermost scope.</summary>
    /// <param name="encoder">The network.</param>
    /// <param name="x">Samples [N, …].</param>
    /// <param name="noise">ε [N, Z]; null takes the mean.</param>
    public static Tensor Draw(Module encoder, Tensor x, Tensor? noise)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        using var scope = TensorScope.Open();
        var parts = encoder.Forward(x.Flatten(1)).Chunk(2, 1);
        return scope.Keep(noise is null ? parts[0] : parts[0] + parts[1].Clamp(-WidestLog, WidestLog).Exp() * noise);
    }
}
