namespace Earthmover.Data.Points;

/// <summary>Compares points column by column, by name and not by place.</summary>
public static class PointColumns
{
    // Beyond it a distance in the units of the file sees one column alone.
    private const double FarApart = 100;

    /// <summary>Data with its columns in the order of other data, where both have names.</summary>
    /// <param name="data">The data; returned as it is where it is no points, or in order already.</param>
    /// <param name="like">What to be compared with.</param>
    /// <param name="notes">Told what was done.</param>
    /// <exception cref="UserException">The names differ; both lists are said.</exception>
    public static DataSet Match(DataSet data, DataSet like, ICollection<string> notes)
    {
        if (data is not PointSet points || like is not PointSet other || ReferenceEquals(data, like))
            return data;
        if (points.ColumnNames is not { } names || other.ColumnNames is not { } wanted)
        {
            if ((points.ColumnNames ?? other.ColumnNames) is not null && points.Dimension == other.Dimension)
                notes.Add("columns are compared by place, since those of "
                    + $"{(points.ColumnNames is null ? points : other).Name} have no names");
            return data;
        }
        if (names.SequenceEqual(wanted, StringComparer.Ordinal))
            return data;
        if (!names.Order(StringComparer.Ordinal).SequenceEqual(wanted.Order(StringComparer.Ordinal), StringComparer.Ordinal))
            throw new UserException($"{points.Name} and {other.Name} have different columns: {List(names)} and {List(wanted)}; "
                + (points.Dimension == other.Dimension
                    ? "where they mean the same, name them alike in both files" : "choose those to compare with ?columns="));
        notes.Add($"the columns of {points.Name} are taken in the order of {other.Name}: {List(wanted)}");
        return InOrder(points, wanted);
    }

    /// <summary>Points with their columns in another order.</summary>
    /// <param name="points">Points whose columns have names.</param>
    /// <param name="names">The same names in the order that is wanted.</param>
    /// <param name="note">Added to the notes on the points.</param>
    public static PointSet InOrder(PointSet points, IReadOnlyList<string> names, string? note = null)
    {
        int[] from = [.. names.Select(name => points.ColumnNames!.ToList().IndexOf(name))];
        var d = points.Dimension;
        var values = new double[points.Values.Length];
        for (var i = 0; i < values.Length; i++)
            values[i] = points.Values[i - i % d + from[i % d]];
        return new(points.Name, d, values, points.Labels, points.Masses)
        {
            ColumnNames = [.. names],
            Columns = [.. points.Columns.Take(d).Select((_, k) => points.Columns[from[k]]), .. points.Columns.Skip(d)],
            Notes = note is null ? points.Notes : [.. points.Notes, note],
            Problems = points.Problems,
        };
    }

    /// <summary>The notes on some data, each with the name of its data.</summary>
    /// <param name="sets">The data.</param>
    public static IEnumerable<string> NotesOf(params IReadOnlyList<DataSet> sets) =>
        sets.SelectMany(data => data.Notes.Select(note => $"{data.Name}: {note}")).Distinct();

    /// <summary>Says where the spreads of two columns lie so far apart that the smaller one is lost; null elsewhere.</summary>
    /// <param name="names">The columns' names.</param>
    /// <param name="values">Coordinates, [N, D].</param>
    internal static string? Apart(IReadOnlyList<string> names, double[] values)
    {
        var spreads = names.Select((name, axis) => (Name: name, Spread.Of(values, names.Count, axis).Deviation))
            .Where(column => column.Deviation > 0).ToArray();
        if (spreads.Length < 2)
            return null;
        var (widest, narrowest) = (spreads.MaxBy(s => s.Deviation), spreads.MinBy(s => s.Deviation));
        var ratio = widest.Deviation / narrowest.Deviation;
        return ratio <= FarApart ? null : string.Create(System.Globalization.CultureInfo.InvariantCulture,
            $"column {widest.Name} has {ratio:g2} times the spread of column {narrowest.Name}: distances are in the units of the file, "
            + $"so that they hardly see the smaller; training brings each column to unit spread");
    }

    private static string List(IReadOnlyList<string> names) =>
        string.Join(", ", names.Take(20)) + (names.Count > 20 ? $", … ({names.Count})" : "");
}
