using System.Globalization;
using Earthmover.Claims.Lab;
using Earthmover.Editing;
using Earthmover.Games;
using Earthmover.Torch;
using Earthmover.Training;

namespace Earthmover.Claims.Training;

/// <summary>Three ways to translate without pairs, on one task: a cycle, a critic of pairs, shared layers.</summary>
public sealed class SurveyTranslation : Claim<SurveyTranslation.Run>
{
    private const string Cycle = "CycleGAN", Pairs = "BiGAN", Shared = "CoGAN";

    private static readonly string[] s_names = [Cycle, Pairs, Shared];

    /// <summary>What one of them has made of edges.</summary>
    /// <param name="Kept">Share that shows the garment of its edges.</param>
    /// <param name="Nearer">Fréchet distance to garments, over that of the edges.</param>
    /// <param name="L1">Mean difference to the garments of the edges, values from −1 to 1.</param>
    public sealed record Way(double Kept, double Nearer, double L1);

    /// <summary>What one run measures.</summary>
    /// <param name="Ways">Of CycleGAN, BiGAN and CoGAN.</param>
    /// <param name="Seen">Share of edges whose garment is named right as they are.</param>
    /// <param name="Floor">The Fréchet distance of the garments of the edges, over that of the edges.</param>
    /// <param name="Found">CoGAN: mean difference of edges to those of the vector that was found for them, over that of blank ones.</param>
    /// <param name="Picture">Edges, what each makes of them, and the garments, as PNG; of the first seed.</param>
    public sealed record Run(Way[] Ways, double Seen, double Floor, double Found, byte[]? Picture);

    /// <inheritdoc/>
    public override string Name => "survey-translation";

    /// <inheritdoc/>
    public override string Title => "CycleGAN, BiGAN and CoGAN on one translation without pairs";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Rows => ["R47", "R50", "R52"];

    /// <inheritdoc/>
    public override string Statement =>
        "A cycle keeps what a picture shows while it is translated. A critic of pairs (BiGAN) and layers that two generators share (CoGAN) "
        + "are to tie two domains too; where all three learn the same task from pictures without pairs, "
        + "the cycle's translations are said to fit their inputs by far the best.";

    /// <inheritdoc/>
    public override string Source => "Zhu et al., 2017, arXiv:1703.10593, which compares them";

    /// <inheritdoc/>
    public override string Experiment => """
        Garments of Fashion-MNIST and their edges, dealt without pairs, at 28 × 28; edges are to become garments.
        CycleGAN (two critics of least squares, λ = 3, no identity term) and BiGAN (translators take the place of generator and encoder;
        one critic, which pays R1, of the non-saturating game): the same translators, 2,000 steps of 8 pictures of each domain
        at the step size 10⁻³, which falls to zero. CoGAN: its own small networks and the catalog's settings, 2,500 steps of 32;
        a translation is what its second generator makes of the vector whose edges come nearest in 200 steps of Adam.
        None was tuned for this task but CycleGAN, whose settings are those of its own acceptance.
        1,000 edges of the test part: who names garments is this program's own classifier, and distances are of its features,
        to as many training garments. The short form: 16 × 16, smaller networks, 120 steps, 60 of the search.
        """.ReplaceLineEndings(" ");

    /// <inheritdoc/>
    protected override Run Measure(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        using var scope = TensorScope.Open();
        using var judge = EdgeTranslation.Judge(trial);
        string[] same = [.. EdgeTranslation.CycleGan(trial).Where(setting => setting != "identity=0")];
        var steps = trial.Of(120, 2000);
        var cycle = EdgeTranslation.Play(trial, judge, "cyclegan", steps, ["cycle=3", "identity=0", .. same]);
        trial.Report(0.4);
        var pairs = EdgeTranslation.Play(trial, judge, "bigan-translation", steps, same);
        trial.Report(0.7);
        var (shared, found) = ByVectors(trial, judge);
        EdgeTranslation[] all = [cycle, pairs, shared];
        return new([.. all.Select(one => new Way(one.Kept, one.Nearer, one.L1))], judge.Seen, judge.Floor, found,
            trial.Seed == 1 ? judge.Test.Sheet(all.Select(one => one.Made)) : null);
    }

