using Earthmover.Data.Formats;
using Earthmover.Data.Pairs;
using Earthmover.Data.Pictures;
using Earthmover.Data.Points;
using Earthmover.Data.Tables;
using Earthmover.Data.Text;
using Earthmover.Data.Toys;

namespace Earthmover.Data;

/// <summary>A built-in set of data, for lists.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind"><c>images</c>, <c>points</c> or <c>table</c>.</param>
/// <param name="Description">One line.</param>
/// <param name="Location">The folder where it was found, or null for drawn points and for missing files.</param>
/// <param name="Available">Whether it can be opened now.</param>
public sealed record BuiltInData(string Name, string Kind, string Description, string? Location, bool Available)
{
    /// <summary>The license that it is under; null where it is not known.</summary>
    public string? License => DataLicense.Of(Name);

    /// <summary><c>none</c> where it is one domain; <c>unpaired</c>, <c>aligned</c> or <c>captioned</c> where it is two.</summary>
    public string Pairing { get; init; } = Data.Pairing.None.ToWord();
}

/// <summary>Opens data by address.</summary>
public static class DataCatalog
{
    private static readonly (string Name, string Description, string Hint)[] Pictures =
    [
        ("fashion-mnist", "70,000 garments, 28x28 gray, 10 classes",
            "install the package dataset-fashion-mnist or put its four .gz files into data/fashion-mnist"),
        ("mnist", "70,000 digits, 28x28 gray, 10 classes", "put its four files (train-images-idx3-ubyte.gz, …) into data/mnist"),
        ("cifar-10", "60,000 photographs, 32x32 RGB, 10 classes",
            "put the files of the binary version (data_batch_1.bin, …) into data/cifar-10"),
        ("cifar-100", "60,000 photographs, 32x32 RGB, 100 classes",
            "put the files of the binary version (train.bin, …) into data/cifar-100"),
    ];

    /// <summary>Everything that has a name.</summary>
    /// <param name="context">Where to look.</param>
    public static IReadOnlyList<BuiltInData> List(DataContext? context = null)
    {
        context ??= new DataContext();
        return
        [
            .. Pictures.Select(p => (p, Folder: FolderOf(p.Name, context))).Select(x =>
                new BuiltInData(x.p.Name, "images", x.p.Description, x.Folder, x.Folder is not null)),
            .. FashionPairs.List.Select(pair => (pair, Folder: FolderOf(FashionPairs.MadeOf, context))).Select(x =>
                new BuiltInData(x.pair.Name, "images", x.pair.Description, x.Folder, x.Folder is not null)
                {
                    Pairing = x.pair.Pairing.ToWord(),
                }),
            .. AdultTable.List.Select(name => (name, Path: AdultTable.Find(context))).Select(x =>
                new BuiltInData(x.name, "table", AdultTable.Description, Path.GetDirectoryName(x.Path), x.Path is not null)),
            new BuiltInData(PeopleTable.Name, "table", PeopleTable.Description, null, true),
            .. DrawnPairs.List.Select(pair => new BuiltInData(pair.Name, "images", pair.Description, null, true)
            {
                Pairing = pair.Pairing.ToWord(),
            }),
            .. ToyCatalog.List.Select(toy => new BuiltInData(toy.Name, "points", toy.Description, null, true)
            {
                Pairing = (ToyCatalog.HasSides(toy.Name) ? Pairing.Unpaired : Pairing.None).ToWord(),
            }),
        ];
    }

    /// <summary>Opens data by its address.</summary>
    /// <param name="address">A built-in name or a path, with options after a question mark.</param>
    /// <param name="context">Where to look and how to read.</param>
    /// <exception cref="UserException">Nothing there, or it cannot be used; the message says what to do.</exception>
    public static DataSet Open(string address, DataContext? context = null) => Open(DataAddress.Parse(address), context);

    /// <summary>
    /// Whether an address is a name of built-in data, which comes before a file or folder of that name: <c>./NAME</c> is the folder.
    /// </summary>
    /// <param name="address">A built-in name or a path, with options after a question mark.</param>
    public static bool IsBuiltIn(string address) => IsBuiltIn(DataAddress.Parse(address));

    internal static bool IsBuiltIn(DataAddress address) =>
        ToyCatalog.Contains(address.Name) || DrawnPairs.Contains(address.Name) || address.Name is AdultTable.Name or PeopleTable.Name
        || FashionPairs.PairingOf(address.Name) is not null || Pictures.Any(p => p.Name == address.Name);

    // A folder of picture files, as opposed to one of files that hold many pictures each.
    internal static bool IsPictureFolder(DataAddress address) =>
        !IsBuiltIn(address) && Directory.Exists(address.Name) && !IdxImages.IsFolder(address.Name) && !CifarBinary.IsFolder(address.Name);

