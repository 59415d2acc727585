using System.Globalization;
using Earthmover.Claims.Lab;
using Earthmover.Data;
using Earthmover.Data.Toys;
using Earthmover.Metrics;
using Earthmover.Reports.Figures;
using Earthmover.Torch;
using Earthmover.Training.Views;

namespace Earthmover.Claims.Training;

/// <summary>R59: the tricks that stand alone, each put into one and the same run, on garments and on eight Gaussians.</summary>
public sealed class Tricks : Claim<Tricks.Run>
{
    private sealed record Trick(string Name, string Source, Func<int, string[]> Settings, bool ForPoints = true);

    private const string Plain = "nothing", Noise = "noise on samples", R1 = "R1";

    // {0} is replaced by what differs between garments and points.
    private static readonly Trick[] s_tricks =
    [
        new(Plain, "1406.2661", _ => []),
        new(Noise, "1610.04490", steps => [$"instance_noise=normal?deviation={{0}}&steps={steps * 7 / 10}"]),
        new("noise in the layers", "1609.03126", _ => ["activation=auto?noise=0.1"]),
        new("smooth activations", "1704.00028", _ => ["activation=shifted-softplus"]),
        new("smoothed labels", "1606.03498", _ => ["objective=non-saturating?smoothing=0.1"]),
        new("flipped labels", "1701.00160", _ => ["objective=non-saturating?flips=0.05"]),
        new("historical averaging", "1606.03498", _ => ["history=0.01"]),
        new("virtual batches", "1606.03498", _ => ["virtual_batch=64"], ForPoints: false),
        new("two step sizes", "1706.08500", _ => ["learning_rate=0.0005", "critic_learning_rate=0.002"]),
        new("falling step sizes", "1511.06434", _ => ["decay=linear"]),
        new("averaged weights", "1710.10196", _ => ["average_images=1e9", "average_ramp_up=0.07"]),
        new("drift", "1710.10196", _ => ["drift=0.001"]),
        new("weight decay", "1711.05101", _ => ["weight_decay=0.1"]),
        new("minibatch deviation", "1710.10196", _ => ["minibatch=deviation"]),
        new("five critic steps", "1701.07875", _ => ["critic_steps=5"]),
        new(R1, "1801.04406", _ => ["constraint=r1?gamma=1"]),
    ];

    /// <summary>What a trick led to.</summary>
    /// <param name="Distance">Fréchet distance of the garments; infinite where the game broke off.</param>
    /// <param name="Modes">Modes of eight with a sample within three deviations; NaN where it is not played on points.</param>
    /// <param name="Quality">Share of such samples.</param>
    /// <param name="Transport">Exact W₁ of 1,000 samples to as many of the law.</param>
    public sealed record Outcome(double Distance, double Modes, double Quality, double Transport);

    /// <summary>What one run measures.</summary>
    /// <param name="Outcomes">One for each trick, in their order.</param>
    /// <param name="Floor">Fréchet distance of real garments.</param>
    /// <param name="TransportFloor">W₁ between two samples of the law.</param>
    public sealed record Run(Outcome[] Outcomes, double Floor, double TransportFloor);

    /// <inheritdoc/>
    public override string Name => "tricks";

    /// <inheritdoc/>
    public override string Title => "What each of the tricks does to one and the same run";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Rows => ["R59"];

    /// <inheritdoc/>
    public override string Statement =>
        "Noise, smoothed and flipped labels, averages of all kinds, two step sizes and what else papers recommend beside their own subject "
        + "is said to steady the original game. Put into the same run one at a time, most of them should leave it no worse, "
        + "and none should do more for it than a penalty of the critic's slope.";

    /// <inheritdoc/>
    public override string Source => "Each trick's own paper, named in its row; the comparison is a claim of ours";

    /// <inheritdoc/>
    public override string Experiment =>
        "The non-saturating GAN, once for each trick and with nothing else changed. "
        + "Garments: DCGAN of width 16 without normalization in the critic, batches of 32, Adam 10⁻³ (0.5, 0.99), "
        + "step sizes that stay, 1,500 steps (100 of pictures of 16 × 16 in the short run); "
        + "fd-fmnist of 2,000 pictures (500) to as many of the test part. Eight Gaussians (radius 2, deviation 0.02): "
        + "perceptrons of three layers of 128 with LibTorch's initial weights, batches of 256, Adam 10⁻³ (0.5, 0.999), "
        + "6,000 steps (300); 2,500 samples. Noise on samples falls to nothing over the first 70 %. Bands were set before the first run; "
        + "no trick's strength was tuned: it is its paper's, or the usual one.";

    /// <inheritdoc/>
    protected override Run Measure(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        var count = trial.Of(500, 2000);
        using var judge = new PictureJudge(trial.Open("fashion-mnist?split=test"), count);
        var law = (GaussianModes)((PointSet)trial.Open("gaussians-8?raw=yes")).Density!;
        var outcomes = s_tricks.Select((trick, k) =>
        {
            var distance = Garments(trial, trick, judge);
            trial.Report((k + 0.7) / s_tricks.Length);
            var (modes, quality, transport) = trick.ForPoints ? Ring(trial, trick, law) : (double.NaN, double.NaN, double.NaN);
            trial.Report((k + 1.0) / s_tricks.Length);
            return new Outcome(distance, modes, quality, transport);
        }).ToArray();
        using var scope = TensorScope.Open();
        return new(outcomes, judge.Floor(trial.Open("fashion-mnist")),
            Points.Couple(Points.Mixture(1000, law.Modes), Points.Mixture(1000, law.Modes)).Distance);
    }

