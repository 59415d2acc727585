using Earthmover.Media;

namespace Earthmover.Data;

/// <summary>Pictures of one shape, as bytes.</summary>
public sealed class ImageSet : DataSet
{
    /// <summary>Takes arrays over; the caller must not change them afterwards.</summary>
    /// <param name="name">The address.</param>
    /// <param name="shape">The shape of one picture.</param>
    /// <param name="pixels">Values 0–255, <c>[N, C, H, W]</c>.</param>
    /// <param name="labels">Class of each picture, <c>[N]</c>, 0 to K−1, or null.</param>
    /// <param name="classNames">Names of the K classes, or null.</param>
    /// <exception cref="UserException">There is no picture.</exception>
    /// <exception cref="ArgumentException">The arrays do not fit each other.</exception>
    public ImageSet(string name, ImageShape shape, byte[] pixels, int[]? labels = null, IReadOnlyList<string>? classNames = null)
        : base(name, CountOf(shape, pixels),
            HashOf($"images {classNames?.Count}", [shape.Channels, shape.Height, shape.Width], pixels, BytesOf(labels)))
    {
        if (labels is not null && labels.Length != Count)
            throw new ArgumentException($"{labels.Length} labels for {Count} pictures.", nameof(labels));
        if (labels is null != classNames is null)
            throw new ArgumentException("Labels and class names belong together.", nameof(classNames));
        if (labels is not null && labels.Any(label => (uint)label >= (uint)classNames!.Count))
            throw new ArgumentException("A label lies outside of the classes.", nameof(labels));
        (Shape, Pixels, Labels, ClassNames) = (shape, pixels, labels, classNames);
    }

    /// <inheritdoc/>
    public override DataKind Kind => DataKind.Images;

    /// <summary>The shape of one picture.</summary>
    public ImageShape Shape { get; }

    /// <summary>Values 0–255, <c>[N, C, H, W]</c>.</summary>
    public byte[] Pixels { get; }

    /// <summary>Class of each picture, <c>[N]</c>, 0 to K−1; null without classes.</summary>
    public int[]? Labels { get; }

    /// <summary>Names of the K classes; null without classes.</summary>
    public IReadOnlyList<string>? ClassNames { get; }

    /// <summary>The bytes of one picture, <c>[C, H, W]</c>.</summary>
    /// <param name="index">0 to N−1.</param>
    public ReadOnlySpan<byte> this[int index] => Pixels.AsSpan(checked(index * Shape.Size), Shape.Size);

    /// <summary>One picture for drawing.</summary>
    /// <param name="index">0 to N−1.</param>
    public Image ToImage(int index) => Image.FromPlanes(this[index], Shape.Channels, Shape.Height, Shape.Width);

    /// <summary>Number of pictures in each class, <c>[K]</c>; empty without classes.</summary>
    public int[] CountClasses()
    {
        var counts = new int[ClassNames?.Count ?? 0];
        foreach (var label in Labels ?? []) counts[label]++;
        return counts;
    }

    private static int CountOf(ImageShape shape, byte[] pixels)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        if (shape.Size < 1 || pixels.Length % shape.Size != 0)
            throw new ArgumentException($"{pixels.Length} values are not a whole number of pictures of {shape}.", nameof(pixels));
        return pixels.Length / shape.Size;
    }
}
