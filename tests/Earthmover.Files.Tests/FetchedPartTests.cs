namespace Earthmover.Files.Tests;

/// <summary>Where what was fetched is found.</summary>
public sealed class FetchedPartTests : TestFolder
{
    [Fact]
    public void It_is_found_beside_or_above_the_program()
    {
        var program = Directory.CreateDirectory(At("artifacts", "bin", "program")).FullName;
        Assert.Null(FetchedPart.Locate("part-of-nobody", null, program));
        var part = Directory.CreateDirectory(At("artifacts", "part-of-nobody")).FullName;
        Assert.Equal(part, FetchedPart.Locate("part-of-nobody", null, program));
        Assert.Equal(part, FetchedPart.Locate("part-of-nobody", "", program));
        Assert.Equal("elsewhere", FetchedPart.Locate("part-of-nobody", "elsewhere", program));
    }
}
