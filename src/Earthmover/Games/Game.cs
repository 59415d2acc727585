using Earthmover.Nn.Optimizers;
using Earthmover.Torch;

namespace Earthmover.Games;

/// <summary>What a move showed: the player's terms and the norm of its gradient.</summary>
/// <param name="Player">Name of the player.</param>
/// <param name="Terms">Its terms, and what it observed, by name, as numbers.</param>
/// <param name="GradientNorm">Euclidean norm of the gradient over all its parameters.</param>
public sealed record Move(string Player, IReadOnlyDictionary<string, double> Terms, double GradientNorm)
{
    /// <summary>What the player is for.</summary>
    public Role Role { get; init; }

    /// <summary>What each of its terms is for; what was only observed is not among them.</summary>
    public IReadOnlyDictionary<string, TermRole> Roles { get; init; } = new Dictionary<string, TermRole>();

    /// <summary>A move of the same player of which nothing is known but what its terms are for.</summary>
    public Move Unread() => this with { Terms = Terms.ToDictionary(term => term.Key, _ => double.NaN), GradientNorm = double.NaN };

    /// <summary>Whether it has a term that is for this.</summary>
    public bool Has(TermRole role) => Roles.Values.Contains(role);
}

/// <summary>A term or gradient that is not a number, found before it could reach the parameters.</summary>
public sealed class NotFiniteException : Exception
{
    /// <summary>A term or gradient that was not applied.</summary>
    /// <param name="player">Whose move it was.</param>
    /// <param name="what">The first bad term, or <c>gradient of NAME</c>.</param>
    /// <param name="step">Index of the step.</param>
    public NotFiniteException(string player, string what, long step)
        : this(player, what, $"{player}: {what} is not finite at step {step + 1}; it was not applied")
    {
    }

    private NotFiniteException(string player, string what, string message) : base(message) => (Player, What) = (player, what);

    /// <summary>Weights that are there already, and of which no checkpoint is made.</summary>
    /// <param name="weights">Their name in a checkpoint.</param>
    /// <param name="steps">Steps played.</param>
    public static NotFiniteException OfWeights(string weights, long steps) =>
        new("", weights, $"{weights} is not finite after step {steps}; it was not saved");

    /// <summary>A gradient on a device, which is looked at only now and then; nothing has moved since it was met.</summary>
    /// <param name="steps">Steps played; the last of them may have been without effect.</param>
    public static NotFiniteException OnDevice(long steps) =>
        new("", "a gradient", $"a gradient was not finite by step {steps}; it was not applied, and nothing has moved since");

    /// <summary>Whose move it was.</summary>
    public string Player { get; }

    /// <summary>The first bad term, or <c>gradient of NAME</c>.</summary>
    public string What { get; }
}

/// <summary>
/// Plays the rounds of one stage: every player in turn differentiates its loss with respect to its own parameters, and moves.
/// </summary>
public sealed class Game<TBatch> : IGame where TBatch : IDisposable
{
    // Batch statistics of fewer samples than half of these would say little.
    private const int LeastDivided = 16;

    private readonly Stage<TBatch> _stage;
    private readonly Func<TBatch> _next;
    private readonly Seat<TBatch>[] _seats;
    private readonly Companion? _companion;
    private readonly ThreadSplit _undivided;
    private readonly FiniteWatch _watch;
    private readonly Func<Table<TBatch>, bool, List<Outcome>> _play;
    private RoundRecorder<TBatch>? _recorder;
    private Func<bool>? _goesOn;

