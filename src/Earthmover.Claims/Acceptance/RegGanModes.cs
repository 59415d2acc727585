using Earthmover.Claims.Lab;
using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Data.Toys;
using Earthmover.Games;
using Earthmover.Metrics;
using Earthmover.Metrics.Features;
using Earthmover.Torch;
using Earthmover.Training;
using Earthmover.Training.Views;

namespace Earthmover.Claims.Acceptance;

/// <summary>R43: a generator that must be able to make the data's own samples forgets none of their kinds.</summary>
public sealed class RegGanModes : SystemClaim
{
    private const int Samples = 2500, Stacked = 10_000;

    private const string
        Modes = "ring: modes of eight, the fewest of the seeds", Quality = "ring: share of good samples, the least of the seeds",
        Beyond = "ring: modes beyond those of the plain game, the fewest of the seeds",
        Back = "ring: squared distance of a point to its reconstruction",
        Diffused = "ring: modes of MDGAN, the fewest of the seeds", Spread = "ring: share of good samples of MDGAN, the least of the seeds",
        Missed = "stacked garments: modes that are missed, over those that the plain game misses",
        Plain = "stacked garments: modes of a thousand that the plain game misses", Floor = "stacked garments: modes that real ones miss";

    /// <inheritdoc/>
    public override string System => "reg-gan";

    /// <inheritdoc/>
    public override string Title => "An encoder keeps the generator from forgetting kinds of samples";

    /// <inheritdoc/>
    public override string Statement => """
        A generator of the original game may leave kinds of samples out, and nothing tells it so.
        If an encoder brings real samples to latent vectors, and the generator has to make them again, it knows all kinds.
        """.ReplaceLineEndings(" ");

    /// <inheritdoc/>
    public override string Experiment => """
        Eight Gaussians (radius 2, deviation 0.02): perceptrons of three layers of 128 with LibTorch's initial weights,
        Adam 10⁻³ (0.5, 0.999), step sizes that fall to zero in a straight line, 6,000 steps of 256:
        the non-saturating game alone, RegGAN and MDGAN with λ₁ = 10, MDGAN with eight latent numbers instead of two.
        2,500 samples; a good one lies within four deviations of a mode, and a mode has one at least.
        Stacked garments: three garments as the channels of one picture, a thousand modes; DCGAN of width 16, 3,000 steps of 32,
        with and without the encoder (λ₁ = 5, λ₂ = 1); of 10,000 pictures,
        the classes of the three channels by this program's own classifier.
        The short form: the ring alone, 1,500 steps of 128, RegGAN.
        """.ReplaceLineEndings(" ");

    /// <inheritdoc/>
    public override string PictureTitle => "Ring: samples of RegGAN among the points";

    /// <inheritdoc/>
    protected override string Comment => "The paper stacks digits; garments are harder to tell apart, for the judge as well. "
        + "It hangs on the weights. With λ₁ = 6 points came back at another mode in one seed of two, "
        + "and MDGAN had seven modes in one of three; "
        + "with λ₁ = 20 and eight latent numbers RegGAN had two modes, with two latent numbers MDGAN four to seven. "
        + "Of stacked garments the catalog's λ₁ = 1 and λ₂ = 0.4 missed 0.61 × as many as the plain game (three seeds), "
        + "and λ₁ = 1 with λ₂ = 1 missed more than twice as many (one).";

    /// <inheritdoc/>
    protected override IReadOnlyList<Expected> Expectations =>
    [
        new(Modes, Band.AtLeast(8), Band.AtLeast(6)) { Of = values => values.Min() },
        new(Quality, Band.AtLeast(0.85)) { Of = values => values.Min() },
        new(Beyond, Band.AtLeast(0)) { Of = values => values.Min() },
        new(Back, Band.AtMost(0.05), Band.AtMost(2)),
        new(Diffused, Band.AtLeast(8)) { Of = values => values.Min() },
        new(Spread, Band.AtLeast(0.85)) { Of = values => values.Min() },
        new(Missed, Band.AtMost(0.5)),
        new(Plain, Band.AtLeast(20)) { IsControl = true },
        new(Floor, Band.AtMost(20)) { IsControl = true },
    ];

