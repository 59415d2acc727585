using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Media;
using Earthmover.Systems;
using Earthmover.Testing;
using Earthmover.Torch;

namespace Earthmover.Tests.Data;

/// <summary>Addresses of two domains that do not correspond.</summary>
public sealed class TwoDomainTests : LeakTest
{
    [Theory]
    [InlineData("rotation-toy?n=50&angle=90", "rotation-toy?side=b&n=50&angle=90")]
    [InlineData("disco-toy?n=50", "disco-toy?side=b&n=50")]
    [InlineData("gaussians-8?n=40|swiss-roll?n=60", "swiss-roll?n=60")]
    public void Has_a_counterpart(string address, string other)
    {
        var counterpart = Assert.IsType<PointSet>(DataCatalog.Open(address).Counterpart);
        Assert.Equal(((PointSet)DataCatalog.Open(other, new() { Seed = 1 })).Values, counterpart.Values);
    }

    [Fact]
    public void One_side_alone_has_none() => Assert.Null(DataCatalog.Open("rotation-toy?side=a").Counterpart);

    [Fact]
    public void Domains_may_differ_in_shape()
    {
        var data = DataCatalog.Open("gaussians-8?n=50|gaussian?mean=0,0,0&n=40");
        Assert.Equal((Pairing.Unpaired, 3), (data.Pairing, ((PointSet)data.Counterpart!).Dimension));
    }

    [Fact]
    public void A_folder_with_both_sides_is_two_domains_also_inside_another_and_its_check_covers_both()
    {
        var folder = Directory.CreateTempSubdirectory("earthmover-test-").FullName;
        var context = new DataContext { CacheFolder = "" };
        try
        {
            foreach (var (side, count) in new[] { ("trainA", 3), ("TrainB", 2), ("testA", 1) })
                for (var i = 0; i < count; i++)
                    ImageFile.SavePng(Path.Combine(folder, "zebra", side, $"{i}.png"),
                        new Image(4, 4, 1, [.. Enumerable.Range(0, 16).Select(p => (byte)(p * (i + 1)))]));
            var report = DataReport.Create(folder, context);
            Assert.Equal((3, 2), (report.Count, report.Second!.Count));
            Assert.Equal([3, 2], [report.Sizes[0].Count, report.Second.Sizes[0].Count]);
            Assert.Contains(report.ToLines(), line => line.StartsWith(Path.Combine(folder, "zebra", "TrainB"), StringComparison.Ordinal));
            Directory.Delete(Path.Combine(folder, "zebra", "TrainB"), recursive: true);
            Assert.Contains("no trainB",
                Assert.Throws<UserException>(() => DataCatalog.Open(folder, context)).Message, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Systems_of_two_domains_take_both_and_others_the_first()
    {
        var data = DataCatalog.Open("rotation-toy?n=50");
        Assert.Equal("cyclegan", SystemCatalog.DefaultFor(data).Name);
        Assert.Equal(Pairing.Unpaired, SystemCatalog.PlayOf(SystemCatalog.Named("cyclegan"), data).Pairing);
        Assert.Equal(Pairing.None, SystemCatalog.PlayOf(SystemCatalog.Named("wgan-gp"), data).Pairing);
        var (cyclegan, one) = (SystemCatalog.Named("cyclegan"), DataCatalog.Open("gaussians-8?n=9"));
        Assert.Contains("unpaired",
            Assert.Throws<UserException>(() => SystemCatalog.DefaultsOf(cyclegan, one)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Batches_hold_samples_of_both()
    {
        var data = DataCatalog.Open("gaussian?mean=-5,-5&n=64|gaussian?mean=5,5&n=32");
        var source = BatchSource.Create(data, Pairing.Unpaired, 16, seed: 3);
        using var scope = TensorScope.Open();
        using var batch = Assert.IsType<UnpairedBatch>(source.Deal(0));
        Assert.True(batch.A.Mean().Item() < -4 && batch.B.Mean().Item() > 4);
        Assert.Same(data.Counterpart, source.Target.Data);
        Assert.Throws<UserException>(() => BatchSource.Create(data, Pairing.Unpaired, 40, seed: 3));
    }
}
