using System.Text.Json;
using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Metrics;
using Earthmover.Metrics.Features;
using Earthmover.Networks;
using Earthmover.Testing;
using Earthmover.Torch;
using Earthmover.Torch.Files;

namespace Earthmover.Tests.Metrics.Features;

/// <summary>Extractors: the shipped classifier, Inception layer by layer, components, the cache.</summary>
public sealed class FeatureTests : LeakTest
{
    private readonly string _folder = Directory.CreateTempSubdirectory("earthmover-test-").FullName;

    protected override void TearDown() => Directory.Delete(_folder, recursive: true);

    private static ImageSet Noise(ImageShape shape, int count, int seed)
    {
        var pixels = new byte[count * shape.Size];
        new Random(seed).NextBytes(pixels);
        return new("noise", shape, pixels);
    }

    [Fact]
    public void Classifier_is_right_on_more_than_nine_of_ten_test_pictures()
    {
        if (DataCatalog.List().Single(d => d.Name == "fashion-mnist").Location is null)
            return;
        var test = (ImageSet)DataCatalog.Open("fashion-mnist?split=test&limit=2000");
        using var extractor = new FashionFeatures();
        var features = extractor.Extract(test);
        Assert.Equal((2000, 128, 10), (features.Count, features.Dimension, features.ClassCount));
        var right = Enumerable.Range(0, 2000)
            .Count(i => Enumerable.Range(0, 10).MaxBy(c => features.Logits![i * 10 + c]) == test.Labels![i]);
        Assert.InRange(right / 2000.0, 0.91, 0.97);
        Assert.Contains("fmnist@", features.Protocol, StringComparison.Ordinal);
        Assert.Equal("fd-fmnist", extractor.Qualify("fd"));
    }

    [Fact]
    public void Classifier_sees_other_sizes_resized_and_says_so()
    {
        using var extractor = new FashionFeatures();
        var features = extractor.Extract(Noise(new(3, 40, 32), 3, 1));
        Assert.Equal((3, 128), (features.Count, features.Dimension));
        Assert.Contains("32x40x3->28x28x1", features.Protocol, StringComparison.Ordinal);
        Assert.Throws<UserException>(() => extractor.Extract(new PointSet("p", 1, [1, 2])));
        // A batch of one or of many gives the same features.
        var many = Noise(new(1, 28, 28), 501, 2);
        var last = extractor.Extract(Subset.Of(many, [500]));
        Assert.All(extractor.Extract(many)[500].ToArray().Zip(last[0].ToArray()), p => Assert.Equal(p.First, p.Second, 1e-3f));
    }

    // The golden script's weights.
    private static Dictionary<string, StoredTensor> SineWeights(Inception network)
    {
        using var scope = TensorScope.Open();
        var shapes = network.Parameters().Select(p => (p.Path, p.Parameter.Value.Shape))
            .Concat(network.Buffers().Select(b => (b.Path, b.Buffer.Value.Shape))).OrderBy(p => p.Path, StringComparer.Ordinal).ToArray();
        var state = new Dictionary<string, StoredTensor>();
        for (var t = 0; t < shapes.Length; t++)
        {
            var (name, shape) = shapes[t];
            var count = shape.Aggregate(1L, (a, b) => a * b);
            var scale = Math.Sqrt(3.0 / (count / shape[0]));
            var kind = shape.Length > 1 ? (0, scale) : name.EndsWith("var", StringComparison.Ordinal) ? (1, 0.5)
                : name.EndsWith("weight", StringComparison.Ordinal) ? (1.0, 0.1) : (0, 0.1);
            var values = new double[count];
            for (var i = 0; i < values.Length; i++)
                values[i] = kind.Item1 + kind.Item2 * Math.Sin(0.7 * i + t);
            state[name] = StoredTensor.Of(Tensor.From<double>(values, shape));
        }
        return state;
    }

