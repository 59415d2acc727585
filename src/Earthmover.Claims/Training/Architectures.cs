using Earthmover.Claims.Lab;
using Earthmover.Reports.Figures;
using Earthmover.Torch;

namespace Earthmover.Claims.Training;

/// <summary>Seven architectures under four games: which of them train?</summary>
public sealed class Architectures : Claim<Architectures.Run>
{
    // Success: a distance of at most this share of that of the untrained generator.
    private const double Success = 0.8;

    private static readonly (string Name, string Title)[] s_networks =
    [
        ("dcgan", "DCGAN"), ("dcgan-constant-width", "G: no norm, constant width"),
        ("dcgan-mlp-generator", "G: perceptron"), ("dcgan-unnormalized", "no norm in G and D"),
        ("dcgan-gated", "gated"), ("dcgan-tanh", "tanh"), ("resnet-101", "ResNet, 101 layers"),
    ];

    private static readonly string[] s_games = ["DCGAN", "LSGAN", "WGAN, clipping", "WGAN-GP"];

    /// <summary>What one run measures.</summary>
    /// <param name="Ratio">Distance at the end in parts of that before training, [networks][games]; infinite where the game broke
    /// off.</param>
    /// <param name="LayersReached">Share of the parameters of the 101-layer networks under WGAN-GP, tensor by tensor, that have
    /// moved, of all but the bias of the score, which cancels.</param>
    public sealed record Run(double[][] Ratio, double LayersReached);

    /// <inheritdoc/>
    public override string Name => "architectures";

    /// <inheritdoc/>
    public override string Title => "WGAN-GP trains seven architectures with one setting";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Rows => ["R24"];

    /// <inheritdoc/>
    public override string Statement =>
        "With its default settings WGAN-GP trains all of seven architectures, "
        + "from a DCGAN over networks without any normalization to residual ones of 101 layers; "
        + "DCGAN, LSGAN and WGAN with clipping each fail with one at least.";

    /// <inheritdoc/>
    public override string Source => "Gulrajani et al., 2017, arXiv:1704.00028, section 5.1 and figure 2";

    /// <inheritdoc/>
    public override string Experiment =>
        "Fashion-MNIST at 16 × 16, width 8, batches of 16. Each game with one setting for all networks: DCGAN with Adam (0.5, 0.999), "
        + "LSGAN and WGAN with clipping at 0.01 with RMSProp, WGAN-GP with Adam (0.5, 0.9) and λ = 10; the WGANs with five critic steps. "
        + "The papers' step sizes (2·10⁻⁴, 10⁻⁴, 5·10⁻⁵, 10⁻⁴) times five, as there are few steps: "
        + "80, and for the 101 layers 30 with two critic steps, width 2 and batches of 8; "
        + "in the full run 500, and for the 101 layers 100 with five critic steps, width 4 and batches of 8. "
        + "Normalization in the critic: batch, with WGAN-GP layer. "
        + $"Success: the Fréchet distance fd-fmnist (pictures enlarged to 28 × 28) falls below {Success} of that before training. "
        + "The paper: LSUN at 64 × 64, 200,000 steps, judged by eye.";

