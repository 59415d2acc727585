using Earthmover.Claims.Lab;
using Earthmover.Data;
using Earthmover.Data.Toys;
using Earthmover.Games;
using Earthmover.Torch;
using Earthmover.Training;

namespace Earthmover.Claims.Acceptance;

/// <summary>R48: what has to come back from both sides leaves no kind of the other domain out.</summary>
public sealed class DiscoGanModes : SystemClaim
{
    private const int Points = 2500, Least = 25;

    private const string
        Both = "modes of ten that both-sided reconstruction reaches, the fewest of the seeds",
        One = "modes that one-sided reconstruction reaches", Game = "modes that the game alone reaches",
        Order = "modes of the game alone, less those of one-sided reconstruction", Last = "modes of one-sided, less those of both-sided",
        Near = "share of translations within four deviations of a mode", Flat = "variance of the critic's probability within a mode";

    /// <inheritdoc/>
    public override string System => "discogan";

    /// <inheritdoc/>
    public override string Title => "DiscoGAN reaches every mode of the other domain";

    /// <inheritdoc/>
    public override string Statement => """
        A game alone translates many kinds of one domain to a few of the other; if what begins in one domain has to come back,
        some are still left out; if it has to from both sides, all are reached.
        """.ReplaceLineEndings(" ");

    /// <inheritdoc/>
    public override string Experiment => """
        The paper's toy, from five Gaussians (radius 1.5, deviation 0.25) to ten (radius 2, deviation 0.1), unpaired:
        perceptrons 2-128-128-2 without a shortcut, critics 2-128-128-1, Adam 10⁻³ (0.5, 0.999), 6,000 steps of 200 at a constant rate;
        DiscoGAN, one-sided, the game alone. A mode is reached if 25 of 2,500 translations lie within four deviations of it.
        The critic's probability is looked at around each mode. The short form: 1,000 steps of 100.
        """.ReplaceLineEndings(" ");

    /// <inheritdoc/>
    public override string PictureTitle => "Translations by DiscoGAN, among the points of the other domain";

    /// <inheritdoc/>
    protected override string Comment => "Medians over the seeds decide the order; single seeds may tie.";

    /// <inheritdoc/>
    protected override IReadOnlyList<Expected> Expectations =>
    [
        new(Both, Band.AtLeast(10), Band.AtLeast(6)) { Of = values => values.Min() },
        new(Order, Band.AtMost(0)),
        new(Last, Band.AtMost(0)),
        new(Game, Band.AtMost(9)),
        new(One, Band.AtLeast(7)),
        new(Near, Band.AtLeast(0.95)),
        new(Flat, Band.AtMost(0.02)),
    ];

    /// <inheritdoc/>
    protected override Run Accept(Trial trial)
    {
        using var scope = TensorScope.Open();
        var b = (PointSet)trial.Open("disco-toy").Counterpart!;
        var law = (GaussianModes)b.Density!;
        var (both, near, flat, made) = Play(trial, law, "both");
        var numbers = new Dictionary<string, double> { [Both] = both };
        var picture = Sheets.Png(Sheets.Of(b, scope.Keep(made), "DiscoGAN"));
        trial.Report(trial.Of(1, 0.4));
        if (trial.IsQuick)
            return new(true, numbers, picture);
        var one = Play(trial, law, "onesided").Modes;
        trial.Report(0.7);
        var game = Play(trial, law, "none").Modes;
        (numbers[One], numbers[Game], numbers[Order], numbers[Last], numbers[Near], numbers[Flat]) =
            (one, game, game - one, one - both, near, flat);
        return new(false, numbers, picture);
    }

    private static (double Modes, double Near, double Flat, Tensor Made) Play(Trial trial, GaussianModes law, string back)
    {
        var steps = trial.Of(1000, 6000);
        using var scope = TensorScope.Open();
        using var game = new PlayedGame(trial, "disco-toy", "discogan", steps,
            ["decay=constant", $"back={back}", $"batch={trial.Of(100, 200)}"]);
        game.PlayTo(steps);
        using var still = new Still(game.System);
        using var pause = Autograd.Pause();
        var made = ((ITranslator)game.System).Translate(game.Real([.. Enumerable.Range(0, Points)]), Direction.AToB);
        var drawn = made.ToArray<float>();
        var reached = new int[law.Modes.Count];
        for (var i = 0; i < drawn.Length; i += 2)
            if (law.Nearest(drawn.AsSpan(i, 2)) is (var mode, < 4))
                reached[mode]++;
        return (reached.Count(c => c >= Least), reached.Sum() / (double)Points, Variance(game, law), scope.Keep(made));
    }

    // Of σ(D_B) among points of a mode, the mean over modes.
    private static double Variance(PlayedGame game, GaussianModes law)
    {
        using var scope = TensorScope.Open();
        return law.Modes.Average(mode =>
        {
            var around = Lab.Points.Gaussian(200, mode.Deviation, [.. mode.Center]);
            var values = ((IScorer)game.System).Score(around).Sigmoid().ToArray<float>();
            var mean = values.Average(v => (double)v);
            return values.Average(v => (v - mean) * (v - mean));
        });
    }
}
