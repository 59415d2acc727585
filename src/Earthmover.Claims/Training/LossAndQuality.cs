using Earthmover.Claims.Lab;
using Earthmover.Reports.Figures;
using Earthmover.Torch;

namespace Earthmover.Claims.Training;

/// <summary>The critic's estimate falls as pictures become better; that of a logistic critic says nothing.</summary>
public sealed class LossAndQuality : Claim<LossAndQuality.Run>
{
    private const double Limit = 0.01;
    private const int Looks = 20;

    /// <summary>The way of one game.</summary>
    /// <param name="Steps">Steps of the generator at each look.</param>
    /// <param name="Estimate">The critic's estimate, the median of the steps since the last look.</param>
    /// <param name="Distance">Fréchet distance.</param>
    public sealed record Way(double[] Steps, double[] Estimate, double[] Distance);

    /// <summary>What one run measures.</summary>
    /// <param name="Clipped">WGAN with clipping.</param>
    /// <param name="Penalized">WGAN-GP.</param>
    /// <param name="Logistic">The original critic, its estimate of JS.</param>
    /// <param name="Largest">Largest |w| of the clipped critic at any step.</param>
    /// <param name="Classes">Classes that have a hundredth of the pictures at the end, by clipping and by the penalty.</param>
    public sealed record Run(Way Clipped, Way Penalized, Way Logistic, double Largest, (int Clipped, int Penalized) Classes);

    /// <inheritdoc/>
    public override string Name => "loss-and-quality";

    /// <inheritdoc/>
    public override string Title => "The W estimate falls as the pictures improve; the JS estimate does not tell";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Rows => ["R10", "R25"];

    /// <inheritdoc/>
    public override string Statement =>
        "The loss of a WGAN critic is a number that means something: "
        + "it falls while the samples get better, so that one can see training make progress. "
        + "The estimate of JS that the loss of an original GAN's critic gives stays near log 2 or rises, whatever the samples look like.";

    /// <inheritdoc/>
    public override string Source =>
        "Arjovsky, Chintala and Bottou, 2017, arXiv:1701.07875, section 4.2, figures 3 and 4; "
        + "Gulrajani et al., 2017, arXiv:1704.00028, figure 5a";

    /// <inheritdoc/>
    public override string Experiment =>
        $"Fashion-MNIST, batches of 32, constant step sizes. Clipping at {Limit}: "
        + "perceptrons (128 wide; 512 in the full run), "
        + "RMSProp at 5·10⁻⁴ and the critic's at 2·10⁻⁴ (both at the paper's 5·10⁻⁵), "
        + "the paper's schedule of 100 critic steps at the first 25 steps and 5 later. "
        + "Penalty with λ = 10 and Adam (0, 0.9), and the non-saturating GAN with batch normalization and Adam (0.5, 0.99): "
        + "networks of DCGAN (16 wide; 32), five critic steps, 10⁻³ (2·10⁻⁴). "
        + "W estimate: mean D(x) − mean D(G(z)); JS estimate: log 2 − L_D/2. "
        + $"At {Looks} looks the median of the estimate since the last one, and the Fréchet distance fd-fmnist of 500 pictures (2,000). "
        + "The first two looks, in which a critic finds its scale, are left out of the rank correlations. "
        + "|w| is read after the last critic move of every step.";

    /// <inheritdoc/>
    protected override Run Measure(Trial trial)
    {
        using var judge = new PictureJudge(trial.Open("fashion-mnist?split=test"), trial.Of(500, 2000));
        var largest = 0.0;
        (Way Way, int Classes) Play(int game, string system, int steps, Func<double, double> estimate, string[] settings)
        {
            using var played = new PlayedGame(trial, "fashion-mnist", system, steps,
                ["decay=constant", "critic_steps=5", "critic_normalization=none", .. settings]);
            var way = new Way(new double[Looks], new double[Looks], new double[Looks]);
            var classes = 0;
            for (var i = 0; i < Looks; i++)
            {
                var seen = new List<double>();
                played.PlayTo(steps * (i + 1) / Looks, (_, moves) =>
                {
                    seen.Add(estimate(moves[0].Terms.First().Value));
                    using var scope = TensorScope.Open();
                    if (game == 0)
                        largest = Math.Max(largest, played.System.Networks["critic"].Flat.Values.Detach().Abs().Amax(0).Item());
                });
                (way.Steps[i], way.Estimate[i]) = (played.Step, Numbers.Median(seen));
                (way.Distance[i], classes) = judge.Look(played);
                trial.Report((game + (i + 1.0) / Looks) / 3);
            }
            return (way, classes);
        }
        string[] perceptrons = ["architecture=mlp", $"width={trial.Of(128, 512)}"],
            dcgan = ["architecture=dcgan", $"width={trial.Of(16, 32)}", "latent_size=64"];
        var clipped = Play(0, "wgan", trial.Of(120, 4000), loss => -loss,
            [.. perceptrons, $"constraint=clipping?limit={Limit}", $"learning_rate={trial.Of(5e-4, 5e-5)}",
                $"critic_learning_rate={trial.Of(2e-4, 5e-5)}", "critic_steps=wgan"]);
        var penalized = Play(1, "wgan-gp", trial.Of(160, 4000), loss => -loss,
            [.. dcgan, "critic_steps=5", $"learning_rate={trial.Of(1e-3, 2e-4)}"]);
        var logistic = Play(2, "ns-gan", trial.Of(120, 4000), loss => Math.Log(2) - loss / 2,
            [.. dcgan, $"learning_rate={trial.Of(1e-3, 2e-4)}", "critic_normalization=batch"]);
        return new(clipped.Way, penalized.Way, logistic.Way, largest, (clipped.Classes, penalized.Classes));
    }