    [Fact]
    public void Inception_is_the_reference_block_by_block()
    {
        using var golden = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "golden", "inception.json")));
        using var network = new Inception();
        network.To(Device.Cpu, DType.Float64);
        WeightFile.Load(network, SineWeights(network), "sine weights");
        using var scope = TensorScope.Open();
        using var pause = Autograd.Pause();
        var picture = (from c in Enumerable.Range(0, 3)
                       from i in Enumerable.Range(0, 107)
                       from j in Enumerable.Range(0, 107)
                       select Math.Sin(0.05 * i * (c + 1)) * Math.Cos(0.07 * j)).ToArray();
        var blocks = new List<string>();
        void Check(string name, Tensor y)
        {
            blocks.Add(name);
            var expected = golden.RootElement.GetProperty("blocks").GetProperty(name);
            double Of(string key) => expected.GetProperty(key).GetDouble();
            Assert.Equal(expected.GetProperty("shape").EnumerateArray().Select(e => e.GetInt64()), y.Shape);
            var values = y.Contiguous().ToArray<double>();
            var mean = values.Average();
            var tolerance = 1e-9 * (1 + Of("largest"));
            Assert.Equal(Of("mean"), mean, tolerance);
            Assert.Equal(Of("deviation"), Math.Sqrt(values.Average(v => (v - mean) * (v - mean))), tolerance);
            Assert.Equal(Of("first"), values[0], tolerance);
            Assert.Equal(Of("middle"), values[values.Length / 2], tolerance);
            Assert.Equal(Of("largest"), values.Max(), tolerance);
        }
        Check("logits", network.Logits(network.Features(Tensor.From<double>(picture, [1, 3, 107, 107]), Check)));
        Assert.Equal(golden.RootElement.GetProperty("blocks").EnumerateObject().Select(b => b.Name), blocks);
    }

    [Fact]
    public void Resizing_is_tensorflows()
    {
        using var scope = TensorScope.Open();
        var x = Tensor.From<float>([0, 1, 2, 3], [1, 1, 2, 2]);
        // Output i looks at input i/2; the last has no right neighbor.
        var y = InceptionFeatures.Resize(x, 4, 4);
        Assert.Equal([1, 3, 4, 4], y.Shape);
        Assert.Equal([0, 0.5f, 1, 1, 1, 1.5f, 2, 2, 2, 2.5f, 3, 3, 2, 2.5f, 3, 3], y.Select(1, 2).Contiguous().ToArray<float>());
        Assert.Equal([0f, 1, 2, 3], InceptionFeatures.Resize(x, 2, 2).Select(1, 0).Contiguous().ToArray<float>());
    }

    [Fact]
    public void Weight_files_that_are_none_are_refused()
    {
        var file = Path.Combine(_folder, "w.safetensors");
        Assert.Contains("w.safetensors", Assert.Throws<UserException>(() => new InceptionFeatures(file)).Message, StringComparison.Ordinal);
        File.WriteAllText(file, "garbage");
        Assert.Contains("safetensors", Assert.Throws<UserException>(() => new InceptionFeatures(file)).Message, StringComparison.Ordinal);
        Safetensors.Write(file, new Dictionary<string, StoredTensor> { ["fc.weight"] = new(DType.Float32, [1], new byte[4]) },
            new Dictionary<string, string>());
        Assert.Contains("fc.weight", Assert.Throws<UserException>(() => new InceptionFeatures(file)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(40)] // more samples than numbers
    [InlineData(9)] // fewer
    public void Components_of_all_axes_keep_every_distance(int count)
    {
        var images = Noise(new(1, 4, 5), count, 3);
        using var raw = new RawFeatures();
        using var components = new PrincipalFeatures(images);
        FeatureSet x = raw.Extract(images), y = components.Extract(images);
        Assert.Equal(Math.Min(count - 1, 20), y.Dimension);
        for (var i = 1; i < x.Count; i++)
            Assert.Equal(Distance(x, 0, i), Distance(y, 0, i), 1e-4);
        using var few = new PrincipalFeatures(images, components: 2);
        Assert.Equal(2, few.Extract(images).Dimension);
        Assert.NotEqual(components.ProtocolOf(images), few.ProtocolOf(images));
        Assert.Throws<UserException>(() => few.Extract(Noise(new(1, 5, 5), 2, 1)));

        static double Distance(FeatureSet s, int i, int j) =>
            Math.Sqrt(s[i].ToArray().Zip(s[j].ToArray(), (a, b) => Math.Pow((double)a - b, 2)).Sum());
    }

    [Fact]
    public void Features_of_real_data_are_kept_and_damage_is_noticed()
    {
        var cache = new FeatureCache(_folder);
        using var extractor = new FashionFeatures();
        var images = Noise(new(1, 28, 28), 5, 4);
        var first = cache.Extract(extractor, images);
        var file = cache.FileOf(first.Protocol, images);
        Assert.True(File.Exists(file));
        Assert.NotEqual(file, cache.FileOf(first.Protocol, Noise(new(1, 28, 28), 5, 5)));
        var computed = 0;
        var second = cache.Extract(extractor, images, new Telling<int>(_ => computed++));
        Assert.Equal(0, computed);
        Assert.Equal(first.Values, second.Values);
        Assert.Equal(first.Logits, second.Logits);
        var bytes = File.ReadAllBytes(file);
        bytes[^1] ^= 1;
        File.WriteAllBytes(file, bytes);
        Assert.Equal(first.Values, cache.Extract(extractor, images, new Telling<int>(_ => computed++)).Values);
        Assert.Equal(1, computed);
    }
}
