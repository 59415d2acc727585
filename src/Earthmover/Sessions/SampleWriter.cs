using Earthmover.Data;
using Earthmover.Data.Formats;
using Earthmover.Files;
using Earthmover.Games;
using Earthmover.Media;
using Earthmover.Torch;
using Earthmover.Training;
using Earthmover.Training.Views;

namespace Earthmover.Sessions;

/// <summary>Where samples go: checked before any is drawn.</summary>
/// <param name="Grid">One PNG of all, or null.</param>
/// <param name="Output">A file or a folder for single ones, or null.</param>
public sealed record SampleTarget(string? Grid, string? Output)
{
    /// <summary>Checks what was asked for.</summary>
    /// <exception cref="UserException">It cannot be written so.</exception>
    public static SampleTarget Of(string? grid, string? output)
    {
        _ = output is not null && OutputPath.KindOf(output).Length == 0 ? OutputPath.OfFolder("--out", output, isEmpty: true) : OutputPath.OfFile("--out", output);
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
    /// <param name="label">The class of all of them; as the latent vectors say when null.</param>
    /// <param name="first">The first row to draw.</param>
    public static float[] Draw(TrainedRun run, int n, Func<int, int, Tensor> latent, int? label = null, int first = 0)
    {
        using var pause = Autograd.Pause();
        var fakes = Fakes.Of(run.System);
        var values = new List<float>();
        // Blocks begin where they would if all were drawn: networks then see the same sizes.
        for (var done = first - first % Block; done < first + n; done += Block)
        {
            using var scope = TensorScope.Open();
            var count = Math.Min(Block, first + n - done);
            var z = latent(done, count);
            var labels = label is null ? null : Tensor.From<long>([.. Enumerable.Repeat((long)label, (int)z.Size(0))], [z.Size(0)], run.Device);
            var from = Math.Max(0, first - done);
            var samples = fakes.Make(z, labels).Narrow(0, from, count - from);
            RunSamples.RequireFinite(samples, "this run");
            values.AddRange(samples.Contiguous().ToArray<float>());
        }
        return [.. values];
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
    public static IReadOnlyList<string> Write(TrainedRun run, float[] samples,
        SampleTarget target, Func<int, string> how, int first = 0, int columns = 0)
    {
        var (grid, output) = (target.Grid, target.Output);
        var shape = run.Spec.Shape;
        var n = samples.Length / (int)shape.Size;
        var written = new List<string>();
        KeyValuePair<string, string>[] Texts(string made) => [new("earthmover", run.Recipe.ForOthers().ToJson()), new("earthmover:sample", made)];
        var range = n == 1 ? how(first) : $"{how(first)}, to {how(first + n - 1)}";
        if (grid is null && output is null && run.Spec.Kind != SampleSpec.Text)
            grid = "samples.png";
        try
        {
            if (grid is not null)
            {
                ImageFile.SavePng(grid, Picture(run, samples, range, columns), Texts(range));
                written.Add(grid);
            }
            if (output is not null)
                written.Add(WriteNumbers(run, samples, n, output, i => Texts(how(first + i)), first));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserException($"cannot write the samples: {e.Message.TrimEnd('.')}");
        }
        return written;
    }

    /// <summary>Generated lines of text.</summary>
    public static IReadOnlyList<string> Lines(TrainedRun run, float[] samples)
    {
        using var scope = TensorScope.Open();
        var shape = run.Spec.Shape;
        return TextView.Lines(run.Spec.Vocabulary!, Tensor.From<float>(samples, [samples.Length / shape.Size, .. shape.Axes]));
    }

    private static Image Picture(TrainedRun run, float[] samples, string how, int columns) => run.Spec.Shape switch
    {
        SampleShape.Image images => ImageGrid.Draw(Bytes(samples), images.Shape.Channels, images.Shape.Height, images.Shape.Width, columns),
        SampleShape.Points points when run.FindReals() is PointSet reals =>
            PointView.Draw(reals, InUnitsOfData(run, samples), $"{how}: generated (orange), real (white)"),
        SampleShape.Points points => PointView.Draw(new("samples", points.Dimension, InUnitsOfData(run, samples)), $"{how}: generated"),
        _ => throw new UserException("text makes no picture; use --out FILE.txt or FILE.npy"),
    };

    private static string WriteNumbers(TrainedRun run, float[] samples, int n, string output, Func<int, KeyValuePair<string, string>[]> texts, int first)
    {
        var shape = run.Spec.Shape;
        switch (OutputPath.KindOf(output))
        {
            case ".npy" when shape is SampleShape.Points:
                NpyFile.Write(output, InUnitsOfData(run, samples), [n, (int)shape.Size]);
                return output;
            case ".npy":
                NpyFile.Write(output, samples, [n, .. shape.Axes.Select(a => (int)a)]);
                return output;
            case ".csv" when shape is SampleShape.Points points:
                TableFile.Write(output, run.Spec.Columns, points.Dimension, InUnitsOfData(run, samples));
                return output;
            case ".txt" when run.Spec.Kind == SampleSpec.Text:
                AtomicFile.WriteLines(output, Lines(run, samples));
                return output;
            case ".png" when shape is SampleShape.Image && n == 1:
                Save(output, 0);
                return output;
            case "" when shape is SampleShape.Image:
                for (var i = 0; i < n; i++)
                    Save(Path.Combine(output, $"{first + i:D6}.png"), i);
                return output;
            default:
                var single = shape is SampleShape.Image && OutputPath.KindOf(output) == ".png" ? $"; --grid {output} makes one picture of all" : "";
                throw new UserException($"cannot write {shape switch { SampleShape.Image => "pictures", SampleShape.Points => "points", _ => "text" }} to {output}; use {shape switch { SampleShape.Image => "a folder or", SampleShape.Points => ".csv or", _ => ".txt or" }} .npy{single}");
        }

        void Save(string path, int i) => ImageFile.SavePng(path, PictureOf(samples.AsSpan(i * (int)shape.Size, (int)shape.Size), ((SampleShape.Image)shape).Shape), texts(i));
    }

    // In float64: the large numbers of a file keep their digits.
    private static double[] InUnitsOfData(TrainedRun run, float[] samples) => run.Spec.Scaling.Undo(samples);

    private static Image PictureOf(ReadOnlySpan<float> sample, ImageShape shape) => Image.FromPlanes(Bytes(sample.ToArray()), shape.Channels, shape.Height, shape.Width);

    private static byte[] Bytes(float[] samples) => [.. samples.Select(v => (byte)Math.Clamp((v + 1) * 127.5 + 0.5, 0, 255))];
}
