using Earthmover.Claims.Lab;
using Earthmover.Data;
using Earthmover.Games;
using Earthmover.Torch;
using Earthmover.Training;

namespace Earthmover.Claims.Acceptance;

/// <summary>R29: CGAN makes what it is told, and its critic hears what a sample should be.</summary>
public sealed class CganClasses : ToldClasses
{
    private const string Heard = "critic's score of real garments under their own class, less that under another";

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
    protected override string Beside => " The critic scores 500 real garments under their own class and under the next one.";

    /// <inheritdoc/>
    protected override string Comment =>
        "The judge itself errs on one real garment in ten or so, most of all between shirts, coats and pullovers.";

    /// <inheritdoc/>
    protected override IReadOnlyList<Expected> Others => [new(Heard, Band.AtLeast(0), Band.AtLeast(0))];

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, double> Measure(PlayedGame game, ImageSet test)
    {
        ArgumentNullException.ThrowIfNull(game);
        using var scope = TensorScope.Open();
        using var still = new Still(game.System);
        using var pause = Autograd.Pause();
        using var batch = game.Source.Of([.. Enumerable.Range(0, 500)]);
        var other = Tensor.From<long>([.. batch.Labels!.ToArray<long>().Select(k => (k + 1) % Classes)], [batch.Count]);
        var critic = (IScorer)game.System;
        var gap = (critic.Score(batch.X, batch.Labels) - critic.Score(batch.X, other)).Mean().Item();
        return new Dictionary<string, double> { [Heard] = gap };
    }
}
