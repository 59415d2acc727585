using Earthmover.Data;
using Earthmover.Networks;

namespace Earthmover.Metrics.Features;

/// <summary>
/// The 128 features and 10 logits of <see cref="FashionClassifier"/>. Distances in them are named <c>fd-fmnist</c>, never FID.
/// </summary>
public sealed class FashionFeatures : FeatureExtractor
{
    private static readonly ImageShape s_shape = new(1, FashionClassifier.Side, FashionClassifier.Side);
    private readonly FashionClassifier _network = FashionClassifier.Load();
    private readonly string _hash;

    /// <summary>Loads the weights.</summary>
    public FashionFeatures() => _hash = WeightFile.Hash(_network);

    /// <inheritdoc/>
    public override string Name => "fmnist";

    /// <inheritdoc/>
    public override bool IsClassifier => true;

    /// <inheritdoc/>
    public override bool IsSlow => true;

    /// <inheritdoc/>
    public override string ProtocolOf(DataSet data)
    {
        var shape = Pictures(data, "the Fashion-MNIST classifier").Shape;
        return $"fmnist@{_hash};{shape.Width}x{shape.Height}x{shape.Channels}{(shape == s_shape ? "" : "->28x28x1 lanczos")};u8;[-1,1];f32";
    }

    /// <inheritdoc/>
    public override FeatureSet Extract(DataSet data, IProgress<int>? progress = null, CancellationToken cancellation = default)
    {
        var images = Pictures(data, "the Fashion-MNIST classifier");
        return InBatches(Resized(images, s_shape), 500, x =>
        {
            var features = _network.Features(x * (2.0 / 255) - 1);
            return (features, _network.Logits(features));
        }, progress, cancellation) with
        { Protocol = ProtocolOf(images) };
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _network.Dispose();
        base.Dispose(disposing);
    }
}
