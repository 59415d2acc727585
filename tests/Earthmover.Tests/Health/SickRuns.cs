using Earthmover.Constraints;
using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Games;
using Earthmover.Nn;
using Earthmover.Nn.Layers;
using Earthmover.Nn.Optimizers;
using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Tests.Health;

/// <summary>Runs that are made to fail, each in one way, and runs that are well.</summary>
internal static class SickRuns
{
    /// <summary>One way for each rule.</summary>
    public static IReadOnlyList<Case> Sick { get; } =
    [
        // All units of a hidden layer far below zero: nothing of the latent vector reaches the samples.
        new("dead-generator", "gaussians-8", "wgan-gp", "critic_steps=2")
        {
            Steps = 80,
            Every = 10,
            Wound = s => Set(s.Networks["generator"], "bias", 1, -1e3),
        },
        new("learning-rate-too-high", "gaussians-8", "r1-gan", "learning_rate=0.03") { Steps = 120, Every = 10 },
        // Minimax against a critic that learns much faster, on two laws that never touch.
        new("vanishing-gradient", "gaussian?mean=6,6&sd=0.1", "gan", "critic_steps=10",
            "critic_learning_rate=0.003", "learning_rate=0.0001") { Steps = 80, Every = 10 },
        new("batch-coupling", "gaussians-8", "wgan-gp") { Steps = 60, Every = 10, Build = shape => new CoupledGame(shape) },
        new("exploding-layers", "gaussians-8", "wgan", "constraint=clipping?limit=0.5", "critic_learning_rate=0.02",
            "learning_rate=0.00005", "critic_steps=5") { Steps = 90, Every = 15 },
        new("vanishing-layers", "gaussians-8", "wgan", "constraint=clipping?limit=0.01",
            "learning_rate=0.001", "critic_steps=2") { Steps = 90, Every = 15 },
        new("estimate-drifted", "gaussians-8", "wgan-gp", "constraint=none",
            "learning_rate=0.001", "critic_steps=5") { Steps = 120, Every = 15 },
        new("slope-hidden-by-weight", "gaussian?mean=6,6&sd=0.1", "wgan-gp", "critic_steps=5", "constraint=gradient-penalty?weight=0.1",
            "learning_rate=0.0001", "critic_learning_rate=0.002") { Steps = 200 },
        new("critic-not-optimal", "gaussians-8", "ns-gan", "critic_learning_rate=0.0000001",
            "learning_rate=0.001") { Steps = 120, Every = 15 },
        // A critic that knows nothing but how far a point is from the middle, and does not learn: all samples gather there.
        new("mode-collapse", "gaussians-8", "wgan-gp") { Steps = 300, Build = shape => new RadialGame(shape) },
        // Momentum lets the generator run after the critic from mode to mode.
        new("mode-collapse-partial", "gaussians-8", "ns-gan", "learning_rate=0.002", "beta1=0.9") { Steps = 300 },
        // Sixteen dimensions and 32 points: the critic can tell each of them from everything else.
        new("overfitted-critic", $"gaussian?mean={Zeros(16)}", "ns-gan", "critic_steps=5", "critic_learning_rate=0.003",
            "learning_rate=0.0005", "width=128", "batch=32")
        {
            Steps = 150,
            Every = 15,
            Set = s => Normal(s, 32, 16),
            Unseen = s => Normal(s + 1000, 512, 16),
        },
        // A critic whose classes nobody asks for.
        new("classifier-learns-nothing", "stripes", "improved-gan", "critic_class_weight=0", "width=8", "batch=32", "latent_size=8")
        {
            Steps = 120,
            Every = 10,
            Set = s => Stripes(s, 512),
        },
        // A generator that is a table, and has the data in it.
        new("memorization", $"gaussian?mean={Zeros(8)}", "wgan-gp", "batch=16")
        {
            Steps = 100,
            Every = 10,
            Set = _ => Normal(1, 16, 8),
            Unseen = s => Normal(s + 1000, 512, 8),
            Build = shape => new TableGame(shape, Normal(1, 16, 8)),
        },
        // Whatever z is, everybody lives in the first region.
        new("collapsed-category", "people?n=2000", "table")
        {
            Steps = 60,
            Every = 10,
            Wound = s => Prefer(s, 0, 1, 1000),
        },
        // Categories of four frequent values and ten rare ones, which the generator never chooses.
        new("rare-values-lost", "rare", "table")
        {
            Steps = 60,
            Every = 10,
            Set = s => Categories(s, 2000, 2, 14, random => random.NextDouble() < 0.9 ? random.NextInt(4) : 4 + random.NextInt(10)),
            Wound = s =>
            {
                Prefer(s, 4, 10, -1000);
                Prefer(s, 18, 10, -1000);
            },
        },
        // A generator that is a list of rows, and has the training rows in it.
        new("copied-rows", "copies", "table", "batch=16")
        {
            Steps = 60,
            Every = 10,
            Set = _ => Categories(1, 64, 8, 4, random => random.NextInt(4)),
            Unseen = s => Categories(s + 1000, 512, 8, 4, random => random.NextInt(4)),
            Build = shape => new TableGame(shape, Encoded(Categories(1, 64, 8, 4, random => random.NextInt(4)))),
        },
        // Doublings that give neighboring pixels weights of their own.
        new("lattice", "skies", "wgan-gp", "architecture=compact", "width=8",
            "batch=16") { Steps = 60, Every = 6, Set = s => Skies(s, 512) },
        // A generator that is told a class and does not listen.
        new("condition-ignored", "kinds", "acgan", "class_weight=0", "width=8", "batch=16", "constraint=none")
        {
            Steps = 60,
            Every = 6,
            Set = s => Kinds(s, 256),
            Build = shape => new DeafGame(shape),
        },
        // A generator that hardly moves, wide around narrow data, before a critic that sees all.
        new("far-from-data", "gaussian?sd=0.05", "r1-gan", "learning_rate=0.000001",
            "critic_learning_rate=0.001") { Steps = 120, Every = 15 },
    ];

