namespace Earthmover.Cli.Tests;

/// <summary><c>claims</c> through the command line.</summary>
public sealed class ClaimsTests : CommandLine
{
    [Fact]
    public void A_claim_is_run_and_written()
    {
        var outcome = Done("claims", "run", "dirac-dynamics", "--out", At("book"), "--json");
        Assert.StartsWith("running dirac-dynamics, seed 1", outcome.Error, StringComparison.Ordinal);
        var claim = Assert.Single(outcome.Json.GetProperty("claims").EnumerateArray());
        Assert.Equal("dirac-dynamics", claim.GetProperty("name").GetString());
        Assert.Equal("R20b", Assert.Single(claim.GetProperty("rows").EnumerateArray()).GetString());
        Assert.Equal("PASS", claim.GetProperty("verdict").GetString());
        var growth = claim.GetProperty("measured").EnumerateObject().First();
        Assert.Equal(12.032, growth.Value.GetProperty("value").GetDouble(), 3);
        var band = claim.GetProperty("band").GetProperty(growth.Name);
        Assert.InRange(12.032, band.GetProperty("low").GetDouble(), band.GetProperty("high").GetDouble());
        Assert.True(claim.GetProperty("seconds").GetDouble() >= 0);
        Assert.True(claim.TryGetProperty("figure", out _));
        Assert.True(File.Exists(At("book/dirac-dynamics.md")));
    }

    [Fact]
    public void The_list_names_every_claim_with_its_rows() =>
        Assert.Contains("dirac-dynamics", Done("claims", "list").Out, StringComparison.Ordinal);

    [Theory]
    [InlineData("there is no claim 'parallel-line' (did you mean parallel-lines?); known are parallel-lines",
        "claims", "run", "parallel-line")]
    [InlineData("say which claims: earthmover claims run NAME, or --all", "claims", "run")]
    [InlineData("say which claims: earthmover claims run NAME, or --all", "claims", "run", "dirac-dynamics", "--all")]
    [InlineData("--quick and --full exclude each other", "claims", "run", "--all", "--quick", "--full")]
    [InlineData("--seeds takes a whole number of at least 1, not '0'", "claims", "run", "--all", "--seeds", "0")]
    [InlineData("unknown device 'gpu': use cpu, cuda or cuda:0", "claims", "run", "dirac-dynamics", "--device", "gpu")]
    public void What_cannot_be_run_is_one_line(string message, params string[] arguments)
    {
        var outcome = Run(arguments);
        Assert.Equal((2, ""), (outcome.Code, outcome.Out));
        Assert.Contains(message, Assert.Single(outcome.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        Assert.Empty(Everything());
    }
}
