using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Metrics.Features;

/// <summary>
/// The leading principal components of real data: features without any trained network. They are linear, so they see colors and shapes but
/// no textures; their hash is that of the axes.
/// </summary>
public sealed class PrincipalFeatures : FeatureExtractor
{
    private const int MostSamples = 2000;
    private readonly RawFeatures _raw = new();
    private readonly TensorOwner _owner = new();
    private readonly Tensor _mean, _axes;
    private readonly string _fitted, _hash;

    /// <summary>Finds the axes in at most 2,000 samples, evenly spread.</summary>
    /// <param name="real">Real data, pictures or points.</param>
    /// <param name="components">Axes wanted; fewer where the data has fewer.</param>
    /// <exception cref="UserException">Text has no axes.</exception>
    public PrincipalFeatures(DataSet real, int components = 64)
    {
        if (real is TextSet)
            throw new UserException($"principal components are those of pictures or points; {real.Name} is text");
        _fitted = _raw.ProtocolOf(real);
        var n = Math.Min(MostSamples, real.Count);
        var some = _raw.Extract(Subset.Of(real, [.. Enumerable.Range(0, n).Select(i => (int)(i * (long)real.Count / n))]));
        using var scope = TensorScope.Open();
        using var pause = Autograd.Pause();
        var values = some.ToTensor();
        var mean = values.Mean([0], keep: true);
        var centered = values - mean;
        // Centered samples span one dimension less than there are of them.
        var k = Math.Min(components, Math.Min(Math.Max(1, n - 1), some.Dimension));
        var axes = LeadingAxes(centered, k);
        // An eigenvector has no sign of its own: its largest entry is made positive.
        var largest = axes.Abs().Argmax(0).Unsqueeze(0);
        axes *= Op.Sign(Op.Gather(axes, 0, largest));
        (_mean, _axes) = (_owner.Adopt(mean.To(DType.Float32)), _owner.Adopt(axes.To(DType.Float32).Contiguous()));
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(MemoryMarshal.AsBytes(_mean.ToArray<float>().AsSpan()));
        hash.AppendData(MemoryMarshal.AsBytes(_axes.ToArray<float>().AsSpan()));
        _hash = Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 6));
    }

    /// <summary>The leading principal axes [D, k] of centered samples [N, D] of Float64, in rising order of their variances.</summary>
    internal static Tensor LeadingAxes(Tensor centered, int k)
    {
        using var scope = TensorScope.Open();
        var (n, d) = (centered.Size(0), centered.Size(1));
        var transposed = centered.Transpose(0, 1);
        // Eigenvectors of the smaller of the two Gram matrices, in rising order of the eigenvalues.
        var (_, vectors) = Op.LinalgEigh(d <= n ? transposed.MatMul(centered) : centered.MatMul(transposed));
        var last = vectors.Narrow(1, vectors.Size(1) - k, k);
        if (d <= n)
            return scope.Keep(last);
        var axes = transposed.MatMul(last);
        return scope.Keep(axes / (axes.Square().Sum([0], keep: true) + 1e-300).Sqrt());
    }

    /// <inheritdoc/>
    public override string Name => "pca";

    /// <inheritdoc/>
    public override string ProtocolOf(DataSet data) => $"pca{_axes.Size(1)}@{_hash};{_raw.ProtocolOf(data)}";

    /// <inheritdoc/>
    public override FeatureSet Extract(DataSet data, IProgress<int>? progress = null, CancellationToken cancellation = default)
    {
        if (_raw.ProtocolOf(data) is var given && given != _fitted)
            throw new UserException($"the principal components are those of {_fitted}, and {data.Name} is {given}; "
                + "bring both to one shape, as with ?size=32&channels=rgb");
        var raw = _raw.Extract(data, null, cancellation);
        using var scope = TensorScope.Open();
        using var pause = Autograd.Pause();
        var features = (Tensor.From<float>(raw.Values, [raw.Count, raw.Dimension]) - _mean).MatMul(_axes);
        progress?.Report(raw.Count);
        return new(features.ToArray<float>(), raw.Count, (int)_axes.Size(1), ProtocolOf(data));
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _owner.Dispose();
        _raw.Dispose();
        base.Dispose(disposing);
    }
}
