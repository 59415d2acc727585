using Earthmover.Claims.Lab;
using Earthmover.Data;
using Earthmover.Metrics;
using Earthmover.Reports.Figures;
using Earthmover.Torch;
using Earthmover.Torch.Operators;

namespace Earthmover.Claims.Training;

/// <summary>
/// Lines of characters from one latent vector, all places at once: possible with the W critic, impossible with the logistic one.
/// </summary>
public sealed class Text : Claim<Text.Run>
{
    private const int Lines = 640;

    /// <summary>What one run measures.</summary>
    /// <param name="Steps">Where the generators were looked at.</param>
    /// <param name="Wasserstein">By WGAN-GP, at each.</param>
    /// <param name="Logistic">By the logistic game, at the first of them.</param>
    /// <param name="Unigram">JS-4 of lines whose characters are drawn one by one with the frequencies of the text.</param>
    /// <param name="Floor">JS-4 of other real lines.</param>
    public sealed record Run(double[] Steps, Look[] Wasserstein, Look[] Logistic, double Unigram, double Floor);

    /// <summary>What 640 generated lines show.</summary>
    /// <param name="Js">JS-1, JS-2, JS-3, JS-4 in bits.</param>
    /// <param name="Certainty">Mean of the largest probability of a place.</param>
    /// <param name="Distinct">Share of different lines.</param>
    /// <param name="CriticLoss">The critic's term, mean since the last look.</param>
    /// <param name="Line">The first line.</param>
    public sealed record Look(double[] Js, double Certainty, double Distinct, double CriticLoss, string Line);

    /// <inheritdoc/>
    public override string Name => "text";

    /// <inheritdoc/>
    public override string Title => "WGAN-GP learns to spell; the logistic GAN does not";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Rows => ["R28"];

    /// <inheritdoc/>
    public override string Statement =>
        "A generator that puts out a probability vector per character, "
        + "all at once from one latent vector, can be trained on one-hot real text with the W critic and a gradient penalty, "
        + "since W does not mind that the two never coincide. The vectors come near one-hot by themselves. "
        + "The logistic critic tells the two apart for ever, and its generator learns nothing.";

    /// <inheritdoc/>
    public override string Source => "Gulrajani et al., 2017, arXiv:1704.00028, section 5.3 and appendix";

    /// <inheritdoc/>
    public override string Experiment =>
        "Lines of 16 characters, cut from English-like sentences of a small grammar with a vocabulary of 40 symbols; "
        + "the paper's one-dimensional residual networks with three blocks of 64 channels, 5 critic steps of 32 lines, "
        + "λ = 10, Adam (0, 0.9) at 10⁻³ falling to zero. JS-n in bits between the n-grams of 640 generated lines and of the text. "
        + "Differs from the paper: Billion Word at length 32, 512 channels, 200,000 steps at 10⁻⁴. "
        + "The logistic game has the same networks, batches and critic steps, Adam (0.5, 0.9) at 2·10⁻⁴; "
        + "in the quick run a quarter of the generator steps.";

    /// <inheritdoc/>
    protected override Run Measure(Trial trial)
    {
        const int length = 16;
        var text = Sentences.Create(trial.Of(10_000, 50_000), length, trial.Seed);
        using var scope = TensorScope.Open();
        var divergence = new NGramDivergence(text);
        double Fourth(TextSet lines) => divergence.Measure(OneHot(lines)).First(m => m.Key == "js_4").Value;
        var random = new SeededRandom(trial.Seed, "unigrams");
        var unigrams = new TextSet("unigrams", length,
            [.. Enumerable.Range(0, Lines * length).Select(_ => text.Codes[random.NextInt(text.Codes.Length)])], text.Vocabulary);
        var steps = trial.Of(480, 4000);
        double[] at = [.. Enumerable.Range(1, 8).Select(i => (double)(i * steps / 8))];
        Look[] Play(double from, int looks, params string[] settings)
        {
            using var game = new PlayedGame(trial, "sentences", "wgan-gp", steps, settings, text);
            return [.. at.Take(looks).Select((step, i) =>
            {
                var terms = new List<double>();
                game.PlayTo((long)step, (_, moves) => terms.Add(moves[0].Terms.First().Value));
                trial.Report(from + (i + 1.0) / (at.Length + trial.Of(2, 8)));
                using var turn = TensorScope.Open();
                var samples = game.Generate(Lines, 1);
                var measures = divergence.Measure(samples).ToList();
                var lines = (TextSet)game.Draw(Lines, 1);
                string[] all = [.. Enumerable.Range(0, Lines).Select(row => lines.Decode(lines[row]))];
                return new Look([.. measures.Take(4).Select(m => m.Value)], measures[4].Value,
                    all.Distinct().Count() / (double)Lines, terms.Count == 0 ? double.NaN : terms.Average(), all[0]);
            })];
        }
        var wasserstein = Play(0, at.Length);
        // It is lost within a few steps: its critic is sure, and no gradient comes through.
        var logistic = Play((double)at.Length / (at.Length + trial.Of(2, 8)), trial.Of(2, 8),
            "objective=non-saturating", "constraint=none", "beta1=0.5", "learning_rate=2e-4");
        return new(at, wasserstein, logistic, Fourth(unigrams), Fourth(Sentences.Create(Lines, length, trial.Seed + 1000)));
    }

