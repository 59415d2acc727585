using Earthmover.Data;
using Earthmover.Data.Toys;
using Xunit;

namespace Earthmover.Tests.Data.Toys;

public sealed class ToyTests : TemporaryFolder
{
    private static PointSet Points(string address, long seed = 0) =>
        Assert.IsType<PointSet>(DataCatalog.Open(address, new DataContext { Seed = seed }));

    [Theory]
    [InlineData("gaussians-8")]
    [InlineData("gaussians-25")]
    [InlineData("swiss-roll")]
    [InlineData("affine-swiss-roll")]
    [InlineData("lines")]
    [InlineData("rotation-toy?side=b")]
    [InlineData("disco-toy")]
    [InlineData("mixture?centers=0,0,0;1,2,3")]
    public void The_same_seed_draws_the_same_points_and_another_seed_others(string address)
    {
        var a = Points(address, 5);
        Assert.Equal(10_000, a.Count);
        Assert.Equal(a.Values, Points(address, 5).Values);
        Assert.Equal(a.Fingerprint, Points(address, 5).Fingerprint);
        Assert.NotEqual(a.Fingerprint, Points(address, 6).Fingerprint);
        Assert.All(a.Values, v => Assert.True(double.IsFinite(v)));
    }

    [Fact]
    public void Short_names_of_the_literature_mean_the_same_laws()
    {
        (string, string)[] aliases =
            [("ring8", "gaussians-8"), ("grid25", "gaussians-25"), ("swissroll", "swiss-roll"), ("rot-toy", "rotation-toy")];
        foreach (var (alias, name) in aliases)
            Assert.Equal(Points(name).Values, Points(alias).Values);
    }

    [Fact]
    public void The_grid_and_the_ring_have_the_published_places_and_widths()
    {
        var grid = Assert.IsType<GaussianModes>(Points("gaussians-25").Density);
        Assert.Equal(25, grid.Modes.Count);
        Assert.Contains(grid.Modes, m => Math.Abs(m.Center[0] - (4 / 2.828)) < 1e-12 && Math.Abs(m.Center[1] + (4 / 2.828)) < 1e-12);
        Assert.All(grid.Modes, m => Assert.Equal(0.05 / 2.828, m.Deviation, 12));
        var raw = Assert.IsType<GaussianModes>(Points("gaussians-25?raw=yes").Density);
        Assert.Equal(4, raw.Modes.Max(m => m.Center[0]), 12);
        var ring = Assert.IsType<GaussianModes>(Points("gaussians-8").Density);
        Assert.All(ring.Modes, m => Assert.Equal(1.4144, Math.Sqrt((m.Center[0] * m.Center[0]) + (m.Center[1] * m.Center[1])), 4));
        Assert.All(ring.Modes, m => Assert.Equal(0.01414, m.Deviation, 5));
    }

    [Fact]
    public void Labels_name_the_component_that_a_point_came_from()
    {
        var set = Points("gaussians-8?n=2000");
        var mixture = (GaussianModes)set.Source!;
        for (var n = 0; n < set.Count; n++)
        {
            var center = mixture.Modes[set.Labels![n]].Center;
            Assert.InRange(Math.Sqrt(Math.Pow(set[n][0] - center[0], 2) + Math.Pow(set[n][1] - center[1], 2)), 0, 6 * 0.01415);
        }

        // 250 expected in each; 5 standard deviations are 74.
        Assert.All(Enumerable.Range(0, 8), k => Assert.InRange(set.Labels!.Count(label => label == k), 176, 324));
    }

    [Theory]
    [InlineData("gaussians-8", -1.7, 1.7, 600)]
    [InlineData("disco-toy?side=b", -3, 3, 200)]
    [InlineData("swiss-roll", -2.3, 2.3, 150)]
    [InlineData("affine-swiss-roll", -12, 12, 400)]
    [InlineData("rotation-toy?side=b&angle=20&shift=1,2", -3, 6, 200)]
    public void A_density_in_the_plane_has_mass_one(string address, double low, double high, int steps)
    {
        var density = Points($"{address}{(address.Contains('?', StringComparison.Ordinal) ? '&' : '?')}n=1").Density!;
        var h = (high - low) / steps;
        var mass = 0.0;
        for (var i = 0; i < steps; i++)
            for (var j = 0; j < steps; j++)
                mass += Math.Exp(density.LogDensity([low + ((i + 0.5) * h), low + ((j + 0.5) * h)])) * h * h;
        Assert.Equal(1, mass, 2);
    }

