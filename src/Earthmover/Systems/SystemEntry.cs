using System.Globalization;
using Earthmover.Data;
using Earthmover.Games;

namespace Earthmover.Systems;

/// <summary>What a system is built for.</summary>
/// <param name="Shape">Shape of one sample; of the first domain, where there are two.</param>
public sealed record SystemContext(SampleShape Shape)
{
    /// <summary>Shape of a sample of the second domain, where there are two; else <see cref="Shape"/>.</summary>
    public SampleShape Target { get; init; } = Shape;

    /// <summary>The one shape of both domains, for systems whose parts serve both.</summary>
    /// <exception cref="ArgumentException">The two differ.</exception>
    public SampleShape Common => Target == Shape ? Shape
        : throw new ArgumentException($"this system plays with two domains of one shape, and these have {Shape.Words} and {Target.Words}; "
            + "bring them to one, pictures with ?size=WxH&channels=rgb or gray");

    /// <summary>The two pictures of a pair as one, for a critic that sees them together.</summary>
    /// <exception cref="ArgumentException">Their sides differ.</exception>
    public ImageShape Joined
    {
        get
        {
            ImageShape a = ((SampleShape.Image)Shape).Shape, b = ((SampleShape.Image)Target).Shape;
            return (a.Height, a.Width) == (b.Height, b.Width) ? a with { Channels = a.Channels + b.Channels }
                : throw new ArgumentException("this system joins the two pictures of a pair, so they have one size, "
                    + $"not {a.Width}x{a.Height} and {b.Width}x{b.Height}: use ?size={b.Width}x{b.Height} after the data");
        }
    }

    /// <summary>How often each class occurs in the data, in any unit; empty where the data has no classes.</summary>
    public IReadOnlyList<double> ClassShares { get; init; } = [];

    /// <summary>The captions of the data; null where it has none.</summary>
    public CaptionLaw? Captions { get; init; }

    /// <summary>Names of the classes [K]; empty where the data has no classes.</summary>
    public IReadOnlyList<string> ClassNames { get; init; } = [];
}

/// <summary>Options of a system and of its training, for one kind of data.</summary>
public sealed record Defaults(object Options, TrainingOptions Training);

/// <summary>A system in the catalog: a class with its options, or a recipe, which is another system's class with other options.</summary>
public abstract record SystemEntry
{
    private protected SystemEntry(string name, Type system) => (Name, System) = (name, system);

    /// <summary>Name on the command line.</summary>
    public string Name { get; }

    /// <summary>Its class, a <see cref="GanSystem"/>, whose interfaces are its abilities.</summary>
    public Type System { get; }

    /// <summary>Title for people.</summary>
    public required string Title { get; init; }

    /// <summary>Source, with its arXiv id.</summary>
    public required string Paper { get; init; }

    /// <summary>Rows of <c>docs/rows.md</c> that it answers.</summary>
    public required IReadOnlyList<string> Rows { get; init; }

    /// <summary>Its players, in the order of their moves.</summary>
    public required IReadOnlyList<string> Players { get; init; }

    /// <summary>A command that shows it.</summary>
    public required string Example { get; init; }

    /// <summary>The test class that holds it to numbers; after a semicolon, what of its acceptance has not been shown.</summary>
    public string Acceptance { get; init; } = "";

    /// <summary>The system is told the class of every sample: where the data has none, clusters take their place.</summary>
    public bool NeedsClasses { get; init; }

    /// <summary>The system learns classes from samples that are labeled: where the data has none, nothing takes their place.</summary>
    public bool NeedsLabels { get; init; }

    /// <summary>
    /// The system makes pictures larger: those of the second domain are a whole number of times as large as those of the first.
    /// </summary>
    public bool Enlarges { get; init; }