    private static string[] Settings(Trick trick, int steps, string noise) =>
        [.. trick.Settings(steps).Select(s => s.Replace("{0}", noise, StringComparison.Ordinal))];

    private static double Garments(Trial trial, Trick trick, PictureJudge judge)
    {
        var steps = trial.Of(100, 1500);
        using var game = new PlayedGame(trial, trial.Of("fashion-mnist?size=16&limit=5000", "fashion-mnist"), "ns-gan", steps,
            ["architecture=dcgan", "width=16", "critic_normalization=none", "decay=constant", "average_images=0",
                .. Settings(trick, steps, "0.2")], isAveraged: true);
        if (!game.PlayTo(steps))
            return double.PositiveInfinity;
        using var scope = TensorScope.Open();
        var side = trial.Of(16, 28);
        var pictures = ImageView.ToBytes(game.AsUsed(() => game.Generate(judge.Count)));
        return judge.Look(new ImageSet("generated", new(1, side, side), pictures)).Distance;
    }

    private static (double Modes, double Quality, double Transport) Ring(Trial trial, Trick trick, GaussianModes law)
    {
        var steps = trial.Of(300, 6000);
        using var game = new PlayedGame(trial, "gaussians-8?raw=yes", "ns-gan", steps,
            ["architecture=mlp-uniform", "batch=256", "learning_rate=0.001", "beta2=0.999", "decay=constant", "average_images=0",
                .. Settings(trick, steps, "0.3")], isAveraged: true);
        if (!game.PlayTo(steps))
            return (0, 0, double.PositiveInfinity);
        using var scope = TensorScope.Open();
        var samples = game.AsUsed(() => game.Generate(ModeCoverage.Samples));
        var measured = new ModeCoverage(law).Measure(samples).ToDictionary();
        var distance = Points.Couple(samples.Narrow(0, 0, 1000), Points.Mixture(1000, law.Modes)).Distance;
        return (measured["modes"], measured["high_quality"], distance);
    }

    /// <inheritdoc/>
    protected override Evidence Judge(IReadOnlyList<Run> runs)
    {
        double Middle(int trick, Func<Outcome, double> of) => Numbers.Median(runs.Select(r => of(r.Outcomes[trick])));
        int At(string name) => Array.FindIndex(s_tricks, trick => trick.Name == name);
        var (noise, slope) = (At(Noise), At(R1));
        int[] tricks = [.. Enumerable.Range(1, s_tricks.Length - 1).Where(k => k != slope)];
        int[] played = [.. tricks.Where(k => s_tricks[k].ForPoints)];
        double Distance(int k) => Middle(k, o => o.Distance);
        double Transport(int k) => Middle(k, o => o.Transport);
        double NoWorse(IReadOnlyList<int> of, Func<int, double> number) => of.Count(k => number(k) <= number(0)) / (double)of.Count;
        // Two games that end alike to the bit were one game.
        double Idle(Run run) => Enumerable.Range(1, s_tricks.Length - 1).Count(k => run.Outcomes[k].Distance == run.Outcomes[0].Distance
            || run.Outcomes[k].Transport == run.Outcomes[0].Transport);
        Check[] checks =
        [
            Check.Control("tricks that change nothing", runs.Select(Idle), Band.AtMost(0)),
            Check.Claimed("share of tricks that leave garments no worse", [NoWorse(tricks, Distance)], Band.AtLeast(0.5)),
            Check.Claimed("share of tricks that leave the Gaussians no worse", [NoWorse(played, Transport)], Band.AtLeast(0.5)),
            Check.Claimed("modes of eight with noise on samples", runs.Select(r => r.Outcomes[noise].Modes), Band.AtLeast(8)),
            Check.Claimed("garments: Fréchet distance of R1 over that of the best trick",
                [Distance(slope) / tricks.Min(Distance)], Band.AtMost(1)),
            Check.Claimed("Gaussians: W₁ of R1 over that of the best trick", [Transport(slope) / played.Min(Transport)], Band.AtMost(1)),
        ];
        var table = new double[s_tricks.Length, 2];
        for (var k = 0; k < s_tricks.Length; k++)
            (table[k, 0], table[k, 1]) = (Distance(k) / Distance(0), Transport(k) / Transport(0));
        string Text(int k) => s_tricks[k].Name + (s_tricks[k].ForPoints
            ? string.Create(CultureInfo.InvariantCulture, $" {Distance(k):0}, {Transport(k):0.000} ({string.Join(", ", Modes(k))})")
            : string.Create(CultureInfo.InvariantCulture, $" {Distance(k):0}"));
        IEnumerable<double> Modes(int k) => runs.Select(r => r.Outcomes[k].Modes);
        return new(checks,
            Plot.Table("What is left of the distance", "data", "trick", ["garments", "8 Gaussians"],
                [.. s_tricks.Select(trick => $"{trick.Name} ({trick.Source})")], table, ".2f",
                "Distance over that with nothing; less is better; an empty cell was not played or broke off"),
            "Fréchet distance of garments, W₁ of the Gaussians and their modes in each run: "
            + $"{string.Join("; ", Enumerable.Range(0, s_tricks.Length).Select(Text))}. "
            + string.Create(CultureInfo.InvariantCulture,
                $"Real garments are {Numbers.Median(runs.Select(r => r.Floor)):0.0} apart, two samples of the Gaussians ")
            + string.Create(CultureInfo.InvariantCulture, $"{Numbers.Median(runs.Select(r => r.TransportFloor)):0.000}."));
    }
}
