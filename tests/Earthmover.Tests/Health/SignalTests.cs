using Earthmover.Games;
using Earthmover.Health;
using Earthmover.Nn;
using Earthmover.Nn.Layers;
using Earthmover.Testing;
using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Tests.Health;

/// <summary>Every signal against a closed form.</summary>
public sealed class SignalTests : LeakTest
{
    private const int Count = 64;

    private readonly RandomGenerator _random = new(7);
    private readonly RandomStreams _streams = new(1);

    protected override void TearDown()
    {
        _random.Dispose();
        _streams.Dispose();
    }

    // Real samples are a normal cloud; generated ones are what the function makes of normal z.
    private Reading Take(Func<Tensor, Tensor> critic, Func<Tensor, Tensor> generator, Module? criticNetwork = null,
        Tensor? real = null, Tensor? heldOut = null, int dimension = 2)
    {
        using var use = _streams.Use();
        using var scope = TensorScope.Open();
        var x = real ?? Tensor.Normal([Count, dimension], _random);
        using var landmarks = new Landmarks(Tensor.Normal([512, dimension], _random));
        return Look.Take(1, new()
        {
            Critic = (v, _) => critic(v),
            Generate = (z, _) => generator(z),
            Inputs = (count, random) => Tensor.Normal([count, dimension], random),
            Real = x,
            Other = Tensor.Normal([Count, dimension], _random),
            HeldOut = heldOut,
            Landmarks = landmarks,
            Critics = criticNetwork is null ? [] : [criticNetwork.Flat],
            Moves =
            [
                new("critic", new Dictionary<string, double> { ["wasserstein"] = 1, ["penalty"] = 0 }, 1)
                {
                    Role = Role.Critic,
                    Roles = new Dictionary<string, TermRole> { ["wasserstein"] = TermRole.Distance, ["penalty"] = TermRole.Penalty },
                },
                new("generator", new Dictionary<string, double> { ["wasserstein"] = 1 }, 1)
                {
                    Role = Role.Generator,
                    Roles = new Dictionary<string, TermRole> { ["wasserstein"] = TermRole.Distance },
                },
            ],
            MovesGeneratorsAlone = true,
        }, _random);
    }

    [Fact]
    public void A_linear_critic_has_the_slope_of_its_weights_everywhere_and_along_a_shift_its_direction()
    {
        using var scope = TensorScope.Open();
        using var w = Tensor.From<float>([-3, 0], [2, 1]);
        // The data moved by 4 to the right: the plan of equal clouds is the shift, against which the critic's gradient points.
        var real = Tensor.Normal([Count, 2], _random);
        var shift = Tensor.From<float>([4, 0], [1, 2]);
        var reading = Take(x => x.MatMul(w), _ => Op.Flip(real, [0]) + shift, real: real);
        foreach (var signal in new[] { Signals.SlopeReal, Signals.SlopeFake, Signals.SlopeBetween, Signals.SlopeCoupled, Signals.SlopeMax })
            Assert.Equal(3, reading[signal], 1e-5);
        Assert.Equal(0, reading[Signals.SlopeSpread], 1e-5);
        Assert.Equal(1, reading[Signals.CosineCoupled], 1e-5);
        Assert.InRange(reading[Signals.CosineBetween], 0.5, 0.99);
        // W₁ of a shift is its length; a critic of slope 3 along it claims three times as much, and once divided by 3 it proves all of it.
        Assert.Equal(4, reading[Signals.Exact], 1e-5);
        Assert.Equal(12, reading[Signals.Estimate], 1e-4);
        Assert.Equal(3, reading[Signals.Overestimate], 1e-4);
        Assert.Equal(1, reading[Signals.Seen], 1e-4);
        Assert.Equal(4, reading[Signals.Proven], 1e-4);
        Assert.Equal(reading[Signals.Exact] - reading[Signals.Floor], reading[Signals.Excess], 1e-9);
        Assert.True(reading[Signals.Auc] > 0.95);
    }

