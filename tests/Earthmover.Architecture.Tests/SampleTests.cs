using System.Text.RegularExpressions;

namespace Earthmover.Architecture.Tests;

/// <summary>The console projects of samples/, which <c>tools/samples</c> builds and runs: short, and of packages alone.</summary>
public sealed class SampleTests
{
    private const int Longest = 40;

    private static readonly string s_folder = Path.Combine(Repository.Root, "samples");

    private static IReadOnlyList<string> Projects() => [.. Directory.EnumerateFiles(s_folder, "*.csproj", SearchOption.AllDirectories)];

    [Fact]
    public void Samples_are_of_packages_alone()
    {
        Assert.Equal(6, Projects().Count);
        Assert.All(Projects(), project =>
        {
            var text = File.ReadAllText(project);
            Assert.Contains("<PackageReference Include=\"Earthmover", text, StringComparison.Ordinal);
            Assert.DoesNotContain("ProjectReference", text, StringComparison.Ordinal);
        });
        Assert.DoesNotContain("/src/", File.ReadAllText(Path.Combine(s_folder, "Directory.Build.props")), StringComparison.Ordinal);
    }

    [Fact]
    public void Samples_are_short()
    {
        var sources = Repository.Sources("samples");
        Assert.Equal(Projects().Count, sources.Count);
        Repository.AssertNone(sources.Where(s => s.Lines > Longest).Select(s => $"{s.Path} has {s.Lines} lines, more than {Longest}"));
    }

    [Fact]
    public void Every_sample_is_built_run_and_listed()
    {
        var (script, list, page) = (Read("tools/samples"), Read("samples/Samples.slnx"), Read("samples/README.md"));
        var names = Projects().Select(project => Path.GetFileNameWithoutExtension(project)).ToList();
        Assert.All(names, name => Assert.Contains($"shows {name} ", script, StringComparison.Ordinal));
        Assert.All(names, name => Assert.Contains($"{name}/{name}.csproj", list, StringComparison.Ordinal));
        Assert.All(names, name => Assert.Contains($"[{name}]({name}/Program.cs)", page, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_package_says_what_it_is()
    {
        var libraries = Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories)
            .Where(project => !File.ReadAllText(project).Contains("<IsPackable>false</IsPackable>", StringComparison.Ordinal)).ToList();
        Assert.All((string[])["Earthmover", "Earthmover.Transport", "Earthmover.Onnx", "Earthmover.Torch"], name =>
            Assert.Contains(libraries, project => Path.GetFileNameWithoutExtension(project) == name));
        Repository.AssertNone(
            from project in libraries
            let lacking = !Regex.IsMatch(File.ReadAllText(project), "<Description>[^<]{20,}</Description>") ? "a Description"
                : !File.Exists(Path.Combine(Path.GetDirectoryName(project)!, "README.md")) ? "a README.md" : null
            where lacking is not null
            select $"{Path.GetFileName(project)} lacks {lacking}, or says that it is not packable");
    }

    private static string Read(string path) => File.ReadAllText(Path.Combine(Repository.Root, path));
}
