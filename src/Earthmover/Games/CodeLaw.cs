using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Games;

/// <summary>
/// A law of codes, so that new ones can be drawn: a Gaussian for each class, whose moments are those of the codes of the last batches that
/// a game has seen. It is state of its system, which needs no data to draw from it.
/// </summary>
/// <remarks>
/// <code>
/// h = μ_y + Σ_y^½ z,  z ~ N(0, I), kept within what every number of the codes has been
/// v = Σ^−½ (h − μ), with the mean and the covariance of all classes together: as far in each direction as codes differ in it
/// </code>
/// </remarks>
public sealed class CodeLaw : ISavedState, IDisposable
{
    // Batches that count: what is older fades, so that the sums stay small, and follow an encoder that still learns.
    private const double Memory = 5000;

    // Of the mean variance, added to all.
    private const double Floor = 1e-2;

    private readonly TensorOwner _owner = new();
    private readonly Tensor _counts, _sums, _squares, _low, _high; // [K], [K, C], [K, C, C], [C], [C]
    private readonly TensorOwner _factors = new();
    private double _mark = double.NaN;

    /// <summary>A law of codes that are still to be seen; until then z is the code.</summary>
    /// <param name="classes">K.</param>
    /// <param name="size">C, length of a code.</param>
    public CodeLaw(int classes, int size)
    {
        using var scope = TensorScope.Open();
        Tensor Zeros(params long[] shape) => _owner.Adopt(Tensor.Zeros(shape, device: RandomStreams.Current.Device));
        (Classes, Size) = (classes, size);
        (_counts, _sums, _squares) = (Zeros(classes), Zeros(classes, size), Zeros(classes, size, size));
        (_low, _high) = (Zeros(size), Zeros(size));
    }

    /// <summary>K, number of classes.</summary>
    public int Classes { get; }

    /// <summary>C, length of a code.</summary>
    public int Size { get; }

    /// <summary>Takes in the codes of a batch.</summary>
    /// <param name="h">[N, C].</param>
    /// <param name="y">The classes as vectors that are 1 at their place [N, K].</param>
    public void Gather(Tensor h, Tensor y)
    {
        using var scope = TensorScope.Open();
        using var pause = Autograd.Pause();
        (h, y) = (WholeBatch.Gather(h.Detach()), WholeBatch.Gather(y));
        void Add(Tensor sum, Tensor more) => sum.CopyFrom(sum * (1 - 1 / Memory) + more);
        var t = y.Transpose(0, 1);
        Add(_counts, y.Sum([0]));
        Add(_sums, t.MatMul(h));
        Add(_squares, (t.Unsqueeze(2) * h.Unsqueeze(0)).Transpose(1, 2).MatMul(h.Unsqueeze(0)));
        _low.CopyFrom(_low.Minimum(h.Amin(0)));
        _high.CopyFrom(_high.Maximum(h.Amax(0)));
    }

    /// <summary>Codes of latent vectors.</summary>
    /// <param name="z">N(0, I) [N, C].</param>
    /// <param name="y">One-hot classes [N, K].</param>
    /// <returns>[N, C].</returns>
    public Tensor Draw(Tensor z, Tensor y)
    {
        using var scope = TensorScope.Open();
        var factors = Factors();
        return scope.Keep(Confine(Mapped(z, y, factors.Roots) + y.MatMul(factors.Means)));
    }

    /// <summary>Latent vectors of codes: <see cref="Draw"/> gives them back.</summary>
    /// <param name="h">[N, C].</param>
    /// <param name="y">One-hot classes [N, K].</param>
    /// <returns>[N, C].</returns>
    public Tensor LatentOf(Tensor h, Tensor y)
    {
        using var scope = TensorScope.Open();
        var factors = Factors();
        return scope.Keep(Mapped(h - y.MatMul(factors.Means), y, factors.Inverses));
    }

    /// <summary>Codes in coordinates in which they differ as much in every direction, around 0.</summary>
    /// <param name="h">[N, C].</param>
    /// <returns>v [N, C].</returns>
    public Tensor Whiten(Tensor h)
    {
        using var scope = TensorScope.Open();
        var all = Factors();
        return scope.Keep((h - all.Mean).MatMul(all.Inverse));
    }

    /// <summary>The codes of such coordinates.</summary>
    /// <param name="v">[N, C].</param>
    /// <returns>h [N, C].</returns>
    public Tensor Unwhiten(Tensor v)
    {
        using var scope = TensorScope.Open();
        var all = Factors();
        return scope.Keep(v.MatMul(all.Root) + all.Mean);
    }

    /// <summary>Codes within what each of their numbers has been in the data; as they are before any was seen.</summary>
    /// <param name="h">[N, C].</param>
    public Tensor Confine(Tensor h)
    {
        using var scope = TensorScope.Open();
        return IsEmpty ? h : scope.Keep(h.Maximum(_low).Minimum(_high));
    }

