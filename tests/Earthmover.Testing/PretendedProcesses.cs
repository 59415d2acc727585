using Earthmover.Torch;

namespace Earthmover.Testing;

/// <summary>Processes that play one batch together, as threads of this one: what they tell each other goes through plain arrays.</summary>
public sealed class PretendedProcesses : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private readonly Barrier _barrier;
    private readonly CancellationTokenSource _failed = new();
    private readonly (double[] Numbers, long[] Shape, DType Type)[] _given;

    private PretendedProcesses(int count) => (_barrier, _given) = (new(count), new (double[], long[], DType)[count]);

    /// <summary>Runs the same on every one of them, joined to the others; fails as the first that fails.</summary>
    /// <param name="count">How many there are.</param>
    /// <param name="body">Given the place, from 0.</param>
    /// <returns>The results in the order of the places.</returns>
    public static T[] Run<T>(int count, Func<int, T> body)
    {
        using var processes = new PretendedProcesses(count);
        var (results, failures) = (new T[count], new Exception?[count]);
        var threads = Enumerable.Range(0, count).Select(place => new Thread(() =>
        {
            try
            {
                using var joined = WholeBatch.Join(new Peer(processes, place));
                using var scope = TensorScope.Open();
                results[place] = body(place);
            }
            catch (Exception e)
            {
                failures[place] = e;
                processes._failed.Cancel();
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        // Those that waited for it fail as well, and say less.
        var failure = failures.OfType<Exception>().OrderBy(e => e is OperationCanceledException).FirstOrDefault();
        return failure is null ? results : throw new InvalidOperationException("a pretended process failed", failure);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _barrier.Dispose();
        _failed.Dispose();
    }

    // What all have given, in the order of their places.
    private (double[] Numbers, long[] Shape)[] Exchange(int place, Tensor own)
    {
        using (TensorScope.Open())
            _given[place] = (own.To(DType.Float64).ToArray<double>(), own.Shape.ToArray(), own.DType);
        Meet();
        var all = Array.ConvertAll(_given, given => (given.Numbers, given.Shape));
        Assert.Single(_given.Select(given => given.Type).Distinct());
        Meet();
        return all;
    }

    private void Meet()
    {
        if (!_barrier.SignalAndWait(s_patience, _failed.Token))
            throw new TimeoutException("the others do not ask for the same");
    }

    private sealed class Peer(PretendedProcesses all, int place) : IBatchPeers
    {
        public int Count => all._given.Length;

        public int Place => place;

        public Tensor Sum(Tensor own)
        {
            var given = all.Exchange(place, own);
            Assert.All(given, other => Assert.Equal(given[0].Shape, other.Shape));
            double[] sum = [.. Enumerable.Range(0, given[0].Numbers.Length).Select(i => given.Sum(other => other.Numbers[i]))];
            return Tensor.From<double>(sum, given[0].Shape).To(own.DType);
        }

        public Tensor Gather(Tensor own)
        {
            var given = all.Exchange(place, own);
            double[] rows = [.. given.SelectMany(other => other.Numbers)];
            return Tensor.From<double>(rows, [given.Sum(other => other.Shape[0]), .. given[0].Shape[1..]]).To(own.DType);
        }
    }
}