    // Where a failure was made by hand, no option can undo it: these come by themselves.
    private static readonly Case[] s_natural =
    [
        new("dead-generator", "gaussians-8", "wgan-gp", "learning_rate=0.5") { Steps = 120, Every = 10 },
        // What is built couples its batch, whatever the options say.
        new("batch-coupling", "gaussians-8", "wgan-gp", "constraint=gradient-penalty?weight=1", "learning_rate=0.0005", "width=32")
        {
            Steps = 600,
            Every = 60,
            Build = shape => new CoupledGame(shape),
            Recorded = new Dictionary<string, string> { ["critic_normalization"] = "batch" },
        },
        new("slope-hidden-by-weight", "gaussians-8", "wgan-gp", "constraint=gradient-penalty?weight=0.1",
            "learning_rate=0.001", "critic_steps=5") { Steps = 120, Every = 15 },
        // The generator outruns a critic that is held flat.
        new("mode-collapse", "gaussians-8", "wgan-gp", "learning_rate=0.01", "critic_learning_rate=0.001",
            "constraint=gradient-penalty?weight=100", "beta1=0") { Steps = 300, Every = 30 },
        // A few points, and networks that have room for them.
        new("overfitted-critic", $"gaussian?mean={Zeros(4)}", "r1-gan", "critic_steps=5", "learning_rate=0.001", "width=128", "batch=16")
        {
            Steps = 1200,
            Every = 120,
            Decay = true,
            Set = s => Normal(s, 16, 4),
            More = s => Normal(s, 2048, 4),
            Unseen = s => Normal(s + 1000, 512, 4),
        },
        new("memorization", $"gaussian?mean={Zeros(3)}", "wgan-gp", "width=128",
            "batch=8", "constraint=gradient-penalty?weight=1", "critic_steps=3")
        {
            Steps = 1500,
            Every = 150,
            Decay = true,
            Set = s => Normal(s, 8, 3),
            More = s => Normal(s, 2048, 3),
            Unseen = s => Normal(s + 1000, 512, 3),
        },
    ];

