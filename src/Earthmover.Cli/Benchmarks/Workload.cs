using Earthmover.Games;
using Earthmover.Nn;
using Earthmover.Nn.Optimizers;
using Earthmover.Objectives;
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

/// <summary>A WGAN-GP game on made-up data: the networks, data, batch and step sizes of the PyTorch peer.</summary>
internal sealed class Workload : IDisposable
{
    private readonly TensorOwner _owner = new();
    private readonly Tensor _data;
    private readonly Latent _latent;

    private Workload(Module generator, Module critic, Tensor data, int latent, int criticSteps, int batch, Device device)
    {
        (Generator, Critic, CriticSteps, Batch, _latent) = (generator, critic, criticSteps, batch, new(latent));
        _data = _owner.Adopt(data.To(device));
        generator.To(device);
        critic.To(device);
    }

    public static IReadOnlyList<string> Names { get; } = ["toy", "dcgan", "resnet", "text"];

    public Module Generator { get; }
    public Module Critic { get; }

    /// <summary>Steps of the critic for one of the generator.</summary>
    public int CriticSteps { get; }

    public int Batch { get; }

    /// <summary>Builds a workload on the device of the random streams in force.</summary>
    /// <exception cref="UserException">There is no such workload.</exception>
    public static Workload Create(string name, int dim, int? batch)
    {
        using var scope = TensorScope.Open();
        using var pause = Autograd.Pause();
        var stream = RandomStreams.Current["data"];
        var device = RandomStreams.Current.Device;
        return name switch
        {
            "toy" => new(Networks.Mlp(2, 2, 512), Networks.Mlp(2, 1, 512), Tensor.Normal([65536, 2], stream), 2, 5, batch ?? 256, device),
            "dcgan" => new(Networks.DcganGenerator(dim), Networks.DcganCritic(dim), Tensor.Uniform([4096, 1, 32, 32], stream, -1, 1), 128, 5, batch ?? 64, device),
            "resnet" => new(Networks.ResnetGenerator(dim), Networks.ResnetCritic(dim), Tensor.Uniform([4096, 3, 32, 32], stream, -1, 1), 128, 5, batch ?? 64, device),
            "text" => new(Networks.TextGenerator(dim), Networks.TextCritic(dim),
                Op.OneHot(Tensor.Integers([4096, 32], 96, stream), 96).To(DType.Float32).Transpose(1, 2).Contiguous(), 128, 10, batch ?? 64, device),
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

    /// <summary>D(G(z)) − D(x) + 10 (‖∇D(x̂)‖ − 1)².</summary>
    public Player<Reals> CriticPlayer(int steps) => new("critic", [Critic], new AdamOptions(1e-4, 0.5, 0.9), round =>
    {
        Func<Tensor, Tensor> D = Critic.Forward;
        var real = round.Batch.Samples;
        var fake = Autograd.NoGrad(() => Generator.Forward(_latent.Sample(Batch)));
        // No layer couples the batch, so both halves go through the critic together.
        var scores = D(Tensor.Cat([real, fake])).Chunk(2);
        return new()
        {
            ["wasserstein"] = new Wasserstein().Critic(scores[0], scores[1]),
            ["penalty"] = 10 * Penalty(D, real, fake),
        };
    })
    { Steps = _ => steps };

    /// <summary>−D(G(z)).</summary>
    public Player<Reals> GeneratorPlayer() => new("generator", [Generator], new AdamOptions(1e-4, 0.5, 0.9), _ =>
        new() { ["score"] = new Wasserstein().Generator(Critic.Forward(Generator.Forward(_latent.Sample(Batch)))) });

    private static Tensor Penalty(Func<Tensor, Tensor> critic, Tensor real, Tensor fake)
    {
        using var scope = TensorScope.Open();
        long[] shape = [real.Size(0), .. Enumerable.Repeat(1L, real.Rank - 1)];
        var ε = Tensor.Uniform(shape, RandomStreams.Current["penalty"]);
        var x̂ = (real + ε * (fake - real)).Detach().RequireGrad();
        var slope = Autograd.Gradient(critic(x̂), x̂, createGraph: true).NormPerSample();
        return scope.Keep((slope - 1).Square().Mean());
    }

    public void Dispose()
    {
        Generator.Dispose();
        Critic.Dispose();
        _owner.Dispose();
    }
}
