using Earthmover.Data;
using Earthmover.Files;
using Earthmover.Media;
using Earthmover.Metrics;
using Earthmover.Metrics.Features;
using Earthmover.Sessions;
using Earthmover.Sessions.Sampling;
using Earthmover.Testing;

namespace Earthmover.Tests.Metrics.Features;

/// <summary>
/// ImageNet's ResNet-18, which <c>./test</c> fetches where there is a network, and otherwise leaves these tests out.
/// </summary>
[Trait("Category", "ResNet18")]
public sealed class ResNet18Tests : LeakTest
{
    private readonly string _scratch = Directory.CreateTempSubdirectory("earthmover-test-").FullName;

    protected override void TearDown() => Directory.Delete(_scratch, recursive: true);

    private static string Folder => FetchedPart.Locate("resnet18", null, AppContext.BaseDirectory)
        ?? throw new InvalidOperationException("these tests need ResNet-18; fetch it: tools/resnet18/fetch");

    // Red rises to the right, green downwards, blue is their product, all of them again and again.
    private static ImageSet Pattern(bool isGray)
    {
        const int Width = 48, Height = 40;
        var shape = new ImageShape(isGray ? 1 : 3, Height, Width);
        var pixels = new byte[shape.Size];
        for (var y = 0; y < Height; y++)
            for (var x = 0; x < Width; x++)
            {
                int[] colors = isGray ? [x * y] : [x * 5, y * 6, x * y];
                for (var c = 0; c < colors.Length; c++)
                    pixels[(c * Height + y) * Width + x] = (byte)colors[c];
            }
        return new("pattern", shape, pixels);
    }

    // Computed by Pillow's resizing and ONNX Runtime called by itself.
    [Theory]
    [InlineData(false, 380.59827, 1312.6262, 397, 14.926576)]
    [InlineData(true, 350.17566, 1381.9475, 266, 13.210461)]
    public void Features_are_those_of_the_packaged_network(bool isGray, double sum, double squares, int largest, double value)
    {
        using var network = new ResNet18Features(Folder);
        var features = network.Extract(Pattern(isGray));
        Assert.Equal((1, 512), (features.Count, features.Dimension));
        // Pictures are bytes after resizing, which may round the other way here and there.
        Assert.Equal(sum, features.Values.Sum(v => (double)v), 0.003 * sum);
        Assert.Equal(squares, features.Values.Sum(v => (double)v * v), 0.003 * squares);
        Assert.Equal(largest, Array.IndexOf(features.Values, features.Values.Max()));
        Assert.Equal(value, features.Values.Max(), 0.003 * value);
    }

    [Fact]
    public void Color_pictures_are_compared_in_them_and_the_protocol_says_so()
    {
        using var features = SampleSets.Features(null, null, Pattern(isGray: false));
        Assert.IsType<ResNet18Features>(features);
        Assert.Equal("fd-resnet18", features.Qualify("fd"));
        Assert.Equal("resnet18@e2552f19db2d;48x40x3->224x224x3 triangle;u8;-mean;f32", features.ProtocolOf(Pattern(isGray: false)));
        using var gray = SampleSets.Features(null, null, Pattern(isGray: true));
        Assert.IsType<PrincipalFeatures>(gray);
        using var asked = SampleSets.Features("resnet18", null, Pattern(isGray: true));
        Assert.IsType<ResNet18Features>(asked);
    }

    [Fact]
    public void They_see_what_principal_components_do_not()
    {
        // The same colors in other places: smooth against torn apart.
        var smooth = Scenes(torn: false);
        var torn = Scenes(torn: true);
        double Distance(FeatureExtractor extractor, DataSet a, DataSet b) =>
            FrechetDistance.Measure(extractor.Extract(a), extractor.Extract(b), default).Value;
        using var network = new ResNet18Features(Folder);
        var (apart, alike) = (Distance(network, smooth, torn), Distance(network, smooth, Scenes(torn: false, seed: 2)));
        Assert.True(apart > 5 * alike, $"torn {apart}, as smooth {alike}");
    }

    private static ImageSet Scenes(bool torn, int seed = 1)
    {
        const int Count = 40, Side = 32;
        var random = new Random(seed);
        var pixels = new byte[Count * 3 * Side * Side];
        for (var i = 0; i < Count; i++)
        {
            var (tilt, shift) = (random.NextDouble() * 6, random.Next(256));
            for (var c = 0; c < 3; c++)
                for (var place = 0; place < Side * Side; place++)
                {
                    var at = torn ? random.Next(Side * Side) : place;
                    var phase = (at / Side * tilt + at % Side + shift + 40 * c) / 9;
                    pixels[(i * 3 + c) * Side * Side + place] = (byte)(128 + 100 * Math.Sin(phase));
                }
        }
        return new("scenes", new(3, Side, Side), pixels);
    }

    private static string Refusal(string folder) => Assert.Throws<UserException>(() => new ResNet18Features(folder)).Message;

    // Where neither a network nor the files are, something is compared all the same, and what it does not see is said.
    [Fact]
    public void Without_it_principal_components_say_what_they_do_not_see()
    {
        using var principal = new PrincipalFeatures(Scenes(torn: false));
        Assert.Contains("not what is in a picture", SampleSets.Blindness(null, principal, Scenes(torn: false)), StringComparison.Ordinal);
        Assert.Null(SampleSets.Blindness("pca", principal, Scenes(torn: false)));
        Assert.Null(SampleSets.Blindness(null, principal, Pattern(isGray: true)));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void It_is_fetched_by_the_tool_beside_the_script(int code, bool isFetched)
    {
        var tool = Path.Combine(_scratch, "tools", "resnet18", "fetch");
        Directory.CreateDirectory(Path.GetDirectoryName(tool)!);
        File.WriteAllText(tool, $"echo fetching >&2; echo fetched >'{_scratch}/done'; exit {code}");
        Assert.Equal(isFetched, ResNet18Files.Fetch(Path.Combine(_scratch, "earthmover"), null, default));
        Assert.Equal("fetched\n", File.ReadAllText(Path.Combine(_scratch, "done")));
    }

    [Fact]
    public void A_folder_without_the_network_is_refused_in_one_line()
    {
        Assert.Contains("tools/resnet18/fetch", Refusal(_scratch), StringComparison.Ordinal);
        File.Copy(Path.Combine(Folder, "ResNetPreprocess.onnx"), Path.Combine(_scratch, "ResNetPreprocess.onnx"));
        File.WriteAllText(Path.Combine(_scratch, "ResNet18.onnx"), "no network");
        Assert.Contains("cannot load ResNet-18", Refusal(_scratch), StringComparison.Ordinal);
        // Another network than that of the name.
        File.Copy(Path.Combine(Folder, "ResNetPreprocess.onnx"), Path.Combine(_scratch, "ResNet18.onnx"), overwrite: true);
        Assert.Contains("does not give 512 features", Refusal(_scratch), StringComparison.Ordinal);
    }
}
