using System.Text;
using Earthmover.Data;
using Earthmover.Onnx;
using Earthmover.Sessions;
using Earthmover.Sessions.Exports;
using Earthmover.Tests.Training;
using Earthmover.Torch.Files;
using Earthmover.Training;

namespace Earthmover.Tests.Data;

/// <summary>The license of data is said where it is known, beside whatever is made of them, and never guessed.</summary>
public sealed class DataLicenseTests : Playground
{
    [Theory]
    [InlineData("fashion-mnist", "MIT")]
    [InlineData("fashion-mnist?classes=7,8", "MIT")]
    [InlineData("fashion-edges", "MIT")]
    [InlineData("fashion-captions?side=b", "MIT")]
    [InlineData("mnist", null)]
    [InlineData("gaussians-8", null)]
    [InlineData("./fashion-mnist", null)]
    [InlineData("photos?license=CC-BY-4.0", "CC-BY-4.0")]
    [InlineData("a?license=MIT|b?license=CC0-1.0", "MIT; CC0-1.0")]
    [InlineData("a?license=MIT|b?license=MIT", "MIT")]
    [InlineData("a|fashion-mnist", "MIT")]
    public void It_is_what_the_publisher_or_the_address_says(string address, string? license) =>
        Assert.Equal(license, DataLicense.Of(address));

    [Fact]
    public void Every_kind_of_data_takes_it_and_is_the_same_with_it()
    {
        var (table, text) = (Put("p.csv", Encoding.UTF8.GetBytes("x,y\n1,2\n3,4\n")), Put("t.txt", Encoding.UTF8.GetBytes("ab\ncd\n")));
        foreach (var address in new[] { "gaussians-8?n=40", $"{table}?columns=x", $"{text}?length=4", PutPictures(), PutFolders("A", "B") })
        {
            var with = $"{address}{(address.Contains('?', StringComparison.Ordinal) ? '&' : '?')}license=CC BY 4.0";
            DataSet plain = DataCatalog.Open(address, Context), said = DataCatalog.Open(with, Context);
            Assert.Equal(plain.Fingerprint, said.Fingerprint);
            Assert.Equal("CC BY 4.0", DataReport.Create(with, Context).License);
            Assert.Contains("license: CC BY 4.0", DataReport.Create(with, Context).ToLines());
        }
        var error = Assert.Throws<UserException>(() => DataCatalog.Open($"gaussians-8?license={new string('x', 121)}"));
        Assert.Contains("the name of a license, such as CC-BY-4.0", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void It_goes_with_the_run_and_with_what_is_exported_of_it()
    {
        Play("gaussians-8?license=CC0-1.0", "wgan-gp", new(Steps: 2), [.. Toy, "health_share=0"], "run");
        var recipe = Recipe.FromJson(File.ReadAllText(Path.Combine(Folder, "run", "recipe.json")), "recipe");
        Assert.Equal("CC0-1.0", recipe.Samples!.License);
        using var run = TrainedRun.Open(Path.Combine(Folder, "run"), Context);
        RunExport.ToOnnx(run, null, Path.Combine(Folder, "g.onnx"));
        using (var model = Generator.Open(Path.Combine(Folder, "g.onnx"), threads: 1))
            Assert.Equal("CC0-1.0", model.Card.License);
        WeightExport.ToSafetensors(run, null, Path.Combine(Folder, "g.safetensors"), hasPython: false);
        Assert.Equal("CC0-1.0", Safetensors.Read(Path.Combine(Folder, "g.safetensors")).Metadata["data_license"]);
        // Where nobody says it, nothing does.
        Play("gaussians-8", "wgan-gp", new(Steps: 2), [.. Toy, "health_share=0"], "other");
        Assert.DoesNotContain("license", File.ReadAllText(Path.Combine(Folder, "other", "recipe.json")), StringComparison.Ordinal);
        // A recipe that anybody may have written is held to it.
        var crafted = recipe with { Samples = recipe.Samples with { License = "a\nb" } };
        Assert.Contains("names no license", Assert.Throws<UserException>(() => Recipe.FromJson(crafted.ToJson(), "recipe")).Message,
            StringComparison.Ordinal);
    }
}
