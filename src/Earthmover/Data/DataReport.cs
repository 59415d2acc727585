using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Earthmover.Data.Pairs;
using Earthmover.Data.Pictures;
using Earthmover.Data.Points;
using Earthmover.Data.Text;
using Earthmover.Media;

namespace Earthmover.Data;

/// <summary>A name and how often it occurs.</summary>
/// <param name="Name">The name.</param>
/// <param name="Count">How often.</param>
public sealed record NamedCount(string Name, int Count);

/// <summary>The range of one coordinate.</summary>
/// <param name="Mean">Mean.</param>
/// <param name="Deviation">Standard deviation.</param>
/// <param name="Low">Smallest value.</param>
/// <param name="High">Largest value.</param>
public sealed record ColumnSummary(double Mean, double Deviation, double Low, double High)
{
    /// <summary>The column's name in its file; its number from 1 where it has none.</summary>
    public string Name { get; init; } = "";

    /// <summary><c>number</c>, <c>integer</c> or <c>constant</c>.</summary>
    public string Kind { get; init; } = "number";
}

/// <summary>A column of a table, for people.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind"><c>number</c>, <c>integer</c>, <c>category</c>, <c>boolean</c>, <c>time</c>, <c>constant</c>,
/// <c>identifier</c>.</param>
/// <param name="Holds">Its range, its values, or how it is written.</param>
/// <param name="Use">What will be done with it.</param>
/// <param name="Missing">Rows without a value.</param>
public sealed record FieldSummary(string Name, string Kind, string Holds, string Use, int Missing);

/// <summary>What <c>data check</c> says about some data: what is wrong with it, what is in it, what will be done with it.</summary>
public sealed record DataReport
{
    /// <summary>The address.</summary>
    public required string Name { get; init; }

    /// <summary><c>images</c>, <c>points</c>, <c>text</c> or <c>table</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Examples that can be used.</summary>
    public required int Count { get; init; }

    /// <summary>The shape of one example as it will be used, such as <c>28x28 gray</c> or <c>2 coordinates</c>.</summary>
    public required string Shape { get; init; }

    /// <summary>Hash of the content as it will be used.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>The license that they are under; null where it is not known.</summary>
    public string? License { get; init; }

    /// <summary>Files and lines that are skipped, with the reason.</summary>
    public IReadOnlyList<DataProblem> Problems { get; init; } = [];

    /// <summary>Sizes of the files' pictures, most frequent first.</summary>
    public IReadOnlyList<NamedCount> Sizes { get; init; } = [];

    /// <summary>Kinds of the files' pictures (gray, gray+alpha, RGB, RGBA), most frequent first.</summary>
    public IReadOnlyList<NamedCount> Channels { get; init; } = [];

    /// <summary>Pictures with an alpha channel or a transparent color.</summary>
    public int Alpha { get; init; }

    /// <summary>Pictures of 16 bits per channel.</summary>
    public int SixteenBit { get; init; }

    /// <summary>Pictures with an EXIF orientation other than upright.</summary>
    public int Rotated { get; init; }

    /// <summary>Groups of examples that are equal after preparation, by file name or number.</summary>
    public IReadOnlyList<IReadOnlyList<string>> ExactDuplicates { get; init; } = [];

    /// <summary>Pairs of pictures that look alike but are not equal; see <see cref="Duplicates"/>.</summary>
    public IReadOnlyList<IReadOnlyList<string>> NearDuplicates { get; init; } = [];

    /// <summary>Examples per class, of those whose class is known; empty without classes.</summary>
    public IReadOnlyList<NamedCount> Classes { get; init; } = [];

    /// <summary>Examples whose class is known; 0 without classes.</summary>
    public int Labeled { get; init; }

    /// <summary>Ranges of the coordinates of points.</summary>
    public IReadOnlyList<ColumnSummary> Columns { get; init; } = [];

