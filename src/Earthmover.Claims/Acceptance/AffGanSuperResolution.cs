using Earthmover.Claims.Lab;
using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Data.Toys;
using Earthmover.Games;
using Earthmover.Networks;
using Earthmover.Systems;
using Earthmover.Torch;
using Earthmover.Training;
using Earthmover.Training.Views;

namespace Earthmover.Claims.Acceptance;

/// <summary>R46: a projection keeps what is given exactly, and the game says the rest without the blur of squared error.</summary>
public sealed class AffGanSuperResolution : SystemClaim
{
    private const int Drawn = 2000, Clean = 50_000;
    private const double Bandwidth = 0.2;

    private const string
        Best = "roll: cross-entropy of AffGAN, the best seed", Worst = "roll: cross-entropy of AffGAN, the worst seed",
        Gain = "roll: cross-entropy of squared error, less that of AffGAN, the least of the seeds",
        Fit = "largest difference of a result, made coarse, from what was given, in parts of the range",
        Kept = "PSNR of AffMSE, less that of squared error without the projection, dB",
        Sharp = "Laplacian energy of AffGAN, in parts of that of AffMSE",
        Cost = "PSNR of AffMSE, less that of AffGAN, dB",
        Nearer = "Fréchet distance of AffGAN's results, over that of what was given, enlarged",
        Learned = "squared error of AffMSE, over that of what was given, enlarged";

    /// <inheritdoc/>
    public override string System => "aff-gan";

    /// <inheritdoc/>
    public override string Title => "AffGAN: results that are the given picture when they are made coarse, and look real";

    /// <inheritdoc/>
    public override string Statement => """
        Many fine pictures become one and the same when they are made coarse.
        Squared error answers with their mean, which is blurred; a game answers with one of them, if a projection keeps it among them.
        """.ReplaceLineEndings(" ");

    /// <inheritdoc/>
    public override string Experiment => """
        The paper's roll: points of the plane whose mean coordinate is given. Generator 64-64, critic 128-128,
        Adam 10⁻⁴ and 10⁻³ (0.5, 0.999), four critic moves, noise from 3 to 0.3, 6,000 steps of 256;
        beside it squared error alone, without the projection, at 10⁻³.
        Cross-entropy of 2,000 results under a kernel estimate (bandwidth 0.2) of 50,000 points of the roll; the setting is the one that was
        found for the reference's own measurement.
        Garments from 7 × 7 to 28 × 28, the catalog's settings, 3,000 steps of 32:
        AffGAN, AffMSE, and squared error without the projection;
        500 test pictures; the Fréchet distance is that of this program's own classifier.
        The short form: garments of 16 × 16, 120 steps.
        """.ReplaceLineEndings(" ");

    /// <inheritdoc/>
    public override string PictureTitle => "What is given, enlarged; what AffGAN makes of it; the garments";

    /// <inheritdoc/>
    protected override string Comment =>
        "The operator takes means of blocks, whose pseudoinverse is exact; the paper's is a Gaussian with an inverse that is learned.";

    /// <inheritdoc/>
    protected override IReadOnlyList<Expected> Expectations =>
    [
        new(Best, Band.AtMost(4.6)) { Of = values => values.Min() },
        new(Worst, Band.AtMost(5.5)) { Of = values => values.Max() },
        new(Gain, Band.AtLeast(2.5)) { Of = values => values.Min() },
        new(Fit, Band.AtMost(1e-6), Band.AtMost(1e-6)),
        new(Kept, Band.AtLeast(-0.1)),
        new(Sharp, Band.AtLeast(1.5)),
        new(Cost, Band.Between(1, 5)),
        new(Nearer, Band.AtMost(1)),
        new(Learned, null, Band.AtMost(0.9)),
    ];

