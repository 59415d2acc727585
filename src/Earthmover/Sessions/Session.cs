using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Data.Pictures;
using Earthmover.Data.Points;
using Earthmover.Games;
using Earthmover.Health;
using Earthmover.Sessions.Sampling;
using Earthmover.Systems;
using Earthmover.Torch;
using Earthmover.Torch.Kernels;
using Earthmover.Training;
using Earthmover.Training.Runs;

namespace Earthmover.Sessions;

/// <summary>Data, system and random streams of a recipe, in use on this thread: ready to train, or restored and ready to sample.</summary>
public sealed class Session : ISampleSource, IDisposable
{
    private readonly Func<GanSystem> _build;
    private readonly Lazy<BatchSource?> _heldOut;
    private AveragedGenerators? _averages;

    private Session(Recipe recipe, DataSet data)
    {
        Entry = SystemCatalog.Named(recipe.System);
        Recipe = recipe = recipe with { Options = Entry.Complete(recipe.Options) };
        Device = OpenDevice(recipe.Device);
        var defaults = SystemCatalog.DefaultsOf(Entry, data);
        Dictionary<string, string> training = new(recipe.Training), options = new(recipe.Options);
        // Recipes of before there was a choice know one factor for all columns.
        Options = OptionBinder.With(defaults.Training with { Scaling = PointScaling.Joint }, training);
        Options.Check();
        Runtime.Open(Device, Recipe.PrecisionOf(recipe.Precision, recipe.Device), isExactRough: Options.Penalties == "rough");
        var system = OptionBinder.With(defaults.Options, options);
        // A recipe may have been written by hand, or by another version of this program.
        OptionBinder.RefuseUnknown(training, Options);
        OptionBinder.RefuseUnknown(options, system);
        var play = SystemCatalog.PlayOf(Entry, data);
        // What a pair should become, no cluster of pictures says.
        DataSet whole = Entry.NeedsClasses && play.Pairing == Pairing.None && data is ImageSet unlabeled
            ? PixelClusters.Label(unlabeled, recipe.Seed) : data;
        (Data, var kept) = HeldOutData.Split(whole, Options.HoldOut, recipe.Seed);
        Source = BatchSource.Create(Data, play.Pairing, Options.Batch, recipe.Seed, Options.Flip, Options.Scaling, Options.Encoding);
        _heldOut = new(() => HeldOutData.Of(recipe.Data, kept, Source) is { } held
            ? play.Pairing == Pairing.Captioned ? BatchSource.Create(held, play.Pairing, 1, recipe.Seed)
                : new BatchSource(held, 1, recipe.Seed, scaling: Source.Target.Scaling, code: Source.Target.Code) : null);
        Recipe = recipe = recipe with
        {
            Samples = SampleSpec.Of(Source, play.Pairing) with { License = DataLicense.Of(recipe.Data) },
        };
        Streams = new(recipe.Seed, Device);
        using var use = Streams.Use();
        using var scope = TensorScope.Open();
        _build = () =>
        {
            var built = Entry.Build(ContextOf(Data, Source.Shape), system);
            FrozenLayers.Freeze(built, Options.FreezeCriticLayers);
            return built;
        };
        try
        {
            System = Built(() => Seated(_build()));
        }
        catch
        {
            Streams.Dispose();
            throw;
        }
    }

    // What only shows when the players sit down, such as an optimizer's settings, shows now, before a folder is made.
    internal static GanSystem Seated(GanSystem system)
    {
        system.Begin(0, () => throw new InvalidOperationException("nothing is dealt here")).Dispose();
        return system;
    }

    /// <summary>Builds a system from options that anybody may have written.</summary>
    /// <exception cref="UserException">They do not fit each other, or the samples.</exception>
    internal static GanSystem Built(Func<GanSystem> build)
    {
        try
        {
            return GanSystem.Build(build);
        }
        catch (Exception e) when (e is ArgumentException or TorchException or OverflowException)
        {
            throw new UserException(LineOf(e));
        }
    }

    // What a system is told of its data.
    internal static SystemContext ContextOf(DataSet data, SampleShape shape) =>
        new(shape)
        {
            Target = data.Counterpart is { } other ? SampleShape.Of(other) : shape,
            ClassShares = [.. (data.Classified?.CountClasses() ?? []).Select(count => (double)count)],
            ClassNames = data.Classified?.ClassNames ?? [],
            Captions = data.Pairing == Pairing.Captioned
                ? Sampling.Captions.LawOf(SampleSpec.OfCaptions((TextSet)data.Counterpart!)) : null,
        };

    // The same, where the data need not be there.
    internal static SystemContext ContextOf(SampleSpec samples)
    {
        var other = samples.Other?.Shape ?? samples.Shape;
        var (first, second) = samples.Pairing is Pairing.Unpaired or Pairing.Aligned ? (other, samples.Shape) : (samples.Shape, other);
        // Where the domains do not correspond, classes are those of the first.
        var told = samples is { Pairing: Pairing.Unpaired, Other: { } source } ? source : samples;
        return new(first)
        {
            Target = second,
            ClassShares = told.ClassShares ?? [],
            ClassNames = told.Classes ?? [],
            Captions = samples.Other?.Captions is null ? null : Sampling.Captions.LawOf(samples.Other),
        };
    }

