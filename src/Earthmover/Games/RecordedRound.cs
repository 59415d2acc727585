using Earthmover.Nn.Optimizers;
using Earthmover.Torch;

namespace Earthmover.Games;

// One round as a recording, with the batches that it reads and the outcomes that it writes, both in the same memory every time.
internal sealed class RecordedRound<TBatch> : IDisposable where TBatch : IDisposable
{
    private readonly TensorOwner _owner = new();
    private readonly List<TBatch> _batches = [];
    private (Optimizer Optimizer, long Steps)[] _steps = [];
    private IRecording? _recording;

    public IReadOnlyList<Outcome> Outcomes { get; private set; } = [];

    /// <summary>A batch from the loader's stream, held until this thread's has read it.</summary>
    public static TBatch Here(TBatch batch)
    {
        foreach (var tensor in Tensors(batch))
            tensor.UsedHere();
        return batch;
    }

    public void Record(Func<Action, IRecording> record, Func<TBatch> next, int deals, Func<Table<TBatch>, List<Outcome>> play, long step)
    {
        for (var i = 0; i < deals; i++)
            _batches.Add(Here(next()));
        _recording = record(() =>
        {
            var dealt = 0;
            using var table = new Table<TBatch>(() => _batches[dealt++], step, isRecorded: true);
            using var scope = TensorScope.Open();
            Outcomes = play(table);
            // What outlives the round leaves its scope, before that is closed and its memory used again.
            foreach (var tensor in Outcomes.Cast<DeviceOutcome>().SelectMany(outcome => outcome.Tensors).Distinct())
                _owner.Adopt(tensor);
        });
    }

    public void CountSteps((Optimizer, long)[] steps) => _steps = steps;

    public void PlayFirst() => _recording!.Play();

    public IReadOnlyList<Outcome> Play(Func<TBatch> next)
    {
        foreach (var kept in _batches)
        {
            using var batch = Here(next());
            foreach (var (to, from) in Tensors(kept).Zip(Tensors(batch)))
                to.CopyFrom(from);
        }
        _recording!.Play();
        foreach (var (optimizer, steps) in _steps)
            optimizer.Count(steps);
        return Outcomes;
    }

    /// <summary>The batches that were dealt, for their new owner.</summary>
    public IReadOnlyList<TBatch> GiveUp()
    {
        TBatch[] batches = [.. _batches];
        _batches.Clear();
        Dispose();
        return batches;
    }

    private static IReadOnlyList<Tensor> Tensors(TBatch batch) =>
        (batch as TensorOwner)?.Tensors ?? throw new InvalidOperationException($"a {typeof(TBatch).Name} does not own its tensors");

    public void Dispose()
    {
        _recording?.Dispose();
        foreach (var batch in _batches)
            batch.Dispose();
        _owner.Dispose();
    }
}
