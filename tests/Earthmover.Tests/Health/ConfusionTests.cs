using System.Globalization;
using Earthmover.Health;
using Earthmover.Tests.Data;
using Xunit.Abstractions;

namespace Earthmover.Tests.Health;

/// <summary>Sick runs are named rightly, healthy ones are left in peace.</summary>
public sealed class ConfusionTests(ITestOutputHelper output) : TemporaryFolder
{
    private const int Seeds = 10;

    public static TheoryData<string> Sick => [.. SickRuns.Sick.Select(c => c.Rule!)];

    // Over the second half of a run, when the failure has had time: what most looks found.
    private static bool Names(IReadOnlyList<Diagnosis> diagnoses, string rule)
    {
        var late = diagnoses.Skip(diagnoses.Count / 2).ToList();
        return 2 * late.Count(d => d.Findings.Any(f => f.Rule == rule)) >= late.Count;
    }

    [Theory]
    [MemberData(nameof(Sick))]
    public void A_run_made_to_fail_is_named(string rule)
    {
        var @case = SickRuns.Sick.First(c => c.Rule == rule);
        var diagnoses = Ward.Play(@case, 1, Context);
        Ward.Tell(output, @case, 1, diagnoses);
        Assert.True(Names(diagnoses, rule),
            $"found instead: {string.Join(", ", diagnoses.SelectMany(d => d.Findings).Select(f => f.Rule).Distinct())}");
    }

    [Fact]
    public void Every_rule_has_a_run_that_fails_so() =>
        Assert.Equal(Rules.All.Select(r => r.Name).Order(StringComparer.Ordinal),
            SickRuns.Sick.Select(c => c.Rule!).Order(StringComparer.Ordinal));

    /// <summary>A row of the confusion table: what ten runs that fail in one way are called.</summary>
    [Theory]
    [Trait("Category", "Slow")]
    [MemberData(nameof(Sick))]
    public void Nine_of_ten_runs_made_to_fail_are_named(string rule)
    {
        var @case = SickRuns.Sick.First(c => c.Rule == rule);
        var (named, first, found) = (0, 0, new SortedDictionary<string, int>(StringComparer.Ordinal));
        for (var seed = 1; seed <= Seeds; seed++)
        {
            var diagnoses = Ward.Play(@case, seed, Context);
            Ward.Tell(output, @case, seed, diagnoses);
            named += Names(diagnoses, rule) ? 1 : 0;
            var called = Rules.All.Select(r => r.Name).Where(name => Names(diagnoses, name)).ToList();
            first += diagnoses[^1].Findings is [var worst, ..] && worst.Rule == rule ? 1 : 0;
            foreach (var name in called.DefaultIfEmpty("(nothing)"))
                found[name] = found.GetValueOrDefault(name) + 1;
        }
        var all = string.Join(", ", found.OrderByDescending(f => f.Value).Select(f => $"{f.Key} {f.Value}"));
        output.WriteLine($"| {rule} | {named} of {Seeds} | headline at the end {first} | {all} |");
        Assert.True(named >= 9,
            $"{rule} was named in {named} of {Seeds} runs; found: {string.Join(", ", found.Select(f => $"{f.Key} {f.Value}"))}");
    }

    /// <summary>Twenty healthy runs, four of each kind.</summary>
    [Fact]
    [Trait("Category", "Slow")]
    public void Nineteen_of_twenty_healthy_runs_end_green()
    {
        var green = 0;
        foreach (var @case in SickRuns.Healthy)
            for (var seed = 1; seed <= 20 / SickRuns.Healthy.Count; seed++)
            {
                var diagnoses = Ward.Play(@case, seed, Context);
                Ward.Tell(output, @case, seed, diagnoses);
                green += diagnoses[^1].Verdict == Verdict.Green ? 1 : 0;
            }
        output.WriteLine($"| healthy | {green} of 20 green |");
        Assert.True(green >= 19, $"{green} of 20 healthy runs ended green");
    }

    [Fact]
    public void A_healthy_run_ends_green() =>
        Assert.Equal(Verdict.Green, Ward.Play(SickRuns.Healthy[3] with { Steps = 400 }, 1, Context)[^1].Verdict);

    [Fact]
    public void The_run_with_a_lattice_has_none_with_the_default_networks()
    {
        var diagnoses = Ward.Play(SickRuns.Sick.First(c => c.Rule == "lattice") with { Rule = null, Settings = ["width=8", "batch=16"] },
            1, Context);
        Assert.All(diagnoses, d => Assert.InRange(d.Reading[Signals.Lattice], 0, 1.5));
        Assert.All(diagnoses, d => Assert.DoesNotContain("lattice", d.Findings.Select(f => f.Rule)));
    }
}
