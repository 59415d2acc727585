using Earthmover.Data;

namespace Earthmover.Tests.Data.Pairs;

/// <summary>Landscapes that are drawn by rules.</summary>
public sealed class SceneTests : TemporaryFolder
{
    private ImageSet Open(string address) => (ImageSet)DataCatalog.Open(address, Context);

    [Fact]
    public void A_scene_is_the_same_in_every_view_and_whatever_is_drawn_beside()
    {
        var labels = Open("scenes?n=6&size=32");
        var summer = (ImageSet)labels.Counterpart!;
        Assert.Equal((Pairing.Aligned, 6), (labels.Pairing, labels.Count));
        Assert.Equal((new ImageShape(3, 32, 32), new ImageShape(3, 32, 32)), (labels.Shape, summer.Shape));
        var alone = Open("scenes?n=1&first=4&size=32&side=b");
        Assert.Equal(summer[4].ToArray(), alone[0].ToArray());
        var seasons = Open("scenes?from=summer&to=winter&n=6&size=32");
        Assert.Equal(summer.Fingerprint, seasons.Fingerprint);
        Assert.Equal(new ImageShape(1, 32, 32), Open("scenes?from=edges&n=2&size=32").Shape);
        // No two scenes are alike.
        Assert.Equal(6, Enumerable.Range(0, 6).Select(i => Convert.ToHexString(summer[i])).Distinct().Count());
    }

    [Fact]
    public void A_label_map_has_few_colors_and_says_where_the_sky_is()
    {
        var labels = Open("scenes?n=20&size=32");
        var summer = (ImageSet)labels.Counterpart!;
        var colors = new HashSet<(byte, byte, byte)>();
        for (var i = 0; i < labels.Count; i++)
            for (var at = 0; at < 1024; at++)
                colors.Add((labels[i][at], labels[i][at + 1024], labels[i][at + 2048]));
        Assert.InRange(colors.Count, 6, 9);
        // At the top is sky, and at the bottom none.
        Assert.All(Enumerable.Range(0, 20), i => Assert.Equal((150, 205, 250), (labels[i][3], labels[i][1027], labels[i][2051])));
        Assert.All(Enumerable.Range(0, 20), i => Assert.NotEqual(150, labels[i][1023]));
        // Pictures are no label maps: they have shades.
        Assert.True(Enumerable.Range(0, 1024).Select(at => summer[0][at]).Distinct().Count() > 40);
    }

    [Fact]
    public void In_winter_land_is_bright_and_the_sky_is_what_it_was()
    {
        var summer = Open("scenes?from=summer&to=winter&n=20&size=32");
        var winter = (ImageSet)summer.Counterpart!;
        static double Mean(ImageSet set, int from, int to) =>
            Enumerable.Range(0, set.Count).Average(i => Enumerable.Range(from, to - from).Average(at => (double)set[i][at]));
        Assert.True(Mean(winter, 700, 1024) > Mean(summer, 700, 1024) + 40);
        Assert.InRange(Mean(winter, 0, 128) - Mean(summer, 0, 128), -40, 60);
    }

    [Fact]
    public void A_painting_is_in_ten_paints_and_shows_the_scene()
    {
        var summer = Open("scenes?from=summer&to=painting&n=8&size=32");
        var painting = (ImageSet)summer.Counterpart!;
        var paints = Enumerable.Range(0, 8)
            .SelectMany(i => Enumerable.Range(0, 1024).Select(at => (painting[i][at], painting[i][at + 1024], painting[i][at + 2048])));
        Assert.InRange(paints.Distinct().Count(), 5, 10);
        double Apart(int i, int j) => Enumerable.Range(0, 3072).Average(at => Math.Abs((double)painting[i][at] - summer[j][at]));
        Assert.True(Enumerable.Range(0, 8).Average(i => Apart(i, i)) < 0.7 * Enumerable.Range(0, 8).Average(i => Apart(i, (i + 1) % 8)));
        Assert.Equal(painting.Pixels, Open("scenes?from=painting&n=8&size=32").Pixels);
    }

    [Fact]
    public void Unpaired_seasons_are_of_different_scenes_and_test_scenes_of_others()
    {
        var summer = Open("scenes?from=summer&to=winter&pairs=unpaired&n=4&size=32");
        Assert.Equal(Pairing.Unpaired, summer.Pairing);
        Assert.NotEqual(Open("scenes?from=summer&to=winter&n=4&size=32").Counterpart!.Fingerprint, summer.Counterpart!.Fingerprint);
        Assert.NotEqual(Open("scenes?n=4&size=32").Fingerprint, Open("scenes?n=4&size=32&split=test").Fingerprint);
        Assert.NotNull(DataCatalog.OpenTestPart("scenes?n=4&size=32", Context));
    }

    [Theory]
    [InlineData("scenes?from=autumn", "'autumn' is not a value for the option 'from' of scenes; give one of labels, edges, summer,")]
    [InlineData("scenes?n=0", "a whole number from 1 to 1000000")]
    [InlineData("scenes?season=winter", "unknown option 'season' for scenes")]
    public void What_cannot_be_drawn_is_refused_in_a_line(string address, string message) =>
        Assert.Contains(message, Refused(() => Open(address)), StringComparison.Ordinal);
}