    /// <summary>Columns of the file that are no coordinates, and what they are.</summary>
    public IReadOnlyList<DataColumn> OtherColumns { get; init; } = [];

    /// <summary>The columns of a table.</summary>
    public IReadOnlyList<FieldSummary> Fields { get; init; } = [];

    /// <summary>What training does with the coordinates; empty where it leaves them as they are.</summary>
    public string Scaling { get; init; } = "";

    /// <summary>What will be done with the data, one line each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>
    /// How the samples of the second domain correspond to these: <c>unpaired</c>, <c>aligned</c>, <c>captioned</c>; <c>none</c> where there
    /// is none.
    /// </summary>
    public string Pairing { get; init; } = Data.Pairing.None.ToWord();

    /// <summary>The second domain, where the address names two: what a translation aims at, or the captions.</summary>
    public DataReport? Second { get; init; }

    /// <summary>
    /// The most frequent class's share over the rarest's; 1 is balanced, infinite when a class is empty, NaN without classes.
    /// </summary>
    public double Imbalance => Classes.Count == 0 ? double.NaN : Classes.Max(c => c.Count) / (double)Classes.Min(c => c.Count);

    /// <summary>Opens data and reports on it.</summary>
    /// <param name="address">The address.</param>
    /// <param name="context">Where to look and how to read.</param>
    /// <exception cref="UserException">The data cannot be opened at all.</exception>
    public static DataReport Create(string address, DataContext? context = null)
    {
        context ??= new DataContext();
        var parsed = Domains.OneOf(DataAddress.Parse(address));
        var set = DataCatalog.Open(parsed, context);
        if (Domains.Of(parsed) is not { } sides) return Of(set, parsed, address, context);
        var second = Of(set.Counterpart!, sides.B, sides.B.ToString(), context);
        return Of(set, sides.A, sides.A.ToString(), context) with
        {
            Pairing = set.Pairing.ToWord(),
            // What is so of both is said once.
            Second = second with { Notes = [.. second.Notes.Except(set.Notes)] },
        };
    }

    private static DataReport Of(DataSet set, DataAddress address, string name, DataContext context)
    {
        var report = new DataReport
        {
            Name = name,
            Kind = set.Kind.ToWord(),
            Count = set.Count,
            Shape = SampleShape.Of(set).Words,
            Fingerprint = set.Fingerprint,
            License = DataLicense.Of(address.ToString()),
            Problems = set.Problems,
            Notes = set.Notes,
        };
        return set switch
        {
            ImageSet images => OfImages(report, images, address, context),
            PointSet points => OfPoints(report, points),
            TableSet table => report with { Fields = Tables.TableSummary.Of(table), OtherColumns = table.LeftOut },
            TextSet text => report with { ExactDuplicates = EqualGroups(text.Count, i => text[i]) },
            _ => report,
        };
    }

