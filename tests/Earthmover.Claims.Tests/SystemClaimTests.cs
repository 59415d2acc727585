using Earthmover.Systems;
using Earthmover.Testing;

namespace Earthmover.Claims.Tests;

/// <summary>The acceptance of systems: the short form with every build, the long one by night.</summary>
public sealed class SystemClaimTests : LeakTest
{
    public static TheoryData<string> Claims => [.. ClaimCatalog.All.OfType<SystemClaim>().Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Claims))]
    public void The_short_form_shows_that_it_learns(string name) => Passes(name, isQuick: true);

    [Theory]
    [Trait("Category", "Slow")]
    [MemberData(nameof(Claims))]
    public void The_long_form_is_accepted(string name) => Passes(name, isQuick: false);

    private static void Passes(string name, bool isQuick)
    {
        var claim = (SystemClaim)ClaimCatalog.Named(name);
        var result = Assert.Single(new ClaimRunner(isQuick ? 1 : claim.Seeds, isQuick).Run([claim]));
        Assert.True(result.Outcome == Outcome.Pass,
            string.Join("; ", result.Checks.Select(c => $"{c.Name}: {c.Median}, {c.Band}").Append(result.Remark)));
        // Nobody takes a pass of the short form for the acceptance.
        Assert.Equal(isQuick,
            result.Remark.Contains($"the acceptance is `earthmover claims run {name} --full", StringComparison.Ordinal));
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], result.Picture![..4]);
    }

    [Theory]
    [MemberData(nameof(Claims))]
    public void It_is_named_as_a_system_of_the_catalog_whose_rows_it_answers(string name)
    {
        var claim = (SystemClaim)ClaimCatalog.Named(name);
        Assert.Equal(claim.Part is null ? claim.System : $"{claim.System}-{claim.Part}", claim.Name);
        Assert.Equal(SystemCatalog.Named(claim.System).Rows, claim.Rows);
        Assert.Equal(SystemCatalog.Named(claim.System).Paper, claim.Source);
    }
}
