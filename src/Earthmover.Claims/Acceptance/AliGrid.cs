using Earthmover.Claims.Lab;
using Earthmover.Data;
using Earthmover.Data.Toys;
using Earthmover.Games;
using Earthmover.Metrics;
using Earthmover.Torch;
using Earthmover.Training;

namespace Earthmover.Claims.Acceptance;

/// <summary>R51: modes, codes and reconstructions of ALI on the grid of 25 Gaussians.</summary>
public sealed class AliGrid : SystemClaim
{
    private const string
        Modes = "modes of 25, best seed", Lead = "modes more than the GAN's, mean over the seeds",
        Mean = "largest mean of a coordinate of the codes, best seed", Variance = "variance of the codes, best seed",
        Right = "share of reconstructions at the right mode, best seed", Quality = "share of the data near a mode";

    private const string Address = "gaussians-25?raw=yes&n=100000";

    /// <inheritdoc/>
    public override string System => "ali";

    /// <inheritdoc/>
    public override string Title => "ALI covers the grid of 25 Gaussians, and its encoder inverts the generator";

    /// <inheritdoc/>
    public override string Statement => """
        Learning an encoder together with the generator covers more modes than a GAN of the same size (13.4 ± 5.8 against 10.4 ± 9.2,
        at best 25 against 22),
        codes follow the prior, and reconstructions are of the mode that they came from.
        """.ReplaceLineEndings(" ");

    /// <inheritdoc/>
    public override int Seeds => 5;

    /// <inheritdoc/>
    public override string Experiment => """
        25 Gaussians of deviation 0.05 at distance 2, 100,000 points; ALI with the catalog's settings, batches of 100, 8,000 steps;
        the GAN of the same size, rate and steps has no encoder and, as published, no constraint.
        2,500 samples for the modes, 2,000 real points for codes and reconstructions.
        The best of five seeds, as the paper counts: one run that has everything; the paper plays 200,000 steps without a penalty.
        The short form: width 64, 400 steps.
        """.ReplaceLineEndings(" ");

    /// <inheritdoc/>
    public override string PictureTitle => "Samples of ALI among the data, first seed";

    /// <inheritdoc/>
    protected override string Comment =>
        "A zero-centered penalty on the critic, which the paper has not, is what makes 8,000 steps enough.";

    /// <inheritdoc/>
    protected override IReadOnlyList<Expected> Expectations =>
    [
        new(Modes, Band.AtLeast(20), Band.AtLeast(8)),
        new(Mean, Band.AtMost(0.3)),
        new(Variance, Band.Between(0.7, 1.3)),
        new(Right, Band.AtLeast(0.7)),
        new(Lead, Band.AtLeast(2)) { Of = Enumerable.Average },
        new(Quality, Band.Between(0.98, 1), Band.Between(0.98, 1)) { IsControl = true },
    ];

    // The run that has everything, or the one with the most modes, speaks for what belongs together.
    /// <inheritdoc/>
    protected override IReadOnlyList<double> ValuesOf(IReadOnlyList<Run> runs, string name)
    {
        if (name is Lead or Quality)
            return base.ValuesOf(runs, name);
        bool HasAll(Run run) => !run.IsQuick && Together.All(e => e.Full!.Value.Contains(run.Numbers[e.Name]));
        var best = runs.FirstOrDefault(HasAll) ?? runs.MaxBy(run => run.Numbers[Modes])!;
        return [best.Numbers[name]];
    }

    private IEnumerable<Expected> Together => Expectations.Where(e => e.Name is Modes or Mean or Variance or Right);

    /// <inheritdoc/>
    protected override Run Accept(Trial trial)
    {
        var data = (PointSet)trial.Open(Address);
        var grid = (GaussianModes)data.Density!;
        double Measured(Tensor points, string name) => new ModeCoverage(grid).Measure(points).ToDictionary()[name];
        var steps = trial.Of(400, 8000);
        using var scope = TensorScope.Open();
        using var game = new PlayedGame(trial, Address, "ali", steps, trial.Of<string[]>(["width=64"], []));
        game.PlayTo(steps);
        var samples = game.Generate(ModeCoverage.Samples);
        var reals = game.Real([.. Enumerable.Range(0, 2000)]);
        var numbers = new Dictionary<string, double> { [Modes] = Measured(samples, "modes"), [Quality] = Measured(reals, "high_quality") };
        var picture = Sheets.Png(Sheets.Of(data, samples, $"ALI, {steps:N0} steps"));
        if (trial.IsQuick)
            return new(true, numbers, picture);
        trial.Report(0.7);
        Codes(game, grid, reals, numbers);
        string[] plain = ["learning_rate=0.001", "beta2=0.999", "batch=100", "decay=constant"];
        using var gan = new PlayedGame(trial, Address, "ns-gan", steps, plain);
        gan.PlayTo(steps);
        numbers[Lead] = numbers[Modes] - Measured(gan.Generate(ModeCoverage.Samples), "modes");
        return new(false, numbers, picture);
    }

    private static void Codes(PlayedGame game, GaussianModes grid, Tensor reals, Dictionary<string, double> numbers)
    {
        using var scope = TensorScope.Open();
        using var still = new Still(game.System);
        using var pause = Autograd.Pause();
        using var stream = RandomGenerator.Named("codes", 0);
        var encoder = (IEncoder)game.System;
        var codes = encoder.Encode(reals, encoder.EncodingNoise.Sample(reals.Size(0), stream));
        var middle = codes.Mean([0], keep: true);
        int[] Nearest(Tensor points) => [.. points.Contiguous().ToArray<float>().Chunk(2).Select(point => grid.Nearest(point).Mode)];
        numbers[Mean] = middle.Abs().ToArray<float>().Max();
        numbers[Variance] = (codes - middle).Square().Mean().Item();
        numbers[Right] = Nearest(reals).Zip(Nearest(((ISampler)game.System).Generate(codes))).Average(p => p.First == p.Second ? 1.0 : 0);
    }
}
