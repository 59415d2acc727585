using System.Text.Json;
using Earthmover.Data;
using Earthmover.Metrics;
using Earthmover.Metrics.Tables;
using Earthmover.Sessions.Comparing;
using Earthmover.Tests.Data;

namespace Earthmover.Tests.Metrics.Tables;

/// <summary>Files of tables against each other, as <c>evaluate</c> compares them.</summary>
public sealed class TableEvaluationTests : TemporaryFolder
{
    private static readonly string[] s_names = ["region", "income", "age", "hours", "gain", "owner", "since"];

    private string Written(string name, int count, long seed, params string[] columns)
    {
        var table = (TableSet)DataCatalog.Open($"people?n={count}&seed={seed}");
        var order = columns.Length == 0 ? s_names : columns;
        var lines = Enumerable.Range(0, count).Select(row => string.Join(',', order.Select(column =>
            table.IndexOf(column) is >= 0 and var k ? table.Cell(row, k) : $"{row % 3}")));
        return Put(name, string.Join('\n', lines.Prepend(string.Join(',', order))) + "\n");
    }

    private static Dictionary<string, MetricResult> Measured(Comparison comparison) =>
        comparison.Measure().Results.ToDictionary(result => result.Name);

    [Fact]
    public void Fresh_rows_read_what_perfection_reads()
    {
        string real = Written("real.csv", 1500, 1), other = Written("other.csv", 900, 2), held = Written("held.csv", 600, 3);
        var comparison = new Comparison(other, real) { HeldOut = held };
        var all = Measured(comparison);
        string[] likeReal = ["quality", "quality-sdmetrics", "columns", "pairs", "detection", "use-forest", "use-regression", "w1"];
        foreach (var name in likeReal)
            Assert.Equal(all[name].Floor!.Value, all[name].Value, 0.05);
        Assert.InRange(all["closest-ratio"].Value, 0.9, 1.1);
        Assert.InRange(all["membership"].Value, 0.42, 0.58);
        Assert.Equal(0.5, all["membership"].Floor);
        Assert.True(all["quality"].Low95 < all["quality"].Value && all["quality"].Value < all["quality"].High95);
        Assert.Contains("1500 rows", all["quality"].Protocol, StringComparison.Ordinal);
        Assert.Equal(600, all["quality"].N);
        Assert.Equal(s_names, comparison.Table!.Columns.Select(column => column.Name));
        Assert.Equal(10, comparison.Table.Worst.Count);
        using var json = JsonDocument.Parse(MeasuredDocument.Of(comparison, [.. all.Values], []));
        Assert.Equal(7, json.RootElement.GetProperty("table").GetProperty("columns").GetArrayLength());
    }

    // No number is that of fewer rows without a word.
    [Fact]
    public void A_wide_table_is_measured_on_fewer_rows_and_says_so()
    {
        var narrow = Rows.People(200, 1);
        Assert.True(Usefulness.MostRows(narrow) > 1_000_000);
        var wide = Rows.Table([.. Enumerable.Range(0, 120).Select(k =>
            Rows.Codes($"c{k}", string.Join(',', Enumerable.Range(0, 14).Select(v => $"v{v}")), [.. Enumerable.Range(0, 200).Select(i =>
                (i + k) % 14)]))]);
        Assert.Equal(10_000_000 / (120 * 14), Usefulness.MostRows(wide));
        int[] many = [.. Enumerable.Range(0, 20_000)];
        Assert.Empty(TableMetrics.NotesOf(narrow, new(many, many, many), 400_000));
        Assert.Equal(
        [
            "use is that of 5,952 rows and not of all 20,000, as the table has 120 columns",
            "distances are those to the first 7,142 of 20,000 rows, as the table has 120 columns; copies are sought among all",
        ], TableMetrics.NotesOf(wide, new(many, many, many), 12_000_000 / (120 * 14)));
    }

    [Fact]
    public void Columns_are_matched_by_name_and_never_by_place()
    {
        var real = Written("real.csv", 900, 1);
        var turned = Written("turned.csv", 900, 2, "since", "owner", "extra", "gain", "hours", "age", "income", "region");
        var straight = Written("straight.csv", 900, 2);
        var metrics = new[] { MetricCatalog.Named("quality") };
        Assert.Equal(
            Measured(new Comparison(straight, real) { Metrics = metrics })["quality"].Value,
            Measured(new Comparison(turned, real) { Metrics = metrics })["quality"].Value, 12);
    }

