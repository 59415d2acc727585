using Earthmover.Games;
using Earthmover.Nn;
using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Cli.Benchmarks;

/// <summary>One batch of real samples.</summary>
internal sealed class Reals : TensorOwner
{
    public Reals(Tensor samples) => Samples = Adopt(samples);

    /// <summary>[N, …].</summary>
    public Tensor Samples { get; }
}

/// <summary>A game on made-up data: the networks, data, batch and step sizes of the PyTorch peer.</summary>
internal abstract class Workload : IDisposable
{
    private readonly TensorOwner _owner = new();
    private readonly Tensor _data;

    /// <summary>A game on the device of the random streams in force.</summary>
    protected Workload(Module generator, Module critic, Tensor data, int criticSteps, int batch)
    {
        (Generator, Critic, CriticSteps, Batch) = (generator, critic, criticSteps, batch);
        var device = RandomStreams.Current.Device;
        _data = _owner.Adopt(data.To(device));
        generator.To(device);
        critic.To(device);
    }

    public static IReadOnlyList<string> Names { get; } = ["toy", "dcgan", "resnet", "text", "pix2pix"];

    public Module Generator { get; }
    public Module Critic { get; }

    /// <summary>Steps of the critic for one of the generator.</summary>
    public int CriticSteps { get; }

    public int Batch { get; }

    /// <summary>Builds a workload on the device of the random streams in force.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="dim">Base width of the networks.</param>
    /// <param name="batch">Samples per batch; the peer's when absent.</param>
    /// <param name="size">Pixels of a side, of pix2pix.</param>
    /// <exception cref="UserException">There is no such workload.</exception>
    public static Workload Create(string name, int dim, int? batch, int size = 64)
    {
        using var scope = TensorScope.Open();
        using var pause = Autograd.Pause();
        var stream = RandomStreams.Current["data"];
        return name switch
        {
            "toy" => new WganGpWorkload(Networks.Mlp(2, 2, 512), Networks.Mlp(2, 1, 512),
                Tensor.Normal([65536, 2], stream), 2, 5, batch ?? 256),
            "dcgan" => new WganGpWorkload(Networks.DcganGenerator(dim), Networks.DcganCritic(dim),
                Tensor.Uniform([4096, 1, 32, 32], stream, -1, 1), 128, 5, batch ?? 64),
            "resnet" => new WganGpWorkload(Networks.ResnetGenerator(dim), Networks.ResnetCritic(dim),
                Tensor.Uniform([4096, 3, 32, 32], stream, -1, 1), 128, 5, batch ?? 64),
            "text" => new WganGpWorkload(Networks.TextGenerator(dim), Networks.TextCritic(dim),
                Op.OneHot(Tensor.Integers([4096, 32], 96, stream), 96).To(DType.Float32).Transpose(1, 2).Contiguous(),
                128, 10, batch ?? 64),
            "pix2pix" => Pix2PixWorkload.Create(dim, size, stream, batch ?? 4),
            _ => throw new UserException($"there is no workload '{name}'; use one of {string.Join(", ", Names)}, transport, health"),
        };
    }

    /// <summary>The next batch.</summary>
    public Reals Next()
    {
        using var scope = TensorScope.Open();
        var rows = Tensor.Integers([Batch], _data.Size(0), RandomStreams.Current["data"]);
        return new(_data.IndexSelect(0, rows));
    }

    /// <summary>The critic's turn.</summary>
    /// <param name="steps">Moves per step.</param>
    public abstract Player<Reals> CriticPlayer(int steps);

    /// <summary>The generator's turn.</summary>
    public abstract Player<Reals> GeneratorPlayer();

    public void Dispose()
    {
        Generator.Dispose();
        Critic.Dispose();
        _owner.Dispose();
    }
}