    private bool IsEmpty
    {
        get
        {
            using var scope = TensorScope.Open();
            return _counts.Sum().Item() == 0;
        }
    }

    // M_y v of each row: all K maps at once, of which y keeps one.
    private Tensor Mapped(Tensor v, Tensor y, Tensor maps)
    {
        var all = v.MatMul(maps.Permute(2, 0, 1).Reshape(Size, (long)Classes * Size)).Reshape(-1, Classes, Size);
        return (all * y.Unsqueeze(2)).Sum([1]);
    }

    // μ_y [K, C], Σ_y^½ and Σ_y^−½ [K, C, C], and of all together μ [1, C], Σ^½ and Σ^−½ [C, C].
    private (Tensor Means, Tensor Roots, Tensor Inverses, Tensor Mean, Tensor Root, Tensor Inverse) Factors()
    {
        using var scope = TensorScope.Open();
        using var pause = Autograd.Pause();
        var mark = (_counts.Sum() + _sums.Abs().Sum() + _squares.Sum()).Item();
        if (mark != _mark)
        {
            _factors.Tensors.ToList().ForEach(_factors.Release);
            foreach (var factor in Solved())
                _factors.Adopt(factor.To(DType.Float32).To(_counts.Device));
            _mark = mark;
        }
        var known = _factors.Tensors;
        return (known[0], known[1], known[2], known[3], known[4], known[5]);
    }

    private Tensor[] Solved()
    {
        Tensor Exact(Tensor sum, params long[] shape) => sum.To(Device.Cpu).To(DType.Float64).Reshape(shape);
        Tensor n = Exact(_counts, Classes, 1, 1), s = Exact(_sums, Classes, 1, Size), squares = Exact(_squares, Classes, Size, Size);
        Tensor unit = Op.Eye(Size, DType.Float64), units = (squares * 0 + unit).Clone();
        var total = n.Sum().Item();
        if (total == 0)
            return [s.Reshape(Classes, Size).Clone(), units, units.Clone(), Exact(_low, 1, Size).Clone(), unit, unit.Clone()];
        Tensor whole = s.Sum([0], keep: true) / total, mean = (s + whole) / (n + 1);
        var scatter = Scatter(squares, s, n, mean);
        // Of a few codes what all classes have in common, of many their own.
        var common = scatter.Sum([0], keep: true) / total;
        var (roots, inverses) = Roots((scatter + Size * common) / (n + Size), unit);
        var (root, inverse) = Roots(Scatter(squares.Sum([0], keep: true), s.Sum([0], keep: true), n.Sum(), whole) / total, unit);
        return [mean.Reshape(Classes, Size), roots, inverses, whole.Reshape(1, Size), root.Select(0, 0), inverse.Select(0, 0)];
    }

    // Σ (h − m)(h − m)ᵀ of sums of h hᵀ, of h as a row, and of how many there are.
    private static Tensor Scatter(Tensor squares, Tensor sums, Tensor n, Tensor mean)
    {
        var column = mean.Transpose(1, 2);
        return squares - sums.Transpose(1, 2).MatMul(mean) - column.MatMul(sums) + n * column.MatMul(mean);
    }

    // Σ^½ and Σ^−½; directions that no code takes have an inverse too.
    private static (Tensor Root, Tensor Inverse) Roots(Tensor covariance, Tensor unit)
    {
        var floor = Floor * Op.Diagonal(covariance, 0, 1, 2).Mean([1]).Reshape(-1, 1, 1) + 1e-9;
        var (values, vectors) = Op.LinalgEigh(covariance + floor * unit);
        Tensor roots = Op.ClampMin(values, 1e-9).Sqrt().Unsqueeze(1), back = vectors.Transpose(1, 2);
        return ((vectors * roots).MatMul(back), (vectors / roots).MatMul(back));
    }

    private Dictionary<string, Tensor> Parts => new()
    {
        ["counts"] = _counts,
        ["sums"] = _sums,
        ["squares"] = _squares,
        ["low"] = _low,
        ["high"] = _high,
    };

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Tensor> Capture() => Parts.ToDictionary(part => part.Key, part => part.Value.Alias());

    /// <inheritdoc/>
    public void Restore(IReadOnlyDictionary<string, Tensor> state)
    {
        using var scope = TensorScope.Open();
        var parts = Parts;
        if (state.Count != parts.Count || parts.Any(part => !state.TryGetValue(part.Key, out var kept)
            || kept.DType != DType.Float32 || !kept.Shape.SequenceEqual(part.Value.Shape)))
            throw new FormatException("not the state of a law of such codes");
        foreach (var (name, part) in parts)
            part.CopyFrom(state[name]);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _owner.Dispose();
        _factors.Dispose();
    }
}
