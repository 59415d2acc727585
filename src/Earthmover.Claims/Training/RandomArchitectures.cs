using Earthmover.Claims.Lab;
using Earthmover.Constraints;
using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Games;
using Earthmover.Networks;
using Earthmover.Nn;
using Earthmover.Nn.Layers;
using Earthmover.Nn.Optimizers;
using Earthmover.Objectives;
using Earthmover.Reports.Figures;
using Earthmover.Torch;
using Earthmover.Training;
using Earthmover.Training.Views;
using MathNet.Numerics.Distributions;

namespace Earthmover.Claims.Training;

/// <summary>Networks drawn at random: how many does the original game train, how many WGAN-GP?</summary>
public sealed class RandomArchitectures : Claim<RandomArchitectures.Run>
{
    private const int Latent = 64, Batch = 32;

    /// <summary>Success is a distance below this share of that before training; one column of the table each.</summary>
    private static readonly double[] s_shares = [0.95, 0.9, 0.85, 0.8, 0.75];

    /// <summary>What one run measures: Fréchet distances, in parts of that before training, one for each draw.</summary>
    public sealed record Run(string[] Networks, double[] Gan, double[] Penalized);

    /// <inheritdoc/>
    public override string Name => "random-architectures";

    /// <inheritdoc/>
    public override string Title => "WGAN-GP trains random architectures that the original GAN does not";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Rows => ["R24"];

    /// <inheritdoc/>
    public override string Statement =>
        "Of 200 architectures drawn at random (nonlinearity, depth, normalization, width), "
        + "many are trained by WGAN-GP only and nearly none by the original GAN only: 147 against none at an inception score of 5.";

    /// <inheritdoc/>
    public override string Source => "Gulrajani et al., 2017, arXiv:1704.00028, section 5.1, tables 1 and 2";

    /// <inheritdoc/>
    public override string Experiment =>
        "Perceptrons for Fashion-MNIST, each player drawn by itself: "
        + "ReLU, leaky ReLU, tanh or shifted softplus; 2, 4, 8 or 12 hidden layers (4, 8, 12, 20 in the full run) of 32, 64 or 128 units; "
        + "batch normalization in the generator or none; in the critic none, or batch (GAN) and layer (GP) normalization. "
        + "Non-saturating GAN, Adam (0.5, 0.999), one critic step; WGAN-GP, λ = 10, Adam (0.5, 0.9), five critic steps; both at 10⁻³, "
        + "batches of 32, 120 generator steps each (400). "
        + "Success is a Fréchet distance (fd-fmnist) below a share of that before training. "
        + "The paper: convolutions, 32 × 32 ImageNet, 100,000 steps, inception score.";

    /// <summary>One draw.</summary>
    private sealed record Player(Nonlinearity Act, string ActName, int Depth, int Width, bool Normalized)
    {
        public static Player Draw(SeededRandom random, int[] depths)
        {
            (Nonlinearity, string)[] acts =
            [
                (Nonlinearity.Relu, "relu"), (Nonlinearity.LeakyRelu, "leaky"),
                (Nonlinearity.Tanh, "tanh"), (new(Activation.ShiftedSoftplus), "softplus"),
            ];
            var (act, name) = acts[random.NextInt(4)];
            return new(act, name, depths[random.NextInt(4)], 32 << random.NextInt(3), random.NextInt(2) == 1);
        }

        public int[] Hidden => [.. Enumerable.Repeat(Width, Depth)];

        public override string ToString() => $"{ActName} {Depth}×{Width}{(Normalized ? " norm" : "")}";
    }

    /// <inheritdoc/>
    protected override Run Measure(Trial trial)
    {
        var (draws, steps) = (trial.Of(8, 16), trial.Of(120, 400));
        using var judge = new PictureJudge(trial.Open("fashion-mnist?split=test"), trial.Of(400, 1000));
        var random = new SeededRandom(trial.Seed, "architectures");
        var depths = trial.Of<int[]>([2, 4, 8, 12], [4, 8, 12, 20]);
        var run = new Run(new string[draws], new double[draws], new double[draws]);
        for (var i = 0; i < draws; i++)
        {
            Player generator = Player.Draw(random, depths), critic = Player.Draw(random, depths);
            run.Networks[i] = $"{generator} / {critic}";
            run.Gan[i] = Play(trial, judge, generator, critic, steps, isWasserstein: false);
            run.Penalized[i] = Play(trial, judge, generator, critic, steps, isWasserstein: true);
            trial.Report((i + 1.0) / draws);
        }
        return run;
    }

