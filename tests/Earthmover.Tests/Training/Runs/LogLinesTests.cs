using System.Text;
using Earthmover.Tests.Data;
using Earthmover.Training;
using Earthmover.Training.Runs;

namespace Earthmover.Tests.Training.Runs;

/// <summary>A bad line of a log is dropped alone.</summary>
public sealed class LogLinesTests : TemporaryFolder
{
    private static byte[] Good(long step) => Encoding.UTF8.GetBytes(
        $"{{\"step\":{step},\"images\":{32 * step},\"seconds\":{step / 10.0},"
        + $"\"terms\":{{\"critic\":{{\"w\":\"NaN\"}}}},\"measures\":{{}},"
        + $"\"health\":{{\"verdict\":\"GREEN\",\"signals\":{{\"slope\":1}}}},\"mine\":[1]}}");

    // Thirty records with a line in their midst.
    private LogLines With(byte[] line, string end = "\n", long last = long.MaxValue)
    {
        IEnumerable<byte[]> lines =
            [.. Enumerable.Range(1, 20).Select(i => Good(i)), line, .. Enumerable.Range(21, 10).Select(i => Good(i))];
        return LogLines.Read(Put("log.jsonl", [.. lines.SelectMany(l => l.Concat(Encoding.UTF8.GetBytes(end)))]), last);
    }

    public static TheoryData<string> Bad =>
    [
        "{\"step\":21,\"ima", "\"images\":5}", "[]", "[1,2]", "17", "null", "\"text\"", "true", "{}", "{\"images\":5}",
        "{\"step\":\"21\"}", "{\"step\":21.5}", "{\"step\":-1}", "{\"step\":null}", "{\"step\":1e30}",
        "{\"step\":21,\"images\":\"many\"}", "{\"step\":21,\"images\":-1}", "{\"step\":21,\"seconds\":\"soon\"}",
        "{\"step\":21,\"seconds\":[]}", "{\"step\":21,\"terms\":[]}", "{\"step\":21,\"measures\":5}",
        "{\"step\":21,\"health\":\"GREEN\"}", "{\"step\":21,\"gradient_norms\":null}", "{\"step\":21}{\"step\":22}",
        "\0\0\0\0\0\0", "{\"step\":21,\"x\":\"\0\"}", "{\"step\":NaN}", "{'step':21}", "\uFEFF",
    ];

    [Theory]
    [MemberData(nameof(Bad))]
    public void It_is_left_out_and_named_and_the_others_stay(string line)
    {
        var log = With(Encoding.UTF8.GetBytes(line));
        Assert.Equal(Enumerable.Range(1, 30).Select(i => (long)i), log.Records.Select(r => r.Step));
        Assert.Equal([21], log.Unreadable);
        Assert.Contains("line 21", log.Problem("log.jsonl"), StringComparison.Ordinal);
        Assert.Contains("30 records stay", log.Problem("log.jsonl"), StringComparison.Ordinal);
        Assert.All(log.Records, record => Assert.Equal("GREEN", LogLines.HealthOf(record)!.Value.Item2));
    }

    [Fact]
    public void So_is_a_line_that_is_no_UTF8()
    {
        Assert.Equal([21],
            With([.. Good(21).SkipLast(1), (byte)',', (byte)'"', 0xff, 0xfe, (byte)'"', (byte)':', (byte)'1', (byte)'}']).Unreadable);
        Assert.Equal([21], With([0xc3]).Unreadable);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  \t")]
    public void Empty_lines_are_no_loss(string line) => Assert.Null(With(Encoding.UTF8.GetBytes(line)).Problem("log.jsonl"));

    [Fact]
    public void Line_ends_of_other_systems_and_a_mark_at_the_start_are_no_loss()
    {
        var log = With([], "\r\n");
        Assert.Null(log.Problem("log.jsonl"));
        Assert.DoesNotContain(log.Records, record => record.Line.Contains('\r', StringComparison.Ordinal));
        Assert.Single(LogLines.Read(Put("log.jsonl", [.. Encoding.UTF8.Preamble, .. Good(1)]), 5).Records);
    }

    [Fact]
    public void Of_two_records_of_a_step_the_later_stays_in_its_place()
    {
        var log = With(Encoding.UTF8.GetBytes("{\"step\":7,\"images\":1}"));
        Assert.Equal(Enumerable.Range(1, 30).Select(i => (long)i), log.Records.Select(r => r.Step));
        Assert.Equal("{\"step\":7,\"images\":1}", log.Records[6].Line);
        Assert.Contains("1 record has a later one of the same step", log.Problem("log.jsonl"), StringComparison.Ordinal);
    }

    [Fact]
    public void Later_steps_are_left_out_without_a_word()
    {
        var log = With([], last: 25);
        Assert.Equal(25, log.Records.Count);
        Assert.Null(log.Problem("log.jsonl"));
    }

    [Fact]
    public void Health_in_other_words_is_no_reading()
    {
        string[] odd = ["{}", "{\"signals\":[],\"verdict\":\"RED\"}",
            "{\"signals\":{},\"verdict\":1}", "{\"signals\":null,\"verdict\":null}"];
        foreach (var health in odd)
            Assert.Null(LogLines.HealthOf(new(1, $"{{\"step\":1,\"health\":{health}}}")));
    }
}