    /// <summary>The run of a rule on which its remedy is tried.</summary>
    public static Case Tried(string rule) => s_natural.FirstOrDefault(c => c.Rule == rule) ?? Sick.First(c => c.Rule == rule);

    /// <summary>Different systems on different data, all well at the end.</summary>
    public static IReadOnlyList<Case> Healthy { get; } =
    [
        new(null, "gaussians-8", "wgan-gp", "width=128", "batch=128") { Steps = 4000, Every = 200, Decay = true },
        new(null, "gaussians-25", "wgan-gp", "width=256", "batch=128") { Steps = 12_000, Every = 600, Decay = true },
        new(null, "swiss-roll", "wgan-gp", "width=128", "batch=128") { Steps = 4000, Every = 200, Decay = true },
        new(null, "gaussian", "r1-gan", "width=64", "learning_rate=0.001") { Steps = 800, Every = 40 },
        new(null, "gaussians-8", "rpgan", "width=128", "learning_rate=0.001") { Steps = 4000, Every = 200, Decay = true },
    ];

    /// <summary>Points of a normal law.</summary>
    public static PointSet Normal(long seed, int count, int dimension)
    {
        var random = new SeededRandom(seed, "points");
        return new("normal", dimension, [.. Enumerable.Range(0, count * dimension).Select(_ => (float)random.NextGaussian())]);
    }

    /// <summary>Smooth color pictures, 3 × 32 × 32: slow waves, and a little noise.</summary>
    public static ImageSet Skies(long seed, int count)
    {
        const int side = 32, waves = 4;
        var random = new SeededRandom(seed, "skies");
        var pixels = new byte[count * 3 * side * side];
        for (var plane = 0; plane < 3 * count; plane++)
        {
            var mean = 128 + 40 * random.NextGaussian();
            var drawn = Enumerable.Range(0, waves).Select(_ => (X: 0.04 * random.NextGaussian(),
                Y: 0.04 * random.NextGaussian(), Size: 25 * random.NextGaussian(), Phase: Math.PI * random.NextGaussian())).ToArray();
            for (var i = 0; i < side * side; i++)
            {
                var light = drawn.Sum(w => w.Size * Math.Cos(2 * Math.PI * (w.X * (i % side) + w.Y * (i / side)) + w.Phase));
                pixels[plane * side * side + i] = (byte)Math.Clamp(mean + light + 3 * random.NextGaussian(), 0, 255);
            }
        }
        return new("skies", new(3, side, side), pixels);
    }

    /// <summary>Gray pictures of two classes, 1 × 16 × 16: light from the left, and from the right.</summary>
    public static ImageSet Kinds(long seed, int count)
    {
        const int side = 16;
        var random = new SeededRandom(seed, "kinds");
        var (pixels, labels) = (new byte[count * side * side], new int[count]);
        for (var n = 0; n < count; n++)
        {
            labels[n] = n % 2;
            var light = 90 + 20 * random.NextGaussian();
            for (var i = 0; i < side * side; i++)
            {
                var way = (labels[n] == 0 ? i % side : side - 1 - i % side) / (double)side;
                pixels[n * side * side + i] = (byte)Math.Clamp(40 + light * 2 * way + 8 * random.NextGaussian(), 0, 255);
            }
        }
        return new("kinds", new(1, side, side), pixels, labels, ["left", "right"]);
    }

