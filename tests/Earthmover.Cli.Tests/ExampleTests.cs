using Earthmover.Systems;

namespace Earthmover.Cli.Tests;

/// <summary>The example of every system, run as it stands but for its length and the pictures, which are few and noise.</summary>
public sealed class ExampleTests : CommandLine
{
    private const int Pictures = 240, Side = 28;

    public static TheoryData<string> Systems => [.. SystemCatalog.All.Select(entry => entry.Name)];

    [Theory, MemberData(nameof(Systems))]
    public void Its_example_plays_and_says_what_came_of_it(string system)
    {
        var before = Environment.GetEnvironmentVariable("EARTHMOVER_DATA");
        try
        {
            Environment.SetEnvironmentVariable("EARTHMOVER_DATA", At("named"));
            var pixels = new byte[Pictures * Side * Side];
            new Random(1).NextBytes(pixels);
            byte[] labels = [.. Enumerable.Range(0, Pictures).Select(i => (byte)(i % 10))];
            foreach (var part in new[] { "train", "t10k" })
            {
                Put($"named/fashion-mnist/{part}-images-idx3-ubyte",
                    [0, 0, 8, 3, 0, 0, 0, Pictures, 0, 0, 0, Side, 0, 0, 0, Side, .. pixels]);
                Put($"named/fashion-mnist/{part}-labels-idx1-ubyte", [0, 0, 8, 1, 0, 0, 0, Pictures, .. labels]);
            }
            var words = SystemCatalog.Named(system).Example.Replace(" --time 5m", "", StringComparison.Ordinal).Split(' ');
            Assert.Equal("earthmover", words[0]);
            Done([.. words[1..], "--quick", "--threads", "1", "--set", "batch=10", "--run", "r"]);
            Assert.True(File.Exists(At("r/report.html")));
        }
        finally
        {
            Environment.SetEnvironmentVariable("EARTHMOVER_DATA", before);
        }
    }
}
