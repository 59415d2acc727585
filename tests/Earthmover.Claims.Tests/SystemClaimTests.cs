using Earthmover.Systems;
using Earthmover.Testing;

namespace Earthmover.Claims.Tests;

/// <summary>The acceptance of systems: the short form with every build, the long one by night.</summary>
public sealed class SystemClaimTests : LeakTest
{
    public static TheoryData<string> Systems => [.. ClaimCatalog.All.OfType<SystemClaim>().Select(c => c.System)];

    [Theory]
    [MemberData(nameof(Systems))]
    public void The_short_form_shows_that_it_learns(string system) => Passes(system, isQuick: true);

    [Theory]
    [Trait("Category", "Slow")]
    [MemberData(nameof(Systems))]
    public void The_long_form_is_accepted(string system) => Passes(system, isQuick: false);

    private static void Passes(string system, bool isQuick)
    {
        var claim = (SystemClaim)ClaimCatalog.Named(system);
        var result = Assert.Single(new ClaimRunner(isQuick ? 1 : claim.Seeds, isQuick).Run([claim]));
        Assert.True(result.Outcome == Outcome.Pass,
            string.Join("; ", result.Checks.Select(c => $"{c.Name}: {c.Median}, {c.Band}").Append(result.Remark)));
        // Nobody takes a pass of the short form for the acceptance.
        Assert.Equal(isQuick,
            result.Remark.Contains($"the acceptance is `earthmover claims run {system} --full", StringComparison.Ordinal));
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], result.Picture![..4]);
    }

    [Theory]
    [MemberData(nameof(Systems))]
    public void It_is_named_as_a_system_of_the_catalog_whose_rows_it_answers(string system)
    {
        var claim = ClaimCatalog.Named(system);
        Assert.Equal(SystemCatalog.Named(system).Rows, claim.Rows);
        Assert.Equal(SystemCatalog.Named(system).Paper, claim.Source);
    }
}