    /// <summary>A game of a stage's players.</summary>
    /// <param name="stage">The players.</param>
    /// <param name="next">Delivers the next batch, which the game disposes.</param>
    /// <exception cref="ArgumentException">Its batches are to be divided, and a network does not allow that.</exception>
    public Game(Stage<TBatch> stage, Func<TBatch> next)
    {
        if (stage.DividesBatch && stage.Players.Any(player => player.Networks.Any(network => network.HasSpectralNorm)))
            throw new ArgumentException("spectral normalization moves at every pass, so a batch cannot be divided between two threads");
        (_stage, _next) = (stage, next);
        _seats = [.. stage.Players.Select(player => new Seat<TBatch>(player))];
        _watch = new([.. _seats.SelectMany(seat => seat.Optimizers)]);
        _play = stage.IsSimultaneous ? Together : InTurn;
        // A device has its own order of work, and only one thread's can be recorded.
        var divides = stage.IsSimultaneous && _seats.Length == 2 && !_watch.IsOnDevice && Runtime.Precision != Precision.Tf32;
        if (divides && (stage.DividesBatch || !stage.SharesGraph) && Runtime.Threads is { OpenMp: > 1 } threads)
        {
            _undivided = threads;
            Runtime.Threads = new(threads.OpenMp / 2, 1);
            _companion = new(threads.OpenMp / 2);
        }
    }

    /// <inheritdoc/>
    public IEnumerable<(string Name, Optimizer Optimizer)> Optimizers =>
        _seats.SelectMany(seat => seat.Optimizers.Select((optimizer, i) => ($"{seat.Player.Name}.{i}", optimizer)));

    /// <inheritdoc/>
    public double Rate { get; set; } = 1;

    /// <inheritdoc/>
    public double Progress { get; set; }

    /// <inheritdoc/>
    public string? Record()
    {
        if (_seats[0].Leaves[0].Device is not { IsCuda: true } device)
            return "steps are recorded on a CUDA device only";
        if (RecordWith(Recording.Of) is { } reason)
            return reason;
        Recording.Prepare(device);
        return null;
    }

    /// <summary>As <see cref="Record"/>, wherever the work that is recorded goes.</summary>
    internal string? RecordWith(RecordWork record)
    {
        if (_stage.Phase is null || _seats.Any(seat => seat.Player.Until is not null))
            return "the steps of this system cannot be recorded: what they do depends on more than their number";
        _recorder ??= new(_stage, _seats, _next, _play, record);
        return null;
    }

    /// <inheritdoc/>
    public string? RecordingProblem => _recorder?.Problem;

    /// <inheritdoc/>
    public void Settle(long steps) => _watch.Settle(steps);

    /// <inheritdoc/>
    public int MovesOf(long step) => _seats.Sum(seat => step % seat.Player.Every == 0 ? seat.Player.Steps(step) : 0);

    /// <inheritdoc/>
    public IReadOnlyList<Move> Play(long step, bool observe = true, Func<bool>? goesOn = null)
    {
        _goesOn = goesOn;
        using var scope = TensorScope.Open();
        if (_recorder is not null)
            return Observed(_recorder.Play(step, Rate), step, observe);
        using var table = new Table<TBatch>(_next, step, Progress);
        return Observed(_play(table, observe), step, observe);
    }

    private List<Move> Observed(IReadOnlyList<Outcome> outcomes, long step, bool observe)
    {
        if (!observe)
            return [];
        _watch.Settle(step + 1);
        return [.. outcomes.Select(outcome => outcome.Read())];
    }

    // What every player's last move showed, where that is observed.
    private List<Outcome> InTurn(Table<TBatch> table, bool observe)
    {
        var outcomes = new List<Outcome>();
        var played = 0;
        foreach (var seat in _seats.Where(s => table.Step % s.Player.Every == 0))
        {
            var steps = seat.Player.Steps(table.Step);
            var moves = new List<Move>(); // of this step, where their number depends on them
            for (var i = 0; i < steps; i++)
            {
                // A recording holds a whole step.
                if (!table.IsRecorded && _goesOn?.Invoke() == false)
                    throw new BrokenOffException(played);
                played++;
                if (i > 0 || table.Round is null)
                    table.Deal();
                var last = i == steps - 1;
                var outcome = Differentiate(seat, table.Round!, observe && last || seat.Player.Until is not null);
                Advance(seat);
                if (seat.Player.Until is { } until)
                {
                    moves.Add(outcome!.Read());
                    last |= until(moves);
                }
                if (last && observe)
                    outcomes.Add(outcome!);
                if (last)
                    break;
            }
        }
        return outcomes;
    }

