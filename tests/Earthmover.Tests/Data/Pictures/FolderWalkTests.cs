using System.Diagnostics;
using Earthmover.Data;
using Earthmover.Media;
using Xunit;

namespace Earthmover.Tests.Data.Pictures;

/// <summary>Folders as they are found: with links, pipes, devices and names of any bytes.</summary>
public sealed class FolderWalkTests : TemporaryFolder
{
    private static byte[] Png(int seed)
    {
        var pixels = new byte[4 * 4 * 3];
        new Random(seed).NextBytes(pixels);
        return ImageFile.EncodePng(new Image(4, 4, 3, pixels));
    }

    private ImageSet Open(string folder) => Assert.IsType<ImageSet>(DataCatalog.Open(Path.Combine(Folder, folder), Context));

    private string Why(string folder, string file) => Assert.Single(Open(folder).Problems, problem => problem.Path == file).Why;

    private void Shell(string script)
    {
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", script]) { WorkingDirectory = Folder })!;
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    private void Link(string name, string target) => File.CreateSymbolicLink(Path.Combine(Folder, name), target);

    [Fact]
    public void A_folder_is_read_once_whatever_links_lead_to_it()
    {
        for (var i = 0; i < 3; i++) Put($"loop/{i}.png", Png(i));
        Put("elsewhere/in/3.png", Png(3));
        Link("loop/self", ".");
        Link("loop/self2", ".");
        Link("loop/up", "../..");
        Link("loop/b", "../elsewhere");
        Link("loop/a", "../elsewhere/in");
        Put("loop/real/4.png", Png(4));
        Link("loop/before", "real");
        var set = Open("loop");
        Assert.Equal(5, set.Count);
        Assert.All(["self", "self2", "before"], name => Assert.Contains("read already", Why("loop", name), StringComparison.Ordinal));
        Assert.Contains("a folder above", Why("loop", "up"), StringComparison.Ordinal);
        // The first link by name is followed, and the second finds its inside read.
        Assert.Contains("read already", Why("loop", "b/in"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_to_a_file_counts_as_a_copy_would()
    {
        Put("one/a.png", Png(1));
        Put("two/b.png", Png(2));
        Link("two/c.png", "b.png");
        Link("two/d.png", "../one/a.png");
        Link("two/lost.png", "nowhere");
        Link("two/ring.png", "ring.png");
        var set = Open("two");
        Assert.Equal(3, set.Count);
        Assert.Equal(set[0].ToArray(), set[1].ToArray());
        Assert.All(["lost.png", "ring.png"], name => Assert.Contains("leads nowhere", Why("two", name), StringComparison.Ordinal));
    }

    [Fact]
    public void Depth_has_no_limit_of_ours()
    {
        Put($"deep/{string.Join('/', Enumerable.Range(0, 60).Select(i => $"d{i}"))}/x.png", Png(1));
        Put("deep/y.png", Png(2));
        Assert.Equal(2, Open("deep").Count);
    }

    [Fact]
    public void Names_that_are_no_text_are_skipped_and_named_and_hide_nothing()
    {
        Put("names/a.png", Png(1));
        Put("names/caf\uFFFD.png", Png(2));
        Put("names/inner/b.png", Png(3));
        Shell("cp names/a.png \"$(printf 'names/caf\\351.png')\"; cp names/a.png \"$(printf 'names/\\377\\376.png')\"; "
            + "mkdir \"$(printf 'names/d\\351')\"; cp names/a.png \"$(printf 'names/d\\351/c.png')\"");
        var set = Open("names");
        Assert.Equal(3, set.Count);
        Assert.Equal(3, set.Problems.Count(problem => problem.Why.Contains("not valid UTF-8", StringComparison.Ordinal)));
        Shell("rm -r names");
    }

    [Fact]
    public void Names_with_control_characters_are_printed_as_codes()
    {
        Put("odd/a.png", Png(1));
        Put("odd/b\u001b[31mred\nline.png", Png(1));
        Put("odd/c\u001b[2J\r.txt", "x");
        var report = DataReport.Create(Path.Combine(Folder, "odd"), Context);
        Assert.Equal(2, report.Count);
        Assert.All(report.ToLines(), line => Assert.DoesNotContain(line, char.IsControl));
        Assert.Contains(report.ToLines(), line => line.Contains(@"b\x1b[31mred\nline.png", StringComparison.Ordinal));
        Assert.Contains(report.ToLines(), line => line.Contains(@"c\x1b[2J\r.txt: not a picture file", StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_no_file_is_named_and_never_opened()
    {
        Put("kinds/a.png", Png(1));
        Shell("mkfifo kinds/pipe.png kinds/dataset.json kinds/pipe.txt");
        Link("kinds/zero.png", "/dev/zero");
        Assert.Equal(1, Open("kinds").Count);
        Assert.Contains("named pipe", Why("kinds", "pipe.png"), StringComparison.Ordinal);
        Assert.Contains("named pipe", Why("kinds", "dataset.json"), StringComparison.Ordinal);
        Assert.Contains("device", Why("kinds", "zero.png"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("p.csv")]
    [InlineData("p.tsv")]
    [InlineData("p.txt")]
    [InlineData("p.npy")]
    [InlineData("p.bin")]
    [InlineData("p.gz")]
    [InlineData("p-images-idx3-ubyte")]
    [InlineData("idx/train-images-idx3-ubyte.gz")]
    [InlineData("cifar/data_batch_1.bin")]
    public void A_pipe_in_the_place_of_data_is_refused(string name)
    {
        Shell($"mkdir idx cifar; mkfifo {name}");
        var address = name.Contains('/', StringComparison.Ordinal) ? Path.GetDirectoryName(name)! : name;
        Assert.Contains("named pipe", Refused(() => DataCatalog.Open(Path.Combine(Folder, address), Context)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_device_is_refused() =>
        Assert.Contains("device", Refused(() => DataCatalog.Open("/dev/zero", Context)), StringComparison.Ordinal);
}
