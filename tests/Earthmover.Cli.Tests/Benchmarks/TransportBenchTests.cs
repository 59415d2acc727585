using System.Text;
using System.Text.Json;
using Earthmover.Cli.Benchmarks.Transport;

namespace Earthmover.Cli.Benchmarks;

public class TransportBenchTests
{
    [Fact]
    public void A_case_is_solved_certified_and_its_points_are_written()
    {
        var folder = Directory.CreateTempSubdirectory("points").FullName;
        try
        {
            using var output = new StringWriter();
            var code = TransportBench.Run(new() { Cases = ["gauss-64-d784"], Runs = 1, Threads = 1, Points = folder, Json = true }, output);
            Assert.Equal(0, code);
            using var json = JsonDocument.Parse(output.ToString());
            var row = Assert.Single(json.RootElement.GetProperty("rows").EnumerateArray());
            Assert.True(row.GetProperty("certified").GetBoolean());
            Assert.InRange(row.GetProperty("value").GetDouble(), 35, 40);
            Assert.InRange(row.GetProperty("seconds").GetDouble(), 1e-9, 10);
            var file = File.ReadAllBytes(Path.Combine(folder, "gauss-64-d784.y.npy"));
            var header = Encoding.ASCII.GetString(file, 10, file[8] + 256 * file[9]);
            Assert.Contains("(64, 784)", header, StringComparison.Ordinal);
            Assert.Equal(0, (10 + header.Length) % 64);
            Assert.Equal(10 + header.Length + 64 * 784 * 4, file.Length);
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    [Fact]
    public void Names_of_cases_are_different_and_every_kind_is_in_the_quick_selection()
    {
        Assert.Equal(TransportCase.All.Count, TransportCase.All.Select(c => c.Name).Distinct().Count());
        Assert.Equal(Enum.GetValues<Quantity>(), TransportCase.All.Where(c => c.Quick).Select(c => c.Quantity).Distinct().Order());
    }

    [Fact]
    public void An_unknown_case_is_refused_by_name()
    {
        var refusal = Assert.Throws<UserException>(() => TransportBench.Run(new() { Cases = ["gaus5"] }, TextWriter.Null));
        Assert.Contains("'gaus5'", refusal.Message, StringComparison.Ordinal);
    }
}