    /// <summary>Pictures of 8 × 8 with a bright bar of one of eight kinds, in noise; every eighth has a label.</summary>
    public static ImageSet Stripes(long seed, int count)
    {
        const int side = 8, kinds = 8;
        var random = new SeededRandom(seed, "stripes");
        var labels = Enumerable.Range(0, count).Select(_ => random.NextInt(kinds)).ToArray();
        var pixels = new byte[count * side * side];
        for (var i = 0; i < pixels.Length; i++)
        {
            var (kind, x, y) = (labels[i / (side * side)], i % side, i / side % side);
            var bright = kind % 4 == (kind < 4 ? x : y) / 2;
            pixels[i] = (byte)Math.Clamp((bright ? 180 : 60) + 20 * random.NextGaussian(), 0, 255);
        }
        int[] known = [.. labels.Select((k, i) => i % 8 == 0 ? k : -1)];
        return new("stripes", new(1, side, side), pixels, known, [.. Enumerable.Range(0, kinds).Select(k => $"{k}")]);
    }

    /// <summary>A table of categories of one law.</summary>
    public static TableSet Categories(long seed, int count, int columns, int values, Func<SeededRandom, int> draw)
    {
        var random = new SeededRandom(seed, "categories");
        string[] levels = [.. Enumerable.Range(0, values).Select(k => $"value {k}")];
        return new("categories", [.. Enumerable.Range(0, columns).Select(k =>
                new TableField { Name = $"column {k}", Kind = FieldKind.Category, Levels = levels })],
            [.. Enumerable.Range(0, columns).Select(_ => Enumerable.Range(0, count).Select(_ => (double)draw(random)).ToArray())]);
    }

    // Rows as the game sees them, as points that a generator can hold.
    private static PointSet Encoded(TableSet table)
    {
        using var scope = TensorScope.Open();
        var source = new BatchSource(table, 1, 1);
        using var rows = source.Of([.. Enumerable.Range(0, table.Count)]);
        return new("encoded rows", (int)rows.X.Size(1), rows.X.Contiguous().ToArray<float>());
    }

    // Moves what the generator gives at some places of a row.
    private static void Prefer(GanSystem system, int from, int count, double by)
    {
        using var scope = TensorScope.Open();
        using var pause = Autograd.Pause();
        var generator = system.Networks["generator"];
        var last = generator.Flat.Entries.Select((entry, i) => (entry.Path, Leaf: generator.Flat.Leaves[i]))
            .Last(entry => entry.Path.EndsWith("bias", StringComparison.Ordinal)).Leaf.Detach().Narrow(0, from, count);
        last.CopyFrom(last * 0 + by);
    }

    private static string Zeros(int count) => string.Join(',', Enumerable.Repeat("0", count));

    // Sets one of a network's parameters of a name: 0 is the first, 1 the second.
    private static void Set(Module network, string name, int which, double value)
    {
        using var scope = TensorScope.Open();
        using var pause = Autograd.Pause();
        var tensors = network.Flat.Entries.Select((e, i) => (e.Path, Leaf: network.Flat.Leaves[i]))
            .Where(e => e.Path.EndsWith(name, StringComparison.Ordinal)).Select(e => e.Leaf.Detach()).ToArray();
        tensors[which].CopyFrom(tensors[which] * 0 + value);
    }

    /// <summary>WGAN-GP whose critic or generator is not one that the recipes would make.</summary>
    private abstract class OwnGame : GanSystem<Batch>, ISampler, IScorer
    {
        private readonly Module _generator, _critic;

