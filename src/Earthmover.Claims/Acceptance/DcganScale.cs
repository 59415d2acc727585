using Earthmover.Claims.Lab;
using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Games;
using Earthmover.Torch;
using Earthmover.Training;

namespace Earthmover.Claims.Acceptance;

/// <summary>R41: what convolutions buy, a smooth latent space, and what the critic has learned of classes.</summary>
public sealed class DcganScale : SystemClaim
{
    private const string
        Distance = "Fréchet distance, DCGAN over perceptrons",
        Fall = "Fréchet distance in parts of that before training",
        Jump = "largest of 15 steps of a walk between two latent vectors, in parts of the way",
        Probe = "accuracy of a linear classifier on the critic's features",
        Real = "distance of as many real pictures, in parts of the samples'";

    /// <inheritdoc/>
    public override string System => "dcgan";

    /// <inheritdoc/>
    public override string Title => "DCGAN is far ahead of perceptrons, its latent space is smooth, and its critic knows classes";

    /// <inheritdoc/>
    public override string Statement => """
        Strided convolutions with batch normalization make GANs train at all on pictures;
        walks in the latent space change pictures smoothly;
        and the critic's features tell classes that it was never told.
        """.ReplaceLineEndings(" ");

    /// <inheritdoc/>
    public override string Experiment => """
        Fashion-MNIST, 1,500 steps with the catalog's settings, against perceptrons of width 512 in the same game;
        Fréchet distance fd-fmnist of 2,000 pictures to as many test pictures.
        The walk: 32 pairs of latent vectors, 15 equal steps, lengths in pixels.
        The linear classifier: ridge regression on the last layer of convolutions, 10,000 training and 2,000 test pictures
        (the paper: an L2-SVM on pooled features of all layers, 82.8 % on CIFAR-10).
        The short form: 16 × 16, 120 steps, without the perceptrons.
        """.ReplaceLineEndings(" ");

    /// <inheritdoc/>
    public override string PictureTitle =>
        "Left: samples of DCGAN; right, in the long form: samples of the perceptrons after as many steps";

    /// <inheritdoc/>
    protected override string Comment =>
        "A distance after a few thousand steps on two cores says which networks learn faster, not where either would end.";

    /// <inheritdoc/>
    protected override IReadOnlyList<Expected> Expectations =>
    [
        new(Distance, Band.AtMost(0.7)),
        new(Fall, Band.AtMost(0.5), Band.AtMost(0.8)),
        new(Jump, Band.AtMost(0.25), Band.AtMost(0.25)),
        new(Probe, Band.AtLeast(0.8)),
        new(Real, Band.AtMost(0.5), Band.AtMost(0.5)) { IsControl = true },
    ];

    /// <inheritdoc/>
    protected override Run Accept(Trial trial)
    {
        var data = trial.Of("fashion-mnist?size=16&limit=4000", "fashion-mnist");
        var unseen = trial.Of("fashion-mnist?size=16&split=test&limit=1000", "fashion-mnist?split=test");
        DataSet train = trial.Open(data), test = trial.Open(unseen);
        var steps = trial.Of(120, 1500);
        using var judge = new PictureJudge(test, trial.Of(400, 2000));
        using var game = new PlayedGame(trial, data, "dcgan", steps, []);
        var before = judge.Distance(game);
        game.PlayTo(steps);
        var distance = judge.Distance(game);
        var numbers = new Dictionary<string, double>
        {
            [Fall] = distance / before,
            [Jump] = LargestStep(game),
            [Real] = judge.Floor(train) / distance,
        };
        var samples = Sheets.Of(game.Draw(36));
        if (trial.IsQuick)
            return new(true, numbers, Sheets.Png(samples));
        trial.Report(0.6);
        numbers[Probe] = Known(game, train, test);
        using var plain = new PlayedGame(trial, data, "dcgan", steps, ["architecture=mlp", "width=512", "critic_normalization=none"]);
        plain.PlayTo(steps);
        numbers[Distance] = distance / judge.Distance(plain);
        return new(false, numbers, Sheets.Beside(samples, Sheets.Of(plain.Draw(36))));
    }

    // The mean over walks; 1/15 where all steps are alike, near 1 where pictures jump.
    private static double LargestStep(PlayedGame game)
    {
        const int walks = 32, steps = 15;
        using var scope = TensorScope.Open();
        using var still = new Still(game.System);
        using var pause = Autograd.Pause();
        using var stream = RandomGenerator.Named("walks", 0);
        var sampler = (ISampler)game.System;
        Tensor from = sampler.Latent.Sample(walks, stream), to = sampler.Latent.Sample(walks, stream);
        Tensor At(double share) => sampler.Generate(from + (to - from) * share).Flatten(1);
        var frames = Enumerable.Range(0, steps + 1).Select(i => At(i / (double)steps)).ToList();
        var lengths = frames.Zip(frames.Skip(1), (a, b) => (b - a).NormPerSample().ToArray<float>()).ToList();
        return Enumerable.Range(0, walks).Average(w => lengths.Max(l => l[w]) / lengths.Sum(l => (double)l[w]));
    }

    private static double Known(PlayedGame game, DataSet train, DataSet test)
    {
        using var scope = TensorScope.Open();
        using var still = new Still(game.System);
        var layers = game.System.Networks["critic"].Children.SkipLast(1).ToList();
        Tensor Last(Tensor x) => layers.Aggregate(x, (value, layer) => layer.Forward(value)).Flatten(1);
        ImageSet few = (ImageSet)Subset.Of(train, Subset.Order(train.Count, 5).AsSpan(0, 10_000)),
            others = (ImageSet)Subset.Of(test, Subset.Order(test.Count, 5).AsSpan(0, 2000));
        return LinearProbe.Linear(LinearProbe.Features(few, Last), few.Labels!, LinearProbe.Features(others, Last), others.Labels!);
    }
}