    /// <inheritdoc/>
    protected override Run Accept(Trial trial)
    {
        const string ring = "gaussians-8?raw=yes";
        var points = (PointSet)trial.Open(ring);
        var law = (GaussianModes)points.Density!;
        var steps = trial.Of(1500, 6000);
        using var scope = TensorScope.Open();
        PlayedGame Played(string system, params string[] settings)
        {
            var game = new PlayedGame(trial, ring, system, steps,
                ["architecture=mlp-uniform", "width=128", $"batch={trial.Of(128, 256)}", "learning_rate=0.001", "beta2=0.999",
                    "decay=linear", .. settings]);
            game.PlayTo(steps);
            return game;
        }
        using var regular = Played("reg-gan", "reconstruction=10");
        var (modes, quality) = Look(law, regular);
        var numbers = new Dictionary<string, double> { [Modes] = modes, [Back] = Distance(regular, points) };
        var picture = Sheets.Png(Sheets.Of(points, regular.Generate(1500), "RegGAN"));
        trial.Report(trial.Of(1, 0.1));
        if (trial.IsQuick)
            return new(true, numbers, picture);
        using PlayedGame plain = Played("ns-gan"), diffused = Played("mdgan", "latent_size=8", "reconstruction=10");
        (numbers[Quality], numbers[Beyond]) = (quality, modes - Look(law, plain).Modes);
        (numbers[Diffused], numbers[Spread]) = Look(law, diffused);
        trial.Report(0.3);
        var stacked = StackedGarments((ImageSet)trial.Open("fashion-mnist"), 20_000, trial.Seed);
        var without = Misses(trial, stacked, "ns-gan", "critic_normalization=none");
        trial.Report(0.6);
        numbers[Missed] = Misses(trial, stacked, "reg-gan", "reconstruction=5", "modes=1") / without;
        numbers[Plain] = without;
        numbers[Floor] = Missing(StackedGarments((ImageSet)trial.Open("fashion-mnist?split=test"), Stacked, trial.Seed));
        return new(false, numbers, picture);
    }

    private static (double Modes, double Quality) Look(GaussianModes law, PlayedGame game)
    {
        var drawn = game.Generate(Samples).ToArray<float>();
        var good = new int[law.Modes.Count];
        for (var i = 0; i < drawn.Length; i += 2)
            if (law.Nearest(drawn.AsSpan(i, 2)) is (var mode, < 4))
                good[mode]++;
        return (good.Count(c => c > 0), good.Sum() / (double)Samples);
    }

    private static double Distance(PlayedGame game, PointSet points)
    {
        using var scope = TensorScope.Open();
        using var still = new Still(game.System);
        using var pause = Autograd.Pause();
        var x = Tensor.From<float>(points.ToSingles().AsSpan(0, 2 * Samples), [Samples, 2]);
        return (x - ((ISampler)game.System).Generate(((IEncoder)game.System).Encode(x))).Square().Sum([1]).Mean().Item();
    }

    // Three garments, each drawn from all, as the channels of one picture.
    private static ImageSet StackedGarments(ImageSet garments, int count, long seed)
    {
        var (random, area) = (new SeededRandom(seed, "stacked"), garments.Shape.Size);
        var pixels = new byte[3 * count * area];
        for (var plane = 0; plane < 3 * count; plane++)
            garments[random.NextInt(garments.Count)].CopyTo(pixels.AsSpan(plane * area, area));
        return new("stacked garments", garments.Shape with { Channels = 3 }, pixels);
    }

    private static double Misses(Trial trial, ImageSet stacked, string system, params string[] settings)
    {
        const int steps = 3000;
        using var game = new PlayedGame(trial, "fashion-mnist", system, steps,
            ["architecture=dcgan", "width=16", "latent_size=64", "average_images=0", .. settings], examples: stacked);
        game.PlayTo(steps);
        return Missing((ImageSet)game.Draw(Stacked));
    }

    // Modes of a thousand that none of the pictures has.
    private static double Missing(ImageSet pictures)
    {
        var shape = pictures.Shape with { Channels = 1 };
        using var judge = new FashionFeatures();
        var classes = ClassScores.Classes(judge.Extract(new ImageSet("channels", shape, pictures.Pixels.ToArray())));
        var met = Enumerable.Range(0, pictures.Count).Select(i => classes[3 * i] * 100 + classes[3 * i + 1] * 10 + classes[3 * i + 2]);
        return 1000 - met.Distinct().Count();
    }
}
