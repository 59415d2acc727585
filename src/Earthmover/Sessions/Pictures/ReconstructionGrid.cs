using Earthmover.Data;
using Earthmover.Files;
using Earthmover.Media;
using Earthmover.Sessions.Sampling;
using Earthmover.Training.Views;

namespace Earthmover.Sessions.Pictures;

/// <summary>Pictures beside what a run makes of their latent vectors.</summary>
public static class ReconstructionGrid
{
    /// <summary>Writes a PNG of pairs: the picture as the run sees it, and its reconstruction.</summary>
    /// <param name="path">The file.</param>
    /// <param name="run">The run.</param>
    /// <param name="samples">Pictures.</param>
    /// <param name="found">Their projections.</param>
    /// <exception cref="UserException">The samples are no pictures, or the file cannot be written.</exception>
    public static void Write(string path, TrainedRun run, NewSamples samples, ProjectedSamples found)
    {
        var picture = ToPng(run, samples, found);
        OutputPath.Write("the grid", () => AtomicFile.Write(path, picture));
    }

    /// <summary>The same as the bytes of the PNG.</summary>
    /// <param name="run">The run.</param>
    /// <param name="samples">Pictures.</param>
    /// <param name="found">Their projections.</param>
    /// <exception cref="UserException">The samples are no pictures.</exception>
    public static byte[] ToPng(TrainedRun run, NewSamples samples, ProjectedSamples found)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentNullException.ThrowIfNull(found);
        if (samples.Data is not ImageSet pictures || found.Reconstructions is not ImageSet made)
            throw new UserException("points make no grid of pictures; leave --grid out");
        var pairs = Enumerable.Range(0, pictures.Count).Select(i => (pictures.ToImage(i), made.ToImage(i)));
        var how = $"each picture beside its projection, {(found.IsEncoded ? "by the encoder" : "by a search")}";
        return ImageFile.EncodePng(PairGrid.Draw([.. pairs]), SampleWriter.Texts(run, how));
    }
}
