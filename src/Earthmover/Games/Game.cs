using Earthmover.Nn.Optimizers;
using Earthmover.Torch;

namespace Earthmover.Games;

/// <summary>What a move showed: the player's terms and the norm of its gradient.</summary>
/// <param name="Player">Name of the player.</param>
/// <param name="Terms">Its terms, and what it observed, by name, as numbers.</param>
/// <param name="GradientNorm">Euclidean norm of the gradient over all its parameters.</param>
public sealed record Move(string Player, IReadOnlyDictionary<string, double> Terms, double GradientNorm);

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

    /// <summary>Whose move it was.</summary>
    public string Player { get; }

    /// <summary>The first bad term, or <c>gradient of NAME</c>.</summary>
    public string What { get; }
}

/// <summary>Plays the rounds of one stage: every player in turn differentiates its loss with respect to its own parameters, and moves.</summary>
public sealed class Game<TBatch> : IGame where TBatch : IDisposable
{
    private readonly Stage<TBatch> _stage;
    private readonly Func<TBatch> _next;
    private readonly Seat[] _seats;
    private readonly Companion? _companion;

    /// <summary>A game of a stage's players.</summary>
    /// <param name="stage">The players.</param>
    /// <param name="next">Delivers the next batch, which the game disposes.</param>
    public Game(Stage<TBatch> stage, Func<TBatch> next)
    {
        (_stage, _next) = (stage, next);
        _seats = [.. stage.Players.Select(player => new Seat(player))];
        if (stage.IsSimultaneous && _seats.Length == 2 && Runtime.Precision != Precision.Tf32 && Runtime.Threads is { OpenMp: > 1 } threads)
        {
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
    public IReadOnlyList<Move> Play(long step, bool observe = true)
    {
        using var scope = TensorScope.Open();
        using var table = new Table(this, step);
        return _stage.IsSimultaneous ? Together(table, observe) : InTurn(table, step, observe);
    }

    private List<Move> InTurn(Table table, long step, bool observe)
    {
        var moves = new List<Move>();
        foreach (var seat in _seats.Where(s => step % s.Player.Every == 0))
        {
            var steps = seat.Player.Steps(step);
            for (var i = 0; i < steps; i++)
            {
                if (i > 0 || table.Round is null)
                    table.Deal();
                var last = i == steps - 1;
                var move = Differentiate(seat, table.Round!, observe && last || seat.Player.Until is not null);
                Advance(seat);
                last |= move is not null && seat.Player.Until?.Invoke(move) == true;
                if (last && observe)
                    moves.Add(move!);
                if (last)
                    break;
            }
        }
        return moves;
    }

    // Everyone differentiates at the same parameters; then all move.
    private List<Move> Together(Table table, bool observe)
    {
        table.Deal();
        var round = table.Round!;
        var moves = new Move?[_seats.Length];
        if (_companion is not null)
        {
            _companion.Begin(() => moves[1] = Differentiate(_seats[1], round, observe));
            try
            {
                moves[0] = Differentiate(_seats[0], round, observe);
            }
            finally
            {
                _companion.Finish();
            }
        }
        else
        {
            for (var i = 0; i < _seats.Length; i++)
                moves[i] = Differentiate(_seats[i], round, observe);
        }
        foreach (var seat in _seats)
            Advance(seat);
        return [.. moves.OfType<Move>()];
    }

    private static Move? Differentiate(Seat seat, Round<TBatch> round, bool observe)
    {
        using var turn = TensorScope.Open();
        var terms = Runtime.Roughly(() => seat.Player.Loss(round));
        var gradients = terms.Gradients(seat.Leaves);
        var offset = 0;
        var squares = 0.0;
        foreach (var flat in seat.Optimizers.Select(o => o.Parameters))
        {
            flat.WriteGradients(gradients.AsSpan(offset, flat.Leaves.Length));
            offset += flat.Leaves.Length;
            squares += flat.SquaredGradientNorm();
        }
        if (!double.IsFinite(squares))
            throw new NotFiniteException(seat.Player.Name, FirstBad(terms, seat.Optimizers), round.Step);
        return observe ? new(seat.Player.Name, terms.Concat(terms.Observed).ToDictionary(t => t.Key, t => t.Value.Item()), Math.Sqrt(squares)) : null;
    }

    private void Advance(Seat seat)
    {
        foreach (var optimizer in seat.Optimizers)
            optimizer.Step(Rate);
        seat.Player.AfterStep?.Invoke();
    }

    private static string FirstBad(Terms terms, Optimizer[] optimizers)
    {
        foreach (var (name, value) in terms)
            if (!double.IsFinite(value.Item()))
                return $"term '{name}'";
        // Finite numbers can have squares that are not.
        return optimizers.Select(o => o.Parameters.FirstNotFinite()).FirstOrDefault(path => path is not null) is { } path ? $"gradient of {path}" : "the norm of the gradient";
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _companion?.Dispose();
        foreach (var seat in _seats)
            foreach (var optimizer in seat.Optimizers)
                optimizer.Dispose();
    }

    // A player with its optimizers, and its parameters as one list.
    private sealed class Seat(Player<TBatch> player)
    {
        public Player<TBatch> Player { get; } = player;
        public Optimizer[] Optimizers { get; } = [.. player.Networks.Distinct().Select(n => player.Optimizer.Create(n.Flat))];
        public Tensor[] Leaves { get; } = [.. player.Networks.Distinct().SelectMany(n => n.Flat.Leaves)];
    }

    // The batch on the table, and what its round shares.
    private sealed class Table(Game<TBatch> game, long step) : IDisposable
    {
        public Round<TBatch>? Round { get; private set; }

        public void Deal()
        {
            Dispose();
            Round = new(game._next(), step);
        }

        public void Dispose()
        {
            Round?.Dispose();
            Round?.Batch.Dispose();
            Round = null;
        }
    }
}
