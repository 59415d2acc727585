using Earthmover.Nn.Optimizers;
using Earthmover.Torch;

namespace Earthmover.Games;

// A player with its optimizers, and its parameters as one list.
internal sealed class Seat<TBatch>(Player<TBatch> player)
{
    public Player<TBatch> Player { get; } = player;
    public Optimizer[] Optimizers { get; } = [.. player.Networks.Distinct().Select(n => player.Optimizer.Create(n.Flat))];
    public Tensor[] Leaves { get; } = [.. player.Networks.Distinct().SelectMany(n => n.Flat.Learned)];

    // Gradients with respect to the leaves, for the optimizers.
    public void Write(Tensor?[] gradients)
    {
        var offset = 0;
        foreach (var flat in Optimizers.Select(o => o.Parameters))
        {
            flat.WriteGradients(gradients.AsSpan(offset, flat.Learned.Length));
            offset += flat.Learned.Length;
        }
    }
}

// The batch on the table, and what its round shares. A recording keeps its batches.
internal sealed class Table<TBatch>(Func<TBatch> next, long step, double progress = 0, bool isRecorded = false)
    : IDisposable where TBatch : IDisposable
{
    public bool IsRecorded { get; } = isRecorded;
    public long Step { get; } = step;
    public Round<TBatch>? Round { get; private set; }
    public int Deals { get; private set; }

    public void Deal()
    {
        Dispose();
        Deals++;
        Round = new(next(), Step) { Progress = progress };
    }

    public void Dispose()
    {
        Round?.Dispose();
        if (!IsRecorded)
            Round?.Batch.Dispose();
        Round = null;
    }
}

// What a move showed.
internal abstract record Outcome
{
    public abstract Move Read();

    public static Move MoveOf(string player, Role role, IReadOnlyDictionary<string, TermRole> roles,
        IEnumerable<KeyValuePair<string, Tensor>> terms, double square) =>
        new(player, terms.ToDictionary(t => t.Key, t => t.Value.Item()), Math.Sqrt(square)) { Role = role, Roles = roles };
}

internal sealed record HostOutcome(Move Move) : Outcome
{
    public override Move Read() => Move;
}

// On its device until it is read, which waits; a recording writes the same tensors at every play.
internal sealed record DeviceOutcome(string Player, Role Role, IReadOnlyDictionary<string, TermRole> Roles,
    IReadOnlyDictionary<string, Tensor> Terms, Tensor SquaredNorm) : Outcome
{
    public IEnumerable<Tensor> Tensors => [.. Terms.Values, SquaredNorm];

    public override Move Read() => MoveOf(Player, Role, Roles, Terms, SquaredNorm.Item());
}