    // "width must be positive (Parameter 'width')" and the lines after it are for programmers.
    private static string LineOf(Exception e)
    {
        var line = e.Message.ReplaceLineEndings("\n").Split('\n')[0];
        var parameter = line.IndexOf(" (Parameter '", StringComparison.Ordinal);
        return (parameter > 0 ? line[..parameter] : line).TrimEnd('.');
    }

    /// <summary>What is played.</summary>
    public Recipe Recipe { get; private set; }
    /// <summary>The system's place in the catalog.</summary>
    public SystemEntry Entry { get; }
    /// <summary>Where it runs.</summary>
    public Device Device { get; }
    /// <summary>How training proceeds.</summary>
    public TrainingOptions Options { get; }
    /// <summary>The data.</summary>
    public DataSet Data { get; }
    /// <summary>Its batches.</summary>
    public BatchSource Source { get; }
    /// <summary>
    /// Samples of the same kind that the run does not train on, for its health: fresh draws of a law, or the test part of data that has
    /// one; null otherwise.
    /// </summary>
    public BatchSource? HeldOut => _heldOut.Value;
    /// <summary>The random streams.</summary>
    public RandomStreams Streams { get; }
    /// <summary>The game and its networks.</summary>
    public GanSystem System { get; }
    /// <inheritdoc/>
    public SampleSpec Spec => Recipe.Samples!;
    /// <summary>The run as its remedies see it.</summary>
    public Patient Patient => field ??= Prescriptions.PatientOf(Recipe, Entry, Data, Source.Shape);

    /// <summary>A session of a recipe whose data is open.</summary>
    public static Session Start(Recipe recipe, DataSet data) => new(recipe, data);

    /// <summary>Puts the networks of a checkpoint in place, generators with their averaged weights, which stay.</summary>
    internal void PutAverages(StoredCheckpoint checkpoint)
    {
        _averages = new(System, Options);
        checkpoint.Restore(System, _averages.All);
        _averages.Keep();
    }

    /// <summary>
    /// Divides the threads as the recipe says; where it says nothing yet, as a few steps of a copy of this game play fastest.
    /// </summary>
    /// <param name="limit">Time for trying.</param>
    public void DivideThreads(TimeSpan limit)
    {
        var threads = Recipe.Threads > 0 ? Recipe.Threads : Environment.ProcessorCount;
        var usual = ThreadSplit.Of(threads)[0];
        var isGiven = Device.IsCuda || threads == 1 || Options.Kernels == "plain";
        Recipe = Recipe with { ThreadSplit = Recipe.ThreadSplit ?? (isGiven ? usual : Rehearsed(threads, limit)) };
        Runtime.Threads = Recipe.ThreadSplit.Value;
    }

    // Sums depend on the division, so a kind of game is rehearsed once per machine.
    private ThreadSplit Rehearsed(int threads, TimeSpan limit)
    {
        var game = string.Join(' ', Recipe.Options.Select(option => $"{option.Key}={option.Value}"));
        var played = $"threads {threads}: {Recipe.System} {string.Join('x', Source.Shape.Axes)} batch {Options.Batch} {game}";
        var task = played.ReplaceLineEndings(" ").Replace('\t', ' ');
        if (ThreadSplit.TryParse(KernelChoices.Machine?.Find(task), out var kept) && kept.OpenMp <= threads && kept.Blas <= threads)
            return kept;
        var fastest = Rehearse(threads, limit);
        return ThreadSplit.TryParse(KernelChoices.Machine?.Keep(task, fastest.ToText()), out var first) ? first : fastest;
    }

    // With random streams and networks of its own: nothing of it reaches the run.
    private ThreadSplit Rehearse(int threads, TimeSpan limit)
    {
        using var streams = new RandomStreams(Recipe.Seed, Device);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var copy = GanSystem.Build(_build);
        var position = 0;
        return Rehearsal.FastestSplit(threads, () => copy.Begin(0, () => Source.Deal(position++, Device)), limit);
    }

    /// <inheritdoc/>
    public Tensor DrawInput(long seed, int first, int count) => RunSamples.Input(System, () => Source, seed, first, count, Device);

    /// <summary>The newest checkpoint that is whole.</summary>
    /// <exception cref="UserException">There is none.</exception>
    public static StoredCheckpoint NewestCheckpoint(RunFolder folder)
    {
        // A run that is training may delete one between being listed and being read.
        for (var attempt = 1; folder.ListCheckpoints() is [.., var newest]; attempt++)
            if (File.Exists(newest) || attempt == 3)
                return Training.Runs.Checkpoint.Read(newest);
        throw new UserException($"{folder.Path} has no checkpoint yet");
    }

    /// <summary>The device of a name.</summary>
    /// <exception cref="UserException">There is none of that name here.</exception>
    public static Device OpenDevice(string name)
    {
        try
        {
            var device = Device.Parse(name);
            return !device.IsCuda || Device.CudaCount > 0 ? device : throw new UserException(
                $"there is no CUDA device here for --device {name}; use --device cpu ({Invocation.Of("doctor")} tells more)");
        }
        catch (FormatException e)
        {
            throw new UserException(e.Message);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _averages?.Dispose();
        System.Dispose();
        Streams.Dispose();
    }
}
