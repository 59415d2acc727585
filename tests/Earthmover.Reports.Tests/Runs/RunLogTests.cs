using Earthmover.Reports.Runs;
using FsCheck;
using FsCheck.Fluent;

namespace Earthmover.Reports.Tests.Runs;

/// <summary>Reading logs, whole and damaged.</summary>
public sealed class RunLogTests : RunFolderTest
{
    private RunLog Read(string text)
    {
        Put("log.jsonl", text);
        return RunLog.Read(At("log.jsonl"));
    }

    [Fact]
    public void Every_number_of_a_record_is_found_by_its_path()
    {
        var log = Read("""{"step":3,"images":9,"terms":{"critic":{"wasserstein":-1.5,"note":"text"}},"list":[1,2],"on":true,"none":null,"signals":{"a/b":2}}""" + "\n");
        var numbers = Assert.Single(log.Entries).Numbers;
        Assert.Equal(["images", "signals/a/b", "terms/critic/wasserstein"], numbers.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(-1.5, numbers["terms/critic/wasserstein"]);
    }

    [Fact]
    public void Numbers_that_are_none_are_kept_as_such()
    {
        var log = Read("""{"step":1,"a":"NaN","b":"Infinity","c":"-Infinity","d":"word"}""");
        Assert.Equal([double.NaN, double.PositiveInfinity, double.NegativeInfinity], log.Entries[0].Numbers.Values);
        Assert.Equal(double.NaN, log.Last("a"));
    }

    [Theory]
    [InlineData("""{"step":5,"ima""")]
    [InlineData("nonsense")]
    [InlineData("[1,2]")]
    [InlineData("5")]
    [InlineData("""{"images":3}""")]
    [InlineData("""{"step":"one"}""")]
    [InlineData("""{"step":-1}""")]
    [InlineData("""{"step":1e300}""")]
    [InlineData("\0\0\0\0")]
    public void A_line_that_is_no_record_is_counted_and_passed_over(string line)
    {
        var log = Read("{\"step\":1,\"a\":1}\n\n" + line + "\n{\"step\":2,\"a\":4}");
        Assert.Equal([3], log.UnreadableLines);
        Assert.Equal([1.0, 4.0], log.Of("a").Values);
    }

    [Fact]
    public void Steps_are_put_in_order_and_the_later_record_of_one_counts()
    {
        var log = Read("{\"step\":2,\"a\":2}\n{\"step\":1,\"a\":1}\n{\"step\":2,\"a\":3}\n");
        Assert.Equal([1.0, 2.0], log.Of("a").Steps);
        Assert.Equal([1.0, 3.0], log.Of("a").Values);
    }

    [Fact]
    public void No_file_is_an_empty_log() => Assert.Empty(RunLog.Read(At("nowhere.jsonl")).Entries);

    [Theory]
    [InlineData("\"AMBER\"", "AMBER", 0)]
    [InlineData("""{"verdict":"red","findings":[{"rule":"a","severity":"red","evidence":{"x":1.5,"why":"w"},"remedy":"--set b=1"},5]}""", "RED", 1)]
    [InlineData("""{"verdict":"GREEN"}""", "GREEN", 0)]
    [InlineData("""{"verdict":"GREEN","findings":"none"}""", "GREEN", 0)]
    [InlineData("""{"verdict":"RED","findings":[{"evidence":[1,2]},{"evidence":"a word","rule":7}]}""", "RED", 2)]
    [InlineData("{}", null, 0)]
    [InlineData("3", null, 0)]
    [InlineData("null", null, 0)]
    public void Health_records_are_read_as_far_as_they_go(string health, string? verdict, int findings)
    {
        var entry = Assert.Single(Read($$"""{"step":1,"health":{{health}}}""").Entries);
        Assert.Equal(verdict, entry.Health?.Verdict);
        Assert.Equal(findings, entry.Health?.Findings.Count ?? 0);
    }

    [Fact]
    public void Stretches_keep_the_mean_the_extremes_and_the_order() =>
        Prop.ForAll(
            Gen.Choose(1, 300).SelectMany(n => Gen.Choose(-1000, 1000).ListOf(n)).ToArbitrary(),
            Gen.Choose(1, 50).ToArbitrary(),
            (values, most) =>
            {
                var series = new Series("s", [.. values.Select((_, i) => (double)i)], [.. values.Select(v => v / 8.0)]);
                var stretches = series.Stretches(most);
                Assert.Equal(Math.Min(most, values.Count), stretches.Count);
                Assert.Equal(series.Values.Min(), stretches.Min(s => s.Low));
                Assert.Equal(series.Values.Max(), stretches.Max(s => s.High));
                Assert.All(stretches, s => Assert.InRange(s.Mean, s.Low, s.High));
                Assert.Equal(stretches.Select(s => s.Step).Order(), stretches.Select(s => s.Step));
                if (values.Count <= most)
                    Assert.Equal(series.Values, stretches.Select(s => s.Mean));
            }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_stretch_with_what_is_not_a_number_is_a_gap()
    {
        var stretches = new Series("s", [1, 2, 3, 4], [1, double.NaN, 3, 5]).Stretches(2);
        Assert.True(double.IsNaN(stretches[0].Mean) && double.IsNaN(stretches[0].High));
        Assert.Equal(4, stretches[1].Mean);
    }
}
