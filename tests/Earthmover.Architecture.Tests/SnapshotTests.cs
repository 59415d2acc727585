using Earthmover.Testing;

namespace Earthmover.Architecture.Tests;

/// <summary>The snapshot helper, in a folder of its own.</summary>
public sealed class SnapshotTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("snapshot").FullName;

    private string File(string ending) => Path.Combine(_folder, $"Some.Test{ending}");

    private void Match(string text) => Snapshot.Match(text, test: "Test", file: Path.Combine(_folder, "Some.cs"));

    [Fact]
    public void A_first_text_is_not_accepted_by_itself()
    {
        var failure = Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => Match("one\n"));
        Assert.Contains("EARTHMOVER_ACCEPT", failure.Message, StringComparison.Ordinal);
        Assert.Equal("one\n", System.IO.File.ReadAllText(File(".received.txt")));
        Assert.False(System.IO.File.Exists(File(".verified.txt")));
    }

    [Fact]
    public void The_accepted_text_passes_and_clears_what_was_received()
    {
        System.IO.File.WriteAllText(File(".verified.txt"), "one\ntwo\n");
        System.IO.File.WriteAllText(File(".received.txt"), "old");
        Match("one\r\ntwo");
        Assert.False(System.IO.File.Exists(File(".received.txt")));
    }

    [Fact]
    public void A_difference_names_its_line()
    {
        System.IO.File.WriteAllText(File(".verified.txt"), "one\ntwo\n");
        var failure = Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => Match("one\nthree\n"));
        Assert.Contains("line 2", failure.Message, StringComparison.Ordinal);
        Assert.Contains("three", failure.Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
