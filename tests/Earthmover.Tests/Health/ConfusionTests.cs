using System.Globalization;
using Earthmover.Health;
using Earthmover.Tests.Data;
using Xunit.Abstractions;

namespace Earthmover.Tests.Health;

/// <summary>Sick runs are named rightly, healthy ones are left in peace.</summary>
public sealed class ConfusionTests(ITestOutputHelper output) : TemporaryFolder
{
    public static TheoryData<string> Rules => [.. SickRuns.Sick.Select(c => c.Rule!)];

    [Theory]
    [MemberData(nameof(Rules))]
    public void A_run_made_to_fail_is_named(string rule)
    {
        var @case = SickRuns.Sick.First(c => c.Rule == rule);
        var diagnoses = Ward.Play(@case, 1, Context);
        Tell(@case, 1, diagnoses);
        Assert.Contains(diagnoses, d => d.Findings.Any(f => f.Rule == rule));
    }

    [Fact]
    public void Every_rule_has_a_run_that_fails_so() => Assert.Equal(Earthmover.Health.Rules.All.Select(r => r.Name).Order(StringComparer.Ordinal), SickRuns.Sick.Select(c => c.Rule!).Distinct().Order(StringComparer.Ordinal));

    private void Tell(Case @case, long seed, IReadOnlyList<Diagnosis> diagnoses)
    {
        output.WriteLine($"{@case}, seed {seed}: {string.Join(" ", diagnoses.Select(d => d.Verdict.ToString()[0]))}; {string.Join(", ", diagnoses[^1].Findings.Select(f => f.Rule))}");
        foreach (var at in new[] { diagnoses.Count / 3, diagnoses.Count - 1 })
            output.WriteLine($"  {diagnoses[at].Reading.Step}: {string.Join(" ", diagnoses[at].Reading.Values.Select(v => string.Create(CultureInfo.InvariantCulture, $"{v.Key}={v.Value:G3}")))}");
    }
}
