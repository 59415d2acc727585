using System.Security.Cryptography;
using System.Text;
using Earthmover.Data;

namespace Earthmover.Metrics.Features;

/// <summary>The data itself: pixels in [0, 1], coordinates, characters.</summary>
public sealed class RawFeatures : FeatureExtractor
{
    /// <inheritdoc/>
    public override string Name => "";

    /// <inheritdoc/>
    public override string ProtocolOf(DataSet data) => data switch
    {
        ImageSet images => $"pixels;{images.Shape.Width}x{images.Shape.Height}x{images.Shape.Channels};u8;[0,1]",
        PointSet points => $"coordinates;{points.Dimension};f64",
        TextSet text => $"characters;{text.Length}",
        _ => throw new NotSupportedException(data.GetType().Name),
    };

    /// <inheritdoc/>
    public override FeatureSet Extract(DataSet data, IProgress<int>? progress = null, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        var protocol = ProtocolOf(data);
        switch (data)
        {
            case ImageSet images:
                var pixels = Array.ConvertAll(images.Pixels, b => b / 255f);
                return new(pixels, images.Count, images.Shape.Size, protocol) { Shape = images.Shape };
            case PointSet points:
                return new(points.ToSingles(), points.Count, points.Dimension, protocol)
                {
                    Exact = points.IsSingle ? null : points.Values,
                    Masses = points.Masses,
                };
            default:
                var text = (TextSet)data;
                // The characters themselves: two texts need not have one vocabulary, nor one padding, which is 0.
                float[] numbers = [0, .. text.Vocabulary.Skip(1).Select(NumberOf)];
                return new(Array.ConvertAll(text.Codes, code => numbers[code]), text.Count, text.Length, protocol);
        }
    }

    // A character's place in Unicode; what is made of several has one behind all of these, which float32 still tells apart.
    private static float NumberOf(string symbol)
    {
        const uint first = 0x110000, end = 1 << 24;
        var runes = symbol.EnumerateRunes().ToList();
        return runes.Count == 1 ? runes[0].Value
            : first + BitConverter.ToUInt32(SHA256.HashData(Encoding.UTF8.GetBytes(symbol))) % (end - first);
    }
}
