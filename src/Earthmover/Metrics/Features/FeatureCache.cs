using System.Security.Cryptography;
using System.Text;
using Earthmover.Data;
using Earthmover.Torch;
using Earthmover.Torch.Files;

namespace Earthmover.Metrics.Features;

/// <summary>
/// Features of real data on the disk, found by the content of the data and the extractor's protocol. A file that is damaged counts as
/// missing; a full disk only costs the next start some time.
/// </summary>
/// <param name="folder">The user's cache folder; empty keeps nothing.</param>
public sealed class FeatureCache(string folder)
{
    /// <summary>Features from the disk, or computed and kept.</summary>
    /// <param name="extractor">Computes them.</param>
    /// <param name="data">The samples.</param>
    /// <param name="progress">Told how many are done.</param>
    /// <param name="cancellation">Ends it, and nothing is kept, with an <see cref="OperationCanceledException"/>.</param>
    public FeatureSet Extract(FeatureExtractor extractor, DataSet data, IProgress<int>? progress = null,
        CancellationToken cancellation = default)
    {
        if (!extractor.IsSlow || folder.Length == 0)
            return extractor.Extract(data, progress, cancellation);
        var protocol = extractor.ProtocolOf(data);
        var file = FileOf(protocol, data);
        if (TryRead(file, data.Count, protocol) is { } kept)
            return kept;
        var features = extractor.Extract(data, progress, cancellation);
        TryWrite(file, features);
        return features;
    }

    internal string FileOf(string protocol, DataSet data)
    {
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes($"{data.Fingerprint} {protocol}"));
        return Path.Combine(folder, "features", Convert.ToHexStringLower(digest.AsSpan(0, 16)) + ".safetensors");
    }

    private static FeatureSet? TryRead(string file, int count, string protocol)
    {
        try
        {
            if (!File.Exists(file))
                return null;
            var (tensors, metadata) = Safetensors.Read(file, requireChecksum: true);
            using var scope = TensorScope.Open();
            var features = tensors["features"];
            return features.Shape.Length == 2 && features.Shape[0] == count && metadata.GetValueOrDefault("protocol") == protocol
                ? new(features.ToTensor().ToArray<float>(), count, (int)features.Shape[1], protocol)
                {
                    Logits = tensors.GetValueOrDefault("logits")?.ToTensor().ToArray<float>(),
                }
                : null;
        }
        catch (Exception e) when (
            e is IOException or UnauthorizedAccessException or FileFormatException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }

    private static void TryWrite(string file, FeatureSet features)
    {
        try
        {
            using var scope = TensorScope.Open();
            var values = Tensor.From<float>(features.Values, [features.Count, features.Dimension]);
            var tensors = new Dictionary<string, StoredTensor> { ["features"] = StoredTensor.Of(values) };
            if (features.Logits is not null)
                tensors["logits"] = StoredTensor.Of(Tensor.From<float>(features.Logits, [features.Count, features.ClassCount]));
            Safetensors.Write(file, tensors, new Dictionary<string, string> { ["protocol"] = features.Protocol });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The features are there; only the next time is not saved.
        }
    }
}
