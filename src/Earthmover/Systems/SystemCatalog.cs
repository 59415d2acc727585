using Earthmover.Data;
using Earthmover.Games;

namespace Earthmover.Systems;

/// <summary>Every system by name.</summary>
public static class SystemCatalog
{
    private static IReadOnlyList<SystemEntry> s_all =
    [
        ProjectionGan.Entry,
        .. Recipes.All,
        R3Gan.Entry,
        Began.Entry,
        Ebgan.Entry,
        Ali.Entry,
        ConditionalAli.Entry,
        SemiAli.Entry,
        CycleGan.Entry,
        DiscoGan.Entry,
        DualGan.Entry,
        BiGanTranslation.Entry,
        CoGan.Entry,
        Dtn.Entry,
        Lapgan.Entry,
        Cgan.Entry,
        Pix2Pix.Entry,
        .. AffGan.Entries,
        GpGan.Entry,
        Zi2Zi.Entry,
        BiGan.Entry,
        RegGan.Entry,
        Mdgan.Entry,
        InfoGan.Entry,
        AcGan.Entry,
        Sagan.Entry,
        StyleGan.Entry,
        TableGan.Entry,
        Ctgan.Entry,
        GanCls.Entry,
        StackGan.Entry,
        ImprovedGan.Entry,
        Ppgn.Entry,
    ];

    /// <summary>The systems in the order they are listed.</summary>
    public static IReadOnlyList<SystemEntry> All => s_all;

    /// <summary>Adds a system of another assembly, so that it can be trained by its name.</summary>
    /// <returns>Takes it out again.</returns>
    /// <exception cref="ArgumentException">There is one of this name.</exception>
    public static IDisposable Register(SystemEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        if (Find(entry.Name) is not null)
            throw new ArgumentException($"there is a system '{entry.Name}' already", nameof(entry));
        s_all = [.. s_all, entry];
        return new Registration(entry);
    }

    private sealed record Registration(SystemEntry Entry) : IDisposable
    {
        public void Dispose() => s_all = [.. s_all.Where(entry => entry != Entry)];
    }

