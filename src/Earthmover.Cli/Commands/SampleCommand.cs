using System.CommandLine;
using System.Globalization;
using Earthmover.Data;
using Earthmover.Data.Formats;
using Earthmover.Media;
using Earthmover.Sessions;
using Earthmover.Torch;
using Earthmover.Training;

namespace Earthmover.Cli.Commands;

/// <summary><c>earthmover sample</c>: draws from the generator of a run.</summary>
internal static class SampleCommand
{
    internal static Command Create()
    {
        var run = new Argument<string>("run") { Description = "Folder of the run" };
        var count = new Option<int>("-n") { Description = "Number of samples", DefaultValueFactory = _ => 64 };
        var grid = new Option<string?>("--grid") { Description = "One PNG with all samples; samples.png when nothing else is asked for" };
        var output = new Option<string?>("--out") { Description = "A folder for one PNG each, or a file: .npy (numbers), .csv (points), .txt (text)" };
        var only = new Option<string?>("--class") { Description = "Draw one class only: its number or name" };
        var seed = new Option<long>("--seed") { Description = "Seed of the latent vectors", DefaultValueFactory = _ => 1 };
        var json = new Option<bool>("--json") { Description = "Print one JSON document" };
        var command = new Command("sample", "Draw samples from the generator of a run") { run, count, grid, output, only, seed, json };
        command.SetAction(parsed =>
        {
            var n = parsed.GetValue(count);
            if (n is < 1 or > 1_000_000)
                throw new UserException($"cannot draw {n} samples; use -n between 1 and 1,000,000");
            using var session = Session.Load(parsed.GetValue(run)!, new());
            using var latent = RandomGenerator.Named("sample", parsed.GetValue(seed), session.Device);
            using var use = session.Streams.Use();
            using var rows = RandomGenerator.Named("sample rows", parsed.GetValue(seed));
            int? label = parsed.GetValue(only) is { } name ? session.ClassOf(name) : null;
            var samples = SampleWriter.Draw(session, n, SampleWriter.Random(session, latent, rows), label);
            var written = SampleWriter.Write(session, samples, parsed.GetValue(grid), parsed.GetValue(output), $"seed {parsed.GetValue(seed)}{(label is null ? "" : $", class {label}")}");
            var lines = written.Count == 0 ? SampleWriter.Lines(session, samples) : null;
            if (parsed.GetValue(json))
                Output.Json(new { Samples = n, Seed = parsed.GetValue(seed), Written = written, Lines = lines });
            else if (lines is null)
                Console.WriteLine($"{n} samples: {string.Join(", ", written)}");
            else
                foreach (var line in lines)
                    Console.WriteLine(line);
            return ErrorBoundary.Success;
        });
        return command;
    }
}

/// <summary><c>earthmover interpolate</c>: walks through the latent space of a run.</summary>
internal static class InterpolateCommand
{
    internal static Command Create()
    {
        var run = new Argument<string>("run") { Description = "Folder of the run" };
        var rows = new Option<int>("--rows") { Description = "Walks, one a row", DefaultValueFactory = _ => 6 };
        var frames = new Option<int>("--frames") { Description = "Steps of each walk", DefaultValueFactory = _ => 10 };
        var grid = new Option<string>("--grid") { Description = "The PNG to write", DefaultValueFactory = _ => "interpolation.png" };
        var output = new Option<string?>("--out") { Description = "A folder for one PNG each, or a .npy file" };
        var seed = new Option<long>("--seed") { Description = "Seed of the end points", DefaultValueFactory = _ => 1 };
        var json = new Option<bool>("--json") { Description = "Print one JSON document" };
        var command = new Command("interpolate", "Walk between random points of the latent space") { run, rows, frames, grid, output, seed, json };
        command.SetAction(parsed =>
        {
            var (r, f) = (parsed.GetValue(rows), parsed.GetValue(frames));
            if (r < 1 || f < 2 || (long)r * f > 1_000_000)
                throw new UserException("a walk needs --rows of at least 1 and --frames of at least 2, and at most 1,000,000 pictures in all");
            using var session = Session.Load(parsed.GetValue(run)!, new());
            using var latent = RandomGenerator.Named("interpolate", parsed.GetValue(seed), session.Device);
            using var use = session.Streams.Use();
            using var scope = TensorScope.Open();
            using var pause = Autograd.Pause();
            Tensor from = session.System.DrawLatent(r, latent), to = session.System.DrawLatent(r, latent);
            var z = Tensor.Cat([.. Enumerable.Range(0, r).Select(row => Walk(from.Select(0, row), to.Select(0, row), f))]);
            var samples = SampleWriter.Draw(session, r * f, (begin, count) => z.Narrow(0, begin, count));
            var written = SampleWriter.Write(session, samples, parsed.GetValue(grid), parsed.GetValue(output), $"walk, seed {parsed.GetValue(seed)}", columns: f);
            if (parsed.GetValue(json))
                Output.Json(new { Rows = r, Frames = f, Seed = parsed.GetValue(seed), Written = written });
            else
                Console.WriteLine($"{r} walks of {f} steps: {string.Join(", ", written)}");
            return ErrorBoundary.Success;
        });
        return command;
    }

    // Along the great circle: points between two normal vectors keep the length of normal vectors (arXiv:1609.04468).
    private static Tensor Walk(Tensor from, Tensor to, int frames)
    {
        var cosine = ((from * to).Sum() / (from.Square().Sum() * to.Square().Sum()).Sqrt()).Item();
        var angle = Math.Acos(Math.Clamp(cosine, -1, 1));
        var points = Enumerable.Range(0, frames).Select(i => i / (frames - 1.0))
            .Select(t => angle < 1e-6 ? from * (1 - t) + to * t : from * (Math.Sin((1 - t) * angle) / Math.Sin(angle)) + to * (Math.Sin(t * angle) / Math.Sin(angle)));
        return Tensor.Stack_([.. points]);
    }
}

