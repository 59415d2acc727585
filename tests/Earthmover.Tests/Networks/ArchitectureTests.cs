using Earthmover.Data;
using Earthmover.Networks;
using Earthmover.Nn;
using Earthmover.Torch;

namespace Earthmover.Tests.Networks;

public class ArchitectureTests : NetworkTest
{
    private static readonly Dictionary<string, SampleShape> s_shapes = new()
    {
        ["point"] = new SampleShape.Points(2),
        ["text"] = new SampleShape.Text(11, 8),
        ["16x16"] = new ImageShape(1, 16, 16),
        ["28x28"] = new ImageShape(1, 28, 28),
        ["32x32"] = new ImageShape(3, 32, 32),
        ["48x32"] = new ImageShape(3, 32, 48),
        ["64x64"] = new ImageShape(3, 64, 64),
    };

    // The 101-layer net has half its width in the finest blocks and a quarter in their middle, where too few rectifiers can all be off by
    // chance.
    private static int WidthOf(string name, string shape) =>
        name switch { "mlp" or "mlp-uniform" => 8, "mlp-noisy" => 48, "resnet-101" => shape == "64x64" ? 16 : 8, _ => 4 };

    public static TheoryData<string, string> Pairs()
    {
        var data = new TheoryData<string, string>();
        foreach (var architecture in Architecture.All)
            foreach (var shape in s_shapes.Keys)
                if (architecture.Name switch
                {
                    "mlp" or "mlp-uniform" or "mlp-noisy" => true,
                    "mnist" => shape == "28x28",
                    "text-resnet" or "text-resnet-small" => shape == "text",
                    _ => shape.Contains('x', StringComparison.Ordinal) && shape != "text",
                })
                    data.Add(architecture.Name, shape);
        return data;
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Every_architecture_at_every_size(string name, string shape)
    {
        using var use = Streams();
        CheckPair(Architecture.Named(name), Options(s_shapes[shape], WidthOf(name, shape), Normalization.None));
    }

    public static TheoryData<string, Normalization> Normalizations()
    {
        var data = new TheoryData<string, Normalization>();
        foreach (var architecture in Architecture.All)
            foreach (var normalization in Enum.GetValues<Normalization>())
                if ((architecture.Name, normalization) is not ("mlp" or "mlp-uniform" or "mlp-noisy", Normalization.Instance))
                    data.Add(architecture.Name, normalization);
        return data;
    }

    [Theory]
    [MemberData(nameof(Normalizations))]
    public void Every_critic_with_every_normalization(string name, Normalization normalization)
    {
        using var use = Streams();
        using var scope = TensorScope.Open();
        // In color: the direction of a weight with a single input has nothing to learn under weight normalization.
        SampleShape shape = name switch
        {
            "mlp" or "mlp-uniform" or "mlp-noisy" => s_shapes["point"],
            "text-resnet" or "text-resnet-small" => s_shapes["text"],
            "mnist" => new ImageShape(3, 28, 28),
            _ => new ImageShape(3, 16, 16),
        };
        long[] samples = [3, .. shape.Axes];
        using var critic = Architecture.Named(name).Critic(Options(shape, WidthOf(name, ""), normalization));
        Assert.Equal([3, 1], critic.Forward(Random(samples)).Shape);
        Assert.Equal(normalization == Normalization.Batch && name != "dcgan-unnormalized", critic.CouplesBatch);
        Assert.Equal(normalization == Normalization.Spectral,
            critic.Buffers().Any(b => b.Path.EndsWith("spectral_u", StringComparison.Ordinal)));
        CheckCoupling(critic, samples);
        if (!critic.CouplesBatch)
        {
            using var penalized = Architecture.Named(name).Critic(Options(shape, WidthOf(name, ""), normalization));
            CheckPenalty(penalized, samples);
        }
        CheckAlive(critic, samples);
    }

    [Fact]
    public void The_seven_of_the_robustness_figure_are_there_and_names_are_unique()
    {
        Assert.Equal("abcdefg", string.Concat(Architecture.All.Where(a => a.Title[0] == '(').Select(a => a.Title[1])));
        Assert.Equal(Architecture.All.Count, Architecture.All.Select(a => a.Name).Distinct().Count());
    }

    [Theory]
    [InlineData("dcgan", "point", "the architecture 'dcgan' is for images, not for points: use mlp")]
    [InlineData("resnet", "text", "the architecture 'resnet' is for images, not for texts: use text-resnet")]
    [InlineData("text-resnet", "28x28", "the architecture 'text-resnet' is for texts, not for images: use dcgan")]
    [InlineData("mnist", "32x32", "the MNIST net of WGAN-GP makes images of 28x28 pixels only, not 32x32 (Parameter 'shape')")]
    public void Data_that_an_architecture_is_not_for_is_a_line_that_says_so(string name, string shape, string message)
    {
        using var use = Streams();
        var architecture = Architecture.Named(name);
        var options = Options(s_shapes[shape], 4, Normalization.None);
        Assert.Equal(message, Assert.Throws<ArgumentException>(() => architecture.Generator(options)).Message);
        Assert.Equal(message, Assert.Throws<ArgumentException>(() => architecture.Critic(options)).Message);
    }

    [Fact]
    public void Unknown_names_and_impossible_options_are_one_line_each()
    {
        using var use = Streams();
        Assert.StartsWith("unknown architecture 'vgg': use one of mlp, mlp-uniform, dcgan,",
            Assert.Throws<ArgumentException>(() => Architecture.Named("vgg")).Message);
        Assert.Contains("instance normalization needs a convolutional network",
            Assert.Throws<ArgumentException>(() =>
                Architecture.Named("mlp").Critic(Options(s_shapes["point"], 4, Normalization.Instance))).Message);
        Assert.Throws<ArgumentException>(() => Architecture.Named("mlp").Critic(Options(s_shapes["point"], 0, Normalization.None)));
    }

    [Theory]
    [InlineData("16x16")]
    [InlineData("28x28")]
    [InlineData("64x64")]
    public void The_101_layers_are_101_whatever_the_size(string shape)
    {
        using var use = Streams();
        var options = Options(s_shapes[shape], 1, Normalization.Layer);
        using Module generator = Architecture.Named("resnet-101").Generator(options),
            critic = Architecture.Named("resnet-101").Critic(options);
        foreach (var network in new[] { generator, critic })
            Assert.Equal(101, network.Parameters().Count(p => p.Path.EndsWith(".weight", StringComparison.Ordinal)
                && !p.Path.Contains("shortcut", StringComparison.Ordinal)));
    }

    [Fact]
    public void Parameter_counts_at_the_sizes_of_the_papers()
    {
        using var use = Streams();
        var image = new ImageShape(3, 64, 64);
        // DCGAN 64×64: linear 100·8192, deconvolutions 16·(512·256 + 256·128 + 128·64 + 64·3), norms 2·(512 + 256 + 128 + 64), and 3
        // biases.
        using var generator = Dcgan.Generator(image, 100);
        Assert.Equal(100 * 8192 + 16 * (512 * 256 + 256 * 128 + 128 * 64 + 64 * 3) + 2 * (512 + 256 + 128 + 64) + 3,
            generator.ParameterCount);
        // WGAN-GP for MNIST, d = 64: linear 128·4096 + 4096, deconvolutions 25·(256·128 + 128·64 + 64) with their biases.
        using var mnist = MnistNet.Generator(new ImageShape(1, 28, 28));
        Assert.Equal(128 * 4096 + 4096 + 25 * (256 * 128 + 128 * 64 + 64) + 128 + 64 + 1, mnist.ParameterCount);
        // WGAN-GP for CIFAR: the critic of four blocks, 128 channels.
        using var critic = ResNet.Critic(new ImageShape(3, 32, 32));
        const int conv = 9 * 128 * 128 + 128;
        Assert.Equal(9 * 3 * 128 + 128 + conv + (3 * 128 + 128) + 2 * conv + (128 * 128 + 128) + 4 * conv + 128 + 1, critic.ParameterCount);
    }
}
