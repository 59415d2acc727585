using System.CommandLine;
using Earthmover.Cli.Evaluations;
using Earthmover.Games;
using Earthmover.Sessions;
using Earthmover.Torch;

namespace Earthmover.Cli.Commands;

/// <summary><c>earthmover sample</c>: draws from the generator of a run.</summary>
internal static class SampleCommand
{
    private const int MostSamples = 1_000_000;

    internal static Command Create()
    {
        var run = new Argument<string>("run") { Description = "Folder of the run" };
        var count = NumberOption.Whole("-n", "Number of samples", 1, 1_000_000, fallback: 64);
        var grid = new Option<string?>("--grid") { Description = "One PNG with all samples; samples.png when nothing else is asked for" };
        var output = new Option<string?>("--out")
        {
            Description = "A new folder for one PNG each, or a file: .png (one picture), .npy (numbers), .csv (points), .txt (text)",
        };
        var only = new Option<string?>("--class") { Description = "Draw one class only: its number or name" };
        var index = NumberOption.Whole<int?>("--index",
            "Begin with this sample of the seed, from 0; alone, draw it and no other", 0, MostSamples - 1);
        var seed = NumberOption.Whole("--seed", "Seed of the latent vectors", fallback: 1L);
        var vectors = new Option<string?>("--latent")
        {
            Description = "Make samples of these latent vectors instead: .npy [N, size], as project writes it",
        };
        var json = new Option<bool>("--json") { Description = "Print one JSON document" };
        var command = new Command("sample", "Draw samples from the generator of a run") { run,
            count, grid, output, only, seed, index, vectors, json };
        command.SetAction(parsed =>
        {
            bool IsGiven(Option option) => parsed.GetResult(option) is { Implicit: false };
            if (parsed.GetValue(vectors) is not null && new Option[] { count, seed, index }.FirstOrDefault(IsGiven) is { } drawn)
                throw new UserException($"--latent says which samples and how many, so {drawn.Name} does not go with it; "
                    + "leave one of them out");
            var first = parsed.GetValue(index) ?? 0;
            var n = parsed.GetValue(index) is not null
                && parsed.GetResult(count) is null or { Implicit: true } ? 1 : parsed.GetValue(count);
            if (first + n > MostSamples)
                throw new UserException($"sample {first + n - 1:N0} is beyond the {MostSamples:N0} of a seed; use another --seed");
            var target = SampleTarget.Of(parsed.GetValue(grid), parsed.GetValue(output));
            using var trained = TrainedRun.Open(parsed.GetValue(run)!, new());
            using var use = trained.Streams.Use();
            int? label = parsed.GetValue(only) is { } name ? trained.ClassOf(name) : null;
            var given = parsed.GetValue(vectors) is { } file ? LatentFile.Read(file, trained) : null;
            n = given?.Count ?? n;
            Func<int, int, Tensor> inputs = given is null
                ? SampleWriter.Random(trained, parsed.GetValue(seed)) : (begin, some) => given.Of(begin, some, trained.Device);
            var samples = SampleWriter.Draw(trained, n, inputs, label, first);
            var source = given is null ? $"seed {parsed.GetValue(seed)}, index" : $"{Path.GetFileName(parsed.GetValue(vectors))}, row";
            string How(int sample) => $"{source} {sample}{(label is null ? "" : $", class {label}")}";
            var written = SampleWriter.Write(trained, samples, target, How, first);
            var lines = written.Count == 0 ? SampleWriter.Lines(trained, samples) : null;
            if (parsed.GetValue(json))
                Output.Json(new
                {
                    Samples = n,
                    Seed = given is null ? parsed.GetValue(seed) : (long?)null,
                    Index = given is null ? first : (int?)null,
                    Latent = parsed.GetValue(vectors),
                    Written = written,
                    Lines = lines,
                });
            else if (lines is null)
                Console.WriteLine($"{n} {(n == 1 ? "sample" : "samples")}: {string.Join(", ", written)}");
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
        var rows = NumberOption.Whole("--rows", "Walks, one a row", 1, 1_000_000, fallback: 6);
        var frames = NumberOption.Whole("--frames", "Steps of each walk", 2, 1_000_000, fallback: 10);
        var grid = new Option<string?>("--grid") { Description = "One PNG with all walks, one a row; the same as --out F.png" };
        var output = new Option<string?>("--out")
        {
            Description = "One PNG with all walks, a new folder for one PNG each, or a file: .npy (numbers), .csv (points), .txt (text)",
        };
        var only = new Option<string?>("--class")
        {
            Description = "Stay in one class: its number or name; else the class follows the walk",
        };
        var seed = NumberOption.Whole("--seed", "Seed of the end points", fallback: 1L);
        var json = new Option<bool>("--json") { Description = "Print one JSON document" };
        var command = new Command("interpolate", "Walk between random points of the latent space") { run,
            rows, frames, grid, output, only, seed, json };
        command.SetAction(parsed =>
        {
            var (r, f) = (parsed.GetValue(rows), parsed.GetValue(frames));
            if ((long)r * f > 1_000_000)
                throw new UserException($"{r:N0} walks of {f:N0} steps are more than 1,000,000 samples; use fewer --rows or --frames");
            var (picture, other) = (parsed.GetValue(grid), parsed.GetValue(output));
            if (picture is null && other is null)
                throw new UserException("say where the walk goes: --out walk.png, a folder, or a .npy file");
            if (picture is null && OutputPath.KindOf(other!) == ".png")
                (picture, other) = (other, null);
            var target = SampleTarget.Of(picture, other);
            using var trained = TrainedRun.Open(parsed.GetValue(run)!, new());
            int? label = parsed.GetValue(only) is { } name ? trained.ClassOf(name) : null;
            using var use = trained.Streams.Use();
            using var scope = TensorScope.Open();
            using var pause = Autograd.Pause();
            var law = trained.Ability<ISampler>().Latent;
            var ends = LatentVectors.OnDevice(law, parsed.GetValue(seed), "interpolate", 0, 2 * r, trained.Device);
            Tensor from = ends.Narrow(0, 0, r), to = ends.Narrow(0, r, r);
            var z = Tensor.Cat([.. Enumerable.Range(0, r).Select(row => Walk(from.Select(0, row), to.Select(0, row), f))]);
            var samples = SampleWriter.Draw(trained, r * f, (begin, count) => z.Narrow(0, begin, count), label);
            string How(int sample) =>
                $"seed {parsed.GetValue(seed)}, walk {sample / f}, step {sample % f}{(label is null ? "" : $", class {label}")}";
            var written = SampleWriter.Write(trained, samples, target, How, columns: f);
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
            .Select(t => angle < 1e-6 ? from * (1 - t) + to * t
                : from * (Math.Sin((1 - t) * angle) / Math.Sin(angle)) + to * (Math.Sin(t * angle) / Math.Sin(angle)));
        return Tensor.Stack([.. points]);
    }
}