    private static double Play(Trial trial, PictureJudge judge, Player g, Player d, int steps, bool isWasserstein)
    {
        var data = (ImageSet)trial.Open("fashion-mnist");
        using var scope = TensorScope.Open();
        using var generator = Mlp.Generator(data.Shape, Latent, g.Hidden, g.Normalized ? Normalization.Batch : Normalization.None, g.Act);
        using var critic = Mlp.Critic(data.Shape, d.Hidden,
            !d.Normalized ? Normalization.None : isWasserstein ? Normalization.Layer : Normalization.Batch, d.Act);
        Objective objective = isWasserstein ? new Wasserstein() : new NonSaturating();
        Constraint constraint = isWasserstein ? new GradientPenalty(10) : new NoConstraint();
        var optimizer = new AdamOptions(1e-3, 0.5, isWasserstein ? 0.9 : 0.999);
        var source = new BatchSource(data, Batch, trial.Seed);
        var z = new Latent(Latent);
        Func<Tensor, Tensor> G = generator.Forward, D = critic.Forward;
        Player<Batch>[] players =
        [
            new("critic", Role.Critic, [critic], optimizer, round =>
            {
                Tensor x = round.Batch.X, fake = Autograd.NoGrad(() => G(z.Sample(Batch)));
                return new()
                {
                    [objective.Name, objective.Role] = objective.Critic(D(x), D(fake)),
                    ["penalty", TermRole.Penalty] = constraint.Of(D, x, fake),
                };
            })
            { Steps = _ => isWasserstein ? 5 : 1 },
            new("generator", Role.Generator, [generator], optimizer,
                _ => new() { [objective.Name, objective.Role] = objective.Generator(D(G(z.Sample(Batch)))) }),
        ];
        var position = 0L;
        using var game = new Game<Batch>(new("game", players), () => source.At(position++));
        double Distance()
        {
            using var turn = TensorScope.Open();
            generator.SetTraining(false);
            var pictures = Autograd.NoGrad(() => G(Tensor.Normal([judge.Count, Latent], RandomStreams.Current["sample"])));
            generator.SetTraining(true);
            return double.IsFinite(pictures.Square().Sum().Item())
                ? judge.Look(new ImageSet("generated", data.Shape, ImageView.ToBytes(pictures))).Distance : double.PositiveInfinity;
        }
        var before = Distance();
        try
        {
            for (var step = 0; step < steps; step++)
            {
                game.Rate = 1 - (double)step / steps;
                game.Play(step, observe: false);
            }
        }
        catch (NotFiniteException)
        {
            return double.PositiveInfinity;
        }
        return Distance() / before;
    }

    /// <inheritdoc/>
    protected override Evidence Judge(IReadOnlyList<Run> runs)
    {
        (int Gan, int Penalized, int Both, int Neither) Count(double share, IEnumerable<Run> some)
        {
            var pairs = some.SelectMany(r => r.Gan.Zip(r.Penalized)).ToList();
            return (pairs.Count(p => p.First < share && p.Second >= share), pairs.Count(p => p.First >= share && p.Second < share),
                pairs.Count(p => p.First < share && p.Second < share), pairs.Count(p => p.First >= share && p.Second >= share));
        }
        var all = s_shares.Select(share => Count(share, runs)).ToArray();
        // Where the two are told apart best: most draws that only one of them trains.
        const double main = 0.85;
        var (gan, penalized, both, neither) = Count(main, runs);
        string[] kinds = ["only GAN", "only WGAN-GP", "both", "neither"];
        Bar[] Group(double share, (int Gan, int Penalized, int Both, int Neither) of) =>
            [.. new[] { of.Gan, of.Penalized, of.Both, of.Neither }.Select((n, k) => new Bar($"{share:0.00}", n, Group: kinds[k]))];
        Bar[] bars = [.. s_shares.SelectMany((share, i) => Group(share, all[i]))];
        double[] Spread(Func<Run, double[]> of) => [.. runs.SelectMany(of).Select(v => Math.Min(v, 1.5))];
        return new(
        [
            Check.Claimed("draws that only WGAN-GP trains less those that only GAN trains, per seed",
                runs.Select(r => (double)(Count(main, [r]).Penalized - Count(main, [r]).Gan)), Band.AtLeast(1)),
            Check.Claimed($"sign test over all {gan + penalized + both + neither} draws of all seeds: p",
                [SignTest(penalized, gan)], Band.AtMost(0.05)),
            Check.Control("draws that either trains, per seed",
                runs.Select(r => (double)(r.Gan.Length - Count(main, [r]).Neither)), Band.AtLeast(1)),
        ],
        Figure.Multiples($"Random perceptrons, {runs.Sum(r => r.Gan.Length)} draws", 2,
        [
            Plot.Bars("Draws that are trained", new("draws") { Whole = true }, bars, width: 460,
                subtitle: "whose distance falls below so many parts of that before training"),
            Plot.Scatter("Every draw", new("GAN: distance, in parts of that before"), new("WGAN-GP"),
                [new Cloud("draws (1.5: more, or broken off)", Spread(r => r.Gan), Spread(r => r.Penalized))], diagonal: true, width: 320),
        ]),
        $"Below {main:0.00} of the first distance come {penalized} draws with WGAN-GP only, "
        + $"{gan} with GAN only, {both} with both and {neither} with neither. WGAN-GP's five critic steps are part of its recipe, "
        + "so that at as many generator steps it has computed more; the paper compares them likewise.");
    }

    // Two-sided: the probability of a split at least as uneven if both were as likely.
    private static double SignTest(int a, int b) => Math.Min(1, 2 * Binomial.CDF(0.5, a + b, Math.Min(a, b)));
}
