namespace Earthmover.Data.Dealing;

/// <summary>Some of a data set's samples as a data set.</summary>
public static class Subset
{
    /// <summary>The pairs at some rows of data whose two domains correspond, in their order.</summary>
    /// <param name="data">The data.</param>
    /// <param name="rows">0 to Count − 1, at least one.</param>
    public static DataSet OfPairs(DataSet data, ReadOnlySpan<int> rows)
    {
        var pairs = Of(data, rows);
        pairs.PairWith(Of(data.Counterpart!, rows), data.Pairing);
        return pairs;
    }

    /// <summary>The samples of one domain at some rows, in their order.</summary>
    /// <param name="data">The data.</param>
    /// <param name="rows">0 to Count − 1, at least one.</param>
    /// <param name="alike">Whether they count alike whatever their masses: where they were drawn by them.</param>
    public static DataSet Of(DataSet data, ReadOnlySpan<int> rows, bool alike = false)
    {
        DataSet part = data switch
        {
            ImageSet images => new ImageSet(images.Name, images.Shape,
                Pick(images.Pixels, images.Shape.Size, rows), Pick(images.Codes, rows), images.ClassNames),
            PointSet points => new PointSet(points.Name, points.Dimension, Pick(points.Values, points.Dimension, rows),
                Pick(points.Labels, rows), alike ? null : Pick(points.Masses, rows))
            {
                Density = points.Density,
                Source = points.Source,
                ColumnNames = points.ColumnNames,
                Columns = points.Columns,
            },
            TableSet table => table.Rows(rows),
            TextSet text => new TextSet(text.Name, text.Length, Pick(text.Codes, text.Length, rows), text.Vocabulary)
            {
                AreWords = text.AreWords,
            },
            _ => throw new NotSupportedException(data.GetType().Name),
        };
        (part.Files, part.Notes, part.Problems) = (Pick(data.Files?.ToArray(), rows), data.Notes, data.Problems);
        return part;
    }

    /// <summary>Rows in a random order that a seed fixes.</summary>
    /// <param name="count">Number of rows.</param>
    /// <param name="seed">The seed.</param>
    public static int[] Order(int count, long seed)
    {
        var order = Enumerable.Range(0, count).ToArray();
        new SeededRandom(seed, "subset").Shuffle<int>(order);
        return order;
    }

    private static T[]? Pick<T>(T[]? values, ReadOnlySpan<int> rows) => values is null ? null : Pick(values, 1, rows);

    private static T[] Pick<T>(T[] values, int width, ReadOnlySpan<int> rows)
    {
        var picked = new T[checked(rows.Length * width)];
        for (var i = 0; i < rows.Length; i++)
            values.AsSpan(rows[i] * width, width).CopyTo(picked.AsSpan(i * width));
        return picked;
    }
}
