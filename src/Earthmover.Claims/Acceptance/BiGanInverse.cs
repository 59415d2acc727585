using Earthmover.Claims.Lab;
using Earthmover.Data;

namespace Earthmover.Claims.Acceptance;

/// <summary>R50: what BiGAN's encoder knows: how to invert the generator, and what is near to what.</summary>
public sealed class BiGanInverse : SystemClaim
{
    private const string
        Inverse = "correlation of E(G(z)) and z", Error = "distance of x to G(E(x)), over that to another garment's",
        Neighbor = "nearest neighbor by features: share of the right class",
        Codes = "nearest neighbor by codes: share of the right class", Pixels = "nearest neighbor by pixels: share of the right class",
        Latent = "latent regressor", Joint = "joint latent regressor";

    /// <inheritdoc/>
    public override string System => "bigan";

    /// <inheritdoc/>
    public override string Title => "BiGAN's encoder inverts its generator, and its features know classes";

    /// <inheritdoc/>
    public override string Statement => """
        A generator and an encoder that play together against a critic of pairs come to invert each other without ever being told to
        reconstruct,
        and what the encoder makes of pictures are features in which neighbors are of one class.
        An encoder that learns the latent vectors of what a GAN makes has never seen a real picture.
        """.ReplaceLineEndings(" ");

    /// <inheritdoc/>
    public override string Experiment => """
        Fashion-MNIST, 8,000 steps of 32 garments, four times through the data, with perceptrons of width 256 and 10 coordinates of z
        (the paper: 400 times through MNIST, width 1,024, 50 coordinates).
        1,000 test garments: the distance in pixels to their reconstructions, over the distance to the reconstruction of another garment;
        nearest neighbors among all training garments, by the encoder's layer before its output as the authors measure,
        by the codes, and by pixels as a control.
        The latent regressors: the same generator and encoder, a critic of garments alone with the same penalty, as many steps,
        the encoder's loss the cross-entropy of z; in the joint one it is the generator's too, times 0.25.
        The short form: a round Gaussian in the plane, width 64, 4,000 steps.
        """.ReplaceLineEndings(" ");

    /// <inheritdoc/>
    public override string PictureTitle =>
        "Long form: test garments, and their reconstructions; short form: samples among the points of a Gaussian";

    /// <inheritdoc/>
    protected override string Comment => """
        The latent regressors, with the same networks and as many steps, invert the generator better, and reconstruct better too.
        The seconds below are of a core shared with others: its own time was four minutes a seed, 80 s of them BiGAN's game.
        The authors measure neighbors by features, and so does this page, which held codes to the bar before, among 10,000 garments;
        of codes no more is asked than that they know classes at all.
        The bar says little: after 50 steps features have 0.81, and pixels 0.83.
        Among 10,000, where pixels have 0.80, a game as long with 16 coordinates had 0.79.
        The penalty on the critic is ours; what the paper has instead is patience.
        The correlation hangs on how many coordinates z has: 0.46 with 16 in a game as long.
        In 1,500 steps of 64 garments, one seed each, it was 0.53 with 10 coordinates, 0.34 with 16 and 0.12 with 50;
        with 50 and codes that are not bounded 0.08, at five times the step size 0.09, where the critic hears z at its second layer alone,
        as in the authors' code, 0.07, and with their batch normalization there in place of the penalty 0.04.
        With 50, codes that are not bounded and width 512 it was 0.22 after 9,375 steps of 128 garments, and the distance 0.62.
        """.ReplaceLineEndings(" ");

    /// <inheritdoc/>
    protected override IReadOnlyList<Expected> Expectations =>
    [
        new(Inverse, Band.AtLeast(0.5), Band.AtLeast(0.5)),
        new(Error, Band.AtMost(0.75)),
        new(Neighbor, Band.AtLeast(0.8)),
        new(Codes, Band.AtLeast(0.5)) { IsControl = true },
        new(Pixels, Band.AtLeast(0.75)) { IsControl = true },
        .. new[] { Latent, Joint }.SelectMany(rival => (Expected[])
        [
            new(Of(rival, Inverse), Band.AtLeast(0.5)) { IsControl = true },
            new(Of(rival, Error), Band.AtMost(1)) { IsControl = true },
            new(Of(rival, Neighbor), Band.AtLeast(0.75)) { IsControl = true },
        ]),
    ];

    private static string Of(string rival, string number) => $"{rival}: {number}";

    /// <inheritdoc/>
    protected override Run Accept(Trial trial)
    {
        var data = trial.Of("gaussian?n=4000", "fashion-mnist");
        var steps = trial.Of(4000, 8000);
        var settings = trial.Of<IReadOnlyList<string>>(["width=64", "batch=128", "decay_start=0"], EncodedGarments.Settings);
        PlayedGame Begin() => new(trial, data, System, steps, settings);
        using var game = Begin();
        game.PlayTo(steps);
        var numbers = new Dictionary<string, double> { [Inverse] = EncodedGarments.Inverts(game.System) };
        if (trial.IsQuick)
            return new(true, numbers, Sheets.Png(Sheets.Of((PointSet)trial.Open(data), game.Generate(1500), "BiGAN")));
        trial.Report(0.4);
        var seen = EncodedGarments.Of(trial, game.System);
        (numbers[Error], numbers[Neighbor], numbers[Codes], numbers[Pixels]) = (seen.Error, seen.Features, seen.Codes, seen.Pixels);
        foreach (var (rival, joint) in ((string, double)[])[(Latent, 0), (Joint, 0.25)])
        {
            using var other = Begin();
            using var regressor = new LatentRegressor(other, EncodedGarments.Width);
            regressor.Play(steps, joint);
            var its = EncodedGarments.Of(trial, other.System);
            numbers[Of(rival, Inverse)] = EncodedGarments.Inverts(other.System);
            (numbers[Of(rival, Error)], numbers[Of(rival, Neighbor)]) = (its.Error, its.Features);
            trial.Report(joint == 0 ? 0.7 : 1);
        }
        return new(false, numbers, seen.Sheet);
    }
}
