using Earthmover.Editing;
using Earthmover.Games;
using Earthmover.Testing;
using Earthmover.Torch;

namespace Earthmover.Tests.Editing;

public sealed class CodeChainTests : LeakTest
{
    private static readonly ChainOptions s_noiseless = new() { Steps = 300, Noise = 0, Rate = 0.1 };

    // G(h) = 2h, whose codes are drawn to (1, 1); nothing leaves [−3, 3].
    private sealed class Doubling : ICoder
    {
        public Tensor Begin(Tensor z) => z;

        public Tensor Decode(Tensor h) => h * 2;

        public Tensor CodesOf(Tensor x) => x * 0.5;

        public Tensor Restored(Tensor h, Tensor x) => Tensor.Ones(h.Shape);

        public Tensor Confine(Tensor h) => h.Clamp(-3, 3);
    }

    // exp(−|x − (4, −2)|²/8): at its largest for h = (2, −1).
    private static Tensor Near(Tensor x) =>
        ((x - Tensor.From<float>([4, -2], [1, 2])).Square().Sum([1]) * (-1.0 / 8)).Exp();

    private static float[] End(Func<Tensor, Tensor>? condition, ChainOptions options, float[] from, KnownPixels? known = null)
    {
        using var scope = TensorScope.Open();
        var h = Tensor.From<float>(from, [from.Length / 2, 2]);
        return new CodeChain(new Doubling(), condition, known).Climb(h, options, _ => Tensor.Zeros(h.Shape)).ToArray<float>();
    }

    [Fact]
    public void It_climbs_to_where_the_condition_is_most_probable()
    {
        var end = End(Near, s_noiseless with { Prior = 0 }, [-2, 2, 0, 0]);
        Assert.All(end.Chunk(2), h => Assert.Equal([2, -1], h, (a, b) => Math.Abs(a - b) < 0.02));
    }

    [Fact]
    public void The_prior_draws_it_to_codes_of_data()
    {
        var end = End(null, s_noiseless with { Prior = 1 }, [-2, 2]);
        Assert.Equal([1, 1], end, (a, b) => Math.Abs(a - b) < 0.02);
        // Where both pull, the heavier one has its way: ∂log p/∂h = 2(4 − 2h)/4 … against ε₁(1 − h).
        var between = End(Near, s_noiseless with { Prior = 1 }, [-2, 2]);
        Assert.Equal([1.5f, 0], between, (a, b) => Math.Abs(a - b) < 0.05);
        Assert.Equal([1, 1], End(Near, s_noiseless with { Prior = 1e6 }, [-2, 2]), (a, b) => Math.Abs(a - b) < 0.02);
    }

    [Fact]
    public void A_step_moves_each_number_as_far_on_average_as_the_rate_says()
    {
        float[] from = [-2, 2];
        var end = End(Near, s_noiseless with { Steps = 1, Prior = 0 }, from);
        Assert.Equal(0.1, end.Zip(from).Average(p => Math.Abs(p.First - p.Second)), 1e-5);
    }

    [Fact]
    public void It_stays_in_the_range_of_the_codes_and_where_nothing_pulls()
    {
        // Most probable beyond the range.
        Tensor Far(Tensor x) => ((x - 100).Square().Sum([1]) * -1e-4).Exp();
        Assert.Equal([3, 3], End(Far, s_noiseless with { Prior = 0 }, [0, 0]));
        Assert.Equal([0.5f, -0.25f], End(null, s_noiseless with { Prior = 0 }, [0.5f, -0.25f]));
    }

    [Fact]
    public void A_probability_of_zero_moves_nothing_and_breaks_nothing()
    {
        Tensor Never(Tensor x) => x.Sum([1]) * 0;
        Assert.Equal([0.5f, -0.25f], End(Never, s_noiseless with { Prior = 0 }, [0.5f, -0.25f]));
    }

    [Fact]
    public void Rows_go_their_own_ways()
    {
        var options = s_noiseless with { Steps = 20, Prior = 0.5 };
        var both = End(Near, options, [-2, 2, 1, 0.5f]);
        Assert.Equal(End(Near, options, [-2, 2]), both[..2]);
        Assert.Equal(End(Near, options, [1, 0.5f]), both[2..]);
    }

    [Fact]
    public void Known_pixels_pull_and_are_seen_in_place()
    {
        using var scope = TensorScope.Open();
        // A "picture" of one row: the first pixel is known to be 5, and so the first code is 2.5.
        var coder = new Pixels();
        var known = new KnownPixels(Tensor.From<float>([5, 0], [1, 1, 1, 2]), Tensor.From<float>([0, 1], [1, 1, 1, 2]));
        var seen = new List<float>();
        Tensor Watch(Tensor x)
        {
            seen.AddRange(x.Detach().ToArray<float>().Take(1));
            return (x.Flatten(1).Narrow(1, 1, 1).Square() * -0.5).Exp().Flatten();
        }
        var chain = new CodeChain(coder, Watch, known);
        var end = chain.Climb(Tensor.From<float>([0, 2], [1, 2]), s_noiseless with { Prior = 0 }, _ => Tensor.Zeros([1, 2]));
        Assert.Equal([2.5f, 0], end.ToArray<float>(), (a, b) => Math.Abs(a - b) < 0.02);
        Assert.All(seen, value => Assert.Equal(5, value));
    }

    private sealed class Pixels : ICoder
    {
        public Tensor Begin(Tensor z) => z;

        public Tensor Decode(Tensor h) => (h * 2).Reshape(-1, 1, 1, 2);

        public Tensor CodesOf(Tensor x) => x.Flatten(1) * 0.5;

        public Tensor Confine(Tensor h) => h;
    }

    [Fact]
    public void Noise_and_what_is_seen_on_the_way_are_those_of_each_step()
    {
        using var scope = TensorScope.Open();
        var (asked, seen) = (new List<int>(), new List<int>());
        Tensor Noise(int step)
        {
            asked.Add(step);
            return Tensor.Ones([1, 2]);
        }
        var chain = new CodeChain(new Doubling(), null);
        var options = s_noiseless with { Steps = 3, Prior = 0, Noise = 7 };
        var end = chain.Climb(Tensor.Zeros([1, 2]), options, Noise, (step, _) => seen.Add(step));
        Assert.Equal([0, 1, 2], asked);
        Assert.Equal([0, 1, 2, 3], seen);
        // 0.1 (1 + ⅔ + ⅓) along the noise, whatever its size.
        Assert.Equal([0.2f, 0.2f], end.ToArray<float>(), (a, b) => Math.Abs(a - b) < 1e-5);
    }
}
