using Earthmover.Games;
using Earthmover.Nn;
using Earthmover.Nn.Optimizers;
using Earthmover.Objectives;
using Earthmover.Torch;

namespace Earthmover.Cli.Benchmarks;

/// <summary>WGAN-GP on made-up samples.</summary>
/// <param name="generator">Of latent vectors.</param>
/// <param name="critic">It must not couple the samples of a batch.</param>
/// <param name="data">[N, …].</param>
/// <param name="latent">Length of the latent vectors.</param>
/// <param name="criticSteps">Steps of the critic for one of the generator.</param>
/// <param name="batch">Samples per batch.</param>
internal sealed class WganGpWorkload(Module generator, Module critic, Tensor data, int latent, int criticSteps, int batch)
    : Workload(generator, critic, data, criticSteps, batch)
{
    private readonly Latent _latent = new(latent);

    /// <summary>D(G(z)) − D(x) + 10 (‖∇D(x̂)‖ − 1)².</summary>
    public override Player<Reals> CriticPlayer(int steps) => new("critic", Role.Critic, [Critic], new AdamOptions(1e-4, 0.5, 0.9), round =>
    {
        Func<Tensor, Tensor> D = Critic.Forward;
        var real = round.Batch.Samples;
        var fake = Autograd.NoGrad(() => Generator.Forward(_latent.Sample(Batch)));
        // No layer couples the batch, so both halves go through the critic together.
        var scores = D(Tensor.Cat([real, fake])).Chunk(2);
        return new()
        {
            ["wasserstein"] = new Wasserstein().Critic(scores[0], scores[1]),
            ["penalty", TermRole.Penalty] = Runtime.Exactly(() => 10 * Penalty(D, real, fake)),
        };
    })
    { Steps = _ => steps };

    /// <summary>−D(G(z)).</summary>
    public override Player<Reals> GeneratorPlayer() => new("generator", Role.Generator, [Generator], new AdamOptions(1e-4, 0.5, 0.9), _ =>
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
}