    /// <inheritdoc/>
    protected override Run Measure(Trial trial)
    {
        const string data = "fashion-mnist?size=16";
        using var judge = new PictureJudge(trial.Open($"{data}&split=test"), trial.Of(400, 1000));
        const double scale = 5;
        var ratio = new double[s_networks.Length][];
        var reached = double.NaN;
        for (var i = 0; i < ratio.Length; i++)
        {
            var deep = s_networks[i].Name == "resnet-101";
            var moves = deep ? trial.Of(2, 5) : 5;
            var steps = deep ? trial.Of(30, 100) : trial.Of(80, 500);
            string[] common = [$"architecture={s_networks[i].Name}", $"width={(deep ? trial.Of(2, 4) : 8)}",
                $"batch={(deep ? 8 : 16)}", "latent_size=64", "decay=constant"];
            string[][] games =
            [
                ["objective=non-saturating", "constraint=none", "critic_normalization=batch",
                    "critic_steps=1", $"learning_rate={2e-4 * scale}", "beta1=0.5", "beta2=0.999"],
                ["objective=least-squares", "constraint=none", "critic_normalization=batch",
                    "critic_steps=1", "optimizer=rmsprop", $"learning_rate={1e-4 * scale}"],
                ["objective=wasserstein", "constraint=clipping?limit=0.01", "critic_normalization=batch",
                    $"critic_steps={moves}", "optimizer=rmsprop", $"learning_rate={5e-5 * scale}"],
                ["objective=wasserstein", "constraint=gradient-penalty?weight=10", "critic_normalization=layer",
                    $"critic_steps={moves}", $"learning_rate={1e-4 * scale}", "beta1=0.5", "beta2=0.9"],
            ];
            ratio[i] = new double[games.Length];
            for (var j = 0; j < games.Length; j++)
            {
                using var game = new PlayedGame(trial, data, "dcgan", steps, [.. common, .. games[j]]);
                var before = judge.Distance(game);
                using var scope = TensorScope.Open();
                Tensor[] weights = deep && j == 3
                    ? [.. game.System.Networks.Values.SelectMany(n => n.Flat.Leaves).Select(w => w.Detach().Clone())] : [];
                ratio[i][j] = game.PlayTo(steps) ? judge.Distance(game) / before : double.PositiveInfinity;
                if (weights.Length > 0)
                {
                    var moved = game.System.Networks.Values.SelectMany(n => n.Flat.Leaves).Zip(weights)
                        .Count(p => (p.First.Detach() - p.Second).Abs().Sum().Item() is > 0 and < double.PositiveInfinity);
                    // E D(x̃) − E D(x) and the slopes of D do not know the bias of its score, which rests.
                    reached = moved / (weights.Length - 1.0);
                }
                trial.Report((i * games.Length + j + 1.0) / (ratio.Length * games.Length));
            }
        }
        return new(ratio, reached);
    }

    /// <inheritdoc/>
    protected override Evidence Judge(IReadOnlyList<Run> runs)
    {
        double[] Trained(int game) => [.. runs.Select(r => (double)r.Ratio.Count(row => row[game] <= Success))];
        var table = new double[s_networks.Length, s_games.Length];
        for (var i = 0; i < s_networks.Length; i++)
            for (var j = 0; j < s_games.Length; j++)
                table[i, j] = Numbers.Median(runs.Select(r => r.Ratio[i][j])) is var middle && double.IsFinite(middle)
                    ? middle : double.NaN;
        return new(
        [
            Check.Claimed("networks that WGAN-GP trains, of 7", Trained(3), Band.AtLeast(7)),
            Check.Claimed("networks that DCGAN trains", Trained(0), Band.AtMost(6)),
            Check.Claimed("networks that LSGAN trains", Trained(1), Band.AtMost(6)),
            Check.Claimed("networks that WGAN with clipping trains", Trained(2), Band.AtMost(6)),
            Check.Claimed("share of the 101-layer networks' parameters that WGAN-GP moves, but for the bias of the score",
                runs.Select(r => r.LayersReached), Band.AtLeast(1)),
            Check.Claimed("distance of the 101 layers under WGAN-GP, in parts of that before training",
                runs.Select(r => r.Ratio[^1][3]), Band.AtMost(Success)),
        ],
        Plot.Table("Distance to the data after training, in parts of that before", "game",
            "networks", s_games, [.. s_networks.Select(n => n.Title)], table, ".2f",
            $"16 × 16 Fashion-MNIST; at most {Success} counts as trained; an empty cell broke off"),
        $"Trained (median over the seeds): DCGAN {Numbers.Median(Trained(0)):0}, LSGAN {Numbers.Median(Trained(1)):0}, "
        + $"WGAN with clipping {Numbers.Median(Trained(2)):0}, WGAN-GP {Numbers.Median(Trained(3)):0} of 7. "
        + "A short run on small pictures asks whether a game gets going at all, not how far it would come; "
        + "the paper's failures are those of long runs.");
    }
}
