using System.Text.RegularExpressions;

namespace Earthmover.Architecture.Tests;

/// <summary>Inside src/Earthmover: which folder may use which. What is not listed is forbidden.</summary>
public sealed class NamespaceTests
{
    // Of every folder, the folders beside it and the projects below that it may use; of a room inside one, the rooms beside it.
    private static readonly Dictionary<string, string[]> s_allowed = new()
    {
        // What lies in src/Earthmover itself is what all the folders share.
        [""] = [],
        ["Constraints"] = ["Torch"],
        ["Objectives"] = ["Torch"],
        // ONNX for how words are told in texts, and classes by name: an exported model does as its data did.
        ["Data"] = ["Files", "Media", "Onnx", "Torch", "Transport"],
        ["Games"] = ["Nn", "Torch"],
        ["Networks"] = ["Data", "Nn", "Torch"],
        // ONNX for the features of photographs.
        ["Metrics"] = ["Data", "Media", "Networks", "Nn", "Onnx", "Torch", "Transport"],
        ["Health"] = ["Games", "Metrics", "Nn", "Torch", "Transport"],
        ["Editing"] = ["Games", "Networks", "Nn", "Torch"],
        ["Systems"] = ["Constraints", "Data", "Games", "Networks", "Nn", "Objectives", "Torch"],
        ["Training"] = ["Data", "Files", "Games", "Health", "Media", "Metrics", "Nn", "Reports", "Torch", "Transport"],
        // What the command line, the studio and the claims stand on: the catalog's user, which nothing here uses.
        ["Sessions"] =
        [
            "Constraints", "Data", "Editing", "Games", "Health", "Metrics", "Networks", "Objectives", "Systems", "Training",
            "Export", "Files", "Media", "Nn", "Onnx", "Reports", "Torch", "Transport",
        ],
        // Files know nothing of what their contents mean.
        ["Data.Formats"] = [],
        ["Data.Pictures"] = ["Formats"],
        ["Data.Points"] = ["Formats"],
        // A text of nothing but numbers is taken for points.
        ["Data.Text"] = ["Formats", "Points"],
        // What is nothing but numbers is points.
        ["Data.Tables"] = ["Formats", "Points"],
        ["Data.Toys"] = ["Points"],
        ["Data.Dealing"] = ["Points", "Tables"],
        ["Data.Scenes"] = [],
        ["Data.Avatars"] = [],
        // What belongs together may be of any kind.
        ["Data.Pairs"] = ["Avatars", "Dealing", "Formats", "Pictures", "Points", "Scenes", "Text", "Toys"],
        // What a trained run does, room by room: samples first, and what is measured of several runs last.
        ["Sessions.Sampling"] = [],
        ["Sessions.Walks"] = ["Sampling"],
        ["Sessions.Pictures"] = ["Sampling", "Walks"],
        ["Sessions.Exports"] = ["Pictures", "Sampling"],
        ["Sessions.Judging"] = ["Exports", "Sampling"],
        ["Sessions.Comparing"] = ["Sampling", "Walks"],
        ["Sessions.Tables"] = ["Comparing", "Sampling"],
        ["Sessions.Sweeps"] = ["Comparing", "Sampling"],
        ["Metrics.Features"] = [],
        ["Metrics.Tables"] = ["Features"],
        ["Training.Runs"] = [],
        ["Training.Views"] = ["Runs"],
    };

    public static TheoryData<string> Folders => [.. Rooms.All];

    [Theory]
    [MemberData(nameof(Folders))]
    public void Folder_uses_what_it_may_know(string folder)
    {
        Assert.True(s_allowed.TryGetValue(folder, out var allowed),
            $"src/Earthmover/{folder.Replace('.', '/')} has no rule here: say what it may use");
        var bad = from source in Rooms.Sources(folder)
                  from used in Rooms.Named(source, folder)
                  where !allowed.Contains(used)
                  select $"{source.Path} uses {used}";
        Repository.AssertNone(bad);
    }

    [Theory]
    [InlineData("Objectives")]
    [InlineData("Constraints")]
    public void Losses_and_penalties_know_tensors_and_functions_but_no_network(string folder)
    {
        var bad = Repository.Sources($"src/Earthmover/{folder}")
            .Where(s => Regex.IsMatch(s.Code, @"\bEarthmover\.Nn\b|(?<![\w.])(Nn\.|Module\b)")).Select(s => s.Path);
        Repository.AssertNone(bad);
    }

    [Fact]
    public void Binding_knows_nothing_of_networks()
    {
        var bad = Repository.Sources("src/Earthmover.Torch").Where(s => Regex.IsMatch(s.Code, @"\bEarthmover\.Nn\b")).Select(s => s.Path);
        Repository.AssertNone(bad);
    }

    [Theory]
    [InlineData("Training", "using Earthmover.Systems;", "Systems")]
    [InlineData("Training", "using static Earthmover.Systems.SystemCatalog;", "Systems")]
    [InlineData("Training", "using Law = Earthmover.Data.Toys.GaussianModes;", "Data")]
    [InlineData("Training", "namespace Earthmover.Training; var x = Systems.SystemCatalog.All;", "Systems")]
    [InlineData("Metrics", "namespace Earthmover.Metrics; Data.Toys.GaussianModes law;", "Data")]
    [InlineData("Objectives", "namespace Earthmover.Objectives; Transport.Ot.Wasserstein(x, y);", "Transport")]
    [InlineData("Data.Formats", "using Earthmover.Data.Pictures;", "Pictures")]
    [InlineData("Data.Formats", "namespace Earthmover.Data.Formats; Pictures.ImageFolder.Open(x);", "Pictures")]
    [InlineData("Training", "// Earthmover.Systems\nvar x = \"Earthmover.Systems\" + this.Systems.SystemCatalog;", null)]
    [InlineData("Training", "using Earthmover.Training.Runs; var n = Systems.Count;", null)]
    public void The_check_sees_every_way_of_naming_another(string folder, string text, string? named) =>
        Assert.Equal(named is null ? [] : [named], Rooms.Named(new("a.cs", text), folder));
}
