using Earthmover.Claims.Lab;
using Earthmover.Constraints;
using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Reports.Figures;
using Earthmover.Torch;

namespace Earthmover.Claims.Training;

/// <summary>With few pictures the critic learns them by heart, and its loss says so.</summary>
public sealed class OverfittedCritic : Claim<OverfittedCritic.Run>
{
    private const int Few = 1000, Many = 50_000, HeldOut = 2000;

    /// <summary>What one run measures: −L_D on pictures of the game and on held-out ones, with few and with many in the game.</summary>
    /// <param name="Steps">Where it was looked at.</param>
    /// <param name="FewTrain">Few in the game: those.</param>
    /// <param name="FewHeld">Few in the game: others.</param>
    /// <param name="ManyTrain">Many in the game: some of those.</param>
    /// <param name="ManyHeld">Many in the game: others.</param>
    public sealed record Run(double[] Steps, double[] FewTrain, double[] FewHeld, double[] ManyTrain, double[] ManyHeld);

    /// <inheritdoc/>
    public override string Name => "overfitted-critic";

    /// <inheritdoc/>
    public override string Title => "The critic's loss shows when it learns the pictures by heart";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Rows => ["R25"];

    /// <inheritdoc/>
    public override string Statement =>
        "Trained on a thousand pictures only, the critic of WGAN-GP overfits: "
        + "its negative loss on the pictures of the game stays above that on held-out pictures and parts from it more and more. "
        + "With all pictures the two agree.";

    /// <inheritdoc/>
    public override string Source => "Gulrajani et al., 2017, arXiv:1704.00028, section 5.4 and figure 5b";

    /// <inheritdoc/>
    public override string Experiment =>
        "Fashion-MNIST, WGAN-GP with 5 critic steps of 32 pictures, λ = 10, Adam (0, 0.9); "
        + $"{Few:N0} or {Many:N0} pictures in the game, and {HeldOut:N0} others held out. −L_D = mean D(x) − mean D(G(z)) − penalty, "
        + "over up to 2,000 pictures of either kind and as many generated ones. "
        + "Quick: perceptrons 784-512-256-1, 600 steps; full: the paper's 28 × 28 networks at width 16, 2,000 steps.";

    /// <inheritdoc/>
    protected override Run Measure(Trial trial)
    {
        const string address = "fashion-mnist";
        var all = trial.Open(address);
        var order = Subset.Order(all.Count, trial.Seed);
        var held = Subset.Of(all, order.AsSpan(Many, HeldOut));
        var steps = trial.Of(600, 2000);
        double[] at = [.. Enumerable.Range(1, 10).Select(i => i * steps / 10.0)];
        (double[] Train, double[] Held) Play(int count, double from)
        {
            var some = Subset.Of(all, order.AsSpan(0, count));
            var settings = trial.Of<string[]>(
                ["architecture=mlp", "width=512", "learning_rate=1e-3", "critic_steps=5", "decay=constant"],
                ["architecture=mnist", "width=16", "learning_rate=3e-4", "critic_steps=5", "decay=constant"]);
            using var game = new PlayedGame(trial, address, "wgan-gp", steps, settings, some);
            var seen = new PlayedHeld(game, Subset.Of(some, Enumerable.Range(0, Math.Min(count, HeldOut)).ToArray()));
            var unseen = new PlayedHeld(game, held);
            var (train, other) = (new double[at.Length], new double[at.Length]);
            for (var i = 0; i < at.Length; i++)
            {
                game.PlayTo((long)at[i]);
                (train[i], other[i]) = (seen.NegativeLoss(), unseen.NegativeLoss());
                trial.Report(from + 0.5 * (i + 1) / at.Length);
            }
            return (train, other);
        }
        var few = Play(Few, 0);
        var many = Play(Many, 0.5);
        return new(at, few.Train, few.Held, many.Train, many.Held);
    }

    // Pictures under the critic of a game.
    private sealed class PlayedHeld(PlayedGame game, DataSet pictures)
    {
        private const int Block = 100;
        private readonly BatchSource _source = new(pictures, Block, 0);

        public double NegativeLoss()
        {
            var sum = 0.0;
            for (var first = 0; first < pictures.Count; first += Block)
            {
                using var scope = TensorScope.Open();
                using var batch = _source.Of([.. Enumerable.Range(first, Block)]);
                var fake = game.Generate(Block, first);
                var estimate = Autograd.NoGrad(() => game.Score(batch.X).Mean() - game.Score(fake).Mean());
                sum += estimate.Item() - new GradientPenalty(10).Of(game.Score, batch.X, fake).Item();
            }
            return sum * Block / pictures.Count;
        }
    }

    /// <inheritdoc/>
    protected override Evidence Judge(IReadOnlyList<Run> runs)
    {
        var steps = runs[0].Steps;
        double[] Middle(Func<Run, double[]> of) => [.. steps.Select((_, i) => Numbers.Median(runs.Select(r => of(r)[i])))];
        // Means of the last three looks: a batch's penalty is noisy.
        static double Gap(double[] train, double[] held) => train.TakeLast(3).Average() / held.TakeLast(3).Average() - 1;
        double[] few = [.. runs.Select(r => Gap(r.FewTrain, r.FewHeld))], many = [.. runs.Select(r => Gap(r.ManyTrain, r.ManyHeld))];
        double[] early = [.. runs.Select(r => Gap(r.FewTrain[..3], r.FewHeld[..3]))];
        Figure Panel(string title, double[] train, double[] held) =>
            Plot.Lines(title, new("step of the generator") { Whole = true, Format = "~s" }, new("negative critic loss") { FromZero = true },
            [new("pictures of the game", steps, train), new("held-out pictures", steps, held) { Dashed = true }], width: 400);
        return new(
        [
            Check.Claimed($"gap with {Few:N0} pictures, (train − held out) / held out", few, Band.AtLeast(0.3)),
            Check.Claimed($"gap with {Many:N0} pictures", many, Band.AtMost(0.1)),
            Check.Claimed($"growth of the gap with {Few:N0} pictures, last three looks less first three",
                few.Select((g, i) => g - early[i]), Band.AtLeast(0)),
        ],
        Figure.Multiples("The critic's negative loss on pictures of the game and on others", 2,
            [Panel($"{Few:N0} pictures in the game", Middle(r => r.FewTrain), Middle(r => r.FewHeld)),
                Panel($"{Many:N0} pictures in the game", Middle(r => r.ManyTrain), Middle(r => r.ManyHeld))]),
        $"The critic is ahead by {100 * Numbers.Median(few):0} % on the {Few:N0} pictures it plays "
        + $"with and by {100 * Numbers.Median(many):0} % where there are {Many:N0}. "
        + "A thousand pictures are seen again and again, and nothing in the critic's own training loss tells so; "
        + "the same number on held-out pictures does. It costs nothing to watch, but needs pictures that the game never sees.");
    }
}
