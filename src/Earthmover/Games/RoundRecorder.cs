using Earthmover.Torch;

namespace Earthmover.Games;

// Plays rounds on a device as recordings: the first few of a kind are played as they are, then one is recorded, and all later ones are its
// plays on new batches. Rounds are of one kind where the stage says so and every player makes as many moves.
internal sealed class RoundRecorder<TBatch>(
    Stage<TBatch> stage, IReadOnlyList<Seat<TBatch>> seats, Func<TBatch> next,
    Func<Table<TBatch>, bool, List<Outcome>> play, RecordWork record)
    : IDisposable where TBatch : IDisposable
{
    // They bring in code, memory and libraries, which cannot be recorded.
    private const int WarmUps = 3;
    private const int MostKinds = 8, MostMoves = 40;

    private readonly Dictionary<string, int> _met = [];
    private readonly Dictionary<string, RecordedRound<TBatch>> _recorded = [];

    /// <summary>Why nothing more is recorded; null where nothing went wrong.</summary>
    public string? Problem { get; private set; }

    public IReadOnlyList<Outcome> Play(long step, double rate)
    {
        var moves = seats.Select(seat => step % seat.Player.Every == 0 ? seat.Player.Steps(step) : 0).ToArray();
        var kind = $"{stage.Phase!(step)}: {string.Join(' ', moves)}";
        foreach (var optimizer in seats.SelectMany(seat => seat.Optimizers))
            optimizer.SetRate(rate);
        if (_recorded.TryGetValue(kind, out var recorded))
            return recorded.Play(next);
        var met = _met[kind] = _met.GetValueOrDefault(kind) + 1;
        if (met <= WarmUps || Problem is not null || _recorded.Count == MostKinds || moves.Sum() > MostMoves)
            return AsItIs(step, Next);
        return Record(step, kind);
    }

    // Recording does not play: the first play follows. Where it fails, the same batches are played as they are, and the streams go on from
    // where they were.
    private IReadOnlyList<Outcome> Record(long step, string kind)
    {
        var streams = RandomStreams.Current;
        var states = streams.States;
        var optimizers = seats.SelectMany(seat => seat.Optimizers);
        var counts = optimizers.Select(optimizer => (Optimizer: optimizer, Before: optimizer.StepCount)).ToArray();
        var round = new RecordedRound<TBatch>();
        try
        {
            round.Record(work => record(streams, work), next, Deals(step), table => play(table, true), step);
        }
        catch (TorchException e)
        {
            Problem = e.Message.ReplaceLineEndings("\n").Split('\n')[0];
            streams.States = states;
            foreach (var (optimizer, before) in counts)
                optimizer.Count(before - optimizer.StepCount);
            var batches = new Queue<TBatch>(round.GiveUp());
            return AsItIs(step, () => batches.TryDequeue(out var batch) ? batch : Next());
        }
        round.CountSteps([.. counts.Select(c => (c.Optimizer, c.Optimizer.StepCount - c.Before))]);
        _recorded[kind] = round;
        round.PlayFirst();
        return round.Outcomes;
    }

    private List<Outcome> AsItIs(long step, Func<TBatch> deal)
    {
        using var table = new Table<TBatch>(deal, step);
        return play(table, true);
    }

    private TBatch Next() => RecordedRound<TBatch>.Here(next());

    // The first player that moves is dealt a batch for every move, the others for every move but the first. Players that move together see
    // one.
    private int Deals(long step)
    {
        if (stage.IsSimultaneous)
            return 1;
        var playing = seats.Where(seat => step % seat.Player.Every == 0);
        var moves = playing.Select(seat => seat.Player.Steps(step)).Where(steps => steps > 0).ToArray();
        return moves.Sum() - Math.Max(0, moves.Length - 1);
    }

    public void Dispose()
    {
        foreach (var round in _recorded.Values)
            round.Dispose();
    }
}
