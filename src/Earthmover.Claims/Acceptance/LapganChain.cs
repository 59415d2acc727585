using Earthmover.Claims.Lab;
using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Systems;
using Earthmover.Torch;
using Earthmover.Training;

namespace Earthmover.Claims.Acceptance;

/// <summary>R37: the pyramid is exact, a level learns the energy of the detail, and the chain beats a single stage.</summary>
public sealed class LapganChain : SystemClaim
{
    private const string
        Distance = "Fréchet distance, the chain over a perceptron of one stage",
        Energy = "energy of the generated detail over that of the real one, finest level",
        Before = "the same before training, as a distance of logarithms",
        Coarse = "what is coarse in the detail of a real picture";

    /// <inheritdoc/>
    public override string System => "lapgan";

    /// <inheritdoc/>
    public override string Title => "LAPGAN's chain from coarse to fine is closer to the data than a single stage";

    /// <inheritdoc/>
    public override string Statement => """
        Each level of a Laplacian pyramid learns the detail that the enlarged coarser picture lacks, given that picture;
        the chain of all levels, each fed by the one below, makes better pictures than one generator for the whole.
        """.ReplaceLineEndings(" ");

    /// <inheritdoc/>
    public override string Experiment => """
        10,000 pictures of Fashion-MNIST, 7 → 14 → 28, width 16, 4,000 steps;
        a perceptron of width 512 in the non-saturating game for as many steps.
        fd-fmnist of 2,000 samples to as many test pictures;
        the energy of 256 generated details at the finest level, given real coarse pictures, over that of the real details.
        The short form: the one level 7 → 14, width 8, 1,800 steps.
        """.ReplaceLineEndings(" ");

    /// <inheritdoc/>
    public override string PictureTitle => "Left: samples of the chain; right, in the long form: samples of the single stage";

    /// <inheritdoc/>
    protected override string Comment =>
        "The paper's volunteers judged pictures of 32 × 32; here a classifier's features do.";

    /// <inheritdoc/>
    protected override IReadOnlyList<Expected> Expectations =>
    [
        new(Distance, Band.AtMost(1)),
        new(Energy, Band.Between(0.8, 1.2), Band.Between(0.5, 2)),
        new(Before, Band.AtLeast(0.7), Band.AtLeast(0.7)) { IsControl = true },
        new(Coarse, Band.AtMost(1e-6), Band.AtMost(1e-6)) { IsControl = true },
    ];

    /// <inheritdoc/>
    protected override Run Accept(Trial trial)
    {
        var data = trial.Of("fashion-mnist?size=14&limit=2000", "fashion-mnist?limit=10000");
        var steps = trial.Of(1800, 4000);
        string[] settings = trial.Of<string[]>(["width=8", "coarsest=7", "batch=32"], ["width=16", "batch=32"]);
        using var game = new PlayedGame(trial, data, "lapgan", steps, settings);
        var before = Math.Abs(Math.Log(EnergyRatio(game)));
        game.PlayTo(steps);
        var numbers = new Dictionary<string, double> { [Energy] = EnergyRatio(game), [Before] = before, [Coarse] = CoarseInDetail(game) };
        var samples = Sheets.Of(game.Draw(36));
        if (trial.IsQuick)
            return new(true, numbers, Sheets.Png(samples));
        trial.Report(0.6);
        using var single = new PlayedGame(trial, data, "ns-gan", steps,
            ["architecture=mlp", "width=512", "latent_size=100", "critic_normalization=none", "beta2=0.999", "batch=32"]);
        single.PlayTo(steps);
        using var judge = new PictureJudge(trial.Open("fashion-mnist?split=test"), 2000);
        numbers[Distance] = judge.Distance(game) / judge.Distance(single);
        return new(false, numbers, Sheets.Beside(samples, Sheets.Of(single.Draw(36))));
    }

    /// <summary>E‖h̃‖² / E‖h‖² at the finest level, from real l.</summary>
    internal static double EnergyRatio(PlayedGame game)
    {
        using var scope = TensorScope.Open();
        using var still = new Still(game.System);
        using var pause = Autograd.Pause();
        var x = game.Real([.. Enumerable.Range(0, 256)]);
        var l = Lapgan.Double(Lapgan.Halve(x));
        var side = x.Size(3);
        using var stream = RandomGenerator.Named("detail", 0);
        var noise = 2 * Tensor.Uniform([256, 1, side, side], stream) - 1;
        var fake = game.System.Networks[$"generator_{side}"].Forward(Tensor.Cat([l, noise], 1));
        return fake.Square().Mean().Item() / (x - l).Square().Mean().Item();
    }

    private static double CoarseInDetail(PlayedGame game)
    {
        using var scope = TensorScope.Open();
        using var pause = Autograd.Pause();
        var x = game.Real([.. Enumerable.Range(0, 64)]);
        return Lapgan.Halve(x - Lapgan.Double(Lapgan.Halve(x))).Abs().Flatten().Amax(0).Item();
    }
}