    [Fact]
    public void What_does_not_match_is_one_clear_line()
    {
        string real = Written("real.csv", 200, 1), lacking = Written("lacking.csv", 200, 2, "region", "age", "owner");
        Assert.Contains("has no column 'income'", Refused(() => Measured(new Comparison(lacking, real))), StringComparison.Ordinal);
        var words = Put("words.csv", "region,income,age,hours,gain,owner,since\n"
            + string.Concat(Enumerable.Repeat("north,low,young,40.0,0.00,yes,2004-05-06\nsouth,high,old,40.0,0.00,no,2004-05-07\n", 60)));
        var line = Refused(() => Measured(new Comparison(words, real)));
        Assert.Contains("'young'", line, StringComparison.Ordinal);
        Assert.Contains("age", line, StringComparison.Ordinal);
        var pictures = Refused(() => Measured(new Comparison("gaussians-8?n=300", real)));
        Assert.Contains("different kinds", pictures, StringComparison.Ordinal);
        Assert.Contains("no table", Refused(() => Measured(new Comparison("gaussians-8?n=300", "gaussians-8?n=600")
        {
            Metrics = [MetricCatalog.Named("quality")],
        })), StringComparison.Ordinal);
        Assert.Contains("-n 150", Refused(() => Measured(new Comparison(real, Written("few.csv", 200, 5)) { Count = 150 })),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Copies_and_constant_rows_are_seen_for_what_they_are()
    {
        string real = Written("real.csv", 900, 1), held = Written("held.csv", 400, 3);
        var metrics = new[] { "quality", "privacy", "membership", "detection" }.Select(MetricCatalog.Named).ToArray();
        var copied = Put("copied.csv", File.ReadAllText(real) + "north,low,30,40.0,0.00,no,2004-05-06\n");
        var all = Measured(new Comparison(copied, real) { HeldOut = held, Metrics = metrics });
        Assert.True(all["copies"].Value > 0.95 && all["copies"].Floor < 0.05);
        Assert.True(all["closest-ratio"].Value < 0.1 && all["membership"].Value > 0.9);
        var constant = Put("constant.csv", "region,income,age,hours,gain,owner,since\n"
            + string.Concat(Enumerable.Repeat("north,low,30,40.0,0.00,no,2004-05-06\n", 500)) + "east,high,40,30.0,1.00,yes,2005-06-07\n");
        all = Measured(new Comparison(constant, real) { HeldOut = held, Metrics = metrics });
        Assert.True(all["quality"].Value < 0.6 && all["detection"].Value > 0.95, $"{all["quality"]} {all["detection"]}");
    }

    [Fact]
    public void A_table_against_itself_does_not_meet_its_own_rows()
    {
        var real = Written("real.csv", 900, 1);
        var all = Measured(new Comparison(real, real) { Metrics = [MetricCatalog.Named("privacy"), MetricCatalog.Named("1nn")] });
        Assert.InRange(all["copies"].Value, 0, 0.05);
        Assert.InRange(all["1nn"].Value, 0.4, 0.6);
        // The same bytes elsewhere are what somebody made of them: copies, but for those of the fifth that is kept for the floor.
        var copy = Path.Combine(Path.GetDirectoryName(real)!, "copy.csv");
        File.Copy(real, copy);
        Assert.Equal(0.8, Measured(new Comparison(copy, real) { Metrics = [MetricCatalog.Named("privacy")] })["copies"].Value, 0.05);
    }

    [Fact]
    public void A_file_of_numbers_alone_is_read_as_the_table_that_it_is_set_beside()
    {
        var random = new SeededRandom(1);
        string Numbers(int count) => string.Concat(Enumerable.Range(0, count).Select(i =>
            FormattableString.Invariant($"{random.NextInt(50)},{random.NextDouble():0.000}\n")));
        var real = Put("real.csv", "a,b\n" + Numbers(300) + "3,\n");
        var made = Put("made.csv", "b,a\n" + string.Concat(Enumerable.Range(0, 200).Select(i =>
            FormattableString.Invariant($"{random.NextDouble():0.000},{random.NextInt(50)}\n"))));
        Assert.InRange(Measured(new Comparison(made, real) { Metrics = [MetricCatalog.Named("quality")] })["columns"].Value, 0.85, 1);
    }
}
