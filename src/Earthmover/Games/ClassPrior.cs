using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Games;

/// <summary>The law of classes: each as often as it occurs in the data.</summary>
public sealed class ClassPrior : IDisposable
{
    private readonly TensorOwner _owner = new();
    private readonly Tensor _cuts; // where the normal law is cut so that its pieces have the classes' shares [1, K − 1]

    // No number of N(0, 1) that anybody draws is larger.
    private const double Largest = 8;

    /// <summary>A law of classes.</summary>
    /// <param name="shares">How often each occurs, in any unit [K].</param>
    /// <exception cref="ArgumentException">There are no classes.</exception>
    public ClassPrior(IReadOnlyList<double> shares)
    {
        if (shares.Count == 0)
            throw new ArgumentException("this system is told classes, and the data has none");
        Shares = shares;
        var (below, total) = (0.0, shares.Sum());
        var cuts = shares.SkipLast(1).Select(share => (float)Statistics.NormalQuantile((below += share) / total)).ToArray();
        using var scope = TensorScope.Open();
        _cuts = _owner.Adopt(Tensor.From<float>(cuts, [1, cuts.Length], RandomStreams.Current.Device));
        var numbers = shares.Select((_, k) => (float)Math.Clamp(NumberOf(shares, k), -Largest, Largest)).ToArray();
        Numbers = _owner.Adopt(Tensor.From<float>(numbers, [numbers.Length, 1], RandomStreams.Current.Device));
    }

    /// <summary>How often each class occurs, in any unit [K].</summary>
    public IReadOnlyList<double> Shares { get; }

    /// <summary>Number of classes, K.</summary>
    public int Count => Shares.Count;

    /// <summary>For each class the number of N(0, 1) in the middle of those that choose it [K, 1].</summary>
    public Tensor Numbers { get; }

    /// <summary>Classes that numbers of N(0, 1) choose, so that a latent vector can say its class.</summary>
    /// <param name="normal">[N, 1].</param>
    /// <returns>Int64 [N].</returns>
    public Tensor Choose(Tensor normal) => Op.Gt(normal, _cuts).To(DType.Int64).Sum([1]);

    /// <summary>The number of N(0, 1) in the middle of those that choose a class.</summary>
    /// <param name="shares">How often each class occurs, in any unit [K].</param>
    /// <param name="k">A class that occurs.</param>
    public static double NumberOf(IReadOnlyList<double> shares, int k) =>
        Statistics.NormalQuantile((shares.Take(k).Sum() + shares[k] / 2) / shares.Sum());

    /// <summary>Classes as vectors that are 1 at their place.</summary>
    /// <param name="classes">Int64 [N].</param>
    /// <returns>[N, K].</returns>
    public Tensor OneHot(Tensor classes) => Op.OneHot(classes, Count).To(DType.Float32);

    /// <inheritdoc/>
    public void Dispose() => _owner.Dispose();
}
