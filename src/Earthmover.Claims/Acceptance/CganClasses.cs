using Earthmover.Claims.Lab;
using Earthmover.Data;
using Earthmover.Games;
using Earthmover.Torch;
using Earthmover.Training;
using Earthmover.Training.Views;

namespace Earthmover.Claims.Acceptance;

/// <summary>R29: CGAN makes what it is told, and its critic hears what a sample should be.</summary>
public sealed class CganClasses : SystemClaim
{
    private const int Classes = 10;

    private const string
        Right = "samples of the class that was asked for", Least = "the same of the class where it is least",
        Heard = "critic's score of real garments under their own class, less that under another",
        Floor = "real test garments that the judge names right";

    /// <inheritdoc/>
    public override string System => "cgan";

    /// <inheritdoc/>
    public override string Title => "CGAN makes the garment that it is told to make";

    /// <inheritdoc/>
    public override string Statement => """
        A GAN whose players are both told a class, put beside the latent vector and beside the sample,
        makes samples of the class that is asked for.
        """.ReplaceLineEndings(" ");

    /// <inheritdoc/>
    public override string Experiment => """
        Fashion-MNIST with the catalog's settings, 2,000 steps; 100 samples of each class, judged by this program's own classifier, whose accuracy on real test garments is the control.
        The critic scores 500 real garments under their own class and under the next one. The short form: 16 × 16, 200 steps.
        """.ReplaceLineEndings(" ");

    /// <inheritdoc/>
    public override string PictureTitle => "Six samples of each of the first six classes, a class in each row";

    /// <inheritdoc/>
    protected override string Comment =>
        "The judge itself errs on one real garment in ten or so, most of all between shirts, coats and pullovers.";

    /// <inheritdoc/>
    protected override IReadOnlyList<Expected> Expectations =>
    [
        new(Right, Band.AtLeast(0.85), Band.AtLeast(0.3)),
        new(Least, Band.AtLeast(0.6)),
        new(Heard, Band.AtLeast(0), Band.AtLeast(0)),
        new(Floor, Band.AtLeast(0.88), Band.AtLeast(0.5)) { IsControl = true },
    ];

    /// <inheritdoc/>
    protected override Run Accept(Trial trial)
    {
        var data = trial.Of("fashion-mnist?size=16&limit=4000", "fashion-mnist");
        var test = (ImageSet)trial.Open(trial.Of("fashion-mnist?size=16&split=test&limit=1000", "fashion-mnist?split=test"));
        var steps = trial.Of(200, 2000);
        var each = trial.Of(30, 100);
        using var judge = new ClassJudge();
        using var game = new PlayedGame(trial, data, "cgan", steps, []);
        game.PlayTo(steps);
        int[] wanted = [.. Enumerable.Range(0, Classes).SelectMany(k => Enumerable.Repeat(k, each))];
        var samples = Made(game, wanted, test.Shape);
        var (right, least) = judge.Accuracy(samples, wanted);
        var sheet = Made(game, [.. Enumerable.Range(0, 36).Select(i => i / 6)], test.Shape);
        return new(trial.IsQuick, new Dictionary<string, double>
        {
            [Right] = right,
            [Least] = least,
            [Heard] = Gap(game),
            [Floor] = judge.Accuracy(test, test.Labels!).All,
        }, Sheets.Beside(Sheets.Of(sheet)));
    }

    private static ImageSet Made(PlayedGame game, int[] classes, ImageShape shape)
    {
        using var scope = TensorScope.Open();
        using var still = new Still(game.System);
        using var pause = Autograd.Pause();
        using var stream = RandomGenerator.Named("sample", 0);
        var sampler = (ISampler)game.System;
        var y = Tensor.From<long>([.. classes.Select(k => (long)k)], [classes.Length]);
        return new("generated", shape, ImageView.ToBytes(sampler.Generate(sampler.Latent.Sample(classes.Length, stream), y)));
    }

    private static double Gap(PlayedGame game)
    {
        using var scope = TensorScope.Open();
        using var still = new Still(game.System);
        using var pause = Autograd.Pause();
        using var batch = game.Source.Of([.. Enumerable.Range(0, 500)]);
        var other = Tensor.From<long>([.. batch.Labels!.ToArray<long>().Select(k => (k + 1) % Classes)], [batch.Count]);
        var critic = (IScorer)game.System;
        return (critic.Score(batch.X, batch.Labels) - critic.Score(batch.X, other)).Mean().Item();
    }
}
