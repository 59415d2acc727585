using System.Globalization;
using Earthmover.Claims.Lab;
using Earthmover.Data;
using Earthmover.Editing;
using Earthmover.Games;
using Earthmover.Media;
using Earthmover.Torch;
using Earthmover.Training;
using Earthmover.Training.Views;

namespace Earthmover.Claims.Acceptance;

/// <summary>R55: what the styles of the first layers decide, and those of the last; what is left of variety near the mean style.</summary>
public sealed class StyleGanStyles : SystemClaim
{
    private const int Pairs = 400, From = 4;

    private const string
        Class = "crossed samples of the class of the coarse styles' sample, where the two differ",
        Color = "crossed samples of the color of the fine styles' sample, where the two differ",
        None = "distance between samples at ψ = 0", Rise = "least growth of that distance from one ψ to the next, over that at ψ = 1",
        Nearer = "Fréchet distance, over that of DCGAN", Size = "parameters, over those of DCGAN";

    private static readonly double[] s_truncations = [0, 0.25, 0.5, 0.75, 1];

    /// <inheritdoc/>
    public override string System => "stylegan";

    /// <inheritdoc/>
    public override string Title => "Coarse styles decide what a garment is, fine ones its color";

    /// <inheritdoc/>
    public override string Statement => """
        A generator that is told a style at every layer keeps apart what is decided at coarse and at fine sizes:
        the first layers' styles say the class, the last ones' the color. Towards the mean style variety falls, and there is none at it.
        """.ReplaceLineEndings(" ");

    /// <inheritdoc/>
    public override string Experiment => string.Create(CultureInfo.InvariantCulture, $"""
        Tinted garments with the catalog's settings, 2,500 steps. {Pairs} pairs of samples are crossed:
        the first {From} layers of six, at 7 × 7 and 14 × 14, are told the style of one, the two at 28 × 28 that of the other;
        classes by this program's own classifier, which sees the luma, colors by hue, one of six.
        Distances are of pixels, between neighbors among {Pairs} samples.
        DCGAN plays the same steps, of a width at which it has as many parameters;
        2,000 samples of each, in the features of the same classifier.
        The short form: 16 × 16, 100 steps.
        """).ReplaceLineEndings(" ");

    /// <inheritdoc/>
    public override string PictureTitle =>
        "Styles crossed: the first column's coarse ones, the first row's fine ones; below, the same samples at ψ = 0, ¼, ½, ¾ and 1";

    /// <inheritdoc/>
    protected override string Comment => "Both generators are judged as they are, without averages of their weights. "
        + "After these 2,500 steps the pictures are garments of one color each, speckled by the noise of the layers.";

    /// <inheritdoc/>
    protected override IReadOnlyList<Expected> Expectations =>
    [
        new(Class, Band.AtLeast(0.6)),
        new(Color, Band.AtLeast(0.6)),
        new(None, Band.AtMost(1e-4), Band.AtMost(1e-4)),
        new(Rise, Band.AtLeast(1e-3), Band.AtLeast(1e-3)),
        new(Nearer, Band.AtMost(1.1)),
        new(Size, Band.Between(0.8, 1.25)) { IsControl = true },
    ];

    /// <inheritdoc/>
    protected override Run Accept(Trial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        var steps = trial.Of(100, 2500);
        var tinted = Tinted(trial, "");
        var numbers = new Dictionary<string, double>();
        using var scope = TensorScope.Open();
        using var game = new PlayedGame(trial, tinted.Name, System, steps, trial.Of<string[]>(["width=8"], []), tinted);
        game.PlayTo(steps);
        trial.Report(0.6);
        var picture = Styled(trial, game, tinted.Shape, numbers);
        if (trial.IsQuick)
            return new(true, numbers, picture);
        (numbers[Nearer], numbers[Size]) = Compared(trial, game, tinted, steps);
        return new(false, numbers, picture);
    }