        protected OwnGame(Module generator, Module critic, int latentSize, double criticRate, double rate, int criticSteps)
        {
            (_generator, _critic, Latent) = (Network("generator", generator), Network("critic", critic), new(latentSize));
            var penalty = new GradientPenalty(1);
            var z = Latent;
            Func<Tensor, Tensor> G = generator.Forward, D = critic.Forward;
            Players =
            [
                new("critic", Role.Critic, [critic], new AdamOptions(criticRate, 0.5, 0.9), round =>
                {
                    Tensor x = round.Batch.X, fake = Autograd.NoGrad(() => G(z.Sample(x.Size(0))));
                    return new()
                    {
                        ["wasserstein", TermRole.Distance] = D(fake).Mean() - D(x).Mean(),
                        ["penalty", TermRole.Penalty] = penalty.Of(D, x, fake),
                    };
                }) { Steps = _ => criticSteps },
                new("generator", Role.Generator, [generator], new AdamOptions(rate, 0.5, 0.9),
                    round => new() { ["wasserstein", TermRole.Distance] = -D(G(z.Sample(round.Batch.Count))).Mean() }),
            ];
        }

        public Latent Latent { get; }

        public override IReadOnlyList<Module> Generators => [_generator];

        public IReadOnlyList<Module> Critics => [_critic];

        public Tensor Score(Tensor x, Tensor? condition = null) => _critic.Forward(x);

        public Tensor Generate(Tensor z, Tensor? condition = null) => _generator.Forward(z);
    }

    /// <summary>Batch normalization in the critic, which the recipes refuse beside a penalty.</summary>
    private sealed class CoupledGame(SampleShape shape) : OwnGame(
        new Sequential([new Linear(2, 32), Activation.Relu(), new Linear(32, (int)shape.Size)]),
        new Sequential([new Linear((int)shape.Size, 32), new BatchNorm(32), Activation.Relu(), new Linear(32, 1)]), 2, 5e-4, 5e-4, 1);

    /// <summary>A generator that knows samples and nothing between them: the largest coordinate of z chooses one.</summary>
    private sealed class TableGame : OwnGame
    {
        public TableGame(SampleShape shape, PointSet known) : base(
            new Sequential([new Choice(known.Count), new Linear(known.Count, (int)shape.Size)]),
            new Sequential([new Linear((int)shape.Size, 64), Activation.Relu(), new Linear(64, 64), Activation.Relu(), new Linear(64, 1)]),
            known.Count, 1e-3, 1e-3, 2)
        {
            using var scope = TensorScope.Open();
            using var pause = Autograd.Pause();
            var entry = Networks["generator"].Flat.Entries.First(e => e.Path.EndsWith("weight", StringComparison.Ordinal));
            var table = entry.Parameter.Value.Detach();
            table.CopyFrom(Tensor.From<float>(known.ToSingles(), [known.Count, known.Dimension]).Transpose(0, 1));
        }
    }

    /// <summary>Pictures of two classes, whichever is told.</summary>
    private sealed class DeafGame(SampleShape shape) : OwnGame(
        new Sequential([new Linear(4, 64), Activation.Relu(), new Linear(64, (int)shape.Size), Shapes.Reshape(shape.Axes),
            Activation.Tanh()]),
        new Sequential([Shapes.Flatten(), new Linear((int)shape.Size, 64), Activation.Relu(), new Linear(64, 1)]),
        4, 5e-4, 5e-4, 1), ISampler
    {
        Condition ISampler.Condition { get; } = new Condition.Class([1, 1]);
    }

    /// <summary>A critic of one number, D(x) = a‖x‖, a &lt; 0.</summary>
    private sealed class RadialGame : OwnGame
    {
        public RadialGame(SampleShape shape) : base(
            new Sequential([new Linear(2, 32), Activation.Relu(), new Linear(32, 32), Activation.Relu(), new Linear(32, (int)shape.Size)]),
            new Sequential([new Radius(), new Linear(1, 1)]), 2, 1e-9, 5e-3, 1) => Set(Networks["critic"], "weight", 0, -1);
    }

    private sealed class Radius : Module
    {
        protected override Tensor Compute(Tensor x) => x.NormPerSample().Unsqueeze(1);
    }

    private sealed class Choice(int entries) : Module
    {
        protected override Tensor Compute(Tensor x) => Op.OneHot(x.Argmax(1), entries).To(DType.Float32);
    }
}