    /// <summary>Refuses data that do not say of their classes what the system has to know.</summary>
    /// <param name="data">The data.</param>
    /// <exception cref="UserException">They do not; the message says what to do.</exception>
    public void RequireClasses(DataSet data)
    {
        ArgumentNullException.ThrowIfNull(data);
        var (labeled, isPartly) = data.Classified is { } images ? (images.LabeledCount, images.IsPartlyLabeled) : (0, false);
        if (NeedsClasses && isPartly)
            throw new UserException(string.Create(CultureInfo.InvariantCulture,
                $"{Name} is told the class of every sample, and {data.Name} gives that of {labeled:N0} of {data.Count:N0}; ")
                + $"take a system that learns from a few ({SystemCatalog.WithLabels}), or data with all classes or none (labels=none)");
        if (NeedsLabels && labeled == 0)
            throw new UserException($"{Name} learns classes from samples that are labeled, and {data.Name} has none; "
                + "sub-folders or a dataset.json that names some of the pictures give labels");
    }

    /// <summary>Options that recipes made before they were there do not name, with what was played then.</summary>
    public IReadOnlyDictionary<string, string> Formerly { get; init; } = new Dictionary<string, string>();

    /// <summary>What it plays with, and its defaults there.</summary>
    public abstract IReadOnlyDictionary<Play, Defaults> Defaults { get; }

    /// <summary>
    /// What it can do once it is trained: <c>sampler</c>, <c>stylist</c>, <c>translator</c>, <c>blender</c>, <c>encoder</c>, <c>scorer</c>,
    /// <c>classifier</c>, <c>coder</c>.
    /// </summary>
    public IReadOnlyList<string> Abilities =>
        [.. s_abilities.Where(ability => ability.Type.IsAssignableFrom(System)).Select(ability => ability.Name)];

    private static readonly (string Name, Type Type)[] s_abilities =
    [
        ("sampler", typeof(ISampler)), ("stylist", typeof(IStylist)), ("translator", typeof(ITranslator)), ("blender", typeof(IBlender)),
        ("encoder", typeof(IEncoder)), ("scorer", typeof(IScorer)), ("classifier", typeof(IClassifier)),
        ("coder", typeof(ICoder)),
    ];

    /// <summary>Builds it for samples of a shape.</summary>
    /// <param name="context">What it is built for.</param>
    /// <param name="options">Its options, of the type of its defaults.</param>
    /// <exception cref="ArgumentException">They do not fit each other; the message says why.</exception>
    public abstract GanSystem Build(SystemContext context, object options);

    /// <summary>Defaults that suit samples of a shape, and how many there are.</summary>
    internal abstract Defaults Fitted(Defaults defaults, SampleShape shape, int count);

    /// <summary>
    /// The options of a recipe, of whatever age, complete: where it is silent, what was played when it was made counts, not what is the
    /// default now.
    /// </summary>
    public SortedDictionary<string, string> Complete(IReadOnlyDictionary<string, string> options) =>
        new(options.Concat(Formerly).DistinctBy(o => o.Key).ToDictionary(o => o.Key, o => o.Value), StringComparer.Ordinal);
}

/// <summary>A system with options of a type; it stands in the system's own file.</summary>
/// <typeparam name="TOptions">An immutable record; see <see cref="OptionBinder"/>.</typeparam>
/// <param name="name">Name on the command line.</param>
/// <param name="system">Its class.</param>
/// <param name="create">Builds it.</param>
public sealed record SystemEntry<TOptions>(string name, Type system, Func<SystemContext, TOptions, GanSystem> create)
    : SystemEntry(name, system) where TOptions : class
{
    /// <summary>What it plays with, and its options and its training's there.</summary>
    public OrderedDictionary<Play, (TOptions Options, TrainingOptions Training)> Plays { get; init; } = [];

    /// <summary>Changes defaults to suit samples of a shape, and how many there are.</summary>
    public Func<TOptions, SampleShape, int, TOptions> Fit { get; init; } = (options, _, _) => options;

    /// <inheritdoc/>
    public override IReadOnlyDictionary<Play, Defaults> Defaults => new OrderedDictionary<Play, Defaults>(
        Plays.Select(play => KeyValuePair.Create(play.Key, new Defaults(play.Value.Options, play.Value.Training))));

    /// <inheritdoc/>
    public override GanSystem Build(SystemContext context, object options) => create(context, (TOptions)options);

    /// <inheritdoc/>
    internal override Defaults Fitted(Defaults defaults, SampleShape shape, int count) =>
        defaults with { Options = Fit((TOptions)defaults.Options, shape, count) };
}