    /// <inheritdoc/>
    protected override Run Accept(Trial trial)
    {
        var data = trial.Of("fashion-small?size=16&limit=2000", "fashion-small");
        var test = new TestPairs(trial.Open(trial.Of("fashion-small?size=16&split=test&limit=200", "fashion-small?split=test&limit=500")));
        var steps = trial.Of(120, 3000);
        using var scope = TensorScope.Open();
        var coarsening = new Coarsening(SampleShape.Of(trial.Open(data)), SampleShape.Of(test.Garments));
        Tensor Made(string system, params string[] settings)
        {
            using var turn = TensorScope.Open();
            using var game = new PlayedGame(trial, data, system, steps, settings);
            game.PlayTo(steps);
            using var still = new Still(game.System);
            using var pause = Autograd.Pause();
            return turn.Keep(((ITranslator)game.System).Translate(test.A, Direction.AToB));
        }
        double Error(Tensor made) => (made - test.B).Square().Mean().Item();
        double Psnr(Tensor made) => 10 * Math.Log10(4 / Error(made));
        ImageSet Pictures(Tensor made) => new("made", test.Garments.Shape, ImageView.ToBytes(made));
        var mean = Made("aff-mse");
        trial.Report(0.2);
        var given = coarsening.Enlarged(test.A);
        if (trial.IsQuick)
            return new(true, new Dictionary<string, double>
            {
                [Fit] = Difference(coarsening, mean, test.A),
                [Learned] = Error(mean) / Error(given),
            }, test.Sheet(Pictures(mean), Pictures(given)));
        var game = Made("aff-gan");
        trial.Report(0.4);
        var free = Made("aff-mse", "projects=false");
        trial.Report(0.6);
        using var judge = new PictureJudge(test.Garments, test.Garments.Count);
        var (rolled, squared) = (CrossEntropy(Roll(trial, s_game), 1), CrossEntropy(Roll(trial, s_squares), 1));
        return new(false, new Dictionary<string, double>
        {
            [Best] = rolled,
            [Worst] = rolled,
            [Gain] = squared - rolled,
            [Fit] = Difference(coarsening, game, test.A),
            [Kept] = Psnr(mean) - Psnr(free),
            [Sharp] = test.Sharpness(Pictures(game)) / test.Sharpness(Pictures(mean)),
            [Cost] = Psnr(mean) - Psnr(game),
            [Nearer] = judge.Look(Pictures(game)).Distance / judge.Look(Pictures(given)).Distance,
        }, test.Sheet(Pictures(game), Pictures(given)));
    }

    // Of a range from −1 to 1.
    private static double Difference(Coarsening a, Tensor made, Tensor given) => (a.Coarse(made) - given).Abs().ToArray<float>().Max() / 2;

    private static readonly AffGan.Options s_squares =
        new() { Width = 64, LearningRate = 1e-3, Adversarial = false, SquaredError = 1, Projects = false };

    private static readonly AffGan.Options s_game = new()
    {
        Width = 64,
        LearningRate = 1e-4,
        CriticLearningRate = 1e-3,
        CriticSteps = 4,
        InstanceNoise = "normal?deviation=3&end=0.3&steps=6000",
    };

    private static float[] Points(int count, SeededRandom random)
    {
        var points = new float[2 * count];
        new AffineSwissRoll().Sample(random, points);
        return points;
    }

    // What a game makes of the mean coordinates of points that it has not seen.
    private static float[] Roll(Trial trial, AffGan.Options options)
    {
        const int steps = 6000, batch = 256;
        using var scope = TensorScope.Open();
        var context = new SystemContext(new SampleShape.Points(1)) { Target = new SampleShape.Points(2) };
        var coarsening = new Coarsening(context.Shape, context.Target);
        using var system = GanSystem.Build(() => new AffGan(context, options));
        Tensor Fresh(int count, SeededRandom from) => Tensor.From<float>(Points(count, from), [count, 2]);
        var random = new SeededRandom(trial.Seed, "roll");
        using var game = system.Begin(0, () =>
        {
            using var turn = TensorScope.Open();
            var y = Fresh(batch, random);
            return new PairedBatch(coarsening.Coarse(y), y);
        });
        for (var step = 0; step < steps; step++)
            game.Play(step, observe: false);
        using var pause = Autograd.Pause();
        return system.Translate(coarsening.Coarse(Fresh(Drawn, new SeededRandom(trial.Seed, "unseen"))), Direction.AToB).ToArray<float>();
    }

    // −E log p of results, p a mean of round Gaussians around points of the law.
    private static double CrossEntropy(float[] made, long seed)
    {
        var clean = Points(Clean, new SeededRandom(seed, "clean"));
        var sum = 0.0;
        for (var i = 0; i < made.Length; i += 2)
        {
            var density = 0.0;
            for (var j = 0; j < clean.Length; j += 2)
            {
                double dx = made[i] - clean[j], dy = made[i + 1] - clean[j + 1];
                density += Math.Exp(-(dx * dx + dy * dy) / (2 * Bandwidth * Bandwidth));
            }
            sum -= Math.Log(Math.Max(density, double.Epsilon) / (Clean * 2 * Math.PI * Bandwidth * Bandwidth));
        }
        return sum / (made.Length / 2);
    }
}
