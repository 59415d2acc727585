using Earthmover.Cli.Galleries;
using Earthmover.Media;

namespace Earthmover.Cli.Tests;

public sealed class GalleryTests : CommandLine
{
    // One exhibit is of emoji, whose font the set-up installs where it may.
    private static IReadOnlyList<Exhibit> Possible { get; } =
        FontFiles.Open("NotoColorEmoji").Count > 0 ? Exhibits.All : [.. Exhibits.All.Where(exhibit => exhibit.Name != "avatars")];

    [Fact]
    public void Every_exhibit_is_made_by_its_own_commands()
    {
        string[] command = ["gallery", .. Possible.Select(exhibit => exhibit.Name), "--quick", "--out", "g"];
        Done(command);
        var page = File.ReadAllText(At("g/gallery.md"));
        foreach (var exhibit in Possible)
        {
            Assert.True(File.Exists(At($"g/gallery/{exhibit.File}")), exhibit.Name);
            Assert.Contains(exhibit.IsText ? $"\n```\n{File.ReadAllLines(At($"g/gallery/{exhibit.File}"))[0].TrimEnd()}"
                : $"(gallery/{exhibit.File})", page, StringComparison.Ordinal);
        }
        Assert.Contains("--text 'a green bag' -n", page, StringComparison.Ordinal);
        // What is there stays, and what is stopped goes on.
        var times = Possible.Select(exhibit => File.GetLastWriteTimeUtc(At($"g/gallery/{exhibit.File}"))).ToArray();
        File.Delete(At("g/gallery/blending.png"));
        Done(command);
        Assert.Single(times, time => !Possible.Any(e => File.GetLastWriteTimeUtc(At($"g/gallery/{e.File}")) == time));
    }

    [Fact]
    public void Its_commands_are_what_a_user_would_type()
    {
        var blending = Exhibits.All.Single(exhibit => exhibit.Name == "blending");
        var commands = blending.In("runs", "blending.png", isQuick: false).Select(words => string.Join(' ', words)).ToArray();
        Assert.Equal("blend runs/blending-files/scenes/b/2.png runs/blending-files/scenes/b/3.png "
            + "--box 24,84,36,28 --out blending.png", commands[^1]);
        Assert.All(Exhibits.All, exhibit => Assert.DoesNotContain(
            exhibit.In("runs", "p.png", isQuick: true), words => words.Any(word => word is "RUN" or "OUT" || word.Contains("STEPS:"))));
        Assert.Equal(Exhibits.All.Count, Exhibits.All.DistinctBy(exhibit => exhibit.Name).Count());
    }

    [Fact]
    public void What_it_cannot_show_is_said_in_a_line()
    {
        Assert.Contains("landscapes", Done("gallery").Out, StringComparison.Ordinal);
        var (code, _, error) = Run("gallery", "landscape", "--quick");
        Assert.Equal(2, code);
        Assert.Contains("there is no exhibit 'landscape'", error, StringComparison.Ordinal);
        Assert.Contains("landscapes", error, StringComparison.Ordinal);
        Assert.Equal(2, Run("gallery", "--quick", "--full").Code);
    }
}
