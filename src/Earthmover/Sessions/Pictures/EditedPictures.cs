using Earthmover.Data;
using Earthmover.Data.Pictures;
using Earthmover.Games;
using Earthmover.Media;
using Earthmover.Sessions.Sampling;

namespace Earthmover.Sessions.Pictures;

/// <summary>Where edited pictures go.</summary>
public static class EditedPictures
{
    private const int Row = 160;

    /// <summary>Reads a picture that is to be edited, before anything is learned for it.</summary>
    /// <param name="run">The run.</param>
    /// <param name="path">The picture's file.</param>
    /// <param name="strokes">What is asked for.</param>
    /// <exception cref="UserException">The run draws no pictures, this one cannot be read, or the strokes are not of its size.</exception>
    public static Image Open(TrainedRun run, string path, Strokes strokes)
    {
        ArgumentNullException.ThrowIfNull(strokes);
        Require(run);
        var original = WholePicture.Read(path);
        return strokes.Painted is not { } painted || (painted.Width, painted.Height) == (original.Width, original.Height) ? original
            : throw new UserException($"the strokes are painted on {painted.Width}x{painted.Height} and {path} is "
                + $"{original.Width}x{original.Height}; paint on a transparent picture of its size");
    }

    /// <summary>Refuses a run that cannot edit.</summary>
    /// <param name="run">The run.</param>
    /// <exception cref="UserException">It draws no pictures of latent vectors.</exception>
    public static void Require(TrainedRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        run.Ability<ISampler>();
        if (run.Spec.Shape is not SampleShape.Image)
            throw new UserException($"the run's samples are {run.Spec.Kind}, and strokes are painted on pictures; "
                + "edit takes a run that learned from pictures");
    }

    /// <summary>Writes an edited picture, and a sheet of all candidates.</summary>
    /// <param name="path">A PNG for the picture.</param>
    /// <param name="sheet">A PNG for the sheet; null writes none.</param>
    /// <param name="run">The run.</param>
    /// <param name="made">What was made.</param>
    /// <param name="picture">The picture's file.</param>
    /// <exception cref="UserException">A file cannot be written.</exception>
    public static void Write(string path, string? sheet, TrainedRun run, EditedPicture made, string picture)
    {
        ArgumentNullException.ThrowIfNull(made);
        var how = $"{Path.GetFileName(picture)}, edited by strokes";
        OutputPath.Write("the picture", () =>
        {
            ImageFile.SavePng(path, made.Result, SampleWriter.Texts(run, how));
            if (sheet is not null)
                ImageFile.SavePng(sheet, Sheet(made), SampleWriter.Texts(run, $"{how}: all candidates"));
        });
    }

    /// <summary>Every candidate as the run makes it, and below it the picture with it, the best first.</summary>
    /// <param name="made">What was made, with all candidates.</param>
    public static Image Sheet(EditedPicture made)
    {
        ArgumentNullException.ThrowIfNull(made);
        var height = Math.Min(Row, Math.Max(made.Result.Height, made.Generated[0].Height));
        var width = Math.Max(1, (int)Math.Round((double)made.Result.Width * height / made.Result.Height));
        // A grid has pictures of one kind.
        Image Sized(Image image) => WholePicture.Flat(image, 3, Rgb.White).Resize(width, height, ResizeFilter.Triangle);
        return ImageGrid.Draw([.. made.Generated.Take(made.Candidates.Count).Concat(made.Candidates).Select(Sized)], made.Candidates.Count);
    }
}
