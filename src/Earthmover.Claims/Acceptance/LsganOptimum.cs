using Earthmover.Claims.Lab;
using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Nn.Layers;
using Earthmover.Objectives;
using Earthmover.Torch;

namespace Earthmover.Claims.Acceptance;

/// <summary>R56: the best critic of LSGAN is the share of real samples at a place, and its generator learns garments.</summary>
public sealed class LsganOptimum : SystemClaim
{
    private const string
        R2 = "R² of D(x) against p_r / (p_r + p_g)", Slope = "slope of D(x) against p_r / (p_r + p_g)",
        Logistic = "R² of σ(D(x)) of the logistic critic against the same",
        Fall = "Fréchet distance in parts of that before training", Classes = "classes among the samples",
        Real = "distance of as many real pictures, in parts of the samples'";

    /// <inheritdoc/>
    public override string System => "lsgan";

    /// <inheritdoc/>
    public override string Title => "The best critic of least squares is p_r / (p_r + p_g), and the game learns garments";

    /// <inheritdoc/>
    public override string Statement => """
        With the targets 0 and 1 the best critic is the share of real samples at every place, without a sigmoid;
        the loss does not saturate where samples lie on the right side of the critic but far from the data.
        """.ReplaceLineEndings(" ");

    /// <inheritdoc/>
    public override string Experiment => """
        A perceptron 1-64-64-64-1 between N(0, 1), real, and N(1, 1), generated, trained to its optimum by least squares,
        and another by the logistic loss as a control; both are read at 51 places from −2 to 3.
        Then the system with the catalog's settings on Fashion-MNIST, 1,500 steps: fd-fmnist of 2,000 samples to as many test pictures.
        The short form: 16 × 16, 150 steps, fewer steps of the perceptrons.
        """.ReplaceLineEndings(" ");

    /// <inheritdoc/>
    public override string PictureTitle => "Left: samples of LSGAN; right: garments";

    /// <inheritdoc/>
    protected override string Comment =>
        "The closed form is asked of the objective alone; the pictures say that the whole game works.";

    /// <inheritdoc/>
    protected override IReadOnlyList<Expected> Expectations =>
    [
        new(R2, Band.AtLeast(0.98), Band.AtLeast(0.95)),
        new(Slope, Band.Around(1, 0.1), Band.Around(1, 0.2)),
        new(Logistic, Band.AtLeast(0.98), Band.AtLeast(0.95)) { IsControl = true },
        new(Fall, Band.AtMost(0.5), Band.AtMost(0.8)),
        new(Classes, Band.AtLeast(9)),
        new(Real, Band.AtMost(0.5), Band.AtMost(0.5)) { IsControl = true },
    ];

    /// <inheritdoc/>
    protected override Run Accept(Trial trial)
    {
        var squares = Line(trial, new LeastSquares(), x => x);
        var logistic = Line(trial, new NonSaturating(), x => x.Sigmoid());
        trial.Report(0.2);
        var data = trial.Of("fashion-mnist?size=16&limit=4000", "fashion-mnist");
        var unseen = trial.Of("fashion-mnist?size=16&split=test&limit=1000", "fashion-mnist?split=test");
        DataSet train = trial.Open(data), test = trial.Open(unseen);
        var steps = trial.Of(150, 1500);
        using var judge = new PictureJudge(test, trial.Of(400, 2000));
        using var game = new PlayedGame(trial, data, "lsgan", steps, []);
        var before = judge.Distance(game);
        game.PlayTo(steps);
        var (distance, classes) = judge.Look(game);
        return new(trial.IsQuick, new Dictionary<string, double>
        {
            [R2] = squares.R2,
            [Slope] = squares.Slope,
            [Logistic] = logistic.R2,
            [Fall] = distance / before,
            [Classes] = classes,
            [Real] = judge.Floor(train) / distance,
        }, Sheets.Beside(Sheets.Of(game.Draw(36)), Sheets.Of(train)));
    }

    // What a critic at its optimum says, against the share of real samples.
    private static (double Slope, double R2) Line(Trial trial, Objective objective, Func<Tensor, Tensor> read)
    {
        using var scope = TensorScope.Open();
        using var critic = new LoneCritic(1, () => Activation.LeakyRelu());
        Tensor Scores(double mean) => critic.D(Points.Gaussian(512, 1, mean));
        critic.Train(trial.Of(400, 3000), () => objective.Critic(Scores(0), Scores(1)));
        double[] places = [.. Enumerable.Range(0, 51).Select(i => -2 + i * 0.1)];
        double[] share = [.. places.Select(x => 1 / (1 + Math.Exp(x - 0.5)))];
        using var pause = Autograd.Pause();
        var at = Tensor.From<double>(places, [places.Length, 1]).To(DType.Float32);
        var values = read(critic.D(at)).Flatten().To(DType.Float64).ToArray<double>();
        var (slope, _, r2) = Numbers.Line(share, values);
        return (slope, r2);
    }
}
