using Earthmover.Data;
using Earthmover.Games;
using Earthmover.Sessions;
using Earthmover.Sessions.Sampling;
using Earthmover.Sessions.Walks;
using Earthmover.Tests.Training;

namespace Earthmover.Tests.Sessions;

/// <summary>Ways through the latent space: their form, and that they begin and end at samples.</summary>
public sealed class LatentWalkTests : Playground
{
    private static float[] At(Latent law, float[] from, float[] to, double share)
    {
        var at = new float[law.Size];
        LatentWalk.Between(law, from, to, share, at);
        return at;
    }

    private static double Length(float[] vector) => Math.Sqrt(vector.Sum(x => (double)x * x));

    [Fact]
    public void Normal_coordinates_go_along_a_great_circle_and_uniform_ones_in_a_straight_line()
    {
        var law = new Latent(3, 2);
        float[] from = [2, 0, 0, -1, 0.5f], to = [0, 2, 0, 1, 0.25f];
        Assert.Equal(from, At(law, from, to, 0));
        Assert.Equal(to, At(law, from, to, 1));
        var half = (float)Math.Sqrt(2);
        Assert.Equal([half, half, 0, 0, 0.375f], At(law, from, to, 0.5));
        // A third of a quarter turn is 30 degrees: equal shares are equal angles.
        float[] third = At(law, from, to, 1.0 / 3);
        Assert.Equal(2 * Math.Cos(Math.PI / 6), third[0], 1e-6);
        Assert.Equal(2 * Math.Sin(Math.PI / 6), third[1], 1e-6);
        foreach (var share in new[] { 0.1, 0.4, 0.9 })
            Assert.Equal(2, Length(At(new(3), from[..3], to[..3], share)), 1e-6);
    }

    [Fact]
    public void Vectors_without_one_great_circle_between_them_are_joined_in_a_straight_line()
    {
        var law = new Latent(2);
        Assert.Equal([1.5f, 0], At(law, [1, 0], [2, 0], 0.5));
        Assert.Equal([0, 0], At(law, [1, 0], [-1, 0], 0.5));
        Assert.Equal([0, 0.5f], At(law, [0, 0], [0, 1], 0.5));
    }

    [Fact]
    public void A_walk_between_seeds_begins_and_ends_at_their_samples()
    {
        Play("gaussians-8", "wgan-gp", new(Steps: 3), Toy, "run");
        using var run = TrainedRun.Open(Path.Combine(Folder, "run"), Context);
        double[] Sample(long seed, int k) => ((PointSet)RunSamples.Draw(run, "run", 3, seed))[k].ToArray();
        float[] steps = LatentWalk.Between(run, 4, 7, 3).Draw(5, told: null);
        double[] scaled = run.Spec.Scaling.Undo(steps);
        for (var row = 0; row < 3; row++)
            foreach (var (seed, step) in new[] { (4, 0), (7, 4) })
                for (var axis = 0; axis < 2; axis++)
                    Assert.Equal(Sample(seed, row)[axis], scaled[2 * (5 * row + step) + axis], 1e-5);
    }
}
