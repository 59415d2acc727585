using System.Globalization;
using Earthmover.Data;
using Earthmover.Data.Tables;
using Earthmover.Health;
using Earthmover.Metrics.Tables;
using Earthmover.Tests.Data;
using Xunit.Abstractions;

namespace Earthmover.Tests.Health;

/// <summary>The rules on rows of tables: failures that options bring about, and tables that only look suspicious.</summary>
public sealed class TableRunTests(ITestOutputHelper output) : TemporaryFolder
{
    private static readonly Case[] s_sick =
    [
        // A few rows, which a critic that pays nothing for its slope knows by heart.
        new("overfitted-critic", "people?n=64", "table", "constraint=none", "width=128", "batch=32") { Steps = 400, Every = 40 },
        // Rows by a distance whose critic nothing holds.
        new("estimate-drifted", "people?n=2000", "table", "objective=wasserstein", "constraint=none", "choices=soft", "links=0")
        {
            Steps = 400,
            Every = 40,
        },
    ];

    public static TheoryData<string> Sick => [.. s_sick.Select(c => c.Rule!)];

    [Theory]
    [MemberData(nameof(Sick))]
    public void A_run_made_to_fail_is_named(string rule)
    {
        for (var seed = 1; seed <= 2; seed++)
        {
            var diagnoses = Ward.Play(s_sick.First(c => c.Rule == rule), seed, Context);
            Ward.Tell(output, s_sick.First(c => c.Rule == rule), seed, diagnoses);
            Assert.Contains(rule, diagnoses[^1].Findings.Select(finding => finding.Rule));
        }
    }

    // What strangers' quality lacks is noise; what a few people's lacks is more than a rule lets pass.
    [Theory]
    [InlineData(300)]
    [InlineData(5000)]
    public void Quality_lacks_nothing_in_strangers_and_much_in_a_few_people(int rows)
    {
        TableSet People(int n, int seed) => (TableSet)DataCatalog.Open($"people?n={n}&seed={seed}", Context);
        var table = People(rows, 1);
        var faults = new TableFaults(table, TableCode.Of(table, TableCode.Ranks));
        double[] gaps = [.. Enumerable.Range(2, 8).Select(seed => faults.Of(MeasuredTable.Of(People(256, seed))).QualityGap)];
        output.WriteLine(string.Join(" ", gaps.Select(gap => gap.ToString("0.000", CultureInfo.InvariantCulture))));
        Assert.All(gaps, gap => Assert.InRange(gap, -0.04, 0.04));
        // Twenty people over and over.
        var twenty = MeasuredTable.Of(People(20, 2)).Select([.. Enumerable.Range(0, 256).Select(row => row % 20)]);
        Assert.True(faults.Of(twenty).QualityGap > 0.04);
        // Of so few rows two draws differ by more.
        var few = People(150, 1);
        Assert.True(double.IsNaN(new TableFaults(few, TableCode.Of(few, TableCode.Ranks)).Of(MeasuredTable.Of(People(256, 2))).QualityGap));
    }

    // As many rows as are looked at have fewer values than a category of thousands.
    [Fact]
    public void A_category_of_nearly_as_many_values_as_rows_has_not_collapsed()
    {
        TableSet Names(long seed, int rows) => SickRuns.Categories(seed, rows, 1, 3000, random => random.NextInt(3000));
        var table = Names(1, 3200);
        var faults = new TableFaults(table, TableCode.Of(table, TableCode.Ranks));
        Assert.InRange(faults.Of(MeasuredTable.Of(Names(2, 256))).Variety, 0.8, 1.2);
        var few = SickRuns.Categories(3, 256, 1, 3000, random => random.NextInt(12));
        Assert.InRange(faults.Of(MeasuredTable.Of(few)).Variety, 0, 0.1);
    }

    [Fact]
    public void The_same_rows_with_the_defaults_are_not_said_to_be_known_by_heart_or_lost()
    {
        var diagnoses = Ward.Play(new(null, "people?n=2000", "table") { Steps = 600, Every = 60 }, 1, Context);
        Ward.Tell(output, new(null, "people?n=2000", "table"), 1, diagnoses);
        string[] wrong = ["learning-rate-too-high", "overfitted-critic", "estimate-drifted", "rare-values-lost", "copied-rows",
            "collapsed-category"];
        // Single looks at 256 rows went beyond on one processor, and stayed within on another.
        double[] gaps = [.. diagnoses.TakeLast(5).Select(diagnosis => diagnosis.Reading[Signals.QualityGap])];
        output.WriteLine(string.Join(" ", gaps.Select(gap => gap.ToString("0.000", CultureInfo.InvariantCulture))));
        Assert.InRange(gaps.Average(), -0.04, 0.04);
        Assert.All(diagnoses, diagnosis => Assert.Empty(diagnosis.Findings.Select(finding => finding.Rule).Intersect(wrong)));
    }

    // Of few values in few columns strangers are equal to training rows too, the more the more of these there are.
    [Theory]
    [InlineData(40, 2, 3)]
    [InlineData(100, 4, 3)]
    [InlineData(344, 3, 6)]
    [InlineData(1000, 5, 4)]
    public void Strangers_of_a_narrow_table_are_no_copies(int rows, int columns, int values)
    {
        // Uneven, so that some are alone and some are not.
        static int Draw(SeededRandom random, int values) => (int)(values * Math.Pow(random.NextDouble(), 2));
        var excess = new List<double>();
        for (var seed = 1; seed <= 8; seed++)
        {
            var table = SickRuns.Categories(seed, rows, columns, values, random => Draw(random, values));
            var strangers = SickRuns.Categories(100 + seed, 256, columns, values, random => Draw(random, values));
            excess.Add(new TableFaults(table, TableCode.Of(table, TableCode.Ranks)).Of(MeasuredTable.Of(strangers)).Copies);
        }
        Assert.InRange(excess.Average(), -0.05, 0.05);
        Assert.All(excess, share => Assert.InRange(share, -0.2, 0.1));
    }
}
