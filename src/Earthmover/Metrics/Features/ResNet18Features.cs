using System.Security.Cryptography;
using Earthmover.Data;
using Earthmover.Media;
using Earthmover.Onnx;

namespace Earthmover.Metrics.Features;

/// <summary>
/// The 512 pooled features of a ResNet-18 (arXiv:1512.03385) that learned to tell ImageNet's thousand kinds of things, for photographs and
/// other color pictures. Distances in them are named <c>fd-resnet18</c>, never FID.
/// </summary>
/// <remarks>
/// Pictures are bytes, gray ones repeated to three channels; resized to 224 × 224 by a triangle filter, as Pillow's bilinear; less
/// ImageNet's mean picture. ONNX Runtime computes them, about 20 pictures a second and core.
/// </remarks>
public sealed class ResNet18Features : FeatureExtractor
{
    /// <summary>The files of the network and of what is done to pictures before.</summary>
    internal const string NetworkFile = "ResNet18.onnx", PreparationFile = "ResNetPreprocess.onnx";

    private const int Side = 224, Size = 512;
    private static readonly long[] s_shape = [1, 3, Side, Side];
    private readonly Graph _preparation, _network;
    private readonly string _hash;

    /// <summary>Loads the network.</summary>
    /// <param name="folder">The folder of both files.</param>
    /// <exception cref="UserException">One of them is missing, damaged or another network.</exception>
    public ResNet18Features(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        (_preparation, _) = Load(Path.Combine(folder, PreparationFile));
        try
        {
            (_network, _hash) = Load(Path.Combine(folder, NetworkFile));
            if (Of(new float[3 * Side * Side]).Length != Size)
                throw new UserException($"the network {Path.Combine(folder, NetworkFile)} does not give {Size} features");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    // One thread for each picture: together they keep all cores busy.
    private static (Graph Graph, string Hash) Load(string path)
    {
        try
        {
            var bytes = File.ReadAllBytes(path);
            return (Graph.Load(bytes, threads: 1), Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 6)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ModelException)
        {
            throw new UserException($"cannot load ResNet-18 of {path}: {e.Message.TrimEnd('.')}; tools/resnet18/fetch fetches it "
                + "to artifacts/resnet18, and EARTHMOVER_RESNET18 names another folder");
        }
    }

    /// <inheritdoc/>
    public override string Name => "resnet18";

    /// <inheritdoc/>
    public override bool IsSlow => true;

    /// <inheritdoc/>
    public override int UsualCount => 2000;

    /// <inheritdoc/>
    public override string ProtocolOf(DataSet data)
    {
        var shape = Pictures(data, "ResNet-18").Shape;
        return $"resnet18@{_hash};{shape.Width}x{shape.Height}x{shape.Channels}->224x224x3 triangle;u8;-mean;f32";
    }

    /// <inheritdoc/>
    public override FeatureSet Extract(DataSet data, IProgress<int>? progress = null, CancellationToken cancellation = default)
    {
        var images = Pictures(data, "ResNet-18");
        var values = new float[checked(images.Count * Size)];
        var done = 0;
        Parallel.For(0, images.Count, new() { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount }, i =>
        {
            Of(Planes(images.ToImage(i))).CopyTo(values, i * Size);
            progress?.Report(Interlocked.Increment(ref done));
        });
        return new(values, images.Count, Size, ProtocolOf(images));
    }

    // [3, 224, 224], values 0 to 255.
    private static float[] Planes(Image image)
    {
        var bytes = new byte[3 * Side * Side];
        image.ToColor().Resize(Side, Side, ResizeFilter.Triangle).CopyPlanes(bytes);
        return Array.ConvertAll(bytes, value => (float)value);
    }

    private float[] Of(float[] planes) =>
        _network.Run((_network.Inputs[0], _preparation.Run((_preparation.Inputs[0], planes, s_shape)), s_shape));

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _preparation?.Dispose();
        _network?.Dispose();
        base.Dispose(disposing);
    }
}
