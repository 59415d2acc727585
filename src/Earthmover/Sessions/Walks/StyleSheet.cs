using Earthmover.Data;
using Earthmover.Editing;
using Earthmover.Games;
using Earthmover.Media;
using Earthmover.Sessions.Sampling;
using Earthmover.Torch;
using Earthmover.Training.Views;

namespace Earthmover.Sessions.Walks;

/// <summary>
/// Styles of a seed crossed, as one picture: samples in the first column lend their coarse styles, samples in the first row their fine
/// ones.
/// </summary>
public static class StyleSheet
{
    /// <summary>Most samples of a row or column.</summary>
    public const int Most = 16;

    /// <summary>Draws it and writes it as a PNG that carries how it was made.</summary>
    /// <param name="run">The run.</param>
    /// <param name="seed">Seed of the latent vectors: first those of the rows, then those of the columns.</param>
    /// <param name="side">Rows and columns, 1 to <see cref="Most"/>.</param>
    /// <param name="from">The first layer that is told the column's style, 1 to the number of layers less one.</param>
    /// <param name="truncation">ψ of all styles.</param>
    /// <param name="path">The PNG.</param>
    /// <exception cref="UserException">The run has no styles or no pictures, or not so many layers.</exception>
    public static void Write(TrainedRun run, long seed, int side, int from, double truncation, string path)
    {
        ArgumentNullException.ThrowIfNull(run);
        var sheet = Draw(run, seed, side, from, truncation);
        var made = $"styles of seed {seed} crossed from layer {from}{SampleWish.NearWords(truncation)}";
        OutputPath.Write("the styles", () => ImageFile.SavePng(path, sheet, SampleWriter.Texts(run, made)));
    }

    private static Image Draw(TrainedRun run, long seed, int side, int from, double truncation)
    {
        var styled = run.Ability<IStylist>();
        if (run.Spec.Shape is not SampleShape.Image { Shape: var shape })
            throw new UserException($"styles are crossed in pictures, and {run.Recipe.Data} is {run.Spec.Kind}");
        if (from < 1 || from >= styled.Layers)
            throw new UserException($"--mix {from} is no layer at which styles can change: this run has {styled.Layers}, "
                + $"so 1 to {styled.Layers - 1} from the coarsest on");
        using var pause = Autograd.Pause();
        using var scope = TensorScope.Open();
        var z = run.DrawInput(seed, 0, 2 * side);
        Tensor rows = z.Narrow(0, 0, side), columns = z.Narrow(0, side, side);
        Image[] Of(Tensor pictures)
        {
            RunSamples.RequireFinite(pictures, "this run");
            return [.. ImageView.ToBytes(pictures).Chunk(shape.Size)
                .Select(planes => Image.FromPlanes(planes, shape.Channels, shape.Height, shape.Width))];
        }
        Image[] above = Of(StyleEdits.Truncated(styled, columns, truncation)), left = Of(StyleEdits.Truncated(styled, rows, truncation));
        List<Image> tiles = [new(shape.Width, shape.Height, 1, new byte[shape.Width * shape.Height]), .. above];
        for (var i = 0; i < side; i++)
        {
            var row = rows.Narrow(0, i, 1).Expand([side, rows.Size(1)]);
            tiles.AddRange([left[i], .. Of(StyleEdits.Crossed(styled, row, columns, from, truncation))]);
        }
        return ImageGrid.Draw(tiles, side + 1);
    }
}
