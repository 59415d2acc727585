using System.CommandLine;
using Earthmover.Data;
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
        var grid = new Option<string?>("--grid") { Description = "One PNG with all samples" };
        var output = new Option<string?>("--out") { Description = "A folder for one PNG each, or a file: .npy (numbers), .csv (points), .txt (text)" };
        var seed = new Option<long>("--seed") { Description = "Seed of the latent vectors", DefaultValueFactory = _ => 1 };
        var json = new Option<bool>("--json") { Description = "Print one JSON document" };
        var command = new Command("sample", "Draw samples from the generator of a run") { run, count, grid, output, seed, json };
        command.SetAction(parsed =>
        {
            var n = parsed.GetValue(count);
            if (n is < 1 or > 1_000_000)
                throw new UserException($"cannot draw {n} samples; use -n between 1 and 1,000,000");
            using var session = Session.Load(parsed.GetValue(run)!, new());
            using var latent = RandomGenerator.Named("sample", parsed.GetValue(seed), session.Device);
            using var use = session.Streams.Use();
            using var rows = RandomGenerator.Named("sample rows", parsed.GetValue(seed));
            var samples = SampleWriter.Draw(session, n, count => session.DrawInput(count, latent, rows));
            var written = SampleWriter.Write(session, samples, parsed.GetValue(grid), parsed.GetValue(output), $"seed {parsed.GetValue(seed)}");
            if (parsed.GetValue(json))
                Output.Json(new { Samples = n, Seed = parsed.GetValue(seed), Written = written });
            else
                Console.WriteLine($"{n} samples: {string.Join(", ", written)}");
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
        var command = new Command("interpolate", "Walk between random points of the latent space") { run, rows, frames, grid, output, seed };
        command.SetAction(parsed =>
        {
            var (r, f) = (parsed.GetValue(rows), parsed.GetValue(frames));
            if (r < 1 || f < 2)
                throw new UserException("a walk needs --rows of at least 1 and --frames of at least 2");
            using var session = Session.Load(parsed.GetValue(run)!, new());
            using var latent = RandomGenerator.Named("interpolate", parsed.GetValue(seed), session.Device);
            using var use = session.Streams.Use();
            using var scope = TensorScope.Open();
            using var pause = Autograd.Pause();
            Tensor from = session.System.DrawLatent(r, latent), to = session.System.DrawLatent(r, latent);
            var z = Tensor.Cat([.. Enumerable.Range(0, r).Select(row => Walk(from.Select(0, row), to.Select(0, row), f))]);
            var offset = 0L;
            var samples = SampleWriter.Draw(session, r * f, count => z.Narrow(0, (offset += count) - count, count));
            var written = SampleWriter.Write(session, samples, parsed.GetValue(grid), parsed.GetValue(output), $"walk, seed {parsed.GetValue(seed)}", columns: f);
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
    /// <summary>Samples in row order [n, …].</summary>
    internal static float[] Draw(Session session, int n, Func<int, Tensor> latent)
    {
        using var pause = Autograd.Pause();
        var values = new List<float>();
        for (var done = 0; done < n;)
        {
            using var scope = TensorScope.Open();
            var count = Math.Min(256, n - done);
            values.AddRange(session.System.Generate(latent(count)).Contiguous().ToArray<float>());
            done += count;
        }
        var array = values.ToArray();
        session.Source.Target.Scaling.Undo(array);
        return array;
    }

    /// <summary>Writes what was asked for; a grid or text when nothing was.</summary>
    internal static IReadOnlyList<string> Write(Session session, float[] samples, string? grid, string? output, string how, int columns = 0)
    {
        var shape = session.Source.Shape;
        var n = samples.Length / (int)shape.Size;
        var written = new List<string>();
        var recipe = new KeyValuePair<string, string>[] { new("earthmover", session.Recipe.ToJson()), new("earthmover:sample", how) };
        if (grid is null && output is null)
            grid = shape is SampleShape.Image ? "samples.png" : null;
        if (grid is not null)
        {
            if (shape is not SampleShape.Image images)
                throw new UserException("only pictures make a grid; use --out FILE.npy, .csv for points or .txt for text");
            ImageFile.SavePng(grid, ImageGrid.Draw(Bytes(samples), images.Shape.Channels, images.Shape.Height, images.Shape.Width, columns), recipe);
            written.Add(grid);
        }
        switch (Path.GetExtension(output ?? ""))
        {
            case ".npy":
                NpyFile.Write(output!, samples, [n, .. shape.Axes.Select(a => (int)a)]);
                written.Add(output!);
                break;
            case ".csv" when shape is SampleShape.Points points:
                File.WriteAllLines(output!, Enumerable.Range(0, n).Select(i => string.Join(',', samples.Skip(i * points.Dimension).Take(points.Dimension).Select(v => v.ToString("R")))));
                written.Add(output!);
                break;
            case ".txt" when session.Data is TextSet text:
                File.WriteAllLines(output!, Lines(text, shape, samples));
                written.Add(output!);
                break;
            case "" when output is not null && shape is SampleShape.Image pictures:
                var bytes = Bytes(samples);
                for (var i = 0; i < n; i++)
                    ImageFile.SavePng(Path.Combine(output, $"{i:D6}.png"), Image.FromPlanes(bytes.AsSpan(i * (int)shape.Size, (int)shape.Size), pictures.Shape.Channels, pictures.Shape.Height, pictures.Shape.Width), recipe);
                written.Add($"{output}/000000.png …");
                break;
            case "" when output is null && session.Data is TextSet text:
                foreach (var line in Lines(text, shape, samples))
                    Console.WriteLine(line);
                written.Add("standard output");
                break;
            default:
                if (output is not null)
                    throw new UserException($"cannot write samples of this kind to {output}; use a folder (pictures), .npy, .csv (points) or .txt (text)");
                throw new UserException("say where points go: --out FILE.csv or FILE.npy");
            case "" when written.Count > 0:
                break;
        }
        return written;
    }

    private static byte[] Bytes(float[] samples) => [.. samples.Select(v => (byte)(Math.Clamp((v + 1) * 127.5 + 0.5, 0, 255)))];

    private static IReadOnlyList<string> Lines(TextSet text, SampleShape shape, float[] samples)
    {
        using var scope = TensorScope.Open();
        return new TextView(text).Lines(Tensor.From<float>(samples, [samples.Length / shape.Size, .. shape.Axes]));
    }
}
