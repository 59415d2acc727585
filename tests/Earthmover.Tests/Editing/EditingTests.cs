using Earthmover.Data;
using Earthmover.Editing;
using Earthmover.Games;
using Earthmover.Networks;
using Earthmover.Testing;
using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Tests.Editing;

public sealed class EditingTests : LeakTest
{
    // An item of a brightness and a place: a soft disk on black [N, 1, 16, 16]; z = (brightness, place), normal or uniform.
    private sealed class Disks(Latent latent) : ISampler
    {
        public Latent Latent => latent;

        public Tensor Generate(Tensor z, Tensor? condition = null)
        {
            using var scope = TensorScope.Open();
            var columns = Op.Arange(0, 16).To(DType.Float32).Reshape(1, 1, 1, 16) - 7.5;
            var rows = Op.Arange(0, 16).To(DType.Float32).Reshape(1, 1, 16, 1) - 7.5;
            var (bright, place) = (z.Narrow(1, 0, 1).Reshape(-1, 1, 1, 1), z.Narrow(1, 1, 1).Reshape(-1, 1, 1, 1));
            var inside = ((columns - 2 * place).Square() + rows.Square() - 20) / -6;
            return scope.Keep(inside.Sigmoid() * (bright + 1.5).Sigmoid() * 2 - 1);
        }
    }

    private static Tensor Vector(params float[] values) => Tensor.From<float>(values, [1, values.Length]);

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void A_search_ends_at_the_vector_of_a_sample(int uniforms)
    {
        using var scope = TensorScope.Open();
        var sampler = new Disks(new(2 - uniforms, uniforms));
        var x = sampler.Generate(Vector(-0.6f, 0.4f));
        var (z, error) = LatentSearch.Minimize(sampler.Latent, [0.5f, -0.2f],
            z => (sampler.Generate(z) - x).Square().Sum(), 100, Device.Cpu);
        Assert.InRange(error, 0, 1e-5);
        Assert.Equal(-0.6, z[0], 0.01);
        Assert.Equal(0.4, z[1], 0.01);
    }

    [Fact]
    public void Bounded_coordinates_stay_in_their_law_and_no_more_steps_are_made_than_asked()
    {
        using var scope = TensorScope.Open();
        var asked = 0;
        var (z, _) = LatentSearch.Minimize(new(0, 2), [0, 0], z =>
        {
            asked++;
            return (z - Vector(3, -4)).Square().Sum();
        }, 200, Device.Cpu);
        Assert.All(z, value => Assert.InRange(value, -1, 1));
        Assert.True(z[0] > 0.95 && z[1] < -0.95, $"{z[0]} {z[1]}");
        var before = asked;
        LatentSearch.Minimize(new(2), [0, 0], z =>
        {
            asked++;
            return (z - Vector(3, -4)).Square().Sum();
        }, 1, Device.Cpu);
        Assert.InRange(asked - before, 1, 30);
    }

    [Fact]
    public void A_predictor_learns_to_guess_and_the_same_from_the_same_seed()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        var sampler = new Disks(new(2));
        using var random = new RandomGenerator(5);
        var z = sampler.Latent.Sample(40, random);
        var x = sampler.Generate(z);
        float[] Guesses(int steps)
        {
            using var own = new RandomStreams(3);
            using var with = own.Use();
            using var network = PredictorNetwork.Create(new SampleShape.Image(new(1, 16, 16)), Predictor.OutputsOf(sampler), 8);
            var predictor = new Predictor(network, sampler);
            predictor.Learn(new() { Steps = steps, Batch = 32 }, own["latent"]);
            return predictor.Guess(x).Z.Flatten().ToArray<float>();
        }
        double Error(float[] guess) => (Tensor.From<float>(guess, [40, 2]) - z).Square().Mean().Item();
        var learned = Guesses(150);
        Assert.Equal(learned, Guesses(150));
        Assert.True(Error(learned) < 0.3 * Error(Guesses(1)), $"{Error(learned)}");
    }

    [Fact]
    public void A_color_on_a_part_spreads_over_the_item_and_the_background_stays()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        var sampler = new Disks(new(2));
        var z0 = Vector(-2, 0.3f);
        Tensor before = sampler.Generate(z0), cover = Tensor.Zeros([1, 1, 16, 16]);
        cover.Narrow(2, 6, 3).Narrow(3, 6, 3).CopyFrom(Tensor.Ones([1, 1, 3, 3]));
        var none = Tensor.Zeros([1, 1, 16, 16]);
        // Values 0.8 of 1, which are 0.6 as the sampler makes them.
        var guide = new Guide(none + 0.6, cover, none, none);
        using var random = new RandomGenerator(1);
        var found = LatentEdit.Find(sampler, z0, null, guide, new() { Candidates = 4 }, Tensor.Normal([4, 2], random));
        Assert.All(found.Errors, error => Assert.InRange(error, 0, 0.005));
        var after = sampler.Generate(found.Z.Narrow(0, 0, 1));
        Tensor Change(int row, int column) => (after - before).Narrow(2, row, 2).Narrow(3, column, 2);
        Assert.True(Change(9, 9).Mean().Item() > 0.5 * Change(7, 7).Mean().Item());
        Assert.InRange(Change(0, 0).Abs().Mean().Item(), 0, 0.05);
        Assert.Equal(0.3, found.Z.Narrow(0, 0, 1).Narrow(1, 1, 1).Item(), 0.5);
    }

    [Fact]
    public void Lines_are_followed_by_edges()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        var sampler = new Disks(new(2));
        // Edges as those of the disk two pixels to the right.
        var wanted = sampler.Generate(Vector(1, 1));
        var guide = new Guide(wanted * 0, wanted * 0, (wanted + 1) / 2, wanted * 0 + 1);
        using var random = new RandomGenerator(1);
        var found = LatentEdit.Find(sampler, Vector(1, -0.6f), null, guide, new() { Candidates = 4, Smoothness = 1e-5 },
            Tensor.Normal([4, 2], random));
        Assert.Equal(1, found.Z.Narrow(0, 0, 1).Narrow(1, 1, 1).Item(), 0.3);
    }

    [Fact]
    public void Histograms_tell_directions_apart_whatever_the_contrast()
    {
        using var scope = TensorScope.Open();
        var ramp = Op.Arange(0, 16).To(DType.Float32);
        Tensor across = ramp.Reshape(1, 1, 1, 16).Expand(1, 1, 16, 16) / 16, down = across.Transpose(2, 3).Contiguous();
        Tensor Middle(Tensor x) => SoftHog.Of(x, 4).Select(2, 1).Select(2, 1).Flatten();
        Assert.Equal(0, Middle(across).Argmax(0).Item());
        Assert.Equal(4, Middle(down).Argmax(0).Item());
        Assert.Equal(0, Middle(across * 0.5).Argmax(0).Item());
        AssertTensor.Close(Middle(across), Middle(1 - across), 1e-4);
        Assert.InRange(Middle(across).Square().Sum().Item(), 0.9, 1);
    }
}
