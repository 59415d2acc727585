using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Earthmover.Torch.Tests;

/// <summary>The C++ below the bindings.</summary>
public sealed class NativePartTests
{
    // Machines without CUDA leave it out of the library, and so would not notice.
    [Fact]
    public async Task What_only_CUDA_needs_compiles_everywhere()
    {
        var build = Path.Combine(Root(), "artifacts", "native", "build");
        using var ninja = Process.Start(new ProcessStartInfo("cmake", ["--build", build, "--target", "recordings_for_cuda"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var (output, error) = (ninja.StandardOutput.ReadToEndAsync(), ninja.StandardError.ReadToEndAsync());
        await ninja.WaitForExitAsync();
        Assert.True(ninja.ExitCode == 0, await output + await error);
    }

    private static string Root([CallerFilePath] string here = "")
    {
        var folder = new DirectoryInfo(Path.GetDirectoryName(here)!);
        while (!File.Exists(Path.Combine(folder.FullName, "Earthmover.slnx")))
            folder = folder.Parent!;
        return folder.FullName;
    }
}
