using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Games;

// A round on two halves of its batch, which is divisible: what every player's loss and gradients are there, and their means.
internal sealed class Halves<TBatch>(Seat<TBatch>[] seats, Round<TBatch> round) : IDisposable where TBatch : IDisposable
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
        // Its numbers follow from the run's seed and the step alone, so that a run that is resumed draws the same.
        using var streams = new RandomStreams(unchecked(RandomStreams.Current.Seed * 0x5851F42D4C957F2D + round.Step + 1));
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
            var gradients = terms.Gradients(seats[i].Leaves, retainGraph: true);
            foreach (var gradient in gradients.OfType<Tensor>())
                _ = _owners[index].Adopt(gradient);
            // A term may be what the half shares, which goes with it.
            _of[index, i] = (Each(terms, (_, value) => _owners[index].Adopt(value.Detach())), gradients);
        }
    }

    private static Terms Each(Terms terms, Func<string, Tensor, Tensor> change)
    {
        var (changed, roles) = (new Terms(), terms.Roles);
        foreach (var (name, value) in terms)
            changed[name, roles[name]] = change(name, value);
        foreach (var (name, value) in terms.Observed)
            changed.Observed[name] = change(name, value);
        return changed;
    }

    /// <summary>A player's gradients over the whole batch.</summary>
    public Tensor?[] GradientsOf(int seat)
    {
        using var pause = Autograd.Pause();
        return [.. _of[0, seat].Gradients.Zip(_of[1, seat].Gradients, (a, b) => a is null || b is null ? a ?? b : Op.Lerp(a, b, Weight))];
    }

    /// <summary>A player's terms over the whole batch.</summary>
    public Terms TermsOf(int seat)
    {
        var (first, second) = (_of[0, seat].Terms, _of[1, seat].Terms);
        return Each(first, (name, value) =>
            Op.Lerp(value, second.TryGetValue(name, out var other) ? other : second.Observed[name], Weight));
    }

    /// <inheritdoc/>
    public void Dispose() => Array.ForEach(_owners, owner => owner.Dispose());
}