    /// <summary>The two domains of an address, each by an address of its own; null where it names one.</summary>
    /// <param name="address">A built-in name or a path, with options after a question mark.</param>
    public static (string A, string B)? SidesOf(string address)
    {
        var parsed = DataAddress.Parse(address);
        if (Domains.Of(parsed) is not { } two)
            return null;
        // A toy that was asked for neither of its sides opens the first.
        return ((ToyCatalog.HasSides(parsed.Name) ? two.A.With(PairOptions.Side, "a") : two.A).ToString(), two.B.ToString());
    }

    /// <summary>Refuses an address of two domains where one set of samples is wanted.</summary>
    /// <param name="address">A built-in name or a path, with options after a question mark.</param>
    /// <exception cref="UserException">It names two; the message names both.</exception>
    public static void RequireOne(string address)
    {
        if (SidesOf(address) is var (a, b))
            throw new UserException($"{address} names two domains, {a} and {b}; give one of them, e.g. {a}");
    }

    /// <summary>The address of the same data from any folder: paths are written out, on both sides of two domains; options stay.</summary>
    /// <param name="address">A built-in name or a path, with options after a question mark.</param>
    public static string Absolute(string address)
    {
        var parsed = DataAddress.Parse(address);
        return Domains.BesideBar(parsed) is var (a, b) ? $"{AbsoluteOne(a)}|{AbsoluteOne(b)}" : AbsoluteOne(parsed).ToString();

        // Built-in names come before paths, as in opening.
        static DataAddress AbsoluteOne(DataAddress one) =>
            !IsBuiltIn(one) && (Directory.Exists(one.Name) || File.Exists(one.Name))
                ? one with { Name = Path.GetFullPath(one.Name) }
                : DrawnPairs.Absolute(one);
    }

    /// <summary>The address of data that have moved: read as they were where the new address says nothing of how.</summary>
    /// <param name="before">Their address before.</param>
    /// <param name="now">Where they are now.</param>
    public static string WithOptionsOf(string before, string now)
    {
        DataAddress old = DataAddress.Parse(before), parsed = DataAddress.Parse(now);
        return (Domains.BesideBar(old), Domains.BesideBar(parsed)) switch
        {
            (null, null) => One(old, parsed).ToString(),
            ({ } two, { } moved) => $"{One(two.A, moved.A)}|{One(two.B, moved.B)}",
            _ => now,
        };

        static DataAddress One(DataAddress old, DataAddress now) => now.Options.Count == 0 ? now with { Options = old.Options } : now;
    }

    /// <inheritdoc cref="Open(string, DataContext?)"/>
    public static DataSet Open(DataAddress address, DataContext? context = null)
    {
        ArgumentNullException.ThrowIfNull(address);
        context ??= new DataContext();
        if (Domains.Of(address) is { } two) return PairedData.Open(address, two, context);
        return OpenOne(Domains.OneOf(address), context);
    }

    /// <summary>The test part of the data of an address; null where the address names a part itself.</summary>
    /// <param name="address">A built-in name or a path, with options after a question mark.</param>
    /// <param name="context">Where to look and how to read.</param>
    /// <param name="isSecond">Whether the second of two domains is meant.</param>
    /// <exception cref="UserException">There is none.</exception>
    public static DataSet? OpenTestPart(string address, DataContext? context = null, bool isSecond = false) =>
        TestPart(DataAddress.Parse(address), context, isSecond);

    private static DataSet? TestPart(DataAddress address, DataContext? context, bool isSecond)
    {
        // Each side has its own options.
        if (Domains.BesideBar(address) is { } two)
            return TestPart((isSecond ? two.B : two.A).Without(PairOptions.Pairs), context, false);
        if (address.Name == AdultTable.Name)
            return address["split"] is null ? Open(address.With("split", "test"), context) : null;
        if (address.Name == PeopleTable.Name)
            return PeopleTable.Open(address, context?.Seed ?? 0, isHeldOut: true);
        var split = PictureSplit.Of(address["split"] ?? "");
        if (split.Part is not null)
            return null;
        var test = Open(LabelChoice.WithAll(address).With("split", split.With("test")), context);
        return isSecond ? test.Counterpart : test;
    }

