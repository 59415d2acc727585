using Earthmover.Constraints;
using Earthmover.Data;
using Earthmover.Games;
using Earthmover.Nn;
using Earthmover.Nn.Layers;
using Earthmover.Nn.Optimizers;
using Earthmover.Torch;

namespace Earthmover.Tests.Health;

/// <summary>Runs that are made to fail, each in one way, and runs that are well.</summary>
internal static class SickRuns
{
    /// <summary>One way for each rule.</summary>
    public static IReadOnlyList<Case> Sick { get; } =
    [
        // All units of a hidden layer far below zero: nothing of the latent vector reaches the samples.
        new("dead-generator", "gaussians-8", "wgan-gp", "critic_steps=2") { Steps = 80, Every = 10, Wound = s => Wound(s.Networks["generator"], "bias", 1, -1e3) },
        new("learning-rate-too-high", "gaussians-8", "ns-gan", "learning_rate=0.1") { Steps = 120, Every = 10 },
        // Minimax against a critic that learns much faster, on two laws that never touch.
        new("vanishing-gradient", "gaussian?mean=6,6&sd=0.1", "gan", "critic_steps=10", "critic_learning_rate=0.003", "learning_rate=0.0001") { Steps = 80, Every = 10 },
        new("batch-coupling", "gaussians-8", "wgan-gp") { Steps = 60, Every = 10, Build = shape => new CoupledGame(shape) },
        new("exploding-layers", "gaussians-8", "wgan", "constraint=clipping?limit=0.5", "learning_rate=0.01") { Steps = 120, Every = 20 },
        new("vanishing-layers", "gaussians-8", "wgan", "constraint=clipping?limit=0.01", "learning_rate=0.001") { Steps = 120, Every = 20 },
        new("estimate-drifted", "gaussians-8", "wgan-gp", "constraint=none", "learning_rate=0.001") { Steps = 200 },
        new("slope-hidden-by-weight", "gaussian?mean=6,6&sd=0.1", "wgan-gp", "constraint=gradient-penalty?weight=0.1", "learning_rate=0.0001", "critic_learning_rate=0.002") { Steps = 200 },
        new("critic-not-optimal", "gaussians-8", "ns-gan", "critic_learning_rate=0.0000001", "learning_rate=0.001") { Steps = 200 },
        new("mode-collapse", "gaussians-8", "ns-gan", "learning_rate=0.002") { Steps = 200, Wound = s => Wound(s.Networks["generator"], "weight", 0, 0.02, scale: true) },
        new("mode-collapse-partial", "gaussians-8", "ns-gan", "learning_rate=0.002") { Steps = 400 },
        new("overfitted-critic", "gaussian", "ns-gan", "critic_steps=10", "critic_learning_rate=0.003", "learning_rate=0.0005", "width=128", "batch=32") { Steps = 200, Set = s => Normal(s, 32, 16), Unseen = s => Normal(s + 1000, 512, 16) },
        new("memorisation", "gaussian", "wgan-gp", "critic_steps=3", "learning_rate=0.002", "width=96", "batch=16") { Steps = 800, Every = 40, Set = s => Normal(s, 16, 2), Unseen = s => Normal(s + 1000, 512, 2) },
    ];

    /// <summary>Different systems on different data, all well at the end.</summary>
    public static IReadOnlyList<Case> Healthy { get; } =
    [
        new(null, "gaussians-8", "wgan-gp", "critic_steps=3", "width=64", "learning_rate=0.001") { Steps = 800, Every = 40 },
        new(null, "gaussians-25", "r1-gan", "width=64", "learning_rate=0.001") { Steps = 800, Every = 40 },
        new(null, "swiss-roll", "wgan-gp", "critic_steps=3", "width=64", "learning_rate=0.001") { Steps = 800, Every = 40 },
        new(null, "gaussian", "hinge", "width=64") { Steps = 800, Every = 40 },
        new(null, "gaussians-8", "rpgan", "width=64", "learning_rate=0.001") { Steps = 800, Every = 40 },
    ];

    /// <summary>Points of a normal law.</summary>
    public static PointSet Normal(long seed, int count, int dimension)
    {
        var random = new SeededRandom(seed, "points");
        return new("normal", dimension, [.. Enumerable.Range(0, count * dimension).Select(_ => (float)random.NextGaussian())]);
    }

    // Sets (or scales) one of a network's parameters of a name: 0 is the first, 1 the second, negative numbers count from the end.
    private static void Wound(Module network, string name, int which, double value, bool scale = false)
    {
        var tensors = network.Flat.Entries.Select((e, i) => (e.Path, Leaf: network.Flat.Leaves[i])).Where(e => e.Path.EndsWith(name, StringComparison.Ordinal)).Select(e => e.Leaf.Detach()).ToArray();
        var tensor = tensors[which < 0 ? tensors.Length + which : which];
        tensor.CopyFrom(scale ? tensor * value : tensor * 0 + value);
    }

    /// <summary>WGAN-GP with batch normalisation in its critic, which the recipes refuse.</summary>
    private sealed class CoupledGame : GanSystem<Batch>
    {
        private readonly Sequential _generator, _critic;

        public CoupledGame(SampleShape shape)
        {
            var generator = _generator = Network("generator", new Sequential([new Linear(2, 32), Activation.Relu(), new Linear(32, (int)shape.Size)]));
            var critic = _critic = Network("critic", new Sequential([new Linear((int)shape.Size, 32), new BatchNorm(32), Activation.Relu(), new Linear(32, 1)]));
            var penalty = new GradientPenalty(1);
            var z = new Latent(2);
            Func<Tensor, Tensor> G = generator.Forward, D = critic.Forward;
            Players =
            [
                new("critic", [critic], new AdamOptions(5e-4, 0.5, 0.9), round =>
                {
                    Tensor x = round.Batch.X, fake = Autograd.NoGrad(() => G(z.Sample(x.Size(0))));
                    return new() { ["wasserstein"] = D(fake).Mean() - D(x).Mean(), ["penalty"] = penalty.Of(D, x, fake) };
                }),
                new("generator", [generator], new AdamOptions(5e-4, 0.5, 0.9), round => new() { ["wasserstein"] = -D(G(z.Sample(round.Batch.Count))).Mean() }),
            ];
        }

        public override IReadOnlyList<Module> Generators => [_generator];

        public override Func<Tensor, Tensor?, Tensor> Critic => (x, _) => _critic.Forward(x);

        public override int LatentSize => 2;

        public override Tensor Generate(Tensor z, Tensor? labels = null) => _generator.Forward(z);
    }
}
