namespace Earthmover.Data;

/// <summary>What one sample looks like: a picture, a point or a line of text. Networks work their own shapes out from it.</summary>
public abstract record SampleShape
{
    /// <summary>Lengths of a sample's axes, without the batch.</summary>
    public abstract long[] Axes { get; }

    /// <summary>Numbers in one sample.</summary>
    public long Size => Axes.Aggregate(1L, (product, axis) => product * axis);

    /// <summary>The shape of a data set's samples.</summary>
    public static SampleShape Of(DataSet data) => data switch
    {
        ImageSet images => new ImageSamples(images.Shape),
        PointSet points => new PointSamples(points.Dimension),
        TextSet text => new TextSamples(text.Vocabulary.Count, text.Length),
        _ => throw new NotSupportedException(data.GetType().Name),
    };
}

/// <summary>Pictures [C, H, W], values in [−1, 1].</summary>
public sealed record ImageSamples(ImageShape Shape) : SampleShape
{
    /// <inheritdoc/>
    public override long[] Axes => [Shape.Channels, Shape.Height, Shape.Width];
}

/// <summary>Points [D].</summary>
public sealed record PointSamples(int Dimension) : SampleShape
{
    /// <inheritdoc/>
    public override long[] Axes => [Dimension];
}

/// <summary>Lines of text as one probability vector per position [V, L].</summary>
public sealed record TextSamples(int Vocabulary, int Length) : SampleShape
{
    /// <inheritdoc/>
    public override long[] Axes => [Vocabulary, Length];
}
