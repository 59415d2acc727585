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
    [InlineData("wgna", " (did you mean wgan?)")] // letters that changed places are one slip
    [InlineData("WGAN-PG", " (did you mean wgan-gp?)")]
    [InlineData("stylegan", "")] // as far from dcgan and wgan as from anything
    public void Names_a_few_slips_away_are_suggested(string typed, string hint) =>
        Assert.Equal(hint, NearestName.Hint(typed, ["wgan", "wgan-gp", "dcgan", "rotation-toy"]));

    [Fact]
    public void A_third_of_the_letters_is_too_much() => Assert.Equal("", NearestName.Hint("stylegan", ["cyclegan"]));

    [Fact]
    public void Nothing_is_near_where_nothing_is_known() => Assert.Equal("", NearestName.Hint("wgan", []));
}
