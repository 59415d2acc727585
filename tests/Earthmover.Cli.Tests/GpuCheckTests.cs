using System.Diagnostics;

namespace Earthmover.Cli.Tests;

/// <summary><c>tools/gpu-check/pack</c>: what it refuses before it compiles anything.</summary>
public sealed class GpuCheckTests : CommandLine
{
    [Theory]
    [InlineData("unknown option --color", "--color")]
    [InlineData("--out takes a name", "--out")]
    [InlineData("--out takes a name that ends in .tar.xz, not 'here.zip'", "--out", "here.zip")]
    [InlineData("--peer nowhere.py: there is no such file", "--peer", "nowhere.py")]
    [InlineData("--garments .: there is no train-images-idx3-ubyte.gz in it", "--garments", ".")]
    public void What_cannot_be_packed_is_one_line(string message, params string[] arguments)
    {
        var outcome = Pack(arguments);
        Assert.Equal((2, ""), (outcome.Code, outcome.Out));
        Assert.StartsWith($"earthmover: {message}",
            Assert.Single(outcome.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.Empty(Everything());
    }

    [Fact]
    public void Its_help_names_every_option()
    {
        var outcome = Pack("--help");
        Assert.Equal(0, outcome.Code);
        Assert.All(["--out", "--peer", "--garments"], option => Assert.Contains(option, outcome.Out, StringComparison.Ordinal));
    }

    private Outcome Pack(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", [Path.Combine(Root, "tools", "gpu-check", "pack"), .. arguments])
        {
            WorkingDirectory = Folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        process.WaitForExit();
        return new(process.ExitCode, output.Result, error.Result);
    }

    private static string Root
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(folder.FullName, "Earthmover.slnx")))
                folder = folder.Parent ?? throw new DirectoryNotFoundException("the folder of the project was not found");
            return folder.FullName;
        }
    }
}
