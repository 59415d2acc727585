using Earthmover.Data;
using Earthmover.Games;
using Earthmover.Torch;
using Earthmover.Training.Views;

namespace Earthmover.Claims.Lab;

/// <summary>What a game of two domains, which has seen no pairs, makes of edges that it has not seen.</summary>
/// <param name="Made">The garments that it makes of them.</param>
/// <param name="Kept">Share that shows the garment of its edges.</param>
/// <param name="Nearer">Fréchet distance to garments, over that of the edges.</param>
/// <param name="L1">Mean difference to the garments of the edges, values from −1 to 1.</param>
/// <param name="Cycle">Mean difference of edges to what comes back of them; NaN where there is no way back.</param>
/// <param name="BackL1">Mean difference of edges that it makes of garments to those garments' own; NaN where there is no way back.</param>
public sealed record EdgeTranslation(ImageSet Made, double Kept, double Nearer, double L1, double Cycle, double BackL1)
{
    /// <summary>The data of the game: edges and garments, dealt without pairs.</summary>
    public static string Address(Trial trial) => Of(trial).Of(
        "fashion-edges?pairs=unpaired&size=16&limit=2000", "fashion-edges?pairs=unpaired");

    /// <summary>A judge of pairs of the test part.</summary>
    public static TranslationJudge Judge(Trial trial) => new(
        Of(trial).Open(trial.Of("fashion-edges?size=16&split=test&limit=300", "fashion-edges?split=test&limit=1000")),
        trial.Open(trial.Of("fashion-mnist?size=16&limit=2000", "fashion-mnist")));

    /// <summary>
    /// Options of CycleGAN beside its λ: the identity term would have edges stay edges, as a shortcut would.
    /// </summary>
    public static IReadOnlyList<string> CycleGan(Trial trial) =>
        ["identity=0", "translator=resnet", "learning_rate=0.001", "decay=linear",
            .. Of(trial).Of<string[]>(["width=8", "blocks=1"], ["width=16", "blocks=4"])];

    private static Trial Of(Trial trial) => trial ?? throw new ArgumentNullException(nameof(trial));

    /// <summary>Plays a game and looks at it.</summary>
    /// <param name="trial">The trial.</param>
    /// <param name="judge">The judge.</param>
    /// <param name="system">Name of a system that translates.</param>
    /// <param name="steps">Steps.</param>
    /// <param name="settings">Options.</param>
    public static EdgeTranslation Play(Trial trial, TranslationJudge judge, string system, int steps, params string[] settings)
    {
        ArgumentNullException.ThrowIfNull(judge);
        using var scope = TensorScope.Open();
        using var game = new PlayedGame(trial, Address(trial), system, steps, settings, isAveraged: true);
        game.PlayTo(steps);
        var (test, translator) = (judge.Test, (ITranslator)game.System);
        Tensor Way(Tensor x, Direction direction) => game.AsUsed(() => translator.Translate(x, direction));
        var there = Way(test.A, Direction.AToB);
        var hasBack = translator.Directions.Contains(Direction.BToA);
        return Of(judge, there) with
        {
            Cycle = hasBack ? Apart(Way(there, Direction.BToA), test.A) : double.NaN,
            BackL1 = hasBack ? Apart(Way(test.B, Direction.BToA), test.A) : double.NaN,
        };
    }

    /// <summary>Looks at translations, of which there is no way back.</summary>
    /// <param name="judge">The judge.</param>
    /// <param name="there">What has been made of its edges [N, …].</param>
    public static EdgeTranslation Of(TranslationJudge judge, Tensor there)
    {
        ArgumentNullException.ThrowIfNull(judge);
        var made = new ImageSet("translated", judge.Test.Garments.Shape, ImageView.ToBytes(there));
        return new(made, judge.KeptOf(made), judge.NearerOf(made), Apart(there, judge.Test.B), double.NaN, double.NaN);
    }

    private static double Apart(Tensor x, Tensor y)
    {
        using var scope = TensorScope.Open();
        return (x - y).Abs().Mean().Item();
    }
}
