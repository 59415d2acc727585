using System.Diagnostics;
using Earthmover.Claims.Lab;
using Earthmover.Reports.Figures;

namespace Earthmover.Claims.Training;

/// <summary>Who comes near the data in how many steps, and in how much time: clipping, the penalty with two optimizers, DCGAN.</summary>
public sealed class ConvergenceSpeed : Claim<ConvergenceSpeed.Run>
{
    // Games with five critic steps; DCGAN has one and gets more generator steps.
    private static readonly (string Name, string System, string[] Settings)[] s_games =
    [
        ("WGAN-GP, Adam", "wgan-gp", ["learning_rate=1e-3", "critic_steps=5"]),
        ("WGAN-GP, RMSProp", "wgan-gp", ["learning_rate=1e-3", "critic_steps=5", "optimizer=rmsprop"]),
        ("WGAN, clipping", "wgan",
            ["learning_rate=2e-4", "critic_steps=5", "constraint=clipping?limit=0.01", "critic_normalization=batch"]),
        ("DCGAN", "dcgan", []),
    ];

    /// <summary>The way of one game.</summary>
    /// <param name="Steps">Steps of the generator at each look.</param>
    /// <param name="Seconds">Seconds of training until then, without the looks.</param>
    /// <param name="Distance">Fréchet distance.</param>
    public sealed record Way(double[] Steps, double[] Seconds, double[] Distance);

    /// <summary>What one run measures: the ways in the order of the games.</summary>
    public sealed record Run(Way[] Ways);

    /// <inheritdoc/>
    public override string Name => "convergence-speed";

    /// <inheritdoc/>
    public override string Title => "The penalty is faster than clipping; DCGAN is faster by the clock, and less steady";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Rows => ["R27", "R12"];

    /// <inheritdoc/>
    public override string Statement =>
        "By generator steps WGAN-GP comes nearer to the data than WGAN with clipping, "
        + "even with the same optimizer, and with Adam nearer still. DCGAN is faster by the clock, but at the end its quality swings more.";

    /// <inheritdoc/>
    public override string Source => "Gulrajani et al., 2017, arXiv:1704.00028, section 5.2 and figure 3";

    /// <inheritdoc/>
    public override string Experiment =>
        "Fashion-MNIST, the networks of DCGAN (width 16; 140 steps, 1,000 in the full run), batches of 32, constant step sizes: "
        + "WGAN-GP without normalization in the critic, λ = 10, with Adam (0, 0.9) or RMSProp at 10⁻³, "
        + "WGAN with clipping at 0.01, batch normalization in the critic and RMSProp at 2·10⁻⁴, all with five critic steps; "
        + "DCGAN with batch normalization, one critic step and Adam (0.5, 0.99) at 10⁻³, over three times as many generator steps. "
        + "Fréchet distance fd-fmnist of 500 pictures (2,000). The paper: CIFAR-10 with inception score, 10⁵ steps. "
        + "Times are those of one thread on a machine that does other things too.";

    /// <inheritdoc/>
    protected override Run Measure(Trial trial)
    {
        using var judge = new PictureJudge(trial.Open("fashion-mnist?split=test"), trial.Of(500, 2000));
        var steps = trial.Of(140, 1000);
        const int looks = 20;
        return new([.. s_games.Select((g, k) =>
        {
            var own = g.Name == "DCGAN" ? 3 * steps : steps;
            using var game = new PlayedGame(trial, "fashion-mnist", g.System, own,
                ["decay=constant", "architecture=dcgan", "latent_size=64", "width=16", .. g.Settings]);
            var way = new Way(new double[looks], new double[looks], new double[looks]);
            var clock = new Stopwatch();
            for (var i = 0; i < looks; i++)
            {
                clock.Start();
                var whole = game.PlayTo(own * (i + 1) / looks);
                clock.Stop();
                (way.Steps[i], way.Seconds[i]) = (game.Step, clock.Elapsed.TotalSeconds);
                way.Distance[i] = whole ? judge.Distance(game) : double.PositiveInfinity;
                trial.Report((k + (i + 1.0) / looks) / s_games.Length);
            }
            return way;
        })]);
    }

    /// <inheritdoc/>
    protected override Evidence Judge(IReadOnlyList<Run> runs)
    {
        // The mean of the last fifth of the looks, and how much they differ.
        static double[] Last(Way way) => [.. way.Distance.TakeLast(way.Distance.Length / 5)];
        double[] End(int game) => [.. runs.Select(r => Last(r.Ways[game]).Average())];
        double[] Ratio(int game, int other) => [.. End(game).Zip(End(other), (a, b) => a / b)];
        // Seconds until a game first comes as near as WGAN-GP with Adam is at the end.
        static double Time(Run run, int game)
        {
            var goal = Last(run.Ways[0]).Average();
            var at = Array.FindIndex(run.Ways[game].Distance, d => d <= goal);
            return at < 0 ? double.PositiveInfinity : run.Ways[game].Seconds[at];
        }
        double[] times = [.. runs.Select(r => Math.Min(99, Time(r, 3) / Time(r, 0)))];
        double[] swing = [.. runs.Select(r => Numbers.Deviation(Last(r.Ways[0])) / Numbers.Deviation(Last(r.Ways[3])))];
        Line[] Lines(Func<Way, double[]> of) =>
            [.. s_games.Select((g, k) => new Line(g.Name, of(runs[0].Ways[k]), runs[0].Ways[k].Distance))];
        var clipped = Ratio(0, 2);
        double Half(int game) => Numbers.Median(runs.Select(r => r.Ways[game].Distance[r.Ways[game].Distance.Length / 2]));
        return new(
        [
            Check.Claimed("distance at the end: WGAN-GP with Adam over with RMSProp", Ratio(0, 1), Band.AtMost(1)),
            Check.Claimed("WGAN-GP with RMSProp over clipping", Ratio(1, 2), Band.AtMost(1)),
            Check.Claimed("WGAN-GP with Adam over clipping", clipped, Band.AtMost(0.7)),
            Check.Claimed("seconds of DCGAN over those of WGAN-GP, to WGAN-GP's distance at the end (99: never)", times, Band.AtMost(1)),
            Check.Claimed("standard deviation of the last looks, WGAN-GP over DCGAN", swing, Band.AtMost(1)),
            Check.Control("distance of WGAN-GP at the end in parts of its first",
                runs.Select(r => Last(r.Ways[0]).Average() / r.Ways[0].Distance[0]), Band.AtMost(0.9)),
        ],
        Figure.Multiples("Distance to the data while training", 2,
        [
            Plot.Lines("By generator steps", new("step of the generator") { Whole = true, Format = "~s" },
                new("Fréchet distance"), Lines(w => w.Steps), width: 420),
            Plot.Lines("By the clock", new("time of training") { Unit = "s" }, new("Fréchet distance"), Lines(w => w.Seconds), width: 420),
        ], "first seed"),
        $"At the end: {string.Join(", ", s_games.Select((g, k) => $"{g.Name} {Numbers.Median(End(k)):0}"))}; "
        + "DCGAN after three times the generator steps, "
        + $"which take it {Numbers.Median(runs.Select(r => r.Ways[3].Seconds[^1] / r.Ways[0].Seconds[^1])):0.0} of the time of WGAN-GP. "
        + $"With the penalty instead of clipping the distance is {100 * (1 - Numbers.Median(clipped)):0} % lower at as many steps. "
        + $"Adam and RMSProp stand at {Half(0):0} and {Half(1):0} at half of the way: "
        + "at one step size RMSProp's first steps are longer, and what is left between the two at the end is small.");
    }
}
