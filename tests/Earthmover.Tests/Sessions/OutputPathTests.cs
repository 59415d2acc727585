using Earthmover.Sessions;


namespace Earthmover.Tests.Sessions;

/// <summary>What is said when results cannot be written.</summary>
public sealed class OutputPathTests
{
    private static void WriteThree(string failure) => OutputPath.Write("the translations", () => OutputPath.WriteEach(["a", "b", "c"],
        (i, _) =>
        {
            if (i == 2)
                throw new IOException(failure);
        }, CancellationToken.None));

    [Fact]
    public void How_many_files_are_written_is_said_where_one_cannot_be()
    {
        var full = Assert.Throws<IOException>(() => WriteThree("No space left on device : 'c'"));
        Assert.Equal("cannot write the translations: No space left on device : 'c'; 2 of 3 files are written", full.Message);
        var refused = Assert.Throws<UserException>(() => WriteThree("c is a link."));
        Assert.Equal("cannot write the translations: c is a link; 2 of 3 files are written", refused.Message);
    }
}
