using System.Diagnostics;
using System.Text.Json;
using Earthmover.Media;
using Earthmover.Testing;

namespace Earthmover.Cli.Tests;

/// <summary>Runs whole command lines in a folder of their own: in this process, or as a process that can be killed.</summary>
public abstract class CommandLine : LeakTest
{
    private readonly string _before = Environment.CurrentDirectory;

    protected CommandLine()
    {
        Folder = Directory.CreateTempSubdirectory("earthmover-test-").FullName;
        Environment.SetEnvironmentVariable("EARTHMOVER_CACHE", Path.Combine(Path.GetTempPath(), "earthmover-test-cache"));
        Environment.CurrentDirectory = Folder;
    }

    protected string Folder { get; }

    /// <summary>A small, quick toy run.</summary>
    protected static string[] Small { get; } = ["--set", "width=16", "batch=32", "critic_steps=1", "grid_samples=16", "--threads", "1"];

    protected override void TearDown()
    {
        Environment.CurrentDirectory = _before;
        Directory.Delete(Folder, recursive: true);
    }

    /// <summary>What a command line left.</summary>
    protected sealed record Outcome(int Code, string Out, string Error)
    {
        public JsonElement Json => JsonDocument.Parse(Out).RootElement;

        public IEnumerable<JsonElement> JsonLines =>
            Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement);
    }

    /// <summary>Runs a command line in this process.</summary>
    protected static Outcome Run(params string[] args)
    {
        var (standard, error) = (Console.Out, Console.Error);
        using StringWriter output = new(), problems = new();
        try
        {
            Console.SetOut(output);
            Console.SetError(problems);
            return new(ErrorBoundary.Run(Program.Root, args, problems), output.ToString(), problems.ToString());
        }
        finally
        {
            Console.SetOut(standard);
            Console.SetError(error);
        }
    }

    /// <summary>Runs a command line that must succeed.</summary>
    protected static Outcome Done(params string[] args)
    {
        var outcome = Run(args);
        Assert.True(outcome.Code == 0, $"exit code {outcome.Code}: {outcome.Error}");
        return outcome;
    }

    /// <summary>Runs a command line that must be refused, in one line that says so.</summary>
    protected static void Refused(string says, params string[] args)
    {
        var outcome = Run(args);
        Assert.Equal(2, outcome.Code);
        Assert.Contains(says, Assert.Single(outcome.Error.TrimEnd('\n').Split('\n')), StringComparison.Ordinal);
    }

    /// <summary>Starts the program as a process.</summary>
    protected Process Start(string[] args, string? prefix = null)
    {
        var program = new[] { "dotnet", Path.Combine(AppContext.BaseDirectory, "Earthmover.Cli.dll") }.Concat(args).Select(a => $"'{a}'");
        var start = new ProcessStartInfo("/bin/sh")
        {
            WorkingDirectory = Folder,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        start.ArgumentList.Add("-c");
        // Tests that are started in the background may have inherited that an interrupt is ignored.
        start.ArgumentList.Add($"{prefix} exec env --default-signal=INT,TERM {string.Join(' ', program)}");
        start.Environment["OMP_NUM_THREADS"] = "1";
        return Process.Start(start)!;
    }

    /// <summary>Waits for a process to end.</summary>
    protected static Outcome Wait(Process process)
    {
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        Assert.True(process.WaitForExit(120_000), "the program did not end");
        return new(process.ExitCode, output.Result, error.Result);
    }

    protected string At(params string[] parts) => Path.Combine([Folder, .. parts]);

    protected void Put(string name, ReadOnlySpan<byte> content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(name))!);
        File.WriteAllBytes(At(name), content.ToArray());
    }

    protected void Put(string name, string content) => Put(name, System.Text.Encoding.UTF8.GetBytes(content));

    /// <summary>A PNG of random pixels.</summary>
    protected void PutPicture(string name, int width, int height, int channels, int seed)
    {
        var pixels = new byte[width * height * channels];
        new Random(seed).NextBytes(pixels);
        Directory.CreateDirectory(Path.GetDirectoryName(At(name))!);
        ImageFile.SavePng(At(name), new Image(width, height, channels, pixels));
    }

    /// <summary>A run <c>r</c> of one step on pictures of cats and dogs, 16 x 16.</summary>
    protected void TrainPets()
    {
        for (var i = 0; i < 4; i++)
        {
            PutPicture($"pets/cat/{i}.png", 16, 16, 1, i);
            PutPicture($"pets/dog/{i}.png", 16, 16, 1, 10 + i);
        }
        Done("train", "pets", "--run", "r", "--set", "width=4", "batch=4", "--threads", "1", "--steps", "1");
    }

    /// <summary>Every file and folder with its content, to see whether anything changed.</summary>
    protected IReadOnlyList<string> Everything() =>
        [.. Directory.EnumerateFileSystemEntries(Folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(f => Directory.Exists(f) ? f
                : $"{f} {Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(f)))}")];
}