    // What styles do, and a sheet of them.
    private static byte[] Styled(Trial trial, PlayedGame game, ImageShape shape, Dictionary<string, double> numbers)
    {
        using var still = new Still(game.System);
        using var pause = Autograd.Pause();
        using var stream = RandomGenerator.Named("styles", 0);
        var styled = (IStylist)game.System;
        Tensor a = styled.Latent.Sample(Pairs, stream), b = styled.Latent.Sample(Pairs, stream);
        double[] apart = [.. s_truncations.Select(truncation => Apart(StyleEdits.Truncated(styled, a, truncation)))];
        numbers[None] = apart[0];
        numbers[Rise] = apart.Zip(apart.Skip(1), (before, after) => after - before).Min() / apart[^1];
        if (!trial.IsQuick)
            (numbers[Class], numbers[Color]) = Crossed(styled, a, b, shape);
        return Sheets.Png(Sheet(styled, a, b, shape));
    }

    private static ImageSet Tinted(Trial trial, string part)
    {
        var all = (ImageSet)trial.Open($"fashion-captions?{trial.Of("size=16&limit=1000", "size=28")}{part}");
        return new("tinted garments", all.Shape, all.Pixels);
    }

    private static double Apart(Tensor samples)
    {
        var (first, second) = (samples.Narrow(0, 0, Pairs - 1), samples.Narrow(0, 1, Pairs - 1));
        return (first - second).Flatten(1).Square().Sum([1]).Sqrt().Mean().Item();
    }

    private static ImageSet Pictures(Tensor samples, ImageShape shape) => new("generated", shape, ImageView.ToBytes(samples));

    private static (double Class, double Color) Crossed(IStylist styled, Tensor a, Tensor b, ImageShape shape)
    {
        using var judge = new ClassJudge();
        ImageSet[] sets = [.. new[] { styled.Generate(a), styled.Generate(b), StyleEdits.Crossed(styled, a, b, From) }
            .Select(samples => Pictures(samples, shape))];
        double Follows(Func<ImageSet, IReadOnlyList<int>> names, int whom)
        {
            IReadOnlyList<int>[] all = [.. sets.Select(names)];
            return Enumerable.Range(0, Pairs).Where(i => all[0][i] != all[1][i]).Average(i => all[2][i] == all[whom][i] ? 1.0 : 0);
        }
        return (Follows(judge.Name, 0), Follows(TintJudge.ColorsOf, 1));
    }

    private static (double Nearer, double Size) Compared(Trial trial, PlayedGame game, ImageSet tinted, int steps)
    {
        using var judge = new PictureJudge(Tinted(trial, "&split=test"), 2000);
        static long Parameters(PlayedGame played) => played.System.Networks.Values.Sum(network => network.ParameterCount);
        PlayedGame Other(int width) => new(trial, tinted.Name, "dcgan", steps, [$"width={width}"], tinted);
        double Share(int width)
        {
            using var other = Other(width);
            return (double)Parameters(game) / Parameters(other);
        }
        var width = Enumerable.Range(4, 29).MinBy(w => Math.Abs(Math.Log(Share(w))));
        using var dcgan = Other(width);
        dcgan.PlayTo(steps);
        return (judge.Distance(game) / judge.Distance(dcgan), (double)Parameters(game) / Parameters(dcgan));
    }

    private static Image Sheet(IStylist styled, Tensor a, Tensor b, ImageShape shape)
    {
        const int side = 6;
        Image[] Of(Tensor samples)
        {
            var set = Pictures(samples, shape);
            return [.. Enumerable.Range(0, set.Count).Select(set.ToImage)];
        }
        Tensor rows = a.Narrow(0, 0, side), columns = b.Narrow(0, 0, side);
        List<Image> tiles = [new(shape.Width, shape.Height, 1, new byte[shape.Width * shape.Height]), .. Of(styled.Generate(columns))];
        for (var i = 0; i < side; i++)
        {
            var row = rows.Narrow(0, i, 1);
            tiles.AddRange([.. Of(styled.Generate(row)),
                .. Of(StyleEdits.Crossed(styled, row.Expand([side, row.Size(1)]), columns, From < styled.Layers ? From : 2))]);
        }
        var steps = s_truncations.SelectMany(truncation => Of(StyleEdits.Truncated(styled, a.Narrow(0, 0, side + 1), truncation)));
        var (above, below) = (ImageGrid.Draw(tiles, side + 1), ImageGrid.Draw([.. steps], side + 1));
        var canvas = new Canvas(above.Width, above.Height + 12 + below.Height, new(40, 40, 40));
        canvas.Place(above, 0, 0);
        canvas.Place(below, 0, above.Height + 12);
        return canvas.ToImage();
    }
}
