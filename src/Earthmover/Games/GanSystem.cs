using Earthmover.Nn;
using Earthmover.Torch;

namespace Earthmover.Games;

/// <summary>State of a system that its losses change and a checkpoint must hold: BEGAN's k, a pool of past fakes.</summary>
public interface ISavedState
{
    /// <summary>The state as tensors by name, in the innermost scope.</summary>
    IReadOnlyDictionary<string, Tensor> Capture();

    /// <summary>Continues from a captured state.</summary>
    /// <exception cref="FormatException">It is none of this.</exception>
    void Restore(IReadOnlyDictionary<string, Tensor> state);
}

/// <summary>
/// A GAN: its networks, its other state and its stages. What it can do once it is trained, its class says by interfaces:
/// <see cref="ISampler"/>, <see cref="ITranslator"/>, <see cref="IEncoder"/>, <see cref="IScorer"/>, <see cref="IClassifier"/>. The players
/// are in <see cref="GanSystem{TBatch}"/>.
/// </summary>
public abstract class GanSystem : IDisposable
{
    [ThreadStatic] private static List<GanSystem>? s_building;

    private readonly OrderedDictionary<string, Module> _networks = [];
    private readonly OrderedDictionary<string, ISavedState> _states = [];

    /// <summary>Begins a system without networks.</summary>
    protected GanSystem() => s_building?.Add(this);

    /// <summary>Builds a system; when its constructor refuses its options, the networks it had already made are freed.</summary>
    public static T Build<T>(Func<T> build) where T : GanSystem
    {
        var begun = s_building = [];
        try
        {
            return build();
        }
        catch
        {
            begun.ForEach(system => system.Dispose());
            throw;
        }
        finally
        {
            s_building = null;
        }
    }

    /// <summary>The networks by name, e.g. <c>generator</c>, <c>critic</c>.</summary>
    public IReadOnlyDictionary<string, Module> Networks => _networks;

    /// <summary>Other state by name.</summary>
    public IReadOnlyDictionary<string, ISavedState> States => _states;

    /// <summary>The networks that make what the system is for, samples or translations.</summary>
    public abstract IReadOnlyList<Module> Generators { get; }

    /// <summary>The networks whose running average is what is used, where a run keeps averages.</summary>
    public virtual IReadOnlyList<Module> Averaged => Generators;

    /// <summary>The networks that a generator's player moves; of all of them, where there are several.</summary>
    public abstract IReadOnlyList<Module> MovedByGenerators { get; }

    /// <summary>The networks that a critic's player moves; of all of them, where there are several.</summary>
    public abstract IReadOnlyList<Module> MovedByCritics { get; }

    /// <summary>Names of the stages and the share of the run that each gets.</summary>
    public abstract IReadOnlyList<(string Name, double Share)> StageShares { get; }

    /// <summary>Whether a stage begins with the generators as they are used: their averages, where a run keeps some.</summary>
    /// <param name="stage">Index of the stage.</param>
    public virtual bool BeginsAveraged(int stage) => false;

    /// <summary>Begins a stage.</summary>
    /// <param name="stage">Index of the stage.</param>
    /// <param name="next">Delivers the next batch, of the type that the system plays with; the game disposes it.</param>
    public abstract IGame Begin(int stage, Func<IDisposable> next);

    /// <summary>Registers a network.</summary>
    protected T Network<T>(string name, T network) where T : Module
    {
        network.To(RandomStreams.Current.Device);
        _ = network.Flat;
        _networks.Add(name, network);
        return network;
    }

    /// <summary>Registers other state.</summary>
    protected T State<T>(string name, T state) where T : ISavedState
    {
        _states.Add(name, state);
        return state;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the networks and states.</summary>
    protected virtual void Dispose(bool disposing)
    {
        foreach (var network in _networks.Values)
            network.Dispose();
        foreach (var state in _states.Values)
            (state as IDisposable)?.Dispose();
    }
}

/// <summary>A GAN as a game: stages of players.</summary>
/// <typeparam name="TBatch">What the data delivers.</typeparam>
public abstract class GanSystem<TBatch> : GanSystem where TBatch : class, IDisposable
{
    private IReadOnlyList<Stage<TBatch>>? _stages;

    /// <summary>The stages, played one after another; set by the constructor.</summary>
    public IReadOnlyList<Stage<TBatch>> Stages
    {
        get => _stages ?? throw new InvalidOperationException($"{GetType().Name} has no players");
        protected init => _stages = value;
    }

    /// <summary>The players of a system with a single stage.</summary>
    public IReadOnlyList<Player<TBatch>> Players
    {
        get => [.. Stages.SelectMany(stage => stage.Players)];
        protected init => _stages = [new("game", value) { Phase = Phase }];
    }

    /// <summary>
    /// Players that also pay for their distance from the mean of their parameters so far (<see cref="HistoricalAverage"/>).
    /// </summary>
    /// <param name="weight">γ; 0 leaves them as they are.</param>
    /// <param name="players">The players.</param>
    protected IReadOnlyList<Player<TBatch>> WithHistory(double weight, IReadOnlyList<Player<TBatch>> players) => weight == 0 ? players
        : [.. players.Select(player => State($"{player.Name} history", new HistoricalAverage(weight, player.Networks)).Of(player))];

    /// <summary>The <see cref="Stage{TBatch}.Phase"/> of a system with a single stage; set before <see cref="Players"/>.</summary>
    protected Func<long, long>? Phase { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<(string Name, double Share)> StageShares => [.. Stages.Select(stage => (stage.Name, stage.Share))];

    /// <inheritdoc/>
    public override bool BeginsAveraged(int stage) => Stages[stage].BeginsAveraged;

    /// <inheritdoc/>
    public override IReadOnlyList<Module> MovedByGenerators => MovedBy(Role.Generator);

    /// <inheritdoc/>
    public override IReadOnlyList<Module> MovedByCritics => MovedBy(Role.Critic);

    private IReadOnlyList<Module> MovedBy(Role role) =>
        [.. Players.Where(player => player.Role == role).SelectMany(player => player.Networks).Distinct()];

    /// <inheritdoc/>
    public override IGame Begin(int stage, Func<IDisposable> next) => new Game<TBatch>(Stages[stage], () => (TBatch)next());
}
