namespace Earthmover.Files.Tests;

public sealed class PlainFileTests : TestFolder
{
    private string Link(string name, string target)
    {
        File.CreateSymbolicLink(At(name), At(target));
        return At(name);
    }

    [Fact]
    public void Links_are_known_wherever_they_point()
    {
        Put("file", "x");
        Directory.CreateDirectory(At("folder"));
        foreach (var target in new[] { "file", "folder", "nothing" })
            Assert.True(PlainFile.IsLink(Link($"to-{target}", target)));
        Assert.True(PlainFile.IsLink(At("to-folder") + "/"));
        foreach (var name in new[] { "file", "folder", "nothing" })
            Assert.False(PlainFile.IsLink(At(name)));
    }

    [Fact]
    public void A_file_is_read_and_a_link_to_it_is_refused_in_one_line()
    {
        Put("secret", "one\ntwo\n");
        Assert.Equal("one\ntwo\n", PlainFile.ReadText(At("secret")));
        Assert.Equal("one\ntwo\n"u8, PlainFile.ReadBytes(At("secret")));
        var link = Link("sample.txt", "secret");
        Action[] ways = [() => PlainFile.ReadText(link), () => PlainFile.ReadBytes(link), () => PlainFile.OpenRead(link).Dispose()];
        foreach (var read in ways)
        {
            var message = Assert.Throws<LinkException>(read).Message;
            Assert.Contains(link, message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', message);
        }
    }

    [Fact]
    public void A_pipe_is_read_as_empty_and_not_written_to()
    {
        Assert.Empty(PlainFile.ReadBytes(Pipe("pipe")));
        Assert.Throws<IOException>(() => PlainFile.AppendLine(At("pipe"), "x"));
    }

    [Fact]
    public void Lines_are_appended_while_others_read_and_never_through_a_link()
    {
        PlainFile.AppendLine(At("log"), "one");
        using (PlainFile.OpenRead(At("log")))
            PlainFile.AppendLine(At("log"), "two ä");
        Assert.Equal("one\ntwo ä\n", File.ReadAllText(At("log")));
        Assert.Throws<LinkException>(() => PlainFile.AppendLine(Link("linked", "log"), "three"));
        Assert.Throws<LinkException>(() => PlainFile.AppendLine(Link("dangling", "nothing"), "three"));
        Assert.Equal("one\ntwo ä\n", File.ReadAllText(At("log")));
        Assert.False(File.Exists(At("nothing")));
    }
}
