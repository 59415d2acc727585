namespace Earthmover.Cli.Tests;

/// <summary>A run folder is whole: copied to where its data are not, it gives the samples that it gave.</summary>
public sealed class TravelingRunTests : CommandLine
{
    private static readonly string[] s_tiny = ["--set", "width=4", "batch=4", "--threads", "1", "--steps", "2"];

    // Draws with the data there, takes them away and moves the run, and draws again.
    private void Travels(string data, string output, params string[] settings)
    {
        Done(["train", data, "--run", "here/run", .. s_tiny, .. settings]);
        Done("sample", "here/run", "-n", "5", "--seed", "3", "--out", $"before{output}");
        Done("interpolate", "here/run", "--rows", "2", "--frames", "3", "--out", $"walk-before{output}");
        if (Directory.Exists(At(data)))
            Directory.Delete(At(data), recursive: true);
        else
            File.Delete(At(data));
        Directory.Move(At("here", "run"), At("there"));
        Done("sample", "there", "-n", "5", "--seed", "3", "--out", $"after{output}");
        Done("interpolate", "there", "--rows", "2", "--frames", "3", "--out", $"walk-after{output}");
        Assert.Equal(File.ReadAllBytes(At($"before{output}")), File.ReadAllBytes(At($"after{output}")));
        Assert.Equal(File.ReadAllBytes(At($"walk-before{output}")), File.ReadAllBytes(At($"walk-after{output}")));
    }

    [Fact]
    public void Pictures_travel_with_the_names_of_their_classes()
    {
        for (var i = 0; i < 6; i++)
            PutPicture($"pets/{(i % 2 == 0 ? "cat" : "dog")}/{i}.png", 16, 16, 3, i);
        Travels("pets", ".npy");
        Done("sample", "there", "-n", "2", "--class", "dog", "--grid", "dogs.png");
        var refused = Run("sample", "there", "--class", "cow");
        Assert.Equal(2, refused.Code);
        Assert.Contains("cat, dog", refused.Error, StringComparison.Ordinal);
        // What measures against the data still asks for them.
        var gone = Run("diagnose", "there");
        Assert.Equal(2, gone.Code);
        Assert.Contains("train PATH --resume --run RUN", Assert.Single(gone.Error.TrimEnd('\n').Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public void Points_travel_with_their_columns_and_units()
    {
        File.WriteAllLines(At("points.csv"),
            ["when,height", .. Enumerable.Range(0, 40).Select(i => $"{1_700_000_000 + 60 * i},{0.001 * (i * 7 % 40)}")]);
        Travels("points.csv", ".csv");
        var lines = File.ReadAllLines(At("after.csv"));
        Assert.Equal("when,height", lines[0]);
        Assert.All(lines.Skip(1), line => Assert.StartsWith("170", line, StringComparison.Ordinal));
        Done("sample", "there", "-n", "9", "--grid", "points.png"); // without the real ones
        Assert.True(File.Exists(At("points.png")));
    }

    [Fact]
    public void Text_travels_with_its_letters()
    {
        File.WriteAllLines(At("lines.txt"), Enumerable.Range(0, 40).Select(i => $"añ{"bcd"[i % 3]}ß"));
        Travels("lines.txt", ".txt");
    }

    [Fact]
    public void A_translator_says_that_it_needs_what_it_translates()
    {
        File.WriteAllLines(At("a.csv"), Enumerable.Range(0, 40).Select(i => $"{i},{i % 7}"));
        File.WriteAllLines(At("b.csv"), Enumerable.Range(0, 40).Select(i => $"{i % 5},{i}"));
        Done(["train", "a.csv|b.csv", "--run", "run", .. s_tiny]);
        Done("sample", "run", "-n", "3", "--out", "s.csv");
        File.Delete(At("a.csv"));
        var refused = Run("sample", "run", "-n", "3", "--out", "t.csv");
        Assert.Equal(2, refused.Code);
        Assert.Contains("a.csv", Assert.Single(refused.Error.TrimEnd('\n').Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_is_compared_with_other_data_where_its_own_are_gone()
    {
        File.WriteAllLines(At("a.csv"), Enumerable.Range(0, 60).Select(i => $"{i},{i * 7 % 60}"));
        File.WriteAllLines(At("b.csv"), Enumerable.Range(0, 60).Select(i => $"{i * 3 % 60},{i}"));
        Done(["train", "a.csv", "--run", "run", .. s_tiny]);
        File.Delete(At("a.csv"));
        var measured = Done("evaluate", "run", "--against", "b.csv", "-n", "20", "--metrics", "w1", "--json").Json;
        Assert.True(measured.GetProperty("metrics")[0].GetProperty("value").GetDouble() > 0);
        Done("distance", "run", "b.csv", "-n", "20");
    }
}
