namespace Earthmover.Reports.Tests;

/// <summary>Numbers for people.</summary>
public sealed class FormatTests
{
    [Theory]
    [InlineData(0, "0")]
    [InlineData(1.02134, "1.021")]
    [InlineData(-0.00123456, "−0.001235")]
    [InlineData(12345.6, "12,346")]
    [InlineData(1e-7, "1e−7")]
    [InlineData(123456789012, "1.235e11")]
    [InlineData(double.NaN, "not a number")]
    [InlineData(double.NegativeInfinity, "−∞")]
    public void A_number(double value, string text) => Assert.Equal(text, Format.Number(value));

    [Theory]
    [InlineData(8.31, "8.3 s")]
    [InlineData(299.9, "4 min 59 s")]
    [InlineData(7500, "2 h 05 min")]
    public void A_time(double seconds, string text) => Assert.Equal(text, Format.Seconds(seconds));
}