    // [N, characters, length], as generators put lines out.
    private static Tensor OneHot(TextSet lines)
    {
        var codes = Tensor.From<long>([.. lines.Codes.Select(code => (long)code)], [lines.Count, lines.Length]).Here();
        return Op.OneHot(codes, lines.Vocabulary.Count).To(DType.Float32).Transpose(1, 2).Contiguous();
    }

    /// <inheritdoc/>
    protected override Evidence Judge(IReadOnlyList<Run> runs)
    {
        double[] Middle(Func<Run, Look[]> of, Func<Look, double> value) =>
            [.. of(runs[0]).Select((_, i) => Numbers.Median(runs.Select(r => value(of(r)[i]))))];
        var (steps, first) = (runs[0].Steps, runs[0].Steps[..runs[0].Logistic.Length]);
        double unigram = Numbers.Median(runs.Select(r => r.Unigram)), floor = Numbers.Median(runs.Select(r => r.Floor));
        var figure = Figure.Multiples("Text from a latent vector, by its n-grams", 2,
        [
            Plot.Lines("Divergence from the text", new("step of the generator") { Whole = true, Format = "~s" },
                new("JS") { Unit = "bits", FromZero = true },
                [.. Enumerable.Range(1, 4).Select(n => new Line($"JS-{n}, WGAN-GP", steps, Middle(r => r.Wasserstein, l => l.Js[n - 1]))),
                    new("JS-4, logistic GAN", first, Middle(r => r.Logistic, l => l.Js[3])) { Dashed = true, Color = Theme.Gray }],
                [new(unigram, "JS-4 of unigrams"), new(floor, "JS-4 of real lines")], width: 420),
            Plot.Lines("How certain the generator is", new("step of the generator") { Whole = true, Format = "~s" },
                new("mean of the largest probability") { Range = (0, 1) },
                [new("WGAN-GP", steps, Middle(r => r.Wasserstein, l => l.Certainty)),
                    new("logistic GAN", first, Middle(r => r.Logistic, l => l.Certainty))],
                [new(0.9, "0.9")], width: 420),
        ]);
        return new(
        [
            Check.Control("JS-4 of other real lines, below that of unigrams by", runs.Select(r => r.Unigram - r.Floor), Band.AtLeast(0.25)),
            Check.Claimed("JS-1 at the end, WGAN-GP", runs.Select(r => r.Wasserstein[^1].Js[0]), Band.AtMost(0.05)),
            Check.Claimed("JS-2 at the end, WGAN-GP", runs.Select(r => r.Wasserstein[^1].Js[1]), Band.AtMost(0.25)),
            Check.Claimed("JS-4 at the end below that of unigrams by, WGAN-GP",
                runs.Select(r => r.Unigram - r.Wasserstein[^1].Js[3]), Band.AtLeast(0.25)),
            Check.Claimed("fall of JS-4 over the second half, WGAN-GP",
                runs.Select(r => r.Wasserstein[^5].Js[3] - r.Wasserstein[^1].Js[3]), Band.AtLeast(0.001)),
            Check.Claimed("mean largest probability at the end, WGAN-GP", runs.Select(r => r.Wasserstein[^1].Certainty), Band.AtLeast(0.9)),
            Check.Claimed("share of different lines, WGAN-GP", runs.Select(r => r.Wasserstein[^1].Distinct), Band.AtLeast(0.99)),
            Check.Claimed("critic's loss at the end, logistic", runs.Select(r => r.Logistic[^1].CriticLoss), Band.AtMost(0.1)),
            Check.Claimed("fall of JS-4 since the first look, logistic",
                runs.Select(r => r.Logistic[0].Js[3] - r.Logistic[^1].Js[3]), Band.AtMost(0.1)),
        ], figure,
        $"A line of each at the end: WGAN-GP \"{runs[0].Wasserstein[^1].Line}\", logistic \"{runs[0].Logistic[^1].Line}\". "
        + $"JS-4 is {Numbers.Median(runs.Select(r => r.Wasserstein[^1].Js[3])):0.00} "
        + $"against {unigram:0.00} of unigrams and {floor:0.00} of other real lines.");
    }
}
