using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Earthmover.Cli.Tests;

/// <summary>Packages, as far as they can be tried in a moment; <c>tools/samples</c> packs, and builds and runs what uses them.</summary>
public sealed class PackTests : CommandLine
{
    private static string Root([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", ".."));

    [Fact]
    public void Only_the_script_of_the_project_packs()
    {
        var refused = Run("pack");
        Assert.Equal((2, ""), (refused.Code, refused.Out));
        Assert.Contains("run ./earthmover pack there", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_LibTorch_that_is_none_is_named_by_what_builds_the_native_part()
    {
        var start = new ProcessStartInfo(Path.Combine(Root(), "native", "build.sh"), Path.Combine(Folder, "out"))
        {
            RedirectStandardError = true,
            Environment = { ["LIBTORCH"] = Folder },
        };
        using var build = Process.Start(start)!;
        var said = build.StandardError.ReadToEnd();
        build.WaitForExit();
        Assert.Equal(1, build.ExitCode);
        Assert.Contains($"LIBTORCH={Folder} is not a LibTorch", said, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(Folder, "out")));
    }

    [Fact]
    public void The_native_part_comes_with_all_of_its_sources()
    {
        var folder = Path.Combine(Root(), "native");
        var lists = File.ReadAllText(Path.Combine(folder, "torch", "CMakeLists.txt"));
        var sources = Directory.EnumerateFiles(Path.Combine(folder, "torch"), "*.cpp").Select(file => Path.GetFileName(file)).ToList();
        Assert.NotEmpty(sources);
        Assert.All(sources, source => Assert.Contains(source, lists, StringComparison.Ordinal));
        var project = File.ReadAllText(Path.Combine(Root(), "src", "Earthmover.Torch", "Earthmover.Torch.csproj"));
        Assert.Contains("""Include="../../native/**" Pack="true" """, project, StringComparison.Ordinal);
    }
}
