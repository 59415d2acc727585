using Earthmover.Data;
using Earthmover.Editing;
using Earthmover.Games;
using Earthmover.Systems;
using Earthmover.Testing;
using Earthmover.Torch;

namespace Earthmover.Tests.Editing;

public sealed class ProjectionTests : LeakTest
{
    // x = z A of three coordinates and a plane of two, whose nearest point is known in closed form.
    private sealed class Plane(Latent latent) : ISampler
    {
        // Columns that are orthogonal and of the lengths 2 and 3.
        internal static readonly float[] Matrix = [2, 0, 0, 0, 1.8f, 2.4f];

        public Latent Latent => latent;

        public Tensor Generate(Tensor z, Tensor? condition = null) => z.MatMul(Tensor.From<float>(Matrix, [2, 3]));
    }

    // A point for each class, moved a little by z.
    private sealed class Places(IReadOnlyList<double> shares) : ISampler
    {
        public Latent Latent => new(2);

        public Condition Condition => new Condition.Class(shares);

        public Tensor Generate(Tensor z, Tensor? condition = null)
        {
            using var scope = TensorScope.Open();
            using var prior = new ClassPrior(shares);
            var y = condition ?? prior.Choose(z.Narrow(1, 1, 1));
            return scope.Keep(prior.OneHot(y).MatMul(Tensor.From<float>([0, 10, 20], [3, 1])) + z.Narrow(1, 0, 1) * 0.1);
        }
    }

    private static Projected Find(ISampler sampler, Tensor x, ProjectionOptions options, IProgress<double>? progress = null, long seed = 1)
    {
        using var random = new RandomGenerator(seed);
        return Projection.Find(sampler, x, count => sampler.Latent.Sample(count, random), options, progress);
    }

    private static float[] Found(ISampler sampler, float[] x)
    {
        using var scope = TensorScope.Open();
        return Find(sampler, Tensor.From<float>(x, [1, x.Length]), new()).Latent;
    }

    [Fact]
    public void The_nearest_point_of_a_plane_is_found()
    {
        // z = A x / |a|² for each row a: of (1, −0.6, 1.7) 2/4 and (−1.08 + 4.08)/9.
        var z = Found(new Plane(new(2)), [1, -0.6f, 1.7f]);
        Assert.Equal(0.5, z[0], 1e-3);
        Assert.Equal(1 / 3.0, z[1], 1e-3);
    }

    [Fact]
    public void Many_are_found_at_once_each_for_itself()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        var x = Tensor.From<float>([1, -0.6f, 1.7f, -2, 1.8f, 2.4f], [2, 3]);
        var told = new List<double>();
        var found = Projection.FindEach(new Plane(new(2)), x, Tensor.Zeros([2, 2]), null, new(), new Telling<double>(told.Add));
        double[] wanted = [0.5, 1 / 3.0, -1, 1];
        Assert.All(found.ToArray<float>().Zip(wanted), pair => Assert.Equal(pair.Second, pair.First, 1e-3));
        Assert.Equal((300, 1.0), (told.Count, told[^1]));
        // The class that is told is that of all of them.
        var places = new Places([0.5, 0.25, 0.25]);
        var near = Projection.FindEach(places, Tensor.From<float>([20.05f, 19.9f], [2, 1]), Tensor.Zeros([2, 2]), 2, new());
        float[] first = [.. near.Narrow(1, 0, 1).Contiguous().ToArray<float>()];
        Assert.Equal(0.5, first[0], 1e-2);
        Assert.Equal(-1, first[1], 1e-2);
    }

    [Fact]
    public void Coordinates_of_a_uniform_law_stay_in_it()
    {
        // The nearest of all points has z = (2, −3); the nearest that the law can draw is the corner.
        Assert.Equal([1, -1], Found(new Plane(new(0, 2)), [4, -5.4f, -7.2f]));
        var mixed = Found(new Plane(new(1, 1)), [4, -5.4f, -7.2f]);
        Assert.Equal(2, mixed[0], 1e-3);
        Assert.Equal(-1, mixed[1]);
    }

    [Theory]
    [InlineData(0.3f, 0)]
    [InlineData(9.9f, 1)]
    [InlineData(21f, 2)]
    public void The_class_whose_samples_come_nearest_is_written_into_the_vector(float x, int k)
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        var sampler = new Places([1, 1, 2]);
        var found = Find(sampler, Tensor.From<float>([x], [1, 1]), new() { Steps = 400 });
        Assert.Equal(k, found.Class);
        // From the vector alone, without being told the class.
        Assert.Equal(10 * k, sampler.Generate(Tensor.From<float>(found.Latent, [1, 2])).Item(), 1.5);
    }

    [Fact]
    public void A_class_that_never_occurs_is_not_found()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        double[] shares = [1, 0, 2];
        var x = Tensor.From<float>([9.9f], [1, 1]);
        var found = Find(new Places(shares), x, new() { Steps = 40 });
        Assert.NotEqual(1, found.Class);
    }

    [Fact]
    public void A_class_is_chosen_by_the_middle_of_its_numbers()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        double[] shares = [1, 3, 0.5, 2];
        using var prior = new ClassPrior(shares);
        float[] numbers = [.. Enumerable.Range(0, 4).Select(k => (float)ClassPrior.NumberOf(shares, k))];
        Assert.Equal([0, 1, 2, 3], prior.Choose(Tensor.From<float>(numbers, [4, 1])).ToArray<long>());
    }

    [Fact]
    public void A_generated_sample_is_found_again()
    {
        using var streams = new RandomStreams(2);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        using var system = new BiGan(new(new ImageShape(1, 8, 8)), new() { Width = 32, LatentSize = 3 });
        foreach (var network in system.Networks.Values)
            network.SetTraining(false);
        using var pause = Autograd.Pause();
        var x = system.Generate(system.Latent.Sample(1));
        double Error(float[] z) => (system.Generate(Tensor.From<float>(z, [1, 3])) - x).Square().Mean().Item();
        var start = Error([0, 0, 0]);
        var found = Find(system, x, new()).Latent;
        Assert.True(Error(found) < 1e-5 * start, $"{Error(found)} of {start}");
        Assert.All(found, coordinate => Assert.InRange(coordinate, -1, 1));
    }

    [Fact]
    public void The_seed_alone_decides_where_the_search_begins()
    {
        using var streams = new RandomStreams(2);
        using var use = streams.Use();
        using var system = new BiGan(new(new ImageShape(1, 8, 8)), new() { Width = 32, LatentSize = 20 });
        foreach (var network in system.Networks.Values)
            network.SetTraining(false);
        float[] x = [.. Enumerable.Range(0, 64).Select(i => (float)Math.Sin(i))];
        float[] Of(long seed)
        {
            using var scope = TensorScope.Open();
            return Find(system, Tensor.From<float>(x, [1, 1, 8, 8]), new() { Steps = 5 }, seed: seed).Latent;
        }
        var first = Of(1);
        Assert.Equal(first, Of(1));
        Assert.NotEqual(first, Of(2));
    }

    [Fact]
    public void Progress_ends_where_it_should()
    {
        using var streams = new RandomStreams(1);
        using var use = streams.Use();
        using var scope = TensorScope.Open();
        var (told, shares) = (new List<double>(), new double[] { 1, 1, 1 });
        _ = Find(new Places(shares), Tensor.From<float>([3], [1, 1]), new() { Steps = 10 }, new Telling<double>(told.Add));
        Assert.Equal(10, told.Count);
        Assert.Equal(told.Order(), told);
        Assert.Equal(1, told[^1]);
    }
}