    [Fact]
    public void Distances_of_larger_sets_are_those_of_the_landmarks()
    {
        using var scope = TensorScope.Open();
        Tensor first = Tensor.Normal([256, 40], _random), second = Tensor.Normal([256, 40], _random), shift = Tensor.From<float>([3], [1]);
        using var landmarks = new Landmarks(Tensor.Cat([first, second]));
        Assert.Equal((0, 0), (landmarks.Distance(first).Exact, landmarks.Distance(first).InFeatures));
        // A shift of all coordinates by 3 has length 3√40; a projection onto orthonormal axes makes no distance longer.
        var (exact, floor, inFeatures, floorInFeatures) = landmarks.Distance(first + shift);
        Assert.Equal(3 * Math.Sqrt(40), exact, 1e-3);
        Assert.InRange(inFeatures, 0.5, exact);
        Assert.InRange(floor, 5, 9); // two normal clouds of 256 in 40 dimensions
        Assert.InRange(floorInFeatures, 1, floor);
        using var flat = new Landmarks(Tensor.Normal([64, 2], _random));
        Assert.True(double.IsNaN(flat.Distance(Tensor.Normal([64, 2], _random)).InFeatures));
    }

    [Fact]
    public void A_distance_beyond_its_floor_is_measured_by_the_spread_of_the_data()
    {
        using var scope = TensorScope.Open();
        var shift = Tensor.From<float>([5], [1]);
        Assert.InRange(Take(x => x.Narrow(1, 0, 1), z => z, dimension: 40)[Signals.Beyond], -0.05, 0.05);
        // In 32 of 40 principal components two standard normal points are about √(2·32) = 8 apart, and the shift is about 5√32 long; the
        // components were found in a sample.
        Assert.InRange(Take(x => x.Narrow(1, 0, 1), z => z + shift, dimension: 40)[Signals.Beyond], 2, 4);
        // Where the floor is low its ratio says it all.
        Assert.Equal(double.NaN, Take(x => x.Narrow(1, 0, 1), z => z, dimension: 2)[Signals.Beyond]);
    }

    [Fact]
    public void Nearest_neighbors_are_of_either_kind_for_equal_laws_of_their_own_for_separate_ones_and_of_the_other_for_copies()
    {
        using var scope = TensorScope.Open();
        var shift = Tensor.From<float>([5], [1]);
        // Four standard deviations of 256 coins.
        Assert.InRange(Take(x => x.Narrow(1, 0, 1), z => z, dimension: 40)[Signals.OwnKind], 0.4, 0.63);
        Assert.Equal(1, Take(x => x.Narrow(1, 0, 1), z => z + shift, dimension: 40)[Signals.OwnKind]);
        // Of samples that vary less, in the midst of the data, the nearest others are their like, and the data's too: a mean of both shares
        // would be ½.
        Assert.InRange(Take(x => x.Narrow(1, 0, 1), z => 0.5 * z, dimension: 40)[Signals.OwnKind], 0.9, 1);
        Assert.Equal(double.NaN, Take(x => x.Narrow(1, 0, 1), z => z, dimension: 2)[Signals.OwnKind]);

        var rows = Tensor.Normal([64, 40], _random);
        using var landmarks = new Landmarks(rows);
        Assert.Equal(0, landmarks.OfOwnKind(rows));
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(2, 3)]
    [InlineData(8, 1)]
    [InlineData(40, 1)]
    public void The_density_of_samples_of_the_datas_own_law_is_one_whatever_the_law(int dimension, int power)
    {
        using var scope = TensorScope.Open();
        // The further coordinates vary less, as principal components do: of a round cloud those of the landmarks would be their own
        // accidents.
        var widths = 1 / Op.Arange(1, dimension + 1, DType.Float32);
        Tensor Draw(long count) => widths * Op.Pow(Tensor.Normal([count, dimension], _random), power);
        using var landmarks = new Landmarks(Draw(1024));
        Assert.InRange(landmarks.Density(Draw(4096)), 0.93, 1.07);
        Assert.Equal(0, landmarks.Density(Draw(256) + 1000));
    }

    [Fact]
    public void The_density_of_points_on_the_way_between_two_modes_is_that_of_the_rest()
    {
        using var scope = TensorScope.Open();
        Tensor Mode() => 0.01 * Tensor.Normal([512, 2], _random);
        Tensor left = Mode(), bridge = 4 * Op.Linspace(0.05, 0.95, 512).Unsqueeze(1).Expand([512, 2]);
        using var landmarks = new Landmarks(Tensor.Cat([left, Mode() + 4]));
        Assert.Equal(0.5, landmarks.Density(Tensor.Cat([Mode(), bridge])), 0.04);
        using var one = new Landmarks(left.Narrow(0, 0, 1));
        Assert.Equal(double.NaN, one.Density(left));
    }