    internal static DataSet OpenOne(DataAddress address, DataContext context)
    {
        if (ToyCatalog.Contains(address.Name)) return WithNamesake(ToyCatalog.Open(address, context.Seed), address.Name);
        if (DrawnPairs.Contains(address.Name)) return WithNamesake(DrawnPairs.Open(address, context), address.Name);
        if (FashionPairs.PairingOf(address.Name) is not null)
            return WithNamesake(FashionPairs.Open(address, garments => OpenOne(garments, context)), address.Name);
        if (address.Name == AdultTable.Name)
            return WithNamesake(AdultTable.Open(address, context), address.Name);
        if (address.Name == PeopleTable.Name)
            return WithNamesake(PeopleTable.Open(address, context.Seed), address.Name);
        foreach (var (name, _, hint) in Pictures)
        {
            if (address.Name != name) continue;
            var folder = FolderOf(name, context) ?? PublishedData.Fetch(name, context)
                ?? throw new UserException($"the data set {name} is not on this machine; "
                    + $"{(HasNamesake(name) ? $"to read the folder {name} that is here, write ./{name}" : hint)}");
            return WithNamesake(OpenFolder(address, folder, context), name);
        }

        RunMark.Refuse(address);
        if (Directory.Exists(address.Name)) return OpenFolder(address, address.Name, context);
        if (File.Exists(address.Name)) return OpenFile(address, context);
        throw new UserException($"there is no data named '{address.Name}' and no such file or folder{Suggestion(address.Name)}; "
            + $"see {Invocation.Of("data list")}");
    }

    // What is built in goes before what lies here under the same name; a path says that it is one.
    private static bool HasNamesake(string name) => Directory.Exists(name) || File.Exists(name);

    private static DataSet WithNamesake(DataSet set, string name)
    {
        if (HasNamesake(name)) set.Notes = [.. set.Notes, $"{name} is the built-in data; ./{name} reads what is here under that name"];
        return set;
    }

    private static DataSet OpenFolder(DataAddress address, string folder, DataContext context)
    {
        if (IdxImages.IsFolder(folder)) return IdxImages.OpenFolder(address, folder, context);
        if (CifarBinary.IsFolder(folder)) return CifarBinary.Open(address, folder, context);
        return address[PairOptions.Captions] is null
            ? ImageFolder.Open(address, folder, context)
            : CaptionedFolder.Open(address, folder, context);
    }

    private static DataSet OpenFile(DataAddress address, DataContext context)
    {
        var path = address.Name;
        DataFile.Check(path);
        switch (Path.GetExtension(path).ToLowerInvariant())
        {
            case ".csv" or ".tsv": return TableReader.OpenEither(address);
            case ".gz" when IsZippedTable(path): return TableReader.OpenEither(address);
            case ".txt" when NumberLines.AreMeant(address): return TablePoints.Open(address);
            case ".npy": return NpyData.Open(address, context);
            case ".txt": return TextLines.Open(address);
            case ".bin": return CifarBinary.Open(address, path, context);
            case ".png" or ".jpg" or ".jpeg" or ".webp" or ".bmp":
                throw new UserException($"{path} is a single picture; give the folder that it is in");
            case ".zip" or ".tar" or ".tgz" or ".7z":
                throw new UserException($"{path} is an archive; unpack it and give the folder");
            case ".pkl" or ".pickle" or ".pt" or ".pth":
                throw new UserException(
                    $"{path} is a pickle, which is never loaded because loading one can run code; save the values as .npy");
        }

        // IDX files have no extension of their own (…-ubyte, …-ubyte.gz).
        Span<byte> start = stackalloc byte[4];
        using (var file = DataFile.Open(path))
            start = start[..file.ReadAtLeast(start, 4, throwOnEndOfStream: false)];
        if (IdxPoints.LooksLikePoints(start)) return IdxPoints.Open(address);
        if (IdxFile.LooksLikeIdx(start) || start is [0x1f, 0x8b, ..]) return IdxImages.OpenFile(address, context);
        throw new UserException(
            $"{path} is of no known kind; known are folders of pictures, .csv, .tsv, .npy, .txt, IDX files and CIFAR's .bin");
    }

    private static bool IsZippedTable(string path) => Path.GetExtension(path[..^3]).ToLowerInvariant() switch
    {
        ".csv" or ".tsv" => true,
        ".txt" => NumberLines.Are(path) ? true
            : throw new UserException($"{path} is a packed text; unpack it with gunzip and give the .txt"),
        ".npy" or ".npz" or ".bin" or ".tar" =>
            throw new UserException($"{path} is packed; unpack it with gunzip or tar and give what is inside"),
        _ => false,
    };

    private static string? FolderOf(string name, DataContext context) =>
        new[] { Path.Combine(context.DataFolder, name), Path.Combine(context.PackageFolder, name) }
            .FirstOrDefault(folder => IdxImages.IsFolder(folder) || CifarBinary.IsFolder(folder))
        ?? (PublishedData.IsComplete(name, context) ? PublishedData.FolderOf(name, context) : null);

    private static string Suggestion(string name) => FashionPairs.Otherwise.TryGetValue(name, out var meant) ? $" (did you mean {meant}?)"
        : NearestName.Hint(name, Pictures.Select(p => p.Name).Concat(FashionPairs.List.Select(pair => pair.Name))
            .Concat(DrawnPairs.List.Select(pair => pair.Name)).Concat(ToyCatalog.List.Select(toy => toy.Name))
            .Concat([AdultTable.Name, PeopleTable.Name]));
}
