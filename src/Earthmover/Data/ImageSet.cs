using Earthmover.Media;

namespace Earthmover.Data;

/// <summary>Pictures of one shape, as bytes.</summary>
public sealed class ImageSet : DataSet
{
    /// <summary>Takes arrays over; the caller must not change them afterwards.</summary>
    /// <param name="name">The address.</param>
    /// <param name="shape">The shape of one picture.</param>
    /// <param name="pixels">Values 0–255, <c>[N, C, H, W]</c>.</param>
    /// <param name="labels">Class of each picture, <c>[N]</c>, 0 to K−1, or −1 where it is not known; null without classes.</param>
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
        if (labels is not null && labels.Any(label => label < Unknown || label >= classNames!.Count))
            throw new ArgumentException("A label lies outside of the classes.", nameof(labels));
        (Shape, Pixels, Codes, ClassNames) = (shape, pixels, labels, classNames);
        LabeledCount = labels?.Count(label => label != Unknown) ?? 0;
        Labels = LabeledCount == Count ? labels : null;
    }

    /// <inheritdoc/>
    public override DataKind Kind => DataKind.Images;

    /// <summary>The shape of one picture.</summary>
    public ImageShape Shape { get; }

    /// <summary>Values 0–255, <c>[N, C, H, W]</c>.</summary>
    public byte[] Pixels { get; }

    /// <summary>
    /// Class of each picture, <c>[N]</c>, 0 to K−1; null where some or all have none, so that nobody takes a missing one for a class.
    /// </summary>
    public int[]? Labels { get; }

    /// <summary>Names of the K classes; null without classes.</summary>
    public IReadOnlyList<string>? ClassNames { get; }

    /// <summary>Number of pictures whose class is known.</summary>
    public int LabeledCount { get; }

    /// <summary>There are classes, and some pictures whose class is not known.</summary>
    public bool IsPartlyLabeled => ClassNames is not null && LabeledCount < Count;

    /// <summary>Class of a picture; null where it is not known.</summary>
    /// <param name="index">0 to N−1.</param>
    public int? LabelOf(int index) => Codes?[index] is { } label and not Unknown ? label : null;

    /// <summary>The pictures whose class is known, in their order.</summary>
    public int[] LabeledRows() => [.. Enumerable.Range(0, Count).Where(i => LabelOf(i) is not null)];

    // Class of each picture, or −1; how it is kept, never how it is handed out.
    internal int[]? Codes { get; }

    internal const int Unknown = -1;

    /// <summary>The bytes of one picture, <c>[C, H, W]</c>.</summary>
    /// <param name="index">0 to N−1.</param>
    public ReadOnlySpan<byte> this[int index] => Pixels.AsSpan(checked(index * Shape.Size), Shape.Size);

    /// <summary>One picture for drawing.</summary>
    /// <param name="index">0 to N−1.</param>
    public Image ToImage(int index) => Image.FromPlanes(this[index], Shape.Channels, Shape.Height, Shape.Width);

    /// <summary>Number of pictures that are known to be of each class, <c>[K]</c>; empty without classes.</summary>
    public int[] CountClasses()
    {
        var counts = new int[ClassNames?.Count ?? 0];
        foreach (var label in (Codes ?? []).Where(label => label != Unknown)) counts[label]++;
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
