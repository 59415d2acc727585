namespace Earthmover.Transport.Tests;

/// <summary>What may take long is ended by a token.</summary>
public sealed class CancellationTests
{
    private static readonly PointCloud s_x = Samples.Cloud(Samples.Gaussian(1, 300, 3), 3);
    private static readonly PointCloud s_y = Samples.Cloud(Samples.Gaussian(2, 300, 3), 3);

    public static TheoryData<string> Names => [.. s_calls.Keys];

    private static readonly Dictionary<string, Action<CancellationToken>> s_calls = new()
    {
        ["emd2"] = stop => Ot.Emd2(s_x, s_y, cancellation: stop),
        ["emd"] = stop => Ot.Emd(s_x, s_y, cancellation: stop),
        ["w1"] = stop => Ot.Wasserstein(s_x, s_y, cancellation: stop),
        ["w2"] = stop => Ot.Wasserstein(s_x, s_y, 2, cancellation: stop),
        ["sliced"] = stop => Ot.SlicedWasserstein(s_x, s_y, cancellation: stop),
        ["max-sliced"] = stop => Ot.MaxSlicedWasserstein(s_x, s_y, cancellation: stop),
        ["sinkhorn"] = stop => Ot.Sinkhorn(new TransportProblem(new PointCloudGeometry(s_x, s_y)), 0.1, cancellation: stop),
        ["divergence"] = stop => Ot.SinkhornDivergence(s_x, s_y, 0.1, cancellation: stop),
        ["k-means"] = stop => Clustering.KMeans(s_x, 5, cancellation: stop),
        ["k-medians"] = stop => Clustering.KMedians(s_x, 5, cancellation: stop),
        ["ot-means"] = stop => OtMeans.Fit(s_x, 5, cancellation: stop),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void A_token_that_is_canceled_ends_it(string name)
    {
        s_calls[name](CancellationToken.None);
        Assert.ThrowsAny<OperationCanceledException>(() => s_calls[name](new CancellationToken(canceled: true)));
    }
}
