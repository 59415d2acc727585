namespace Earthmover.Cli.Tests;

/// <summary>Data of a handful of samples: what cannot be measured is left out or refused in a line, and nothing falls over.</summary>
public sealed class TinyDataTests : CommandLine
{
    private static readonly string[] s_kinds = ["points", "text", "pictures", "gray", "two-domains", "more-in-a"];

    // Every kind with the fewest samples, in the largest batch that there can be.
    public static TheoryData<string, int, int> Few() => Cases((count, batch) => count <= 3 && batch == count);

    public static TheoryData<string, int, int> All() => Cases((count, batch) => batch <= count);

    private static TheoryData<string, int, int> Cases(Func<int, int, bool> included)
    {
        var cases = new TheoryData<string, int, int>();
        foreach (var kind in s_kinds)
            for (var count = 1; count <= 5; count++)
                foreach (var batch in new[] { 1, 2, 3, 5 }.Where(batch => included(count, batch)))
                    cases.Add(kind, count, batch);
        return cases;
    }

    private string Make(string kind, int count)
    {
        switch (kind)
        {
            case "points":
                Put("points.csv", string.Concat(Enumerable.Range(0, count).Select(i => $"{i}.5,{i * i + 0.25}\n")));
                return "points.csv";
            case "text":
                Put("lines.txt", string.Concat(Enumerable.Range(0, count).Select(i => $"{"abcde"[i..]} b{i}\n")));
                return "lines.txt?length=8";
            case "two-domains" or "more-in-a":
                for (var i = 0; i < count; i++)
                    PutPicture($"two/trainB/{i}.png", 8, 8, 3, 100 + i);
                for (var i = 0; i < (kind == "more-in-a" ? 8 : count); i++)
                    PutPicture($"two/trainA/{i}.png", 8, 8, 3, i);
                return "two";
            default:
                for (var i = 0; i < count; i++)
                    PutPicture($"pictures/{i}.png", 16, 16, kind == "gray" ? 1 : 3, i);
                return "pictures";
        }
    }

    [Theory]
    [MemberData(nameof(Few))]
    public void The_fewest_samples(string kind, int count, int batch) => Everything_is_done_or_refused(kind, count, batch);

    [Theory]
    [Trait("Category", "Slow")]
    [MemberData(nameof(All))]
    public void A_few_samples(string kind, int count, int batch) => Everything_is_done_or_refused(kind, count, batch);

    private void Everything_is_done_or_refused(string kind, int count, int batch)
    {
        var data = Make(kind, count);
        // Reports, samples and looks at every step, and the last look.
        string[] settings = ["--set", $"batch={batch}", "width=4", "report_every=1", "sample_every=2",
            "health_share=1", "--threads", "1", "--steps", "3", "--run", "r"];
        if (IsRefused("train", [data, .. settings]))
        {
            Assert.False(Directory.Exists(At("r")));
            return;
        }
        Assert.Single(Directory.GetFiles(At("r", "checkpoints")));
        Assert.True(File.Exists(At("r", "report.html")));
        Done("train", "--resume", "--run", "r", "--steps", "5", "--threads", "1");
        Done("sample", "r", "-n", "3", "--out", "some.npy");
        Done("report", "r");
        _ = IsRefused("data", "check", data);
        _ = IsRefused("diagnose", "r");
        _ = IsRefused("evaluate", kind is "two-domains" or "more-in-a" ? ["r", "--against", "two/trainB"] : ["r"]);
        _ = IsRefused("interpolate", "r", "--out", "walk.npy");
        if (kind != "text")
            _ = IsRefused("distance", "r", kind is "two-domains" or "more-in-a" ? "two/trainB" : data);
    }

    // Whether it was refused, which takes one line; anything else succeeds.
    private bool IsRefused(string command, params string[] args)
    {
        var outcome = Run([command, .. args]);
        if (outcome.Code == 0)
            return false;
        Assert.True(outcome.Code == 2, $"{command} ended with {outcome.Code}: {outcome.Error}");
        Assert.DoesNotContain("Exception", outcome.Error, StringComparison.Ordinal);
        Assert.Single(outcome.Error.Split('\n'), line => line.StartsWith("earthmover: ", StringComparison.Ordinal));
        return true;
    }
}
