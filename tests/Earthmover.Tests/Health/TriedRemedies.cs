using System.Globalization;
using Earthmover.Health;
using Earthmover.Tests.Data;
using Xunit.Abstractions;

namespace Earthmover.Tests.Health;

/// <summary>
/// Every remedy was tried: a sick run, its remedy as printed, and the same run again with it, compared by the rule and by the exact
/// distance from fresh samples.
/// </summary>
public sealed class TriedRemedies(ITestOutputHelper output) : TemporaryFolder
{
    private const int Seeds = 5;

    /// <summary>What some runs of a case were like over their second half.</summary>
    /// <param name="Found">Share of the looks that found the rule.</param>
    /// <param name="Signals">Means of what the rule goes by.</param>
    /// <param name="Distance">Mean exact W₁.</param>
    /// <param name="Remedy">The remedy as first printed.</param>
    /// <param name="Evidence">The signal that it was found by; of several the first that the rule names.</param>
    private sealed record Outcome(double Found, IReadOnlyDictionary<string, double> Signals,
        double Distance, string Remedy, string Evidence);

    // Of these no run is known that fails so by itself, on which a remedy could be tried.
    internal static readonly string[] ByHand = ["collapsed-category", "rare-values-lost", "copied-rows"];

    public static TheoryData<string> Names => [.. Rules.All.Select(r => r.Name).Except(ByHand)];

    /// <summary>A row of the table in docs/guide/health.md.</summary>
    [Theory]
    [Trait("Category", "Slow")]
    [MemberData(nameof(Names))]
    public void A_remedied_run_is_better(string rule)
    {
        var (sick, remedied, remedy) = Try(rule, Seeds);
        var (before, after) = (sick.Signals[sick.Evidence], remedied.Signals.GetValueOrDefault(sick.Evidence, double.NaN));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| `{rule}` | `{sick.Found:0 %} → {remedied.Found:0 %}` | `{sick.Evidence}` {before:G3} → {after:G3} "
            + $"| `{sick.Distance:G3} → {remedied.Distance:G3}` | {SickRuns.Tried(rule).Command} | `{remedy}` |"));
        Assert.True(sick.Found > 0.5, $"only {sick.Found:0 %} of the looks at the sick runs found {rule}");
        var bound = Rules.All.First(r => r.Name == rule).When.SelectMany(bounds => bounds).First(b => b.Signal.Name == sick.Evidence);
        Assert.True(bound.IsAbove ? after < before : after > before, $"{sick.Evidence} was {before:G3}, and is {after:G3}");
        // What no other rule explains is found until all is well, which these short runs are not yet.
        Assert.True(rule == "far-from-data" || remedied.Found < sick.Found / 2,
            $"{remedied.Found:0 %} of the looks at the remedied runs still find {rule}");
        // What a classifier names says nothing of what the generator makes.
        Assert.True(rule == "classifier-learns-nothing" || remedied.Distance < sick.Distance,
            $"{remedy} leaves the samples at {remedied.Distance:G3}, they were at {sick.Distance:G3}");
    }

    /// <summary>One run of the quickest cases with each commit.</summary>
    [Theory]
    [InlineData("vanishing-gradient")]
    [InlineData("estimate-drifted")]
    [InlineData("critic-not-optimal")]
    public void A_remedied_run_is_better_at_once(string rule)
    {
        var (sick, remedied, _) = Try(rule, 1);
        Assert.True(remedied.Found < sick.Found / 2 && remedied.Distance < sick.Distance, $"{sick} became {remedied}");
    }

    private (Outcome Sick, Outcome Remedied, string Remedy) Try(string rule, int seeds)
    {
        var @case = SickRuns.Tried(rule);
        var sick = Play(@case, rule, seeds);
        var remedied = Remedied(@case, sick.Remedy);
        return (sick, Play(remedied, rule, seeds), sick.Remedy);
    }

    // As it is printed, and nothing else.
    private static Case Remedied(Case @case, string remedy)
    {
        if (remedy == "more data")
            return @case with { Set = @case.More ?? throw new InvalidOperationException("there is no more data") };
        Assert.StartsWith("--set ", remedy, StringComparison.Ordinal);
        var changed = remedy["--set ".Length..].Split(' ').Select(s => s.Trim('\'')).ToArray();
        return @case with
        {
            Settings = [.. @case.Settings.Where(old => changed.All(s => s.Split('=')[0] != old.Split('=')[0])), .. changed],
            Build = null,
            Recorded = new Dictionary<string, string>(),
        };
    }

    private Outcome Play(Case @case, string rule, int seeds)
    {
        List<double> found = [], distances = [];
        var looks = new List<Reading>();
        var evidence = "";
        var remedy = "";
        for (var seed = 1; seed <= seeds; seed++)
        {
            var all = new List<double>();
            var diagnoses = Ward.Play(@case, seed, Context, all);
            var late = diagnoses.Skip(diagnoses.Count / 2).ToList();
            found.Add((double)late.Count(d => d.Findings.Any(f => f.Rule == rule)) / late.Count);
            distances.Add(all.TakeLast(late.Count).Average());
            looks.AddRange(late.Select(d => d.Reading));
            if (remedy.Length == 0 && late.SelectMany(d => d.Findings).FirstOrDefault(f => f.Rule == rule) is { } finding)
                (remedy, evidence) = (finding.Remedy, finding.Evidence.Keys.First(name => IsTelling(name) || finding.Evidence.Count == 1));
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"  {@case}, {string.Join(' ', @case.Settings)}, seed {seed}: {Ward.Letters(diagnoses)}, "
                + $"found {found[^1]:0 %}, W {distances[^1]:G3}; "
                + $"{string.Join(", ", diagnoses[^1].Findings.Select(f => f.Rule))}"));
        }
        var signals = looks.SelectMany(reading => reading.Values).GroupBy(v => v.Key)
            .ToDictionary(v => v.Key, v => v.Average(x => x.Value));
        return new(found.Average(), signals, distances.Average(), remedy, evidence);

        // Not what only says whether the rule applies.
        static bool IsTelling(string signal) => signal is not ("is_distance" or "is_penalized" or "weights_at_limit");
    }
}