    private static SystemEntry? Find(string name) =>
        s_all.FirstOrDefault(entry => entry.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The system of a name.</summary>
    /// <exception cref="UserException">There is none; the message lists the names.</exception>
    public static SystemEntry Named(string name) => Find(name)
        ?? throw new UserException($"there is no system '{name}'{NearestName.Hint(name, All.Select(e => e.Name))}; known are {Names(All)}");

    /// <summary>The system that trains when none is named.</summary>
    public static SystemEntry DefaultFor(DataSet data) => Named((data.Pairing, data.Kind) switch
    {
        (Pairing.Unpaired, _) => "cyclegan",
        (Pairing.Aligned, _) => "pix2pix",
        (Pairing.Captioned, _) => "gan-cls",
        (_, DataKind.Images) => data is ImageSet { IsPartlyLabeled: true, LabeledCount: > 0 } ? "improved-gan" : "projection",
        (_, DataKind.Table) => "table",
        _ => "wgan-gp",
    });

    /// <summary>How a system plays some data: with both domains, where it can.</summary>
    public static Play PlayOf(SystemEntry entry, DataSet data)
    {
        // What corresponds may also be dealt as if it did not.
        Pairing[] ways = data.Pairing == Pairing.Aligned ? [Pairing.Aligned, Pairing.Unpaired] : [data.Pairing];
        var found = ways.Select(way => new Play(data.Kind, way)).Where(entry.Defaults.ContainsKey).ToList();
        return found.Count > 0 ? found[0] : new(data.Kind);
    }

    /// <summary>The defaults of a system for some data.</summary>
    /// <exception cref="UserException">The system does not play with data of that kind, or not without their classes.</exception>
    public static Defaults DefaultsOf(SystemEntry entry, DataSet data)
    {
        var play = PlayOf(entry, data);
        if (entry.Defaults.TryGetValue(play, out var defaults))
        {
            entry.RequireClasses(data);
            return Fewer(entry.Fitted(defaults, SampleShape.Of(data), data.Count), data);
        }
        var others = All.Where(e => e.Defaults.ContainsKey(play with { Pairing = data.Pairing }) || e.Defaults.ContainsKey(play));
        var remedy = HowToPair(entry, data) is { Length: > 0 } pairing
            ? $"{pairing}; or take another system, such as {DefaultFor(data).Name}" : $"systems for that: {Names(others)}";
        throw new UserException(
            $"{entry.Name} plays with {Plays(entry)}, and {data.Name} is {play with { Pairing = data.Pairing }}; {remedy}");
    }

    // A small table has fewer rows than a batch of its systems: half of them then, in tens, as packs of rows take them.
    private static Defaults Fewer(Defaults defaults, DataSet data)
    {
        var half = Math.Max(1, data.Count < 20 ? data.Count / 2 : data.Count / 20 * 10);
        return data is TableSet && defaults.Training.Batch > half
            ? defaults with { Training = defaults.Training with { Batch = half } } : defaults;
    }

    /// <summary>The defaults of a system for samples of a kind, whatever they are paired with.</summary>
    /// <param name="entry">The system.</param>
    /// <param name="kind">What its samples are.</param>
    /// <exception cref="UserException">The system does not play with samples of that kind.</exception>
    public static Defaults DefaultsOf(SystemEntry entry, DataKind kind) =>
        entry.Defaults.FirstOrDefault(play => play.Key.Kind == kind).Value
        ?? throw new UserException($"{entry.Name} plays with {Plays(entry)}, not with {kind.ToWord()}");

    /// <summary>The names of the systems that draw samples of classes.</summary>
    public static string WithClasses => ToldBeside<ISampler>();

    /// <summary>The names of the systems that are told classes and have an ability.</summary>
    /// <typeparam name="T">The ability.</typeparam>
    public static string ToldBeside<T>() => Names(All.Where(e => e.NeedsClasses && typeof(T).IsAssignableFrom(e.System)));

    /// <summary>The names of the systems that are told a text.</summary>
    public static string WithText => Names(All.Where(e => e.Defaults.Keys.Any(play => play.Pairing == Pairing.Captioned)));

    /// <summary>The names of the systems that learn classes from a few samples of one domain.</summary>
    public static string WithLabels => Names(All.Where(e => e.NeedsLabels && e.Defaults.Keys.Any(play => play.Pairing == Pairing.None)));

    /// <summary>Why a command that asks for an ability cannot take a system, with the systems that it can take.</summary>
    /// <typeparam name="T">The ability.</typeparam>
    public static string Lacks<T>(SystemEntry entry)
    {
        var able = All.Where(e => typeof(T).IsAssignableFrom(e.System)).ToList();
        return $"{entry.Name} is no {typeof(T).Name[1..].ToLowerInvariant()}; {Names(able)} {(able.Count == 1 ? "is one" : "are")}";
    }

    private static string HowToPair(SystemEntry entry, DataSet data)
    {
        var pairings = entry.Defaults.Keys.Where(play => play.Kind == data.Kind).Select(play => play.Pairing).ToHashSet();
        if (data.Pairing == Pairing.Unpaired && pairings.Contains(Pairing.Aligned) && data.AlignedAddress is { } address)
            return $"where samples of one name belong together, say so: '{address}'";
        if (data.Counterpart is not null)
            return "";
        const string two = "two domains are a folder with trainA and trainB, or two addresses as 'FIRST|SECOND'",
            pairs = "pairs are 'FIRST|SECOND?pairs=aligned', a folder with A and B of equal names, or two halves with ?split=ab",
            captions = "captions are NAME.txt beside each picture, captions.csv or metadata.jsonl, read with ?captions=yes";
        (Pairing Pairing, string Words)[] ways = [(Pairing.Unpaired, two), (Pairing.Aligned, pairs), (Pairing.Captioned, captions)];
        return string.Join("; ", ways.Where(way => pairings.Contains(way.Pairing)).Select(way => way.Words));
    }

    private static string Plays(SystemEntry entry) => string.Join(" or ", entry.Defaults.Keys);

    private static string Names(IEnumerable<SystemEntry> entries) => string.Join(", ", entries.Select(e => e.Name));
}