    // A table of few values, pictures of few kinds: nearly every sample has equals, of both kinds as many as chance gives it.
    [Theory]
    [InlineData(2, 20)]
    [InlineData(40, 20)]
    [InlineData(40, 100)]
    [InlineData(40, 1000)]
    [InlineData(784, 100)]
    public void Equals_count_in_part_among_neighbors_and_on_the_rim_of_a_ball(int dimension, int distinct)
    {
        using var scope = TensorScope.Open();
        var widths = 1 / Op.Arange(1, dimension + 1, DType.Float32);
        var kinds = widths * Tensor.Normal([distinct, dimension], _random);
        Tensor Draw(int count, Random random) =>
            kinds.IndexSelect(0, Tensor.From<long>([.. Enumerable.Range(0, count).Select(_ => (long)random.Next(distinct))], [count]));
        using var landmarks = new Landmarks(Draw(1024, new(1)));
        if (dimension > 32)
            Assert.InRange(landmarks.OfOwnKind(Draw(256, new(2))), 0.4, 0.6);
        Assert.InRange(landmarks.Density(Draw(4096, new(3))), 0.93, 1.07);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(17)]
    [InlineData(64)]
    [InlineData(784)]
    public void Copies_are_at_no_distance_and_neighbors_at_their_own(int dimension)
    {
        using var scope = TensorScope.Open();
        Tensor row = Tensor.Normal([1, dimension], _random) + 3, same = row.Expand([256, dimension]).Contiguous();
        Assert.Equal(0, Landmarks.Distances(same, same).Sum().Item());
        Assert.Equal(0, Take(x => x.Narrow(1, 0, 1), z => row.Expand([z.Size(0), dimension]).Contiguous(),
            dimension: dimension)[Signals.Diversity]);
        // A step in float32 at 3 is 2.4e-7; these are some hundred long.
        var shift = 3e-5 * Tensor.Normal([1, dimension], _random);
        var exact = ((same + shift).To(DType.Float64) - same.To(DType.Float64)).SquaredNormPerSample().Sqrt().Mean().Item();
        Assert.Equal(1, Landmarks.Distances(same + shift, same).Mean().Item() / exact, 1e-4);
    }

    [Fact]
    public void A_constant_critic_proves_nothing_and_tells_nothing()
    {
        var reading = Take(x => x.Narrow(1, 0, 1) * 0 + 1, z => z + 3);
        Assert.Equal(0.5, reading[Signals.Auc]);
        Assert.Equal(0, reading[Signals.Estimate], 1e-6);
        Assert.True(reading[Signals.SlopeMax] <= 1.1e-6);
    }

    [Fact]
    public void Layers_of_gain_g_make_a_gradient_of_that_many_decades()
    {
        // 2 → 2 → 2 → 2 → 1 without activation, each layer 10 times the identity: the gradient grows by a decade per layer towards the
        // input.
        using var use = _streams.Use();
        using var network = new Sequential([new Linear(2, 2), new Linear(2, 2), new Linear(2, 2), new Linear(2, 1)]);
        using (var scope = TensorScope.Open())
        using (var pause = Autograd.Pause())
            foreach (var (path, parameter) in network.Flat.Entries)
                if (path.EndsWith("weight", StringComparison.Ordinal))
                    parameter.Value.Detach().CopyFrom(parameter.Value.Size(0) == 2
                        ? Tensor.From<float>([10, 0, 0, 10], [2, 2]) : Tensor.From<float>([3, 0], [1, 2]));
        var reading = Take(network.Forward, z => z, network);
        Assert.Equal(1, reading[Signals.LayerGain], 1e-4);
        // 10 · 10 · 10 · 3.
        Assert.Equal(Math.Log10(3000), reading[Signals.LayerNorms], 1e-3);
        Assert.Equal(3000, reading[Signals.SlopeReal], 0.1);
        // At the outputs of the three hidden layers, a decade less each; the slope is the same at every point of every kind.
        Assert.Equal([100, 10, 1], reading.LayerGradients.Select(norm => Math.Round(norm / reading.LayerGradients[^1], 3)));
        Assert.Equal([Signals.SlopeReal.Name, Signals.SlopeFake.Name, Signals.SlopeBetween.Name, Signals.SlopeCoupled.Name, "weights"],
            reading.Histograms.Keys);
        Assert.All(reading.Histograms.Where(h => h.Key != "weights"), h => Assert.Equal((Count, 0), (h.Value.Counts[^1], h.Value.Low)));
    }

