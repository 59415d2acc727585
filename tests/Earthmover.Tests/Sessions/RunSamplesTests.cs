using Earthmover.Sessions.Sampling;
using Earthmover.Testing;
using Earthmover.Torch;
using Earthmover.Training;
using Xunit;

namespace Earthmover.Tests.Sessions;

public sealed class RunSamplesTests : LeakTest
{
    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void Samples_that_are_no_numbers_are_refused(float bad)
    {
        using var scope = TensorScope.Open();
        var samples = Tensor.From<float>([1, bad, 3e38f, -3e38f], [2, 2]);
        Assert.Contains("not finite",
            Assert.Throws<UserException>(() => RunSamples.RequireFinite(samples, "r")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Large_samples_are_numbers()
    {
        using var scope = TensorScope.Open();
        RunSamples.RequireFinite(Tensor.From<float>([3e38f, -3e38f, 3e38f], [3]), "r");
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("7")]
    public void What_is_no_recipe_is_said_without_names_of_types(string json)
    {
        var message = Assert.Throws<UserException>(() => Recipe.FromJson(json, "recipe.json")).Message;
        Assert.StartsWith("recipe.json is not a recipe: ", message, StringComparison.Ordinal);
        Assert.DoesNotContain("Earthmover.", message, StringComparison.Ordinal);
        Assert.DoesNotContain("LineNumber", message, StringComparison.Ordinal);
    }
}
