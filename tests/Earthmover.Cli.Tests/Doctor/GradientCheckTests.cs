using Earthmover.Cli.Doctor;
using Earthmover.Torch;

namespace Earthmover.Cli.Tests.Doctor;

/// <summary><c>doctor --gradients</c>.</summary>
public sealed class GradientCheckTests : CommandLine
{
    [Fact]
    public void The_processor_differentiates_as_itself()
    {
        var report = Done("doctor", "--gradients", "--json").Json;
        Assert.Equal("cpu", report.GetProperty("device").GetString());
        Assert.Equal(0, report.GetProperty("failed").GetInt32());
        var errors = report.GetProperty("errors").EnumerateArray().ToList();
        Assert.Equal(DifferentiableCase.All.Sum(function => function.IsPenalty ? 1 : 2), errors.Count);
        // Single precision was really computed.
        Assert.All(errors, error => Assert.InRange(error.GetProperty("single").GetDouble(), 1e-9, GradientCheck.SingleBound));
    }

    [Theory]
    [InlineData(0, 1e-6, true)]
    [InlineData(1e-8, 1e-6, false)]
    [InlineData(0, 1e-3, false)]
    [InlineData(double.PositiveInfinity, 0, false)]
    [InlineData(double.NaN, 0, false)]
    public void Differences_beyond_their_bounds_are_wrong(double twofold, double single, bool holds) =>
        Assert.Equal(holds, new GradientError("something", twofold, single).Holds);

    [Theory]
    [InlineData("unknown device 'gpu'", "--gradients", "--device", "gpu")]
    [InlineData("leave it out", "--device", "cpu")]
    public void What_cannot_be_checked_is_one_line(string message, params string[] options)
    {
        var outcome = Run(["doctor", .. options]);
        Assert.Equal((2, ""), (outcome.Code, outcome.Out));
        Assert.Contains(message, Assert.Single(outcome.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_device_that_is_not_here_is_one_line()
    {
        if (Device.CudaCount > 0)
            return;
        Assert.Contains("there is no CUDA device here", Run("doctor", "--gradients", "--device", "cuda").Error, StringComparison.Ordinal);
    }
}
