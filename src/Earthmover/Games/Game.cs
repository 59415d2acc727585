using Earthmover.Nn.Optimizers;
using Earthmover.Torch;

namespace Earthmover.Games;

/// <summary>What a move showed: the player's terms and the norm of its gradient.</summary>
/// <param name="Player">Name of the player.</param>
/// <param name="Terms">Its terms by name, as numbers.</param>
/// <param name="GradientNorm">Euclidean norm of the gradient over all its parameters.</param>
public sealed record Move(string Player, IReadOnlyDictionary<string, double> Terms, double GradientNorm);

/// <summary>A term or gradient that is not a number, found before it could reach the parameters.</summary>
public sealed class NotFiniteException(string player, string what, long step)
    : Exception($"{player}: {what} is not finite at step {step + 1}; it was not applied")
{
    /// <summary>Whose move it was.</summary>
    public string Player { get; } = player;

    /// <summary>The first bad term, or <c>gradient of NAME</c>.</summary>
    public string What { get; } = what;
}

/// <summary>Plays the rounds of one stage: every player in turn differentiates its loss with respect to its own parameters, and moves.</summary>
public sealed class Game<TBatch> : IGame where TBatch : IDisposable
{
    private readonly Func<TBatch> _next;
    private readonly List<(Player<TBatch> Player, Optimizer[] Optimizers, Tensor[] Leaves)> _seats = [];

    /// <summary>A game of a stage's players.</summary>
    /// <param name="stage">The players.</param>
    /// <param name="next">Delivers the next batch, which the game disposes.</param>
    public Game(Stage<TBatch> stage, Func<TBatch> next)
    {
        _next = next;
        foreach (var player in stage.Players)
            _seats.Add((player, [.. player.Networks.Distinct().Select(n => player.Optimizer.Create(n.Flat))], [.. player.Networks.Distinct().SelectMany(n => n.Flat.Leaves)]));
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
        var moves = new List<Move>();
        var table = new Table(this, step);
        try
        {
            foreach (var seat in _seats.Where(s => step % s.Player.Every == 0))
            {
                var steps = seat.Player.Steps(step);
                for (var i = 0; i < steps; i++)
                {
                    if (i > 0 || table.Round is null)
                        table.Deal();
                    var last = i == steps - 1;
                    var move = Turn(seat, table.Round!, observe && last || seat.Player.Until is not null);
                    last |= move is not null && seat.Player.Until?.Invoke(move) == true;
                    if (last && observe)
                        moves.Add(move!);
                    if (last)
                        break;
                }
            }
        }
        finally
        {
            table.Clear();
        }
        return moves;
    }

    private Move? Turn((Player<TBatch> Player, Optimizer[] Optimizers, Tensor[] Leaves) seat, Round<TBatch> round, bool observe)
    {
        using var turn = TensorScope.Open();
        var (player, optimizers, leaves) = seat;
        var terms = player.Loss(round);
        var gradients = Autograd.Gradients(terms.Total, leaves, allowUnused: true);
        var offset = 0;
        var squares = 0.0;
        foreach (var flat in optimizers.Select(o => o.Parameters))
        {
            flat.WriteGradients(gradients.AsSpan(offset, flat.Leaves.Length));
            offset += flat.Leaves.Length;
            squares += flat.SquaredGradientNorm();
        }
        if (!double.IsFinite(squares))
            throw new NotFiniteException(player.Name, FirstBad(terms, optimizers), round.Step);
        foreach (var optimizer in optimizers)
            optimizer.Step(Rate);
        player.AfterStep?.Invoke();
        return observe ? new(player.Name, terms.ToDictionary(t => t.Key, t => t.Value.Item()), Math.Sqrt(squares)) : null;
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
        foreach (var seat in _seats)
            foreach (var optimizer in seat.Optimizers)
                optimizer.Dispose();
    }

    // The batch on the table, and what its round shares.
    private sealed class Table(Game<TBatch> game, long step)
    {
        public Round<TBatch>? Round { get; private set; }

        public void Deal()
        {
            Clear();
            Round = new(game._next(), step);
        }

        public void Clear()
        {
            Round?.Dispose();
            Round?.Batch.Dispose();
            Round = null;
        }
    }
}
