using Earthmover.Claims.Lab;
using Earthmover.Data;
using Earthmover.Games;
using Earthmover.Torch;
using Earthmover.Training;

namespace Earthmover.Claims.Acceptance;

/// <summary>R57: AC-GAN makes what it is told, and its critic can name what there is.</summary>
public sealed class AcGanClasses : ToldClasses
{
    private const string Named = "real test garments that its own critic names right";

    /// <inheritdoc/>
    public override string System => "acgan";

    /// <inheritdoc/>
    public override string Title => "AC-GAN makes the garment that it is told to make, and names real ones";

    /// <inheritdoc/>
    public override string Statement => """
        A critic that is not told the class but has to name it, and a generator that is to be named as it was told,
        give samples of the class that is asked for, and a classifier beside.
        """.ReplaceLineEndings(" ");

    /// <inheritdoc/>
    protected override int Steps => 2000;

    /// <inheritdoc/>
    protected override string Beside => " The critic's second head names the test garments, which it has not seen.";

    /// <inheritdoc/>
    protected override string Comment =>
        "What is easy to name is not what is typical: a generator that listens more to the class than to the score makes plain samples.";

    /// <inheritdoc/>
    protected override IReadOnlyList<Expected> Others => [new(Named, Band.AtLeast(0.8), Band.AtLeast(0.5))];

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, double> Measure(PlayedGame game, ImageSet test)
    {
        ArgumentNullException.ThrowIfNull(game);
        ArgumentNullException.ThrowIfNull(test);
        using var scope = TensorScope.Open();
        using var still = new Still(game.System);
        var rows = LinearProbe.Features(test, ((IClassifier)game.System).Classify).ToArray<float>().Chunk(Classes);
        var right = rows.Zip(test.Labels!).Average(pair => pair.First.IndexOf(pair.First.Max()) == pair.Second ? 1.0 : 0);
        return new Dictionary<string, double> { [Named] = right };
    }
}