    // CoGAN has no translator: the vector of a picture of the one domain makes the picture of the other.
    private static (EdgeTranslation, double) ByVectors(Trial trial, TranslationJudge judge)
    {
        var steps = trial.Of(120, 2500);
        using var scope = TensorScope.Open();
        using var game = new PlayedGame(trial, EdgeTranslation.Address(trial), "cogan", steps, trial.Of<string[]>(["width=8"], []));
        game.PlayTo(steps);
        var (sampler, x) = ((ISampler)game.System, judge.Test.A);
        var count = x.Size(0);
        // The second domain of the address is the garments.
        Tensor Made(Tensor z, long domain) => game.AsUsed(() =>
            sampler.Generate(z, Tensor.From<long>([.. Enumerable.Repeat(domain, (int)count)], [count], z.Device)));
        // The catalog keeps no average of CoGAN, so the networks are those that Made asks.
        using var still = new Still(game.System);
        var begin = Tensor.Zeros([count, sampler.Latent.Size], device: x.Device);
        var z = Projection.FindEach(sampler, x, begin, 0, new() { Steps = trial.Of(60, 200) },
            new Telling<double>(share => trial.Report(0.8 + 0.2 * share)));
        var missed = (Made(z, 0) - x).Abs().Mean().Item() / (x + 1).Abs().Mean().Item();
        return (EdgeTranslation.Of(judge, Made(z, 1)), missed);
    }

    /// <inheritdoc/>
    protected override Evidence Judge(IReadOnlyList<Run> runs)
    {
        double[] Of(int way, Func<Way, double> of) => [.. runs.Select(run => of(run.Ways[way]))];
        double[] Lead(int way) => [.. runs.Select(run => run.Ways[0].Kept - run.Ways[way].Kept)];
        string Said(int way) => string.Create(CultureInfo.InvariantCulture,
            $"{s_names[way]} keeps the garment of {100 * Numbers.Median(Of(way, w => w.Kept)):0} %, ")
            + string.Create(CultureInfo.InvariantCulture, $"L1 {Numbers.Median(Of(way, w => w.L1)):0.00}, ")
            + string.Create(CultureInfo.InvariantCulture, $"distance {Numbers.Median(Of(way, w => w.Nearer)):0.00} of the edges'");
        return new(
        [
            Check.Claimed("CycleGAN: translations that show the garment of their edges", Of(0, w => w.Kept), Band.AtLeast(0.6)),
            Check.Claimed("the same, less BiGAN's", Lead(1), Band.AtLeast(0.1)),
            Check.Claimed("the same, less CoGAN's", Lead(2), Band.AtLeast(0.1)),
            Check.Claimed("CycleGAN's L1 to the garments, over BiGAN's",
                runs.Select(run => run.Ways[0].L1 / run.Ways[1].L1), Band.AtMost(0.9)),
            Check.Claimed("the same, over CoGAN's", runs.Select(run => run.Ways[0].L1 / run.Ways[2].L1), Band.AtMost(0.9)),
            Check.Control("garments of the edges: Fréchet distance, over that of the edges", runs.Select(r => r.Floor), Band.AtMost(0.2)),
        ],
        null,
        $"Medians over the seeds: {string.Join("; ", s_names.Select((_, way) => Said(way)))}. "
        + string.Create(CultureInfo.InvariantCulture,
            $"Of the edges themselves the judge names {100 * Numbers.Median(runs.Select(r => r.Seen)):0} %. ")
        + string.Create(CultureInfo.InvariantCulture,
            $"CoGAN's vectors bring back edges to {Numbers.Median(runs.Select(r => r.Found)):0.00} of the error of blank ones. ")
        + "The picture: edges, what CycleGAN, BiGAN and CoGAN make of them, and the garments, which none has seen.")
        {
            Picture = runs[0].Picture,
        };
    }
}
