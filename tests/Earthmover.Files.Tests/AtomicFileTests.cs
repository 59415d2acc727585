namespace Earthmover.Files.Tests;

public sealed class AtomicFileTests : TestFolder
{
    private const string Leftover = ".earthmover-0123456789abcdef.part";

    // Written by somebody who is long dead.
    private void PutOld(string name) => Age(Put(name, "half"));

    private static void Age(string file) => File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddMinutes(-1));

    [Fact]
    public void Until_it_is_committed_the_old_contents_stand_and_afterwards_the_new_ones()
    {
        var path = Put("a.txt", "old");
        using (var file = new AtomicFile(path, lasting: true))
        {
            file.Stream.Write("new"u8);
            Assert.Equal("old", File.ReadAllText(path));
            Assert.Equal(2, Names().Count());
            file.Commit();
            Assert.Equal("new", File.ReadAllText(path));
        }
        Assert.Equal(["a.txt"], Names());
    }

    [Fact]
    public void The_first_file_of_a_folder_clears_away_what_a_killed_writer_left()
    {
        PutOld(Leftover);
        AtomicFile.WriteText(At("a.txt"), "whole");
        Assert.Equal(["a.txt"], Names());
    }

    [Fact]
    public void What_is_not_committed_leaves_nothing()
    {
        using (var file = new AtomicFile(At("a.txt")))
            file.Stream.Write("half"u8);
        Assert.Empty(Names());
        var broken = Enumerable.Range(0, 9).Select(i => i < 5 ? "line" : throw new InvalidOperationException());
        Assert.Throws<InvalidOperationException>(() => AtomicFile.WriteLines(At("b.txt"), broken));
        Assert.Empty(Names());
    }

    [Fact]
    public void The_name_beside_is_another_each_time_and_made_anew()
    {
        var names = new HashSet<string>();
        for (var i = 0; i < 20; i++)
        {
            using var file = new AtomicFile(At("a.txt"));
            names.Add(Names().Single());
        }
        Assert.Equal(20, names.Count);
        Assert.All(names, name => Assert.Matches(@"^\.earthmover-[0-9a-f]{16}\.part$", name));
    }

    // The longest name there is leaves no room for an ending.
    [Fact]
    public void A_name_may_be_as_long_as_names_can_be()
    {
        var name = new string('n', 251) + ".txt";
        AtomicFile.WriteText(At(name), "x");
        Assert.Equal([name], Names());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_link_is_replaced_and_what_it_points_to_is_left_alone(bool isThere)
    {
        if (isThere)
            Put("mine.txt", "mine");
        File.CreateSymbolicLink(At("report.html"), At("mine.txt"));
        AtomicFile.WriteText(At("report.html"), "page");
        Assert.Equal("page", File.ReadAllText(At("report.html")));
        Assert.Null(new FileInfo(At("report.html")).LinkTarget);
        Assert.Equal(isThere ? "mine" : null, isThere ? File.ReadAllText(At("mine.txt")) : null);
        Assert.Equal(isThere, File.Exists(At("mine.txt")));
    }

    // Names that others might expect, prepared as links, are not even looked at.
    [Fact]
    public void Prepared_names_are_not_followed()
    {
        Put("mine.txt", "mine");
        string[] names = ["log.jsonl.part", ".log.jsonl.part", "log.jsonl.new",
            "log.jsonl.tmp", $"log.jsonl.{Environment.ProcessId}.part", Leftover];
        foreach (var name in names)
            File.CreateSymbolicLink(At(name), At("mine.txt"));
        AtomicFile.WriteText(At("log.jsonl"), "line");
        Assert.Equal("mine", File.ReadAllText(At("mine.txt")));
        Assert.Equal("line", File.ReadAllText(At("log.jsonl")));
        Assert.Equal(8, Names().Count());
    }

    [Fact]
    public void Folders_are_made_and_a_folder_in_the_way_is_an_error_that_leaves_nothing()
    {
        AtomicFile.WriteLines(At("a", "b", "c.txt"), ["one", "two"]);
        Assert.Equal("one\ntwo\n", File.ReadAllText(At("a", "b", "c.txt")));
        Assert.ThrowsAny<Exception>(() => AtomicFile.Write(At("a", "b"), "x"u8));
        Assert.Equal(["b"], Names("a"));
    }

    [Theory]
    [InlineData("/proc/x.csv")]
    [InlineData("/dev/nosuch")]
    public void Where_no_file_can_be_made_that_is_said(string path)
    {
        var failure = Assert.Throws<IOException>(() => AtomicFile.WriteText(path, "x"));
        Assert.Equal($"no file can be made at {path}, where the system keeps its own", failure.Message);
    }

    [Fact]
    public void A_device_is_written_to_and_not_replaced()
    {
        AtomicFile.WriteText("/dev/null", "gone");
        using var still = File.OpenWrite("/dev/null");
        still.Write("gone too"u8);
        Assert.Equal(0, new FileInfo("/dev/null").Length);
    }

    [Fact]
    public void A_sweep_deletes_what_a_killed_writer_left_and_nothing_else()
    {
        PutOld(Leftover);
        string[] others = ["film.iso.part", "a.txt.77.part", ".a.txt.77.part", ".earthmover-0123456789abcdeF.part",
            ".earthmover-0123456789abcde.part", ".earthmover-0123456789abcdef.part.txt", $"below/{Leftover}"];
        foreach (var other in others)
            Age(Put(other, "mine"));
        AtomicFile.Sweep(Folder);
        AtomicFile.Sweep(At("nowhere"));
        Assert.False(File.Exists(At(Leftover)));
        Assert.All(others, other => Assert.Equal("mine", File.ReadAllText(At(other))));
    }

    [Fact]
    public void A_sweep_goes_through_no_link_and_waits_for_no_pipe()
    {
        Age(Put($"mine/{Leftover}", "mine"));
        Age(Put("mine.txt", "mine"));
        Directory.CreateSymbolicLink(At("samples"), At("mine"));
        Directory.CreateDirectory(At("checkpoints"));
        File.CreateSymbolicLink(At("checkpoints", Leftover), At("mine.txt"));
        Age(Pipe("checkpoints/.earthmover-00000000000000aa.part"));
        AtomicFile.Sweep(At("samples"));
        AtomicFile.Sweep(At("samples/"));
        AtomicFile.Sweep(At("checkpoints"));
        Assert.Equal("mine", File.ReadAllText(At("mine", Leftover)));
        Assert.Equal("mine", File.ReadAllText(At("mine.txt")));
        Assert.Equal(2, Names("checkpoints").Count());
    }

    // Between the two nothing tells its writer from one that was killed.
    [Fact]
    public void A_sweep_leaves_a_file_that_may_be_made_and_not_locked_yet()
    {
        Put(Leftover, "");
        AtomicFile.Sweep(Folder);
        Assert.Equal([Leftover], Names());
    }

    [Fact]
    public void A_sweep_leaves_a_file_at_work()
    {
        using var file = new AtomicFile(At("a.txt"));
        file.Stream.Write("half"u8);
        Age(At(Names().Single()));
        AtomicFile.Sweep(Folder);
        file.Commit();
        Assert.Equal("half", File.ReadAllText(At("a.txt")));
    }
}
