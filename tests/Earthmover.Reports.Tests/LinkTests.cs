using System.Text;
using Earthmover.Reports.Runs;

namespace Earthmover.Reports.Tests;

/// <summary>Somebody else's run folder: what in it points out of it must not come into a page that is passed on.</summary>
public sealed class LinkTests : RunFolderTest
{
    private const string Secret = "TOP-SECRET-7f3a-91c2";

    private void Link(string name, string target)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(name))!);
        File.CreateSymbolicLink(At(name), At(target));
    }

    [Theory]
    [InlineData("samples/000070.txt")]
    [InlineData("samples/000070.png")]
    [InlineData("samples/reals.txt")]
    [InlineData("samples/reals.png")]
    [InlineData("samples/nearest-training-pictures.png")]
    [InlineData("log.jsonl")]
    [InlineData("metrics.json")]
    public void A_linked_file_is_left_out_and_named(string name)
    {
        PutPicture("samples/000001.png");
        // A picture, a log and a table of measurements at once, as far as a reader looks.
        var secret = Path.GetExtension(name) switch
        {
            ".jsonl" => $$$"""{"step":1,"measures":{"{{{Secret}}}":1}}""",
            ".json" => $$$"""{"metrics":[{"name":"{{{Secret}}}","value":1}]}""",
            _ => Secret,
        };
        File.WriteAllBytes(At("secret"), name.EndsWith("png", StringComparison.Ordinal)
            ? [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, .. Encoding.UTF8.GetBytes(secret)] : Encoding.UTF8.GetBytes(secret));
        Link(name, "secret");
        var summary = RunReport.Write(Folder, null, Nothing);
        Assert.Contains(At(name), Assert.Single(summary.Problems), StringComparison.Ordinal);
        Assert.Equal(1, summary.Samples);
        var page = File.ReadAllText(At("report.html"));
        Assert.DoesNotContain(Secret, page, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToBase64String(File.ReadAllBytes(At("secret")))[..16], page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_linked_folder_of_samples_is_left_out_and_named()
    {
        Put("elsewhere/000001.txt", Secret);
        Link("samples", "elsewhere");
        var summary = RunReport.Write(Folder, null, Nothing);
        Assert.Contains(At("samples"), Assert.Single(summary.Problems), StringComparison.Ordinal);
        Assert.Equal(0, summary.Samples);
        Assert.DoesNotContain(Secret, File.ReadAllText(At("report.html")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_linked_recipe_is_no_recipe()
    {
        File.Move(At("recipe.json"), At("other.json"));
        Link("recipe.json", "other.json");
        Assert.Contains(At("recipe.json"),
            Assert.ThrowsAny<IOException>(() => RunReport.Write(Folder, null, Nothing)).Message, StringComparison.Ordinal);
        Assert.False(File.Exists(At("report.html")));
    }

    [Fact]
    public void Many_links_are_not_all_named()
    {
        for (var i = 0; i < 30; i++)
            Link($"samples/{i:D6}.txt", "secret");
        var problems = RunReport.Write(Folder, null, Nothing).Problems;
        Assert.Equal(6, problems.Count);
        Assert.StartsWith("25 more", problems[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("report.html")]
    [InlineData("report.html.part")]
    public void The_page_is_written_through_no_link(string name)
    {
        Put("mine", "mine");
        Link(name, "mine");
        RunReport.Write(Folder, null, Nothing);
        Assert.Equal("mine", File.ReadAllText(At("mine")));
        Assert.StartsWith("<!doctype html>", File.ReadAllText(At("report.html")), StringComparison.Ordinal);
    }

    // A pipe would be waited for.
    [Fact]
    public async Task Pipes_are_not_waited_for()
    {
        PutPicture("samples/000001.png");
        foreach (var name in new[] { "log.jsonl", "metrics.json", "samples/000002.txt", "samples/000003.png" })
        {
            using var make = System.Diagnostics.Process.Start("mkfifo", [At(name)]);
            make.WaitForExit();
        }
        var writing = Task.Run(() => RunReport.Write(Folder, null, Nothing));
        var summary = await writing.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.True(summary.Samples >= 1);
    }

    [Theory]
    [InlineData("gaussians-8?n=300", "gaussians-8?n=300")]
    [InlineData("/srv/people/ada/photos", "photos")]
    [InlineData("/srv/people/ada/photos/?size=32&channels=rgb", "photos?size=32&channels=rgb")]
    [InlineData("/srv/a/horses?size=8|../b/zebras", "horses?size=8|zebras")]
    [InlineData("t10k-images?labels=/srv/ada/t10k-labels", "t10k-images?labels=t10k-labels")]
    [InlineData("/srv/what?/photos", "what?photos")]
    [InlineData("", "")]
    public void Data_are_called_by_their_name_alone(string address, string label) => Assert.Equal(label, DataLabel.Of(address));

    [Fact]
    public void The_page_tells_nothing_of_the_folders_above_the_data()
    {
        Put("recipe.json", """{ "data": "/srv/people/ada/photos?size=32", "system": "wgan-gp" }""");
        RunReport.Write(Folder, null, Nothing);
        var page = File.ReadAllText(At("report.html"));
        Assert.Contains("photos?size=32", page, StringComparison.Ordinal);
        Assert.DoesNotContain("ada", page, StringComparison.Ordinal);
    }
}
