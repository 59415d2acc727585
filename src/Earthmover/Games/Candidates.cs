using Earthmover.Nn;
using Earthmover.Torch;

namespace Earthmover.Games;

/// <summary>
/// Several samples are made for each that is given, and a critic chooses: each as likely as it is held for real rather than made, which is
/// exp D where D is the critic of a logistic game at its best (arXiv:1810.06758).
/// </summary>
/// <remarks>
/// The paper takes or leaves one sample after the other until one is taken. Here their number is given, so that a sample follows from its
/// latent vector and takes the same time as any other; the more candidates, the nearer is the law to the one that the critic believes in.
/// </remarks>
/// <param name="Single">The law of the latent vector of one.</param>
/// <param name="Count">How many; with 1 nothing is chosen.</param>
public sealed record Candidates(Latent Single, int Count)
{
    // Numbers of candidates that are held at once.
    private const long Most = 20_000_000;

    /// <summary>The law of the latent vectors of all, and of a number that chooses.</summary>
    public Latent Latent => Count == 1 ? Single : new(Single.Normals * Count, Single.Uniforms * Count + 1);

    /// <summary>Samples [N, size].</summary>
    /// <param name="z">[N, size of <see cref="Latent"/>].</param>
    /// <param name="make">Samples [K, size] of the normal and the uniform coordinates of K latent vectors.</param>
    /// <param name="critic">Scores [K, 1] of samples; null takes the first of each.</param>
    public Tensor Choose(Tensor z, Func<Tensor, Tensor, Tensor> make, Func<Tensor, Tensor>? critic)
    {
        ArgumentNullException.ThrowIfNull(z);
        ArgumentNullException.ThrowIfNull(make);
        using var scope = TensorScope.Open();
        var k = critic is null ? 1 : Count;
        Tensor Make(Tensor of)
        {
            Tensor Each(long from, int size) => of.Narrow(1, from, (long)size * k).Reshape([of.Size(0) * k, size]);
            return make(Each(0, Single.Normals), Each((long)Single.Normals * Count, Single.Uniforms));
        }
        if (k == 1)
            return scope.Keep(Make(z));
        List<Tensor> chosen = [];
        for (long first = 0, piece = Math.Clamp(Most / (k * (long)Single.Size), 1, z.Size(0)); first < z.Size(0); first += piece)
        {
            using var inner = TensorScope.Open();
            piece = Math.Min(piece, z.Size(0) - first);
            var some = z.Narrow(0, first, piece);
            var made = Make(some);
            var places = Categorical.Choose(critic!(made).Reshape([piece, k]), some.Narrow(1, z.Size(1) - 1, 1));
            chosen.Add(inner.Keep((places.Unsqueeze(2) * made.Reshape([piece, k, made.Size(1)])).Sum([1])));
        }
        return scope.Keep(Tensor.Cat([.. chosen]));
    }
}
