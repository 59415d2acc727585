using Earthmover.Data;
using Earthmover.Media;
using Earthmover.Sessions.Sampling;
using Earthmover.Sessions.Walks;

namespace Earthmover.Sessions.Pictures;

/// <summary>
/// Where translations go: each picture under its name into a folder, points into one table. Nothing that is there is written over.
/// </summary>
public sealed class TranslatedFiles
{
    private readonly TrainedRun _run;
    private readonly Translation _way;
    private readonly NewSamples _samples;

    /// <summary>Chooses the files.</summary>
    /// <param name="run">The run.</param>
    /// <param name="way">The way that was gone.</param>
    /// <param name="samples">What is translated.</param>
    /// <param name="output">A folder for pictures, a .csv or .npy for points.</param>
    /// <exception cref="UserException">It is the other, or something is there already.</exception>
    public TranslatedFiles(TrainedRun run, Translation way, NewSamples samples, string output)
    {
        ArgumentNullException.ThrowIfNull(way);
        (_run, _way, _samples) = (run, way, samples);
        var kind = Path.GetExtension(output).ToLowerInvariant();
        if (way.To.Shape is SampleShape.Image)
            Paths = [.. NamesOf(samples.Names).Select(name => Path.Combine(output, $"{name}.png"))];
        else if (kind is ".csv" or ".npy")
            Paths = [output];
        else
            throw new UserException($"the translations are points, which go into one file; "
                + $"give --out points.csv or points.npy, not {output}");
        if (Paths.FirstOrDefault(Path.Exists) is { } there)
            throw new UserException($"{there} is there already, and nothing is written over; choose another --out");
    }

    /// <summary>The files: one for each picture, in the order of the samples, or one for all points.</summary>
    public IReadOnlyList<string> Paths { get; }

    /// <summary>Writes them.</summary>
    /// <param name="made">The translations.</param>
    /// <param name="cancellation">
    /// Ends it between two pictures with an <see cref="OperationCanceledException"/>; what it has written by then is deleted.
    /// </param>
    /// <exception cref="UserException">A file cannot be written.</exception>
    public void Write(DataSet made, CancellationToken cancellation = default) => OutputPath.Write("the translations", () =>
    {
        cancellation.ThrowIfCancellationRequested();
        if (made is PointSet points)
            SampleWriter.WritePoints(Paths[0], points);
        else
            OutputPath.WriteEach(Paths, (i, path) =>
                ImageFile.SavePng(path, ((ImageSet)made).ToImage(i), SampleWriter.Texts(_run, HowMade(i))), cancellation);
    });

    private string HowMade(int i) =>
        $"{Path.GetFileName(_samples.Names[i])}, translated from {_way.Direction.From} to {_way.Direction.To}"
        + (_way.Style is { } style ? $" in {style.Words}" : "");

    // Pictures of one name in two folders, or of two kinds, are numbered from the second on.
    private static IEnumerable<string> NamesOf(IReadOnlyList<string> files)
    {
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var stem in files.Select(file => Path.GetFileNameWithoutExtension(file)))
        {
            var name = stem;
            for (var n = 2; !taken.Add(name); n++)
                name = $"{stem}-{n}";
            yield return name;
        }
    }
}