/// <summary>Draws in batches, and writes samples as pictures, numbers or text.</summary>
internal static class SampleWriter
{
    /// <summary>Samples in row order [n, …], points as the game sees them.</summary>
    /// <param name="session">The run.</param>
    /// <param name="n">How many.</param>
    /// <param name="latent">Gives the latent vectors from a row on, as many as asked for or more.</param>
    /// <param name="label">The class of all of them; as the latent vectors say when null.</param>
    internal static float[] Draw(Session session, int n, Func<int, int, Tensor> latent, int? label = null)
    {
        using var pause = Autograd.Pause();
        var values = new List<float>();
        for (var done = 0; done < n; done += Block)
        {
            using var scope = TensorScope.Open();
            var count = Math.Min(Block, n - done);
            var z = latent(done, count);
            var labels = label is null ? null : Tensor.From<long>([.. Enumerable.Repeat((long)label, (int)z.Size(0))], [z.Size(0)], session.Device);
            values.AddRange(session.System.Generate(z, labels).Narrow(0, 0, count).Contiguous().ToArray<float>());
        }
        return [.. values];
    }

    /// <summary>Latent vectors, always a whole block of them: the first ten samples of a hundred are then, to the bit, the ten of ten.</summary>
    internal static Func<int, int, Tensor> Random(Session session, RandomGenerator latent, RandomGenerator rows) => (_, _) => session.DrawInput(Block, latent, rows);

    private const int Block = 64;

    /// <summary>Writes what was asked for; a grid or lines of text when nothing was.</summary>
    /// <returns>The files; empty where text goes to standard output.</returns>
    internal static IReadOnlyList<string> Write(Session session, float[] samples, string? grid, string? output, string how, int columns = 0)
    {
        var shape = session.Source.Shape;
        var n = samples.Length / (int)shape.Size;
        var written = new List<string>();
        var recipe = new KeyValuePair<string, string>[] { new("earthmover", session.Recipe.ToJson()), new("earthmover:sample", how) };
        if (grid is null && output is null && session.Data is not TextSet)
            grid = "samples.png";
        try
        {
            if (grid is not null)
            {
                ImageFile.SavePng(grid, Picture(session, samples, how, columns), recipe);
                written.Add(grid);
            }
            if (output is not null)
                written.Add(WriteNumbers(session, samples, n, output, recipe));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserException($"cannot write the samples: {e.Message.TrimEnd('.')}");
        }
        return written;
    }

    /// <summary>Generated lines of text.</summary>
    internal static IReadOnlyList<string> Lines(Session session, float[] samples)
    {
        using var scope = TensorScope.Open();
        var shape = session.Source.Shape;
        return new TextView((TextSet)session.Data).Lines(Tensor.From<float>(samples, [samples.Length / shape.Size, .. shape.Axes]));
    }

    private static Image Picture(Session session, float[] samples, string how, int columns) => (session.Source.Shape, session.Data) switch
    {
        (SampleShape.Image images, _) => ImageGrid.Draw(Bytes(samples), images.Shape.Channels, images.Shape.Height, images.Shape.Width, columns),
        (_, PointSet points) => PointView.Draw(points, InUnitsOfData(session, samples), $"{how}: generated (orange), real (white)"),
        _ => throw new UserException("text makes no picture; use --out FILE.txt or FILE.npy"),
    };

    private static string WriteNumbers(Session session, float[] samples, int n, string output, KeyValuePair<string, string>[] recipe)
    {
        var shape = session.Source.Shape;
        if (Path.GetDirectoryName(Path.GetFullPath(output)) is { } folder)
            Directory.CreateDirectory(folder);
        switch (Path.GetExtension(output))
        {
            case ".npy" when shape is SampleShape.Points:
                NpyFile.Write(output, InUnitsOfData(session, samples), [n, (int)shape.Size]);
                return output;
            case ".npy":
                NpyFile.Write(output, samples, [n, .. shape.Axes.Select(a => (int)a)]);
                return output;
            case ".csv" when shape is SampleShape.Points points:
                TableFile.Write(output, (session.Source.Target.Data as PointSet)?.ColumnNames, points.Dimension, InUnitsOfData(session, samples));
                return output;
            case ".txt" when session.Data is TextSet:
                File.WriteAllLines(output, Lines(session, samples));
                return output;
            case "" when shape is SampleShape.Image pictures:
                var bytes = Bytes(samples);
                for (var i = 0; i < n; i++)
                    ImageFile.SavePng(Path.Combine(output, $"{i:D6}.png"), Image.FromPlanes(bytes.AsSpan(i * (int)shape.Size, (int)shape.Size), pictures.Shape.Channels, pictures.Shape.Height, pictures.Shape.Width), recipe);
                return output;
            default:
                throw new UserException($"cannot write {shape switch { SampleShape.Image => "pictures", SampleShape.Points => "points", _ => "text" }} to {output}; use {shape switch { SampleShape.Image => "a folder or", SampleShape.Points => ".csv or", _ => ".txt or" }} .npy");
        }
    }

    // In float64: the large numbers of a file keep their digits.
    private static double[] InUnitsOfData(Session session, float[] samples) => session.Source.Target.Scaling.Undo(samples);

    private static byte[] Bytes(float[] samples) => [.. samples.Select(v => (byte)Math.Clamp((v + 1) * 127.5 + 0.5, 0, 255))];
}
