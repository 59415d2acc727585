using Earthmover.Data.Dealing;
using Earthmover.Data.Pictures;
using Earthmover.Data.Points;

namespace Earthmover.Data.Pairs;

/// <summary>Opens two domains and brings together what belongs together.</summary>
internal static class PairedData
{
    /// <summary>Opens both.</summary>
    /// <param name="address">The address, for messages.</param>
    /// <param name="two">Its domains.</param>
    /// <param name="context">Where to look and how to read.</param>
    /// <returns>The first, with the second as its counterpart.</returns>
    /// <exception cref="UserException">One cannot be opened, or they do not correspond as they should.</exception>
    public static DataSet Open(DataAddress address, TwoDomains two, DataContext context)
    {
        var areApart = two.Pairing == Pairing.Unpaired;
        // Points are drawn with another seed where they should not correspond.
        var other = areApart ? context with { Seed = context.Seed + 1 } : context;
        var isByName = !areApart && DataCatalog.IsPictureFolder(two.A) && DataCatalog.IsPictureFolder(two.B) && two.A.Name != two.B.Name;
        var (a, b) = isByName ? OpenByName(two, context) : (DataCatalog.OpenOne(two.A, context), DataCatalog.OpenOne(two.B, other));
        b = InColumnsOf(a, b);
        if (!areApart)
            (a, b) = a.Files is not null && b.Files is not null ? Together(a, b) : InOrder(address, a, b);
        var isCaption = (a.Kind, b.Kind) == (DataKind.Images, DataKind.Text);
        if (two.Note is not null) (a.Notes, b.Notes) = ([.. a.Notes, two.Note], [.. b.Notes, two.Note]);
        if (areApart) a.AlignedAddress = Domains.Aligned(address);
        a.PairWith(b, areApart ? Pairing.Unpaired : isCaption ? Pairing.Captioned : Pairing.Aligned);
        return a;
    }

    // Of two tables with the same names, in the same order; other names are other quantities, which a translation may well have.
    private static DataSet InColumnsOf(DataSet a, DataSet b) =>
        a is PointSet { ColumnNames: { } names } && b is PointSet { ColumnNames: { } others } second
            && names.Order(StringComparer.Ordinal).SequenceEqual(others.Order(StringComparer.Ordinal)) && !names.SequenceEqual(others)
            ? PointColumns.InOrder(second, names) : b;

    // What has no partner is left out before a limit counts, so that both sides are limited to the same pictures.
    private static (DataSet A, DataSet B) OpenByName(TwoDomains two, DataContext context)
    {
        RunMark.Refuse(two.A);
        RunMark.Refuse(two.B);
        var (first, second) = (All(two.A), All(two.B));
        var (rowsA, rowsB) = PairNames.Match([.. first.Files.Select(file => file.Path)], [.. second.Files.Select(file => file.Path)]);
        if (rowsA.Length == 0)
            throw new UserException($"no picture in {first.Root} has a partner of its name in {second.Root}: "
                + $"the first are {first.Files[0].Path} and {second.Files[0].Path}; give the two pictures of a pair one name");
        string[] pathsA = [.. rowsA.Select(row => first.Files[row].Path)], pathsB = [.. rowsB.Select(row => second.Files[row].Path)];
        var a = ImageFolder.Open(two.A, two.A.Name, context, new(listing => With(listing, pathsA, second.Root)));
        var b = ImageFolder.Open(two.B, two.B.Name, context, new(listing => With(listing, pathsB, first.Root)));
        return (a, b);

        static ImageFolderListing All(DataAddress side) => ImageFolder.List(side.Without("limit", "classes"), side.Name).Listing;

        static ImageFolderListing With(ImageFolderListing listing, string[] paths, string partners)
        {
            var there = listing.Files.ToDictionary(file => file.Path, StringComparer.Ordinal);
            var left = listing.Files.Select(file => file.Path).Except(paths, StringComparer.Ordinal)
                .Select(path => new DataProblem(path, $"has no partner of its name in {partners}"));
            return listing with
            {
                Files = [.. paths.Where(there.ContainsKey).Select(path => there[path])],
                Problems = [.. listing.Problems, .. left],
            };
        }
    }

    // A partner that cannot be read takes the other with it.
    private static (DataSet A, DataSet B) Together(DataSet a, DataSet b)
    {
        var (rowsA, rowsB) = PairNames.Match(a.Files!, b.Files!);
        if (rowsA.Length == 0)
            throw new UserException($"no pair is left of {a.Name} and {b.Name}: every sample's partner is missing or cannot be read, "
                + $"the first being {a.Files![0]} and {b.Files![0]}");
        var (all, others) = (Only(a, rowsA, b), Only(b, rowsB, a));
        return (all, others);
    }

    private static DataSet Only(DataSet data, int[] rows, DataSet other)
    {
        if (rows.SequenceEqual(Enumerable.Range(0, data.Count))) return data;
        var broken = new Dictionary<string, DataProblem>(StringComparer.Ordinal);
        foreach (var problem in other.Problems) broken.TryAdd(PairNames.Stem(problem.Path), problem);
        var kept = rows.ToHashSet();
        var left = data.Files!.Where((_, row) => !kept.Contains(row)).Select(file => new DataProblem(file,
            broken.TryGetValue(PairNames.Stem(file), out var why) ? $"left out with its partner in {other.Name}: {why}"
                : $"has no partner of its name in {other.Name}"));
        var part = Subset.Of(data, rows);
        part.Problems = [.. data.Problems, .. left];
        return part;
    }

    // A sample that was skipped on one side would shift all that follow.
    private static (DataSet A, DataSet B) InOrder(DataAddress address, DataSet a, DataSet b)
    {
        foreach (var side in new[] { a, b })
            if (side.Problems.Count > 0)
                throw new UserException($"the samples of {address} belong together by their order, and {side.Name} skips "
                    + $"{side.Problems.Count}, the first being {side.Problems[0]}; mend or remove it on both sides");
        if (b is PointSet { Masses: not null })
            throw new UserException($"pairs have one mass each, and {b.Name} gives masses of its own; "
                + $"give masses= for the first of {address} alone");
        return a.Count == b.Count ? (a, b)
            : throw new UserException($"the samples of {address} belong together by their order, "
                + $"but there are {a.Count:N0} in {a.Name} and {b.Count:N0} in {b.Name}; give as many on both sides");
    }
}
