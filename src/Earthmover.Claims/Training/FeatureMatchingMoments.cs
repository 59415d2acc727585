using Earthmover.Claims.Lab;
using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Networks;
using Earthmover.Reports.Figures;
using Earthmover.Torch;
using Earthmover.Training;

namespace Earthmover.Claims.Training;

/// <summary>R30: a generator that only matches mean features of the critic makes all kinds of samples, and does so in every run.</summary>
public sealed class FeatureMatchingMoments : Claim<FeatureMatchingMoments.Run>
{
    /// <summary>What one run measures.</summary>
    /// <param name="Before">Moment gap of the untrained generator, in the features of the trained critic.</param>
    /// <param name="After">The same of the trained generator.</param>
    /// <param name="Floor">The same between two sets of real pictures.</param>
    /// <param name="Classes">Classes that have a hundredth of the pictures at least: feature matching, scores.</param>
    /// <param name="Distance">Fréchet distance: feature matching, scores.</param>
    public sealed record Run(
        double Before, double After, double Floor, (int Matched, int Scored) Classes, (double Matched, double Scored) Distance);

    /// <inheritdoc/>
    public override string Name => "feature-matching";

    /// <inheritdoc/>
    public override string Title => "Matching the critic's mean features is enough to make all kinds of samples";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Rows => ["R30"];

    /// <inheritdoc/>
    public override string Statement =>
        "Instead of being scored, a generator can be asked for samples whose features in the critic have the mean of real ones. "
        + "The game is then steadier, though nothing in the generator's loss looks at a single sample.";

    /// <inheritdoc/>
    public override string Source => "Salimans et al., 2016, arXiv:1606.03498, section 3.1";

    /// <inheritdoc/>
    public override string Experiment =>
        "Fashion-MNIST without classes, the non-saturating GAN with the catalog's networks and settings but batches of 64 and weight "
        + "normalization in the critic, as in the paper (batch normalization would take out what means differ in), 2,000 steps "
        + "(400 of pictures of 16 × 16 in the short run): once with its loss, once with auxiliary=feature-matching?alone=true. "
        + "Moment gap: ‖E h(x) − E h(G(z))‖² of 2,000 test pictures and as many generated ones (1,000), "
        + "h the features of the critic at the end, of the generator before its first step and after its last; "
        + "beside it that between two sets of real pictures. "
        + "Fréchet distance fd-fmnist and classes with a hundredth of the pictures, of as many. "
        + "The spread is the standard deviation of the distance over the seeds.";

    /// <inheritdoc/>
    protected override Run Measure(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        var count = trial.Of(1000, 2000);
        var test = (ImageSet)trial.Open(trial.Of("fashion-mnist?size=16&split=test&limit=2000", "fashion-mnist?split=test&limit=4000"));
        using var judge = new PictureJudge(test, count);
        using var scored = Play(trial, [], 0);
        using var matched = Play(trial, ["auxiliary=feature-matching?alone=true"], 0.5, out var untrained);
        using var scope = TensorScope.Open();
        using var still = new Still(matched.System);
        using var pause = Autograd.Pause();
        Tensor Mean(DataSet pictures) =>
            LinearProbe.Features(pictures, x => CriticHead.Features(matched.System.Networks["critic"], x)).Mean([0]);
        var order = Subset.Order(test.Count, 5);
        Tensor real = Mean(Subset.Of(test, order.AsSpan(0, count))), other = Mean(Subset.Of(test, order.AsSpan(count, count)));
        double Gap(Tensor mean) => (mean - real).Square().Sum().Item();
        var (distance, classes) = judge.Look(matched);
        var (theirs, seen) = judge.Look(scored);
        return new(Gap(Mean(untrained)), Gap(Mean(matched.Draw(count))), Gap(other), (classes, seen), (distance, theirs));
    }

    private static PlayedGame Play(Trial trial, string[] settings, double from) => Play(trial, settings, from, out _);

    private static PlayedGame Play(Trial trial, string[] settings, double from, out DataSet untrained)
    {
        var steps = trial.Of(400, 2000);
        var game = new PlayedGame(trial, trial.Of("fashion-mnist?size=16&limit=10000", "fashion-mnist"), "ns-gan", steps,
            ["batch=64", "critic_normalization=weight", .. settings]);
        untrained = game.Draw(trial.Of(1000, 2000));
        for (var done = 0; done < steps; done += 100)
        {
            game.PlayTo(Math.Min(steps, done + 100));
            trial.Report(from + 0.5 * done / steps);
        }
        return game;
    }

    /// <inheritdoc/>
    protected override Evidence Judge(IReadOnlyList<Run> runs)
    {
        double Middle(Func<Run, double> of) => Numbers.Median(runs.Select(of));
        double Spread(Func<Run, double> of) => Statistics.SampleDeviation(runs.Select(of).ToArray());
        List<Check> checks =
        [
            Check.Claimed("moment gap before over after", runs.Select(r => r.Before / r.After), Band.AtLeast(5)),
            Check.Claimed("classes that feature matching makes, of 10", runs.Select(r => (double)r.Classes.Matched), Band.AtLeast(10)),
            Check.Control("classes that the game of scores makes", runs.Select(r => (double)r.Classes.Scored), Band.AtLeast(8)),
        ];
        var (matched, scored) = (Spread(r => r.Distance.Matched), Spread(r => r.Distance.Scored));
        if (runs.Count > 1)
            checks.Add(Check.Claimed("spread of the Fréchet distance over seeds, over that of the game of scores",
                [matched / scored], Band.AtMost(1)));
        var figure = Plot.Bars("Fréchet distance of each seed", new("fd-fmnist"),
        [
            .. runs.Select((r, i) => new Bar($"matched, {i + 1}", r.Distance.Matched)),
            .. runs.Select((r, i) => new Bar($"scored, {i + 1}", r.Distance.Scored)),
        ]);
        var spread = runs.Count > 1 ? $" Over {runs.Count} seeds they spread by {matched:0.0} and {scored:0.0}."
            : " Of one seed: steadiness is not measured.";
        return new(checks, figure,
            $"The gap falls from {Middle(r => r.Before):g3} to {Middle(r => r.After):g3}, "
            + $"where two sets of real pictures have {Middle(r => r.Floor):g3}. "
            + $"Fréchet distance: {Middle(r => r.Distance.Matched):0} by matched features, "
            + $"{Middle(r => r.Distance.Scored):0} by scores.{spread}");
    }
}
