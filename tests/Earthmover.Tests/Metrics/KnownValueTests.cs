using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Metrics;
using Earthmover.Metrics.Features;
using Earthmover.Transport;

namespace Earthmover.Tests.Metrics;

/// <summary>Numbers that were measured independently on real data.</summary>
public sealed class KnownValueTests
{
    [Theory]
    [InlineData(16, 8.26, 0.3, 40)]
    [InlineData(64, 6.73, 0.2, 10)]
    [InlineData(256, 5.89, 0.15, 3)]
    [InlineData(512, 5.56, 0.15, 1)]
    public void Exact_distance_between_two_batches_of_garments(int n, double expected, double tolerance, int repeats)
    {
        if (DataCatalog.List().Single(d => d.Name == "fashion-mnist").Location is null)
            return;
        using var raw = new RawFeatures();
        var garments = raw.Extract(DataCatalog.Open("fashion-mnist?limit=6000"));
        Assert.Equal(expected, Ot.NullDistance(garments.ToCloud(), n, repeats, seed: 3).Mean, tolerance);
        var order = Subset.Order(garments.Count, 5);
        FeatureSet x = garments.Select(order.AsSpan(0, n)), y = garments.Select(order.AsSpan(n, n));
        var reading = TransportDistances.Exact(x, y);
        Assert.Equal(expected, reading.Value, 4 * tolerance);
        Assert.InRange(reading.Value, reading.Low95, reading.High95);
    }
}
