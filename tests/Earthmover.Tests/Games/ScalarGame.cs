using Earthmover.Games;
using Earthmover.Nn;
using Earthmover.Nn.Optimizers;
using Earthmover.Testing;
using Earthmover.Torch;

namespace Earthmover.Tests.Games;

/// <summary>
/// Games of single numbers, whose every move can be worked out by hand.
/// Step sizes are powers of two, so that single precision rounds nothing.
/// </summary>
public abstract class ScalarGame : LeakTest
{
    protected const double Rate = 0.25;

    private readonly List<Number> _numbers = [];

    protected override void TearDown()
    {
        foreach (var number in _numbers)
            number.Dispose();
    }

    /// <summary>A network of one learned number θ: x → θx.</summary>
    protected sealed class Number : Module
    {
        private readonly Parameter _theta;

        public Number(double start)
        {
            using var scope = TensorScope.Open();
            _theta = AddParameter("theta", Tensor.Of(start));
        }

        /// <summary>θ, a leaf of the graph.</summary>
        public Tensor Theta => _theta.Value;

        /// <summary>θ as a number.</summary>
        public double Value
        {
            get
            {
                using var scope = TensorScope.Open();
                return _theta.Value.Detach().Item();
            }
        }

        protected override Tensor Compute(Tensor x) => _theta.Value * x;
    }

    /// <summary>A batch that is nothing but its number.</summary>
    protected sealed class Numbered(int index) : IDisposable
    {
        public int Index => IsDisposed ? throw new ObjectDisposedException(nameof(Numbered)) : index;

        public bool IsDisposed { get; private set; }

        public void Dispose() => IsDisposed = !IsDisposed ? true : throw new InvalidOperationException($"batch {index} is freed twice");
    }

    /// <summary>Deals batches 0, 1, 2, …, and keeps them to be looked at.</summary>
    protected sealed class Dealer
    {
        public List<Numbered> Dealt { get; } = [];

        public Numbered Next()
        {
            Dealt.Add(new(Dealt.Count));
            return Dealt[^1];
        }
    }

    protected Number Start(double at)
    {
        var number = new Number(at);
        _numbers.Add(number);
        return number;
    }

    /// <summary>A player of one number, by plain gradient descent.</summary>
    protected static Player<Numbered> Player(string name, Number number, Func<Round<Numbered>, Tensor> loss) =>
        new(name, Role.Other, [number], new SgdOptions(Rate), round => new() { [name] = loss(round) });

    /// <summary>A player that goes a quarter of the way from where it is to the number of the batch: it minimizes ½ (θ − k)².</summary>
    protected static Player<Numbered> Follower(string name, Number number, List<int>? sees = null) => Player(name, number, round =>
    {
        sees?.Add(round.Batch.Index);
        return (number.Theta - round.Batch.Index).Square() / 2;
    });

    /// <summary>Where such a player is after moves towards some batches.</summary>
    protected static double Followed(double start, params int[] batches) =>
        batches.Aggregate(start, (at, batch) => at + Rate * (batch - at));

    protected static Game<Numbered> Begin(IReadOnlyList<Player<Numbered>> players, Dealer? dealer = null) =>
        new(new("game", players), (dealer ?? new()).Next);
}