    /// <inheritdoc/>
    protected override Evidence Judge(IReadOnlyList<Run> runs)
    {
        static double Rank(Way way) => Numbers.Spearman(way.Estimate[2..], way.Distance[2..]);
        // How far the estimate has fallen at the end from its largest value in the first half.
        static double Fall(Way way) => 1 - way.Estimate.TakeLast(3).Average() / way.Estimate.Take(Looks / 2).Max();
        double[] logistic = [.. runs.Select(r => Math.Abs(Rank(r.Logistic)))];
        Line Estimate(string name, Way way) => new(name, way.Steps, [.. way.Estimate.Select(e => e / way.Estimate.Max())]);
        Line Distance(string name, Way way) => new(name, way.Steps, way.Distance);
        return new(
        [
            Check.Claimed("rank correlation of estimate and distance, WGAN-GP", runs.Select(r => Rank(r.Penalized)), Band.AtLeast(0.8)),
            Check.Claimed("rank correlation of estimate and distance, clipping", runs.Select(r => Rank(r.Clipped)), Band.AtLeast(0.7)),
            Check.Claimed("fall of the estimate from its early maximum, WGAN-GP", runs.Select(r => Fall(r.Penalized)), Band.AtLeast(0.5)),
            Check.Claimed("fall of the estimate from its early maximum, clipping", runs.Select(r => Fall(r.Clipped)), Band.AtLeast(0.5)),
            Check.Claimed("|rank correlation| of the JS estimate less that of WGAN-GP's on the same networks",
                runs.Select((r, i) => logistic[i] - Rank(r.Penalized)), Band.AtMost(0)),
            Check.Claimed("median JS estimate of the original critic (log 2 = 0.693)",
                runs.Select(r => Numbers.Median(r.Logistic.Estimate)), Band.Around(Math.Log(2), 0.07)),
            Check.Claimed("classes with a hundredth of the pictures at the end, clipping",
                runs.Select(r => (double)r.Classes.Clipped), Band.AtLeast(10)),
            Check.Claimed("classes with a hundredth of the pictures at the end, WGAN-GP",
                runs.Select(r => (double)r.Classes.Penalized), Band.AtLeast(10)),
            Check.Control("largest |w| of the clipped critic over its limit", runs.Select(r => r.Largest / Limit), Band.AtMost(1.000001)),
            Check.Control("Fréchet distance of WGAN-GP at the end in parts of its first",
                runs.Select(r => r.Penalized.Distance[^1] / r.Penalized.Distance[0]), Band.AtMost(0.9)),
        ],
        Figure.Multiples("What the critic says, and what the pictures are", 2,
        [
            Plot.Lines("Estimate, in parts of its largest value",
                new("step of the generator") { Whole = true, Format = "~s" }, new("estimate") { FromZero = true },
                [Estimate("W, clipping", runs[0].Clipped), Estimate("W, WGAN-GP", runs[0].Penalized),
                    Estimate("JS, original GAN", runs[0].Logistic)],
                width: 420),
            Plot.Lines("Fréchet distance", new("step of the generator") { Whole = true, Format = "~s" },
                new("fd-fmnist") { FromZero = true },
                [Distance("WGAN with clipping", runs[0].Clipped),
                    Distance("WGAN-GP", runs[0].Penalized), Distance("original GAN", runs[0].Logistic)],
                width: 420),
        ], "first seed"),
        $"The JS estimate stands at {Numbers.Median(runs.Select(r => r.Logistic.Estimate[^1])):0.000} at the end, "
        + $"{100 * (1 - Numbers.Median(runs.Select(r => r.Logistic.Estimate[^1])) / Math.Log(2)):0} % below log 2, "
        + $"with a rank correlation of {Numbers.Median(runs.Select(r => Rank(r.Logistic))):0.00} to the distance: "
        + "it is not free of the quality, but it moves by hundredths where the W estimate halves. "
        + $"With clipping the rank correlation is {Numbers.Median(runs.Select(r => Rank(r.Clipped))):0.00}: "
        + $"the estimate falls by {100 * Numbers.Median(runs.Select(r => Fall(r.Clipped))):0} % from its early maximum, "
        + "but it swings on the way, since after the first 25 steps, "
        + "in which the critic is brought to its optimum, five critic steps at so large a step size do not keep it there. "
        + "The clipped critic's numbers are W times an unknown factor, so only its course can be read.");
    }
}