    [Fact]
    public void Clipped_weights_are_counted_at_their_limit()
    {
        using var use = _streams.Use();
        using var network = new Sequential([new Linear(2, 3), new Linear(3, 1)]);
        using (var scope = TensorScope.Open())
        using (var pause = Autograd.Pause())
        {
            network.Flat.Values.CopyFrom(network.Flat.Values * 0 + 0.001);
            var weight = network.Flat.Entries[0].Parameter.Value.Detach();
            weight.CopyFrom(Tensor.From<float>([0.01f, -0.01f, 0.01f, -0.01f, 0.01f, 0.005f], [3, 2]));
        }
        // 5 of 13 parameters.
        var reading = Take(network.Forward, z => z, network);
        Assert.Equal(5 / 13.0, reading[Signals.AtLimit], 1e-6);
        var weights = reading.Histograms["weights"];
        Assert.Equal((2, 3, 13, -weights.High), (weights.Counts[0], weights.Counts[^1], weights.Counts.Sum(), weights.Low));
    }

    [Fact]
    public void A_score_that_subtracts_the_mean_of_its_batch_couples_it()
    {
        using var scope = TensorScope.Open();
        var x = Tensor.Normal([4, 2], _random);
        // D(xᵢ) = sᵢ − mean s: ∂D(x₀)/∂x₀ = ¾ w, ∂D(x₀)/∂xⱼ = −¼ w; √3 · ¼ / ¾.
        Assert.Equal(Math.Sqrt(3) / 3, Slopes.Coupling(v => v.Sum([1]) - v.Sum([1]).Mean(), x), 1e-5);
        Assert.Equal(0, Slopes.Coupling(v => v.Sum([1]), x));
    }

    [Fact]
    public void Diversity_is_the_scale_of_a_scaled_copy_and_zero_of_a_constant()
    {
        // Two normal clouds of 256 and 512 points: mean distances agree within a few hundredths.
        Assert.Equal(1, Take(x => x.Sum([1]), z => z)[Signals.Diversity], 0.1);
        Assert.Equal(0.25, Take(x => x.Sum([1]), z => z * 0.25)[Signals.Diversity], 0.03);
        Assert.Equal(0, Take(x => x.Sum([1]), z => z * 0)[Signals.Diversity], 1e-6);
    }

    [Fact]
    public void A_quadrant_of_a_cloud_misses_three_quarters_of_the_mass()
    {
        Assert.Equal(0, Take(x => x.Sum([1]), z => z)[Signals.MissingMass]);
        // Clusters cut by the border get some.
        Assert.InRange(Take(x => x.Sum([1]), z => z.Abs())[Signals.MissingMass], 0.4, 0.85);
        Assert.Equal(0.5, Landmarks.Missing([0.25, 0.25, 0.25, 0.25], [0.5, 0.05, 0.05, 0.4], 256));
        Assert.Equal(0, Landmarks.Missing([0.05, 0.95], [0, 1], 256)); // 12.8 are due: too few to judge
    }

    [Fact]
    public void Fresh_samples_are_as_near_as_neighbors_and_copies_are_on_top()
    {
        using var scope = TensorScope.Open();
        var rows = Tensor.Normal([512, 2], _random);
        using var landmarks = new Landmarks(rows);
        Assert.InRange(landmarks.Compare(Tensor.Normal([256, 2], _random)).Nearest / landmarks.Neighbor, 0.8, 1.25);
        Assert.Equal(0, landmarks.Compare(rows.Narrow(0, 0, 256)).Nearest);
    }

