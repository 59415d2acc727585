using Earthmover.Data;
using Earthmover.Data.Formats;
using Earthmover.Editing;
using Earthmover.Files;
using Earthmover.Games;
using Earthmover.Media;
using Earthmover.Torch;
using Earthmover.Training;
using Earthmover.Training.Views;

namespace Earthmover.Sessions.Sampling;

/// <summary>Where samples go: checked before any is drawn.</summary>
/// <param name="Grid">One PNG of all, or null.</param>
/// <param name="Output">A file or a folder for single ones, or null.</param>
public sealed record SampleTarget(string? Grid, string? Output)
{
    /// <summary>Checks what was asked for.</summary>
    /// <exception cref="UserException">It cannot be written so.</exception>
    public static SampleTarget Of(string? grid, string? output)
    {
        if (output is not null && OutputPath.KindOf(output).Length == 0)
            OutputPath.OfFolder("--out", output, isEmpty: true, orFile: "samples.npy");
        else
            OutputPath.OfFile("--out", output);
        return new(OutputPath.OfPng("--grid", grid), output);
    }
}

/// <summary>Draws in batches, and writes samples as pictures, numbers or text.</summary>
public static class SampleWriter
{
    /// <summary>Samples in row order [n, …], points as the game sees them.</summary>
    /// <param name="run">The run.</param>
    /// <param name="n">How many.</param>
    /// <param name="latent">Gives the latent vectors from a row on, as many as asked for or more.</param>
    /// <param name="told">What all of them are told to be; as the latent vectors say when null.</param>
    /// <param name="first">The first row to draw.</param>
    /// <param name="truncation">ψ of systems that map latent vectors to styles: 1 leaves samples as they are.</param>
    /// <param name="progress">Told the share that is done.</param>
    /// <param name="cancellation">Ends it between two blocks with an <see cref="OperationCanceledException"/>.</param>
    public static float[] Draw(TrainedRun run, int n, Func<int, int, Tensor> latent, Told? told = null, int first = 0,
        double truncation = 1, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        using var pause = Autograd.Pause();
        var fakes = Fakes.Of(run.System);
        var styled = truncation == 1 ? null : run.Ability<IStylist>();
        var values = new List<float>();
        // Blocks begin where they would if all were drawn: networks then see the same sizes.
        for (var done = first - first % Block; done < first + n; done += Block)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = TensorScope.Open();
            var count = Math.Min(Block, first + n - done);
            var z = latent(done, count);
            var from = Math.Max(0, first - done);
            var made = styled is null ? fakes.Make(z, told?.For((int)z.Size(0), run.Device))
                : StyleEdits.Truncated(styled, z, truncation);
            var samples = made.Narrow(0, from, count - from);
            RunSamples.RequireFinite(samples, "this run");
            values.AddRange(samples.Contiguous().ToArray<float>());
            progress?.Report((done + count - first) / (double)n);
        }
        return [.. values];
    }

    /// <summary>The captions that the latent vectors of samples have chosen; null where they choose none, or a text is told.</summary>
    /// <param name="run">The run.</param>
    /// <param name="n">How many.</param>
    /// <param name="latent">Gives the latent vectors, as for <see cref="Draw"/>.</param>
    /// <param name="told">What all of them are told to be.</param>
    /// <param name="first">The first row.</param>
    public static IReadOnlyList<string>? Captions(TrainedRun run, int n, Func<int, int, Tensor> latent, Told? told, int first = 0)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(latent);
        if (told is not null || run.System is not ISampler { Condition: Condition.Text { Law: var law } })
            return null;
        using var scope = TensorScope.Open();
        using var prior = new CaptionPrior(law);
        var card = Sampling.Captions.CardOf(run.Spec.Other!);
        var captions = new List<string>();
        for (var done = first - first % Block; done < first + n; done += Block)
        {
            var z = latent(done, Math.Min(Block, first + n - done));
            var codes = prior.Choose(z.Narrow(1, z.Size(1) - 1, 1)).ToArray<long>();
            captions.AddRange(codes.Chunk(law.Length).Skip(Math.Max(0, first - done)).Select(card.Write));
        }
        return captions[..n];
    }

    /// <summary>
    /// What the samples of a seed are made from, always a whole block of it: the first ten samples of a hundred are then, to the bit, the
    /// ten of ten.
    /// </summary>
    public static Func<int, int, Tensor> Random(TrainedRun run, long seed) => (first, _) => run.DrawInput(seed, first, Block);

    private const int Block = RunSamples.Block;

    /// <summary>Writes what was asked for; a grid or lines of text when nothing was.</summary>
    /// <returns>The files; empty where text goes to standard output.</returns>
    /// <param name="run">The run.</param>
    /// <param name="samples">The samples, points as the game sees them.</param>
    /// <param name="target">Where they go.</param>
    /// <param name="how">How a sample of a number was made; goes into its picture.</param>
    /// <param name="first">Number of the first sample.</param>
    /// <param name="columns">Columns of the grid; as many as make it square when 0.</param>
    /// <param name="captions">What stands below the picture of each sample in a grid; nothing when null.</param>
    /// <param name="cancellation">
    /// Ends it between two pictures with an <see cref="OperationCanceledException"/>; those of a folder that are written are deleted.
    /// </param>
    public static IReadOnlyList<string> Write(TrainedRun run, float[] samples,
        SampleTarget target, Func<int, string> how, int first = 0, int columns = 0,
        IReadOnlyList<string>? captions = null, CancellationToken cancellation = default)
    {
        var (grid, output) = (target.Grid, target.Output);
        var made = SampleBuffer.Of(run.Spec, samples);
        var written = new List<string>();
        var range = made.Count == 1 ? how(first) : $"{how(first)}, to {how(first + made.Count - 1)}";
        if (grid is null && output is null && made is not TextSet)
            grid = "samples.png";
        OutputPath.Write("the samples", () =>
        {
            if (grid is not null)
            {
                cancellation.ThrowIfCancellationRequested();
                ImageFile.SavePng(grid, Picture(run, made, range, columns, captions), Texts(run, range));
                written.Add(grid);
            }
            if (output is not null)
            {
                WriteOut(run, samples, made, output, how, first, cancellation);
                written.Add(output);
            }
        });
        return written;
    }

    /// <summary>Generated lines of text.</summary>
    public static IReadOnlyList<string> Lines(TrainedRun run, float[] samples) => LinesOf((TextSet)SampleBuffer.Of(run.Spec, samples));

    /// <summary>What a picture carries of how it was made.</summary>
    /// <param name="run">The run.</param>
    /// <param name="made">What it shows.</param>
    public static KeyValuePair<string, string>[] Texts(TrainedRun run, string made) =>
        [new("earthmover", run.Recipe.ForOthers().ToJson()), new("earthmover:sample", made)];

    /// <summary>Writes points into a .npy [N, D], or else a table.</summary>
    /// <param name="path">The file.</param>
    /// <param name="points">In the units of their data, in float64: the large numbers of a file keep their digits.</param>
    internal static void WritePoints(string path, PointSet points)
    {
        if (Path.GetExtension(path).Equals(".npy", StringComparison.OrdinalIgnoreCase))
            NpyFile.Write<double>(path, points.Values, [points.Count, points.Dimension]);
        else
            TableFile.Write(path, points.ColumnNames, points.Dimension, points.Values);
    }

    private static Image Picture(TrainedRun run, DataSet made, string how, int columns, IReadOnlyList<string>? captions) =>
        captions is not null && made is ImageSet described
            ? CaptionGrid.Draw([.. Enumerable.Range(0, described.Count).Select(described.ToImage)], captions)
            : DrawnSamples.Sheet(made, made is PointSet ? run.FindReals() as PointSet : null, how, columns);

    private static void WriteOut(TrainedRun run, float[] samples, DataSet made, string output, Func<int, string> how, int first,
        CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        switch (OutputPath.KindOf(output), made)
        {
            case (".npy" or ".csv", PointSet points):
                WritePoints(output, points);
                break;
            case (".npy", _):
                NpyFile.Write(output, samples, [made.Count, .. run.Spec.Axes]);
                break;
            case (".csv", TableSet rows):
                AtomicFile.WriteLines(output, rows.Lines());
                break;
            case (".txt", TextSet text):
                AtomicFile.WriteLines(output, LinesOf(text));
                break;
            case (".png", ImageSet { Count: 1 } images):
                ImageFile.SavePng(output, images.ToImage(0), Texts(run, how(first)));
                break;
            case ("", ImageSet images):
                OutputPath.WriteEach([.. Enumerable.Range(first, images.Count).Select(k => Path.Combine(output, $"{k:D6}.png"))],
                    (i, path) => ImageFile.SavePng(path, images.ToImage(i), Texts(run, how(first + i))), cancellation);
                break;
            default:
                throw new UserException(Refusal(made, output));
        }
    }

    private static string Refusal(DataSet made, string output)
    {
        var (what, instead) = made switch
        {
            ImageSet => ("pictures", "a folder"),
            PointSet => ("points", ".csv"),
            TableSet => ("rows of a table", ".csv"),
            _ => ("text", ".txt"),
        };
        var single = made is not ImageSet ? "" : OutputPath.KindOf(output) switch
        {
            ".png" => $"; --grid {output} makes one picture of all",
            ".gif" => "; interpolate writes motion to .webp",
            _ => "",
        };
        return $"cannot write {what} to {output}; use {instead} or .npy{single}";
    }

    /// <summary>Lines without the padding at their ends.</summary>
    internal static string[] LinesOf(TextSet text) => [.. Enumerable.Range(0, text.Count).Select(i => text.Line(text[i]))];
}