    [Theory]
    [InlineData("swiss-roll")]
    [InlineData("affine-swiss-roll")]
    [InlineData("mixture?centers=0,0;2,1&sd=0.3,0.6&weights=3,1")]
    public void Samples_fall_where_the_density_says(string address)
    {
        // E[log p(x + e) − log p(x)] under samples must be negative for a shift e: samples sit on the ridges.
        var set = Points($"{address}{(address.Contains('?', StringComparison.Ordinal) ? '&' : '?')}n=1000");
        double at = 0, beside = 0;
        for (var n = 0; n < set.Count; n++)
        {
            at += set.Density!.LogDensity([set[n][0], set[n][1]]);
            beside += set.Density.LogDensity([set[n][0] + 0.15, set[n][1] - 0.1]);
        }

        Assert.True(at > beside + 30, $"{at} against {beside}");
    }

    [Fact]
    public void Lines_lie_at_theta_and_have_no_density()
    {
        var set = Points("lines?theta=0.5");
        Assert.Null(set.Density);
        for (var n = 0; n < set.Count; n++)
        {
            Assert.Equal(0.5f, set[n][0]);
            Assert.InRange(set[n][1], 0, 1);
        }

        Assert.Equal(0.5, Enumerable.Range(0, set.Count).Average(n => set[n][1]), 0.02);
    }

    [Fact]
    public void The_turned_cloud_is_the_cloud_turned()
    {
        var a = (GaussianModes)Points("rotation-toy").Source!;
        var b = (GaussianModes)Points("rotation-toy?side=b&angle=90&shift=0,1").Source!;
        Assert.Equal(1.5, a.Modes[0].Center[0], 12);
        Assert.Equal(0, b.Modes[0].Center[0], 12);
        Assert.Equal(2.5, b.Modes[0].Center[1], 12);
        Assert.Equal([0.5, 0.3, 0.2], b.Modes.Select(m => Math.Round(m.Weight, 12)));
    }

    [Fact]
    public void The_log_density_of_a_mixture_is_the_textbook_sum_and_far_away_stays_finite()
    {
        var mixture = new GaussianModes([new([0], 1), new([3], 0.5, 3)]);
        static double N(double x, double m, double s) => Math.Exp(-(x - m) * (x - m) / (2 * s * s)) / (s * Math.Sqrt(2 * Math.PI));
        Assert.Equal(Math.Log((0.25 * N(1, 0, 1)) + (0.75 * N(1, 3, 0.5))), mixture.LogDensity([1.0]), 12);
        Assert.Equal(-0.5e8 - Math.Log(4 * Math.Sqrt(2 * Math.PI)), mixture.LogDensity([-1e4]), 3);
    }

    [Theory]
    [InlineData("gaussians-8?sise=3", "unknown option 'sise'")]
    [InlineData("gaussians-8?raw=maybe", "one of no, yes")]
    [InlineData("gaussians-8?n=0", "whole number from 1")]
    [InlineData("gaussians-8?n", "write name=value")]
    [InlineData("gaussians-8?n=3&n=4", "occurs twice")]
    [InlineData("gaussian?sd=0", "above 0")]
    [InlineData("gaussian?mean=1,nan", "numbers separated by commas")]
    [InlineData("mixture?centers=0,0;1", "points of one dimension")]
    [InlineData("mixture?sd=1,2,3", "one positive number, or 2 of them")]
    [InlineData("gausians-8", "did you mean gaussians-8?")]
    [InlineData("no-such-thing-at-all", "no such file or folder")]
    [InlineData("", "empty")]
    [InlineData("?n=3", "no name")]
    public void Bad_addresses_are_refused_with_what_to_do(string address, string part) =>
        Assert.Contains(part, Refused(() => DataCatalog.Open(address, Context)), StringComparison.Ordinal);

    [Fact]
    public void The_random_sequence_is_fixed_for_ever_and_its_state_restores_it()
    {
        // The reference values of xoshiro256** for the state 1, 2, 3, 4.
        var random = new SeededRandom(0) { State = [1, 2, 3, 4] };
        Assert.Equal([11520UL, 0, 1509978240, 1215971899390074240],
            new[] { random.NextBits(), random.NextBits(), random.NextBits(), random.NextBits() });
        var state = random.State;
        var (a, b) = (random.NextGaussian(), random.NextInt(1000));
        random.State = state;
        Assert.Equal((a, b), (random.NextGaussian(), random.NextInt(1000)));
        Assert.NotEqual(new SeededRandom(1, "data").NextBits(), new SeededRandom(1, "latent").NextBits());
    }
}