    [Fact]
    public void Classes_that_no_sample_is_near_to_are_missing()
    {
        using var scope = TensorScope.Open();
        var x = Tensor.Normal([300, 2], _random);
        var right = Op.Gt(x.Narrow(1, 0, 1), (Scalar)0.0).To(DType.Int64).Flatten();
        using var landmarks = new Landmarks(x, right);
        Assert.Equal(right.To(DType.Float32).Mean().Item(),
            landmarks.Compare(Tensor.Normal([256, 2], _random).Abs() * -1).MissingClasses, 1e-6);
    }

    [Fact]
    public void A_critic_that_knows_its_samples_is_seen_on_held_out_ones()
    {
        using var scope = TensorScope.Open();
        var held = Tensor.Normal([Count, 2], _random);
        Assert.InRange(Take(x => x.Sum([1]), z => z, heldOut: held)[Signals.HeldOutZ], -4, 4);
        // What is held out lies far off, where scores are low.
        Assert.True(Take(x => x.Sum([1]), z => z, heldOut: held - 10)[Signals.HeldOutZ] > 6);
    }

    [Fact]
    public void The_swing_of_a_loss_is_its_change_over_its_size()
    {
        Assert.Equal(0, Dynamics.Swing([2, 2, 2, 2]));
        Assert.Equal(2, Dynamics.Swing([1, -1, 1, -1]));
        Assert.True(double.IsNaN(Dynamics.Swing([1, 2])));
    }

    [Fact]
    public void A_jump_is_the_way_of_a_sample_in_the_spread_of_the_data()
    {
        using var scope = TensorScope.Open();
        using var landmarks = new Landmarks(Tensor.Normal([256, 2], _random));
        var (shift, scale) = (0.0, 1.0);
        var subject = new Subject
        {
            Critic = (x, _) => x.Narrow(1, 0, 1) * scale,
            Generate = (z, _) => z + shift,
            Inputs = (count, random) => Tensor.Normal([count, 2], random),
            Real = Tensor.Normal([Count, 2], _random),
            Other = Tensor.Normal([Count, 2], _random),
            Landmarks = landmarks,
        };
        using var probe = new StepProbe(subject, _random);
        (shift, scale) = (landmarks.Spread / Math.Sqrt(2), 1.5);
        var values = new Values();
        probe.Measure(subject, values);
        // Both coordinates move by spread/√2; scores change by half of themselves.
        Assert.Equal(1, values[Signals.GeneratorJump], 1e-4);
        Assert.Equal(0.5, values[Signals.CriticJump], 1e-4);
    }

    [Fact]
    public void What_is_not_finite_is_said_and_judged()
    {
        var reading = Take(x => x.Sum([1]) / 0.0, z => z);
        Assert.True(reading[Signals.Finite] < 1);
        Assert.Equal("learning-rate-too-high", Rules.Judge([.. Enumerable.Repeat(reading, 5)]).Findings[0].Rule);
    }

    // What a generator that is collapsed onto one line still weighs tells it from a dead one.
    [Theory]
    [InlineData(0.5, 1e-3, 0.1, "mode-collapse")]
    [InlineData(0, 0, 1e-6, "dead-generator")]
    public void Lines_that_are_all_the_same_are_compared_by_their_probabilities(float varied, double low, double high, string rule)
    {
        const int symbols = 3, length = 4;
        using var use = _streams.Use();
        using var scope = TensorScope.Open();
        Tensor Written(Tensor x) => Op.OneHot(x.Argmax(1), symbols).To(DType.Float32).Transpose(1, 2).Contiguous();
        Tensor Line(Tensor z) =>
            Op.Softmax(z.Reshape(z.Size(0), symbols, length) * varied + Tensor.From<float>([5, 0, 0], [1, symbols, 1]), 1);
        Tensor Lines(int count) => Written(Tensor.Normal([count, symbols, length], _random));
        using var landmarks = new Landmarks(Lines(512));
        var reading = Look.Take(1, new()
        {
            Generate = (z, _) => Line(z),
            Inputs = (count, random) => Tensor.Normal([count, symbols * length], random),
            Real = Lines(Count),
            Other = Lines(Count),
            Landmarks = landmarks,
            Used = Written,
        }, _random);
        Assert.InRange(reading[Signals.Diversity], low, high);
        Assert.Equal(rule, Rules.Judge([reading, reading, reading]).Findings[0].Rule);
    }
}
