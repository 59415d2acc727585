namespace Earthmover.Files.Tests;

/// <summary>Where what was fetched is found.</summary>
public sealed class FetchedPartTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("earthmover-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void It_is_found_beside_or_above_the_program()
    {
        var program = Path.Combine(_folder, "artifacts", "bin", "program");
        Directory.CreateDirectory(program);
        Assert.Null(FetchedPart.Locate("part-of-nobody", null, program));
        var part = Directory.CreateDirectory(Path.Combine(_folder, "artifacts", "part-of-nobody")).FullName;
        Assert.Equal(part, FetchedPart.Locate("part-of-nobody", null, program));
        Assert.Equal(part, FetchedPart.Locate("part-of-nobody", "", program));
        Assert.Equal("elsewhere", FetchedPart.Locate("part-of-nobody", "elsewhere", program));
    }
}
