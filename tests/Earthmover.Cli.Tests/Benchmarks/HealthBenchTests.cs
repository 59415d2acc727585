using System.Text.Json;
using Earthmover.Testing;

namespace Earthmover.Cli.Benchmarks;

public class HealthBenchTests : LeakTest
{
    [Fact]
    public void Looks_are_counted_and_their_share_is_their_time_over_that_of_the_turns_with_them()
    {
        using var output = new StringWriter();

        Assert.Equal(0, HealthBench.Run(threads: 1, seconds: 6, json: true, output));

        using var json = JsonDocument.Parse(output.ToString());
        Assert.Equal(["toy", "dcgan"], json.RootElement.EnumerateArray().Select(w => w.GetProperty("workload").GetString()));
        foreach (var workload in json.RootElement.EnumerateArray())
        {
            double Number(string field) => workload.GetProperty(field).GetDouble();
            Assert.True(Number("looks") >= 1, $"{workload}");
            // Half of the turns have looks.
            Assert.Equal(Number("looks") * Number("look_ms") / 1e3 / (Number("seconds") / 2), Number("share"), Number("share") / 4);
            Assert.True(Number("steps_per_second_with") > 0 && Number("steps_per_second_without") > 0, $"{workload}");
        }
    }
}
