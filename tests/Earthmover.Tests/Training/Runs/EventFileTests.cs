using System.Text;
using Earthmover.Training;
using Earthmover.Training.Runs;

namespace Earthmover.Tests.Training.Runs;

public sealed class EventFileTests
{
    // CRC-32C of "123456789" is 0xE3069283, a published check value; masked as TensorFlow masks it.
    [Fact]
    public void The_checksum_is_the_masked_CRC_32C() => Assert.Equal(0xC78AB0E5, EventFile.MaskedCrc("123456789"u8));

    [Fact]
    public void The_first_record_is_the_version() =>
        Assert.Equal("1800000000000000a37f4b2209000000000000f03f1a0d627261696e2e4576656e743a3286bf577a",
            Convert.ToHexStringLower(EventFile.VersionRecord(1)));

    [Fact]
    public void A_number_is_a_simple_value() =>
        Assert.Equal("2100000000000000017becf609000000000000004010072a140a120a0b6372697469632f6c6f7373150000003f663cd1ae",
            Convert.ToHexStringLower(EventFile.ScalarRecord(2, 7, "critic/loss", 0.5f)));

    // A session log that says START: step 7, field 7 = { status 1 }.
    [Fact]
    public void A_resumed_run_tells_from_where_its_steps_count() =>
        Assert.Equal("09000000000000004010073a020801", Convert.ToHexStringLower(EventFile.RestartRecord(2, 7).AsSpan(12, 15)));

    [Fact]
    public void A_name_that_is_taken_is_passed_over_and_a_link_not_followed()
    {
        var folder = Directory.CreateTempSubdirectory("earthmover-test-").FullName;
        try
        {
            var now = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);
            using (new EventFile(folder, now))
            {
            }
            var name = Directory.GetFiles(folder).Single();
            File.Delete(name);
            File.WriteAllText(Path.Combine(folder, "mine"), "mine");
            File.CreateSymbolicLink(name, Path.Combine(folder, "mine"));
            File.CreateSymbolicLink($"{name}.1", Path.Combine(folder, "nothing"));
            using (new EventFile(folder, now))
            {
            }
            Assert.Equal("mine", File.ReadAllText(Path.Combine(folder, "mine")));
            Assert.False(File.Exists(Path.Combine(folder, "nothing")));
            Assert.True(File.Exists($"{name}.2"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void A_file_is_a_sequence_of_whole_records()
    {
        var folder = Directory.CreateTempSubdirectory("earthmover-test-").FullName;
        try
        {
            var now = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);
            using (var events = new EventFile(folder, now))
            {
                events.Scalars(now, 1, [new("a/b", 1), new("a/c", double.NaN)]);
                events.Image(now, 300, "samples", 7, 5, [1, 2, 3]);
            }
            var file = Assert.Single(Directory.GetFiles(folder));
            Assert.StartsWith("events.out.tfevents.1700000000.", Path.GetFileName(file), StringComparison.Ordinal);
            var bytes = File.ReadAllBytes(file);
            var records = 0;
            for (var at = 0; at < bytes.Length; records++)
            {
                var length = (int)BitConverter.ToInt64(bytes, at);
                Assert.Equal(EventFile.MaskedCrc(bytes.AsSpan(at, 8)), BitConverter.ToUInt32(bytes, at + 8));
                Assert.Equal(EventFile.MaskedCrc(bytes.AsSpan(at + 12, length)), BitConverter.ToUInt32(bytes, at + 12 + length));
                at += 16 + length;
            }
            Assert.Equal(4, records);
            Assert.Contains("samples", Encoding.Latin1.GetString(bytes), StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
