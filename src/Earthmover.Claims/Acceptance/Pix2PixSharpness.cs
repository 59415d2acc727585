using Earthmover.Claims.Lab;
using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Games;
using Earthmover.Torch;
using Earthmover.Torch.Operators;
using Earthmover.Training;
using Earthmover.Training.Views;

namespace Earthmover.Claims.Acceptance;

/// <summary>
/// R34: L1 alone blurs, the game sharpens, joined layers carry over what the input knows, and the critic sees what belongs together.
/// </summary>
public sealed class Pix2PixSharpness : SystemClaim
{
    private const string
        Blur = "sharpness of L1 alone, in parts of real garments", Sharp = "sharpness with the game, in parts of real garments",
        Cost = "L1 with the game over that of L1 alone", Joined = "L1 with joined layers over that of a bottleneck",
        Shown = "translations that show the garment of their edges", Pairs = "share of pairs that the critic prefers to exchanged ones",
        Learned = "L1 of the translation over that of the mean garment", Floor = "real garments that the judge names right";

    /// <inheritdoc/>
    public override string System => "pix2pix";

    /// <inheritdoc/>
    public override string Title => "pix2pix: L1 alone blurs, the game makes translations as sharp as garments";

    /// <inheritdoc/>
    public override string Statement => """
        An L1 term gives translations that are right and blurred;
        a critic of patches, which sees the input beside the translation, makes them sharp at little cost in L1.
        Layers joined as in a U-Net carry over what input and output share.
        """.ReplaceLineEndings(" ");

    /// <inheritdoc/>
    public override string Experiment => """
        Edges of garments to garments at 32 × 32, the catalog's settings, 6,000 steps of 4 pairs: the whole game; L1 alone;
        L1 alone without joined layers. 500 test pairs.
        Sharpness: the mean energy of the Laplacian. The critic is asked of each edge picture with its own garment and with the next one.
        The paper: 256 × 256, 200 times through the data. The short form: L1 alone at 16 × 16, width 8, 250 steps of 8 pairs.
        """.ReplaceLineEndings(" ");

    /// <inheritdoc/>
    public override string PictureTitle => "Edges, their translations, and the garments themselves";

    /// <inheritdoc/>
    protected override string Comment =>
        "Edges of a garment fix most of it, so that little is left for the game to invent.";

    /// <inheritdoc/>
    protected override IReadOnlyList<Expected> Expectations =>
    [
        new(Blur, Band.AtMost(0.8)),
        new(Sharp, Band.Between(0.85, 1.15)),
        new(Cost, Band.AtMost(1.3)),
        new(Joined, Band.AtMost(0.8)),
        new(Shown, Band.AtLeast(0.8)),
        new(Pairs, Band.AtLeast(0.8)),
        new(Learned, null, Band.AtMost(0.7)),
        new(Floor, Band.AtLeast(0.85)) { IsControl = true },
    ];

    /// <inheritdoc/>
    protected override Run Accept(Trial trial)
    {
        var data = trial.Of("fashion-edges?size=16&limit=2000", "fashion-edges?size=32");
        var unseen = trial.Of("fashion-edges?size=16&split=test&limit=200", "fashion-edges?size=32&split=test&limit=500");
        var test = new TestPairs(trial.Open(unseen));
        var steps = trial.Of(250, 6000);
        using var scope = TensorScope.Open();
        if (trial.IsQuick)
        {
            var small = Play(trial, data, steps, test, "adversarial=false", "width=8", "batch=8", "patch_halvings=1",
                "learning_rate=0.001");
            var mean = (test.B - test.B.Mean([0], keep: true)).Abs().Mean().Item();
            return new(true, new Dictionary<string, double> { [Learned] = small.L1 / mean }, test.Sheet(small.Made));
        }
        var whole = Play(trial, data, steps, test);
        trial.Report(0.4);
        var alone = Play(trial, data, steps, test, "adversarial=false");
        trial.Report(0.7);
        var bottleneck = Play(trial, data, steps, test, "adversarial=false", "skips=false");
        using var judge = new ClassJudge();
        return new(false, new Dictionary<string, double>
        {
            [Blur] = test.Sharpness(alone.Made),
            [Sharp] = test.Sharpness(whole.Made),
            [Cost] = whole.L1 / alone.L1,
            [Joined] = alone.L1 / bottleneck.L1,
            [Shown] = judge.Accuracy(whole.Made, test.Labels).All,
            [Pairs] = whole.Preferred,
            [Floor] = judge.Accuracy(test.Garments, test.Labels).All,
        }, test.Sheet(whole.Made));
    }

    private sealed record Way(ImageSet Made, double L1, double Preferred);

    private static Way Play(Trial trial, string data, int steps, TestPairs test, params string[] settings)
    {
        using var scope = TensorScope.Open();
        using var game = new PlayedGame(trial, data, "pix2pix", steps, settings);
        game.PlayTo(steps);
        using var still = new Still(game.System);
        using var pause = Autograd.Pause();
        var made = ((ITranslator)game.System).Translate(test.A, Direction.AToB);
        var critic = game.System.Networks["critic"];
        Tensor Judged(Tensor b) => critic.Forward(Tensor.Cat([test.A, b], 1)).Flatten(1).Mean([1]);
        var own = Judged(test.B).ToArray<float>();
        var next = Judged(Op.Roll(test.B, [-1], [0])).ToArray<float>();
        var preferred = own.Zip(next).Average(p => p.First > p.Second ? 1.0 : 0);
        var pictures = new ImageSet("translated", test.Garments.Shape, ImageView.ToBytes(made));
        return new(pictures, (made - test.B).Abs().Mean().Item(), preferred);
    }
}
