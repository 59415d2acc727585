using System.Text.Json;
using Earthmover.Testing;
using Earthmover.Torch;

namespace Earthmover.Cli.Benchmarks;

public class BenchTests : LeakTest
{
    // The peer's networks have these many parameters: critic, generator.
    [Theory]
    [InlineData("toy", 64, 527361, 527874)]
    [InlineData("dcgan", 32, 166625, 432929)]
    [InlineData("resnet", 32, 68961, 126019)]
    [InlineData("text", 64, 213697, 475872)]
    [InlineData("pix2pix", 16, 175793, 1830915)]
    public void A_workload_has_the_peers_networks_and_the_peers_fields(string name, int dim, long critic, long generator)
    {
        using var output = new StringWriter();
        Assert.Equal(0, Bench.Run(new(name) { Dim = dim, Batch = 2, Steps = 1, Warmup = 0, Threads = 1, Json = true }, output));
        using var json = JsonDocument.Parse(output.ToString());
        var root = json.RootElement;
        Assert.Equal([critic, generator], root.GetProperty("parameters").EnumerateArray().Select(p => p.GetInt64()));
        double Number(string field) => root.GetProperty(field).GetDouble();
        Assert.Equal((name switch { "text" => 10, "pix2pix" => 1, _ => 5 }) * Number("critic_ms") + Number("generator_ms"),
            Number("iteration_ms"), 0.01);
        Assert.True(Number("peak_mb") > 0);
        foreach (var field in new[] { "workload", "device", "threads", "torch", "mode", "precision", "batch", "dim" })
            Assert.True(root.TryGetProperty(field, out _), field);
    }

    [Fact]
    public void An_unknown_workload_is_refused_by_name() =>
        Assert.Contains("'tow'", Assert.Throws<UserException>(() => Bench.Run(new("tow"), TextWriter.Null)).Message,
            StringComparison.Ordinal);

    [Theory]
    [InlineData("toy")]
    [InlineData("resnet")]
    [InlineData("text")]
    [InlineData("pix2pix")]
    public void A_workload_plays_in_bfloat16_too(string name)
    {
        using var output = new StringWriter();
        try
        {
            var options = new BenchOptions(name) { Dim = 8, Batch = 2, Steps = 1, Warmup = 0, Threads = 1, Size = 32, Json = true };
            Assert.Equal(0, Bench.Run(options with { Precision = Precision.Bf16 }, output));
        }
        finally
        {
            Runtime.Open(Device.Cpu);
        }
        Assert.Contains("\"precision\":\"bf16\"", output.ToString(), StringComparison.Ordinal);
    }
}
