namespace Earthmover.Data;

/// <summary>What one sample is: a point, an image, a text or a row of a table. Networks work out their layers from it.</summary>
public abstract record SampleShape
{
    private SampleShape()
    {
    }

    /// <summary>Axes of one sample, without the batch.</summary>
    public abstract long[] Axes { get; }

    /// <summary>For people: <c>28x28 gray</c>, <c>2 coordinates</c>, <c>32 symbols of 60</c>.</summary>
    public string Words => this switch
    {
        Image image => image.Shape.ToString(),
        Points points => $"{points.Dimension} coordinate{(points.Dimension == 1 ? "" : "s")}",
        Text text => $"{text.Length} symbols of {text.Vocabulary}",
        Table table => $"{table.Size} numbers of an encoded row",
        _ => throw new NotSupportedException(GetType().Name),
    };

    /// <summary>Numbers in one sample.</summary>
    public int Size => (int)Axes.Aggregate(1L, (a, b) => a * b);

    /// <summary>The shape of a data set's samples.</summary>
    public static SampleShape Of(DataSet data) => data switch
    {
        ImageSet images => new Image(images.Shape),
        PointSet points => new Points(points.Dimension),
        TextSet text => new Text(text.Vocabulary.Count, text.Length),
        TableSet table => new Table(table.Ranks.Blocks),
        _ => throw new NotSupportedException(data.GetType().Name),
    };

    /// <summary>An image as a sample.</summary>
    public static implicit operator SampleShape(ImageShape shape) => new Image(shape);

    /// <summary>An image as a sample.</summary>
    public static SampleShape FromImageShape(ImageShape shape) => new Image(shape);

    /// <summary>A point [D].</summary>
    /// <param name="Dimension">Coordinates.</param>
    public sealed record Points(int Dimension) : SampleShape
    {
        /// <inheritdoc/>
        public override long[] Axes => [Dimension];
    }

    /// <summary>An image [C, H, W] with values in [−1, 1].</summary>
    /// <param name="Shape">Channels and sides.</param>
    public sealed record Image(ImageShape Shape) : SampleShape
    {
        /// <inheritdoc/>
        public override long[] Axes => [Shape.Channels, Shape.Height, Shape.Width];
    }

    /// <summary>A text of fixed length as a sequence of probability vectors [V, L].</summary>
    /// <param name="Vocabulary">Symbols.</param>
    /// <param name="Length">Places.</param>
    public sealed record Text(int Vocabulary, int Length) : SampleShape
    {
        /// <inheritdoc/>
        public override long[] Axes => [Vocabulary, Length];
    }

    /// <summary>An encoded row of a table.</summary>
    /// <param name="Blocks">What its numbers are, in their order.</param>
    public sealed record Table(IReadOnlyList<Tables.TableBlock> Blocks) : SampleShape
    {
        /// <inheritdoc/>
        public override long[] Axes => [Blocks.Sum(block => (long)block.Width)];

        /// <inheritdoc/>
        public bool Equals(Table? other) => other is not null
            && Places(Blocks).SequenceEqual(Places(other.Blocks));

        private static IEnumerable<(int, int, Tables.BlockKind)> Places(IReadOnlyList<Tables.TableBlock> blocks) =>
            blocks.Select(block => (block.Start, block.Width, block.Kind));

        /// <inheritdoc/>
        public override int GetHashCode() => Size;
    }
}
