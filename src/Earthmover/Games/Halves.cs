using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Games;

// A round on two halves of its batch, which is divisible: what every player's loss and gradients are there, and their means.
internal sealed class Halves<TBatch>(Stage<TBatch> stage, Seat<TBatch>[] seats, Round<TBatch> round) : IDisposable
    where TBatch : IDisposable
{
    private readonly IDivisible<TBatch> _batch = (IDivisible<TBatch>)round.Batch;
    private readonly TensorOwner[] _owners = [new(), new()];
    private readonly (Terms Terms, Tensor?[] Gradients)[,] _of = new (Terms, Tensor?[])[2, seats.Length];

    // The second's share of all samples.
    private double Weight => (double)(_batch.Count - _batch.Count / 2) / _batch.Count;

    /// <summary>Plays one half, 0 or 1; both may be played at once.</summary>
    public void Differentiate(int index)
    {
        if (index == 0)
        {
            Play(0);
            return;
        }
        // Its numbers follow from the run's seed, the stage and the step alone, so that a run that is resumed draws the same.
        var seed = new SeededRandom(RandomStreams.Current.Seed, $"second half of step {round.Step} of {stage.Name}").NextBits();
        using var streams = new RandomStreams(unchecked((long)seed));
        using var use = streams.Use();
        using var aside = WholeBatch.PlayAside();
        Play(1);
    }

    private void Play(int index)
    {
        using var scope = TensorScope.Open();
        using var batch = _batch.Part(index, 2);
        using var half = new Round<TBatch>(batch, round.Step) { Progress = round.Progress };
        for (var i = 0; i < seats.Length; i++)
        {
            var terms = Runtime.Roughly(() => seats[i].Player.Loss(half));
            var gradients = terms.Gradients(seats[i].Leaves, retainGraph: stage.SharesGraph && i < seats.Length - 1);
            foreach (var gradient in gradients.OfType<Tensor>())
                _ = _owners[index].Adopt(gradient);
            // A term may be what the half shares, which goes with it.
            var (shown, roles) = (new Terms(), terms.Roles);
            foreach (var (name, value) in terms)
                shown[name, roles[name]] = _owners[index].Adopt(value.Detach());
            foreach (var (name, value) in terms.Observed)
                shown.Observed[name] = _owners[index].Adopt(value.Detach());
            _of[index, i] = (shown, gradients);
        }
    }

    /// <summary>A player's gradients over the whole batch.</summary>
    public Tensor?[] GradientsOf(int seat)
    {
        using var pause = Autograd.Pause();
        return [.. _of[0, seat].Gradients.Zip(_of[1, seat].Gradients, Mean)];
    }

    /// <summary>A player's terms over the whole batch.</summary>
    public Terms TermsOf(int seat)
    {
        var (first, second, terms) = (_of[0, seat].Terms, _of[1, seat].Terms, new Terms());
        var (roles, others) = (first.Roles, second.Roles);
        foreach (var name in first.Keys.Union(second.Keys))
            terms[name, roles.TryGetValue(name, out var role) ? role : others[name]] = Mean(first, second, name);
        foreach (var name in first.Observed.Keys.Union(second.Observed.Keys))
            terms.Observed[name] = Mean(first.Observed, second.Observed, name)!;
        return terms;
    }

    private Tensor? Mean(OrderedDictionary<string, Tensor> first, OrderedDictionary<string, Tensor> second, string name) =>
        Mean(first.GetValueOrDefault(name), second.GetValueOrDefault(name));

    // What one half does not have counts as 0 there.
    private Tensor? Mean(Tensor? first, Tensor? second) => (first, second) switch
    {
        (null, null) => null,
        (null, _) => second * Weight,
        (_, null) => first * (1 - Weight),
        _ => Op.Lerp(first, second, Weight),
    };

    /// <inheritdoc/>
    public void Dispose() => Array.ForEach(_owners, owner => owner.Dispose());
}
