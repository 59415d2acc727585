using Earthmover.Data;
using Earthmover.Media;
using Earthmover.Torch;

namespace Earthmover.Metrics.Features;

/// <summary>Turns samples into the vectors that metrics compare.</summary>
public abstract class FeatureExtractor : IDisposable
{
    /// <summary>
    /// Name, as it follows the name of a metric: <c>fmnist</c> in <c>fd-fmnist</c>; empty where the data itself is compared.
    /// </summary>
    public abstract string Name { get; }

    /// <summary>Whether it also gives class logits.</summary>
    public virtual bool IsClassifier => false;

    /// <summary>Whether computing features takes so long that those of real data are kept on the disk.</summary>
    public virtual bool IsSlow => false;

    /// <summary>Samples on each side that are worth the wait where nobody says how many.</summary>
    public virtual int UsualCount => int.MaxValue;

    /// <summary>The name of a metric in these features: <c>fd-fmnist</c>, <c>w1</c>.</summary>
    /// <param name="metric">Name of the metric.</param>
    public virtual string Qualify(string metric) => Name.Length == 0 ? metric : $"{metric}-{Name}";

    /// <summary>
    /// Extractor with the hash of its weights, resizing, element type and range: what must agree for two numbers to be comparable.
    /// </summary>
    /// <param name="data">The data.</param>
    public abstract string ProtocolOf(DataSet data);

    /// <summary>Features of all samples.</summary>
    /// <param name="data">The samples.</param>
    /// <param name="progress">Told how many are done.</param>
    /// <param name="cancellation">Ends it with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="UserException">This extractor is not for this kind of data.</exception>
    public abstract FeatureSet Extract(DataSet data, IProgress<int>? progress = null, CancellationToken cancellation = default);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the weights.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }

    /// <summary>Runs a network over pictures in batches.</summary>
    /// <param name="images">The pictures.</param>
    /// <param name="batch">Pictures at a time.</param>
    /// <param name="network">Bytes [N, C, H, W] as Float32, values 0 to 255 → features [N, D] and logits [N, K] or null.</param>
    /// <param name="progress">Told how many are done.</param>
    /// <param name="cancellation">Ends it between two batches.</param>
    private protected FeatureSet InBatches(
        ImageSet images, int batch, Func<Tensor, (Tensor Features, Tensor? Logits)> network,
        IProgress<int>? progress, CancellationToken cancellation)
    {
        float[]? values = null, logits = null;
        var d = 0;
        for (var from = 0; from < images.Count; from += batch)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = TensorScope.Open();
            using var pause = Autograd.Pause();
            var count = Math.Min(batch, images.Count - from);
            var shape = images.Shape;
            var bytes = images.Pixels.AsSpan(from * shape.Size, count * shape.Size);
            var pixels = Tensor.From<byte>(bytes, [count, shape.Channels, shape.Height, shape.Width]);
            var (features, scores) = network(pixels.To(DType.Float32));
            d = (int)features.Size(1);
            values ??= new float[checked(images.Count * d)];
            features.Contiguous().ToArray<float>().CopyTo(values, from * d);
            if (scores is not null)
            {
                var k = (int)scores.Size(1);
                logits ??= new float[images.Count * k];
                scores.Contiguous().ToArray<float>().CopyTo(logits, from * k);
            }
            progress?.Report(from + count);
        }
        return new(values!, images.Count, d, ProtocolOf(images)) { Logits = logits };
    }

    private protected static ImageSet Pictures(DataSet data, string extractor) =>
        data as ImageSet ?? throw new UserException($"the features of {extractor} are those of pictures; {data.Name} has none");

    /// <summary>The same pictures in another shape, each resized without cropping and brought to gray or color.</summary>
    private protected static ImageSet Resized(ImageSet images, ImageShape shape)
    {
        if (images.Shape == shape)
            return images;
        var pixels = new byte[checked(images.Count * shape.Size)];
        Parallel.For(0, images.Count, i =>
        {
            var image = images.ToImage(i);
            image = shape.Channels == 1 ? image.ToGray() : image.ToColor();
            image.Resize(shape.Width, shape.Height, ResizeFilter.Lanczos).CopyPlanes(pixels.AsSpan(i * shape.Size, shape.Size));
        });
        return new(images.Name, shape, pixels);
    }
}