    /// <summary>The report as lines for a person.</summary>
    public IReadOnlyList<string> ToLines()
    {
        var what = Fields.Count > 0 ? "rows" : Kind;
        var lines = new List<string> { $"{Name}: {Count} {what}, {Shape}, fingerprint {Fingerprint}" };
        if (License is not null) lines.Add($"license: {License}");
        Frequencies("sizes in the files", Sizes);
        Frequencies("kinds in the files", Channels);
        lines.AddRange(Fields.Select(field => $"column {field.Name}: {field.Kind}, {field.Holds}"
            + $"{(field.Missing > 0 ? $", {field.Missing:N0} missing" : "")}; {field.Use}"));
        if (Alpha + SixteenBit + Rotated > 0) lines.Add($"alpha {Alpha}, 16 bits {SixteenBit}, turned by EXIF {Rotated}");
        for (var i = 0; i < Columns.Count; i++)
            lines.Add(string.Create(CultureInfo.InvariantCulture,
                $"coordinate {i + 1}{Named(Columns[i], i)}: {Columns[i].Kind}, "
                    + $"mean {Columns[i].Mean:g8}, sd {Columns[i].Deviation:g4}, {Columns[i].Low:g8} to {Columns[i].High:g8}"));
        foreach (var column in OtherColumns)
            lines.Add($"column {column.Name}: {column.Kind}, {column.Use}");
        if (Scaling.Length > 0)
            lines.Add($"for training: {Scaling}");
        if (Classes.Count > 0 && Labeled < Count)
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"{Labeled:N0} of {Count:N0} labeled"));
        if (Classes.Count > 0)
            lines.Add(string.Create(CultureInfo.InvariantCulture,
                $"classes: {string.Join(", ", Classes.Take(20).Select(c => $"{c.Name} {c.Count}"))}{(Classes.Count > 20 ? ", …" : "")} "
                    + $"(largest over smallest {Imbalance:0.##})"));
        Pairs("equal", ExactDuplicates, "group");
        Pairs("look alike", NearDuplicates, "pair");
        foreach (var note in Notes) lines.Add($"note: {note}");
        lines.Add(Problems.Count == 0 ? "nothing is skipped" : $"{Problems.Count} skipped:");
        lines.AddRange(Problems.Take(20).Select(problem => $"  {problem}"));
        if (Problems.Count > 20) lines.Add($"  … and {Problems.Count - 20} more");
        if (Second is not null) lines.AddRange([Correspondence(), .. Second.ToLines()]);
        // Names of files and classes are anybody's.
        return lines.ConvertAll(Printable.Of);

        string Correspondence() => Pairing switch
        {
            "aligned" => $"a second domain, whose sample k belongs to sample k of the first ({Count} pairs):",
            "captioned" => $"a second domain, the captions of the pictures ({Count} pairs):",
            _ => "a second domain, whose samples do not correspond to those of the first, for translations such as --system cyclegan:",
        };

        static string Named(ColumnSummary column, int i) => column.Name.Length == 0 || column.Name == $"{i + 1}" ? "" : $", {column.Name}";

        void Frequencies(string title, IReadOnlyList<NamedCount> counts)
        {
            var more = counts.Count > 6 ? $", {counts.Count - 6} more" : "";
            if (counts.Count > 0)
                lines.Add($"{title}: {string.Join(", ", counts.Take(6).Select(c => $"{c.Name} ({c.Count})"))}{more}");
        }

        void Pairs(string what, IReadOnlyList<IReadOnlyList<string>> groups, string unit)
        {
            if (groups.Count > 0)
                lines.Add($"{groups.Count} {unit}{(groups.Count > 1 ? "s" : "")} of examples {what}, "
                    + $"such as {string.Join(" = ", groups[0].Take(3))}");
        }
    }

    private static DataReport OfImages(DataReport report, ImageSet images, DataAddress address, DataContext context)
    {
        var names = images.Files?.ToArray()
            ?? Enumerable.Range(0, images.Count).Select(i => i.ToString(CultureInfo.InvariantCulture)).ToArray();
        if (DataCatalog.IsPictureFolder(address))
        {
            var hasText = address[PairOptions.Captions] is not null;
            string[] ofTexts = hasText ? [PairOptions.Side, .. TextOptions.OfCaptions] : [];
            var plain = address.Without(["limit", "classes", .. ofTexts]);
            // A file may have a good header and broken pixels, or no partner: only what is used counts.
            var used = images.Files?.ToHashSet(StringComparer.Ordinal) ?? [];
            var (listing, _, reader, _, _) = ImageFolder.List(plain, address.Name);
            listing = listing with { Files = [.. listing.Files.Where(file => used.Contains(file.Path))] };
            var facts = ImageFacts.Measure(listing, reader, context);
            var infos = facts.Where(fact => fact.Info is not null).Select(fact => fact.Info!).ToList();
            report = report with
            {
                Sizes = Frequent(infos.Select(info => $"{info.Width}x{info.Height}")),
                Channels = Frequent(infos.Select(KindOf)),
                Alpha = infos.Count(info => info.HasAlpha),
                SixteenBit = infos.Count(info => info.SourceDepth == 16),
                Rotated = infos.Count(info => info.Orientation > 1),
            };
        }

        var duplicates = Duplicates.Find(images);
        var notes = report.Notes.ToList();
        if (duplicates.Truncated) notes.Add("too many pictures look alike to compare all; the list of near duplicates is not complete");
        return report with
        {
            ExactDuplicates = [.. duplicates.Exact.Select(group => group.Select(i => names[i]).ToArray())],
            NearDuplicates = [.. duplicates.Near.Select(pair => new[] { names[pair.First], names[pair.Second] })],
            Classes = [.. images.CountClasses().Select((count, k) => new NamedCount(images.ClassNames![k], count))],
            Labeled = images.LabeledCount,
            Notes = notes,
        };
    }

    private static DataReport OfPoints(DataReport report, PointSet points)
    {
        var columns = new ColumnSummary[points.Dimension];
        for (var c = 0; c < columns.Length; c++)
        {
            var spread = Spread.Of(points, c);
            columns[c] = new ColumnSummary(spread.Mean, spread.Deviation, spread.Low, spread.High)
            {
                Name = points.ColumnNames?[c] ?? "",
                Kind = points.Columns.Count > c ? points.Columns[c].Kind : spread.Low == spread.High ? "constant" : "number",
            };
        }

        return report with
        {
            Columns = columns,
            OtherColumns = [.. points.Columns.Where(column => column.Use != DataColumn.Coordinate)],
            Scaling = PointScaling.Of(points).Mean.Length == 0 ? ""
                : "each coordinate is centered and divided by its sd (or a tenth of its range, if that is more)"
                + (columns.Any(column => column.Deviation == 0) ? ", constant ones are repeated as they are" : "")
                + "; samples come back in the units of the file (--set scaling=joint divides all by one factor)",
            Classes = points.Labels is null
                ? []
                : [.. points.Labels.CountBy(label => label).OrderBy(pair => pair.Key)
                    .Select(pair => new NamedCount($"{pair.Key}", pair.Value))],
            Labeled = points.Labels?.Length ?? 0,
            ExactDuplicates = EqualGroups(points.Count, n => points[n]),
        };
    }

    private static NamedCount[] Frequent(IEnumerable<string> names) =>
        [.. names.CountBy(name => name)
            .OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => new NamedCount(pair.Key, pair.Value))];

    private static string KindOf(ImageInfo info) => info switch
    {
        { IsCmyk: true } => "CMYK",
        { Channels: 1 } => "gray",
        { Channels: 2 } => "gray+alpha",
        { Channels: 3 } => "RGB",
        _ => "RGBA",
    };

    // Known by a hash of their values: the values themselves, as text, would take many times the data.
    private static List<IReadOnlyList<string>> EqualGroups<T>(int count, Func<int, ReadOnlySpan<T>> content)
        where T : unmanaged
    {
        // Two arrays, since a dictionary of short lines would take more than the lines.
        var (hashes, rows) = (new UInt128[count], new int[count]);
        Span<byte> hash = stackalloc byte[32];
        for (var i = 0; i < count; i++)
        {
            SHA256.HashData(MemoryMarshal.AsBytes(content(i)), hash);
            (hashes[i], rows[i]) = (MemoryMarshal.Read<UInt128>(hash), i);
        }

        Array.Sort(hashes, rows);
        var groups = new SortedDictionary<int, IReadOnlyList<string>>();
        for (var (begin, end) = (0, 0); begin < count; begin = end)
        {
            while (end < count && hashes[end] == hashes[begin]) end++;
            if (end - begin == 1) continue;
            var group = rows[begin..end];
            Array.Sort(group);
            groups.Add(group[0], [.. group.Select(Number)]);
        }

        return [.. groups.Values];

        static string Number(int i) => i.ToString(CultureInfo.InvariantCulture);
    }
}
