using Earthmover.Claims.Lab;
using Earthmover.Data;

namespace Earthmover.Claims.Acceptance;

/// <summary>R29: the default for pictures makes what it is told.</summary>
public sealed class ProjectionClasses : ToldClasses
{
    /// <inheritdoc/>
    public override string System => "projection";

    /// <inheritdoc/>
    public override string Title => "The projection GAN makes the garment that it is told to make";

    /// <inheritdoc/>
    public override string Statement => """
        A critic that adds to its score how well the features of a sample go with a vector of its class,
        and a generator whose normalization depends on the class, give samples of the class that is asked for.
        """.ReplaceLineEndings(" ");

    /// <inheritdoc/>
    protected override string Beside => "";

    /// <inheritdoc/>
    protected override string Comment =>
        "The judge itself errs on one real garment in ten or so, most of all between shirts, coats and pullovers.";

    /// <inheritdoc/>
    protected override IReadOnlyList<Expected> Others => [];

    /// <inheritdoc/>
    protected override IReadOnlyDictionary<string, double> Measure(PlayedGame game, ImageSet test) => new Dictionary<string, double>();
}