    // Everyone differentiates at the same parameters; then all move.
    private List<Outcome> Together(Table<TBatch> table, bool observe)
    {
        table.Deal();
        var round = table.Round!;
        var outcomes = new Outcome?[_seats.Length];
        if (_companion is null)
            DifferentiateInTurn(round, outcomes, observe);
        else if (_stage.DividesBatch && !WholeBatch.IsShared && round.Batch is IDivisible<TBatch> { Count: >= LeastDivided })
            DifferentiateHalves(round, outcomes, observe);
        else if (!_stage.SharesGraph)
            _companion.Divide(seat => outcomes[seat] = Differentiate(_seats[seat], round, observe));
        else
        {
            var divided = Runtime.Threads;
            Runtime.Threads = _undivided; // the companion rests
            try
            {
                DifferentiateInTurn(round, outcomes, observe);
            }
            finally
            {
                Runtime.Threads = divided;
            }
        }
        foreach (var seat in _seats)
            Advance(seat);
        return [.. outcomes.OfType<Outcome>()];
    }

    private void DifferentiateInTurn(Round<TBatch> round, Outcome?[] outcomes, bool observe)
    {
        for (var i = 0; i < _seats.Length; i++)
            outcomes[i] = Differentiate(_seats[i], round, observe, retainGraph: _stage.SharesGraph && i < _seats.Length - 1);
    }

    // Every player's loss on one half of the batch here, and on the other on the companion's thread.
    private void DifferentiateHalves(Round<TBatch> round, Outcome?[] outcomes, bool observe)
    {
        using var halves = new Halves<TBatch>(_stage, _seats, round);
        _companion!.Divide(halves.Differentiate);
        for (var i = 0; i < _seats.Length; i++)
        {
            _seats[i].Write(halves.GradientsOf(i));
            outcomes[i] = OnHost(_seats[i], halves.TermsOf(i), round.Step, observe);
        }
    }

    private Outcome? Differentiate(Seat<TBatch> seat, Round<TBatch> round, bool observe, bool retainGraph = false)
    {
        using var turn = TensorScope.Open();
        var terms = Runtime.Roughly(() => seat.Player.Loss(round));
        seat.Write(terms.Gradients(seat.Leaves, retainGraph));
        if (!_watch.IsOnDevice)
            return OnHost(seat, terms, round.Step, observe);
        var squares = _watch.Look(seat.Optimizers);
        if (!observe)
            return null;
        var values = Shown(terms).ToDictionary(t => t.Key, t => t.Value.Detach());
        var outcome = new DeviceOutcome(seat.Player.Name, seat.Player.Role, terms.Roles, values, squares);
        turn.KeepAll(outcome.Tensors);
        return outcome;
    }

    private static HostOutcome? OnHost(Seat<TBatch> seat, Terms terms, long step, bool observe)
    {
        var sum = seat.Optimizers.Sum(o => o.Parameters.SquaredGradientNorm());
        if (!double.IsFinite(sum))
            throw new NotFiniteException(seat.Player.Name, FirstBad(terms, seat.Optimizers), step);
        return observe ? new HostOutcome(Outcome.MoveOf(seat.Player.Name, seat.Player.Role, terms.Roles, Shown(terms), sum)) : null;
    }

    private static IEnumerable<KeyValuePair<string, Tensor>> Shown(Terms terms) => terms.Concat(terms.Observed);

    private void Advance(Seat<TBatch> seat)
    {
        foreach (var optimizer in seat.Optimizers)
        {
            optimizer.Progress = Progress;
            optimizer.Step(Rate);
        }
        seat.Player.AfterStep?.Invoke();
    }

    private static string FirstBad(Terms terms, Optimizer[] optimizers)
    {
        foreach (var (name, value) in terms)
            if (!double.IsFinite(value.Item()))
                return $"term '{name}'";
        // Finite numbers can have squares that are not.
        var path = optimizers.Select(o => o.Parameters.FirstNotFinite()).FirstOrDefault(path => path is not null);
        return path is null ? "the norm of the gradient" : $"gradient of {path}";
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _recorder?.Dispose();
        if (_companion is not null)
        {
            _companion.Dispose();
            Runtime.Threads = _undivided; // for the stage that comes next
        }
        foreach (var seat in _seats)
            foreach (var optimizer in seat.Optimizers)
                optimizer.Dispose();
        _watch.Dispose();
    }
}
