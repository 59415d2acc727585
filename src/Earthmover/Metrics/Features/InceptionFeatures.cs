using Earthmover.Data;
using Earthmover.Networks;
using Earthmover.Torch;
using Earthmover.Torch.Files;

namespace Earthmover.Metrics.Features;

/// <summary>
/// The 2048 pooled features and 1008 logits of Inception, from a weight file that the user gives. Distances in them are named <c>fid</c>,
/// <c>kid</c> and <c>is</c>.
/// </summary>
/// <remarks>
/// Pictures are bytes, gray ones repeated to three channels; resized to 299 × 299 as TensorFlow 1 did (bilinear, corner origin, no
/// antialiasing); (x − 128)/128.
/// </remarks>
public sealed class InceptionFeatures : FeatureExtractor
{
    private const int Side = 299;
    private readonly Inception _network = new();
    private readonly string _hash;

    /// <summary>Loads the weights.</summary>
    /// <param name="file">A safetensors file with the tensors of <c>pt_inception-2015-12-05</c> under their usual names.</param>
    /// <exception cref="UserException">The file is missing, damaged or holds another network.</exception>
    public InceptionFeatures(string file)
    {
        try
        {
            WeightFile.Load(_network, Safetensors.Read(file).Tensors, file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FileFormatException or UserException)
        {
            _network.Dispose();
            throw e is UserException ? e : new UserException(
                $"cannot load Inception's weights: {e.Message.TrimEnd('.')}; docs/guide/evaluation.md says how to make the file");
        }
        _hash = WeightFile.Hash(_network);
    }

    /// <inheritdoc/>
    public override string Name => "inception";

    /// <inheritdoc/>
    public override bool IsClassifier => true;

    /// <inheritdoc/>
    public override bool IsSlow => true;

    /// <inheritdoc/>
    public override string Qualify(string metric) => metric switch { "fd" => "fid", "kid" or "is" => metric, _ => base.Qualify(metric) };

    /// <inheritdoc/>
    public override string ProtocolOf(DataSet data)
    {
        var shape = Pictures(data, "Inception").Shape;
        return $"inception@{_hash};{shape.Width}x{shape.Height}x{shape.Channels}->299x299x3 tf1-bilinear;u8;(x-128)/128;f32";
    }

    /// <inheritdoc/>
    public override FeatureSet Extract(DataSet data, IProgress<int>? progress = null, CancellationToken cancellation = default) =>
        InBatches(Pictures(data, "Inception"), 32, x =>
        {
            var features = _network.Features((Resize(x, Side, Side) - 128) / 128);
            return (features, _network.Logits(features));
        }, progress, cancellation);

    /// <summary>
    /// TensorFlow 1's bilinear resizing: output i looks at input i·in/out, whatever lies between is interpolated from two neighbors.
    /// </summary>
    /// <param name="x">[N, C, H, W]; one channel is repeated to three.</param>
    /// <param name="height">Rows wanted.</param>
    /// <param name="width">Columns wanted.</param>
    internal static Tensor Resize(Tensor x, int height, int width)
    {
        Tensor rows = Matrix((int)x.Size(2), height), columns = Matrix((int)x.Size(3), width).Transpose(0, 1);
        var y = rows.MatMul(x).MatMul(columns);
        return y.Size(1) == 1 ? y.Expand(-1, 3, -1, -1).Contiguous() : y;
    }

    private static Tensor Matrix(int from, int to)
    {
        var weights = new float[to * from];
        var scale = (float)from / to;
        for (var i = 0; i < to; i++)
        {
            var position = i * scale;
            var low = Math.Min((int)position, from - 1);
            var part = position - low;
            weights[i * from + low] += 1 - part;
            weights[i * from + Math.Min(low + 1, from - 1)] += part;
        }
        return Tensor.From<float>(weights, [to, from]);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _network.Dispose();
        base.Dispose(disposing);
    }
}
