using Earthmover.Claims.Lab;

namespace Earthmover.Claims.Acceptance;

/// <summary>R51 on pictures: what ALI's encoder knows of garments.</summary>
public sealed class AliPictures : SystemClaim
{
    private const string
        Error = "distance of x to G(E(x)), over that to another garment's",
        Neighbor = "nearest neighbor by features: share of the right class",
        Codes = "nearest neighbor by codes: share of the right class", Pixels = "nearest neighbor by pixels: share of the right class";

    /// <inheritdoc/>
    public override string System => "ali";

    /// <inheritdoc/>
    public override string Part => "pictures";

    /// <inheritdoc/>
    public override string Title => "ALI reconstructs garments that it has not seen, and its features know classes";

    /// <inheritdoc/>
    public override string Statement => """
        A generator and an encoder that draws play together against a critic of pairs.
        What the generator makes of the code of a picture is like that picture, without ever being told to be,
        and pictures whose features are near to each other are of one class.
        """.ReplaceLineEndings(" ");

    /// <inheritdoc/>
    public override string Experiment => """
        Fashion-MNIST, 8,000 steps of 32 garments, four times through the data, with perceptrons of width 256, batch normalization in the
        generator and the encoder, and 10 coordinates of z.
        1,000 test garments; their code is the mean of q(z|x).
        The distance in pixels to their reconstructions, over the distance to the reconstruction of another garment;
        nearest neighbors among all training garments, by the encoder's layer before its output, by the codes, and by pixels as the control.
        The paper: convolutions, on CIFAR-10 6,475 times through the data.
        The short form: width 128, 8 coordinates, 500 steps, neighbors among 2,000.
        """.ReplaceLineEndings(" ");

    /// <inheritdoc/>
    public override string PictureTitle => "Test garments, and their reconstructions";

    /// <inheritdoc/>
    protected override string Comment => """
        The bars are BiGAN's; of codes no more is asked than that they know classes at all.
        The reconstructions are grainy: the networks are perceptrons, and the game is short.
        The penalty on the critic is ours, and goes well with batch normalization on pictures:
        in 1,500 steps with 16 coordinates, one seed each, the distance was 0.65 and neighbors by features were right in 79 % among 10,000
        with it, 0.62 and 74 % without at five times the step size.
        """.ReplaceLineEndings(" ");

    /// <inheritdoc/>
    protected override IReadOnlyList<Expected> Expectations =>
    [
        new(Error, Band.AtMost(0.75), Band.AtMost(0.95)),
        new(Neighbor, Band.AtLeast(0.8), Band.AtLeast(0.6)),
        new(Codes, Band.AtLeast(0.5), Band.AtLeast(0.3)) { IsControl = true },
        new(Pixels, Band.AtLeast(0.75), Band.AtLeast(0.7)) { IsControl = true },
    ];

    /// <inheritdoc/>
    protected override Run Accept(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        var steps = trial.Of(500, 8000);
        var settings = trial.Of<IReadOnlyList<string>>(
            ["width=128", "batch=32", "latent_size=8", "learning_rate=0.001"], EncodedGarments.Settings);
        using var game = new PlayedGame(trial, "fashion-mnist", System, steps, [.. settings, "batch_normalization=true"]);
        game.PlayTo(steps);
        var seen = EncodedGarments.Of(trial, game.System);
        return new(trial.IsQuick, new Dictionary<string, double>
        {
            [Error] = seen.Error,
            [Neighbor] = seen.Features,
            [Codes] = seen.Codes,
            [Pixels] = seen.Pixels,
        }, seen.Sheet);
    }
}
