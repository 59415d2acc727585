using System.Xml.Linq;

namespace Earthmover.Architecture.Tests;

/// <summary>
/// Which project may know which: Cli, Studio → Claims → Earthmover → Nn → Torch, Earthmover → Transport → nothing, and Reports → Files
/// alone, so that a report can be written where no LibTorch is.
/// </summary>
public sealed class ProjectReferenceTests
{
    private static readonly Dictionary<string, string[]> s_allowed = new()
    {
        ["Earthmover.Files"] = [],
        ["Earthmover.Seeds"] = [],
        ["Earthmover.Torch"] = ["Earthmover.Files"],
        ["Earthmover.Nn"] = ["Earthmover.Torch"],
        ["Earthmover.Transport"] = [],
        ["Earthmover.Media"] = ["Earthmover.Files"],
        ["Earthmover.Reports"] = ["Earthmover.Files"],
        ["Earthmover.Export"] = ["Earthmover.Torch"],
        ["Earthmover.Onnx"] = ["Earthmover.Media", "Earthmover.Seeds"],
        ["Earthmover"] = ["Earthmover.Files", "Earthmover.Nn", "Earthmover.Torch", "Earthmover.Export", "Earthmover.Seeds",
            "Earthmover.Media", "Earthmover.Onnx", "Earthmover.Transport", "Earthmover.Reports"],
        ["Earthmover.Claims"] = ["Earthmover"],
        ["Earthmover.Serve"] = ["Earthmover", "Earthmover.Onnx"],
        ["Earthmover.Cli"] = ["Earthmover", "Earthmover.Claims", "Earthmover.Files", "Earthmover.Reports", "Earthmover.Serve",
            "Earthmover.Transport"],
        ["Earthmover.Studio"] = ["Earthmover", "Earthmover.Claims", "Earthmover.Files", "Earthmover.Reports", "Earthmover.Transport"],
    };

    // Beside programs, which may use what they like.
    private static readonly Dictionary<string, string[]> s_packages = new()
    {
        ["Earthmover"] = ["CsvHelper", "MathNet.Numerics"],
        ["Earthmover.Export"] = ["Google.Protobuf"],
        ["Earthmover.Onnx"] = ["Microsoft.ML.OnnxRuntime"],
        ["Earthmover.Media"] = ["SkiaSharp", "SkiaSharp.NativeAssets.Linux.NoDependencies", "System.IO.Hashing"],
        ["Earthmover.Serve"] = ["Microsoft.AspNetCore.OpenApi", "prometheus-net"],
    };

    public static TheoryData<string> Projects =>
        [.. Directory.EnumerateDirectories(Path.Combine(Repository.Root, "src")).Select(folder => Path.GetFileName(folder)!)];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_references_what_its_layer_may_know(string project)
    {
        Assert.True(s_allowed.ContainsKey(project), $"src/{project} has no rule here: say what it may reference");
        var references = Items(project, "ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path.Replace('\\', '/')));
        Repository.AssertNone(references.Except(s_allowed[project]));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Libraries_use_the_packages_that_they_may(string project)
    {
        if (project is not ("Earthmover.Cli" or "Earthmover.Studio"))
            Repository.AssertNone(Items(project, "PackageReference").Except(s_packages.GetValueOrDefault(project, [])));
    }

    private static IEnumerable<string> Items(string project, string kind) =>
        XDocument.Load(Path.Combine(Repository.Root, "src", project, project + ".csproj")).Descendants(kind)
            .Select(item => (string)item.Attribute("Include")!);
}
