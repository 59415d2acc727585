namespace Earthmover.Tests;

public sealed class NearestNameTests
{
    [Theory]
    [InlineData("wgna-gp", " (did you mean wgan-gp?)")]
    [InlineData("wgan", " (did you mean wgan?)")]
    [InlineData("dcgann", " (did you mean dcgan?)")]
    [InlineData("resnet-50", "")]
    [InlineData("rotation", " (did you mean rotation-toy?)")] // the beginning of a name
    [InlineData("ro", "")]
    [InlineData("x", "")] // every name is as far from it as it is long
    [InlineData("", "")]
    public void Names_a_few_slips_away_are_suggested(string typed, string hint) => Assert.Equal(hint, NearestName.Hint(typed, ["wgan", "wgan-gp", "dcgan", "rotation-toy"]));

    [Fact]
    public void Nothing_is_near_where_nothing_is_known() => Assert.Equal("", NearestName.Hint("wgan", []));
}
