using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Games;
using Earthmover.Onnx;
using Earthmover.Reports.Runs;
using Earthmover.Sessions.Sampling;
using Earthmover.Systems;
using Earthmover.Torch;
using Earthmover.Training;
using Earthmover.Training.Runs;

namespace Earthmover.Sessions;

/// <summary>
/// A run at its newest whole checkpoint, with the averaged generator in place: what draws samples. It needs its data only where samples are
/// translations of them.
/// </summary>
public sealed class TrainedRun : ISampleSource, IDisposable
{
    private readonly AveragedGenerators? _averages;
    private readonly DataContext _context;
    private readonly TrainingOptions _options;
    private BatchSource? _reals;

    private TrainedRun(StoredCheckpoint checkpoint, Recipe recipe, DataContext context)
    {
        (Checkpoint, Recipe, _context, Spec) = (checkpoint, recipe, context, recipe.Samples!);
        Entry = SystemCatalog.Named(recipe.System);
        // A run from a machine with a GPU is as good without one.
        Device = recipe.Device != "cpu" && Device.CudaCount == 0 ? Device.Cpu : Session.OpenDevice(recipe.Device);
        var defaults = SystemCatalog.DefaultsOf(Entry, Enum.Parse<DataKind>(Spec.Kind, ignoreCase: true));
        _options = OptionBinder.With(defaults.Training, new Dictionary<string, string>(recipe.Training));
        var options = OptionBinder.With(defaults.Options, new Dictionary<string, string>(Entry.Complete(recipe.Options)));
        Runtime.Open(Device);
        Streams = new(recipe.Seed, Device);
        using var use = Streams.Use();
        using var scope = TensorScope.Open();
        try
        {
            System = Session.Built(() => Entry.Build(Session.ContextOf(Spec), options));
            _averages = new(System, _options);
            checkpoint.Restore(System, _averages.All);
        }
        catch
        {
            Dispose();
            throw;
        }
        _averages.Keep();
        // Encoders and the way back as well.
        foreach (var network in System.Networks.Values)
            network.SetTraining(false);
    }

    /// <summary>The recipe of the run.</summary>
    public Recipe Recipe { get; }
    /// <summary>The system's place in the catalog.</summary>
    public SystemEntry Entry { get; }
    /// <summary>The checkpoint that it was loaded from.</summary>
    public StoredCheckpoint Checkpoint { get; }
    /// <inheritdoc/>
    public Device Device { get; }
    /// <inheritdoc/>
    public GanSystem System { get; } = null!;
    /// <inheritdoc/>
    public SampleSpec Spec { get; }
    /// <inheritdoc/>
    public RandomStreams Streams { get; }

    /// <summary>Opens a run. One from before its recipe said what its samples are needs its data, as it did then.</summary>
    /// <param name="run">Its folder.</param>
    /// <param name="context">Where data are looked for.</param>
    /// <exception cref="UserException">There is no run or no checkpoint, or it does not fit its recipe.</exception>
    public static TrainedRun Open(string run, DataContext context)
    {
        using var folder = RunFolder.Open(run);
        var checkpoint = Session.NewestCheckpoint(folder);
        var recipe = checkpoint.Recipe;
        if (recipe.Samples is null)
        {
            using var session = Session.Start(recipe, RunData.Open(recipe, context));
            recipe = session.Recipe;
        }
        return new(checkpoint, recipe, context);
    }

    /// <summary>The real samples beside which generated ones are shown, or null where they are not to be had.</summary>
    public DataSet? FindReals()
    {
        try
        {
            return Reals.Target.Data;
        }
        catch (UserException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public Tensor DrawInput(long seed, int first, int count) => RunSamples.Input(System, () => Reals, seed, first, count, Device);

    // Opened when they are first asked for.
    private BatchSource Reals
    {
        get
        {
            if (_reals is not null)
                return _reals;
            var data = RunData.Open(Recipe, _context);
            return _reals = BatchSource.Create(data, SystemCatalog.PlayOf(Entry, data).Pairing, 1, Recipe.Seed, scaling: _options.Scaling,
                encoding: _options.Encoding);
        }
    }

    /// <summary>The run's system as one that can do something.</summary>
    /// <typeparam name="T">The ability, e.g. <see cref="ISampler"/>.</typeparam>
    /// <exception cref="UserException">It cannot; the message names the systems that can.</exception>
    public T Ability<T>() where T : class => System as T ?? throw new UserException(SystemCatalog.Lacks<T>(Entry));

    /// <summary>A class of the generator in words: its name where it is a class of the data and has one, else its number.</summary>
    /// <param name="k">Its number.</param>
    public string NameOf(int k) => NamesOfClasses?[k] ?? $"{k}";

    /// <summary>What its samples or translations can be told.</summary>
    public Condition Condition =>
        (System as ISampler)?.Condition ?? (System as ITranslator)?.Condition ?? Condition.None;

    // Categories of a system's own have no names.
    private IReadOnlyList<string>? NamesOfClasses => Condition is Condition.Class ? Spec.Classes : null;

    /// <summary>Number of a class of the generator, from its number or its name.</summary>
    /// <exception cref="UserException">The system is not told classes, or there is no such class.</exception>
    public int ClassOf(string wanted) => FindClass(wanted) ?? throw (Condition is Condition.Choice { Count: var count }
        ? NoSuch("class", wanted, count)
        : new UserException($"{Entry.Name} does not learn classes, so it cannot draw one; "
            + $"leave the class out, or train one that does: {SystemCatalog.WithClasses}"));

    /// <summary>Number of a class; null where there is none of that name or number.</summary>
    internal int? FindClass(string wanted) =>
        Condition is Condition.Choice { Count: var count } ? new ClassCard(count, NamesOfClasses).Find(wanted) : null;

    /// <summary>That there is no class of a name.</summary>
    /// <param name="what">What a class is called: <c>class</c>, <c>style</c>.</param>
    /// <param name="wanted">What was asked for.</param>
    /// <param name="count">How many there are.</param>
    internal UserException NoSuch(string what, string wanted, int count)
    {
        var names = NamesOfClasses;
        var known = names is null ? "" : $" or a name: {string.Join(", ", names.Take(20))}{(count > 20 ? ", …" : "")}";
        return new($"there is no {what} '{wanted}' in {DataLabel.Of(Recipe.Data)}{NearestName.Hint(wanted, names ?? [])}; "
            + $"use a number from 0 to {count - 1}{known}");
    }

    /// <summary>What samples are told to be, of what a user says.</summary>
    /// <param name="label">Number or name of a class, or null.</param>
    /// <param name="text">A text, or null.</param>
    /// <returns>Null where nothing is said.</returns>
    /// <exception cref="UserException">
    /// Both are said, the system is not told such things, there is no such class, or the text has what the run has never seen.
    /// </exception>
    public Told? Told(string? label, string? text = null) => (label, text) switch
    {
        (null, null) => null,
        (not null, null) => Sampling.Told.Class(ClassOf(label)),
        (null, not null) => Sampling.Told.OfText(text, Read(text)),
        _ => throw new UserException("samples are told a class or a text, not both; leave one out"),
    };

    private long[] Read(string text)
    {
        if (System is not ISampler { Condition: Condition.Text })
            throw new UserException($"{Entry.Name} is told no text; leave --text out, or train one that is: {SystemCatalog.WithText}");
        try
        {
            return Captions.CardOf(Spec.Other!).Read(text);
        }
        catch (ModelException e)
        {
            throw new UserException(e.Message);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _averages?.Dispose();
        System?.Dispose();
        Streams.Dispose();
    }
}
