namespace Earthmover.Torch.Tests;

public sealed class HostMemoryTests
{
    [Theory]
    [InlineData(12, "12 bytes")]
    [InlineData(99_999, "99999 bytes")]
    [InlineData(300_000, "0.3 MB")]
    [InlineData(99_900_000, "99.9 MB")]
    [InlineData(1.5e9, "1.5 GB")]
    public void An_amount_is_written_for_people(double bytes, string text) => Assert.Equal(text, HostMemory.Text(bytes));

    [Fact]
    public void There_is_some() => Assert.InRange(HostMemory.Available, 1L << 28, long.MaxValue - 1);
}
