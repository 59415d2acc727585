using System.Text.Json;
using Earthmover.Data;
using Earthmover.Data.Dealing;
using Earthmover.Data.Tables;
using Earthmover.Testing;
using Earthmover.Torch;

namespace Earthmover.Tests.Data.Tables;

/// <summary>Rows become vectors and come back; of a column's numbers nothing comes back that is one person's alone.</summary>
public sealed class TableCodeTests : LeakTest
{
    private const int Rows = 4000;
    private static readonly TableField s_gain = new() { Name = "gain", Kind = FieldKind.Integer };
    private static readonly TableField s_height = new() { Name = "height", Kind = FieldKind.Number, Decimals = 2 };
    private static readonly TableField s_town = new() { Name = "town", Kind = FieldKind.Category, Levels = ["a", "b", "c", "d"], Gap = "" };

    // Mostly 0, else one of many; a normal law; a category with a rare value and gaps.
    private static TableSet Table(int rows = Rows)
    {
        var random = new SeededRandom(1);
        double[] gain = new double[rows], height = new double[rows], town = new double[rows];
        for (var i = 0; i < rows; i++)
        {
            gain[i] = random.NextDouble() < 0.9 ? 0 : random.NextInt(100_000);
            height[i] = Math.Round(170 + 10 * random.NextGaussian(), 2);
            town[i] = i == 7 ? 3 : i % 10 == 0 ? double.NaN : random.NextInt(3);
        }
        return new("t", [s_gain, s_height, s_town], [gain, height, town]);
    }

    private static double[] Back(TableCode code, TableRows rows, int row)
    {
        var vector = new float[code.Size];
        rows.Fill(row, vector);
        var values = new double[code.Fields.Count];
        code.Decode(vector, values);
        return values;
    }

    [Fact]
    public void What_one_row_alone_has_beside_common_values_is_never_written()
    {
        double[] ages = [.. Enumerable.Range(0, Rows).Select(i => i == 17 ? 97.0 : 20 + i % 40)];
        var field = new TableField { Name = "age", Kind = FieldKind.Integer };
        var table = new TableSet("t", [field], [ages]);
        var code = TableCode.Of(table, TableCode.Ranks);
        Assert.False(code.Codes[0]!.HasNumber);
        Assert.DoesNotContain("97", JsonSerializer.Serialize(code.Codes[0]), StringComparison.Ordinal);
        // Nor beside a column that it settles.
        var settled = TableCode.Of(new("t", [field, s_gain], [ages, [.. ages.Select(age => Math.Floor(age / 10))]]), TableCode.Ranks);
        Assert.All(settled.Codes, one => Assert.DoesNotContain("97", JsonSerializer.Serialize<object>(one!), StringComparison.Ordinal));
        // The row itself counts as the nearest of what others have.
        Assert.Equal(59, Back(code, code.Encode(table), 17)[0]);
    }

    [Fact]
    public void A_column_without_a_value_in_the_rows_that_are_learned_stays_empty()
    {
        var code = TableCode.Of(new("t", [s_height, s_gain],
            [[.. Enumerable.Repeat(double.NaN, 50)], [.. Enumerable.Range(0, 50).Select(i => (double)i)]]), TableCode.Ranks);
        var values = new double[2];
        code.Decode(new float[code.Size], values);
        Assert.True(double.IsNaN(values[0]));
        Assert.Equal("", code.Line(values, 0).Split(',')[0]);
    }

    [Theory]
    [InlineData("yyyy-MM", "2020-03", 16.9)]
    [InlineData("yyyy-MM", "2020-02", 28.5)]
    [InlineData("yyyy-MM-dd", "2020-03-17", 0.4)]
    public void A_time_is_rounded_to_what_its_format_writes(string format, string cell, double days)
    {
        var seconds = TimeFormat.Parse(cell, format)!.Value;
        Assert.Equal(seconds, TimeFormat.Round(seconds + days * 86_400, format));
        Assert.Equal(cell, TimeFormat.Print(seconds + days * 86_400, format));
    }

    [Theory]
    [InlineData("1/2/2020", "1/3/2020", true)]
    [InlineData("01/02/2020", "03/04/2020", true)]
    [InlineData("1/2/2020", "1/30/2020", false)]
    public void Day_and_month_are_not_guessed_in_silence(string first, string second, bool isDoubtful)
    {
        var text = string.Concat(Enumerable.Range(0, 60).Select(i => $"{(i % 2 == 0 ? first : second)},{i % 7}\n"));
        var path = Path.Combine(Directory.CreateTempSubdirectory("earthmover-test-").FullName, "dates.csv");
        File.WriteAllText(path, "day,x\n" + text);
        try
        {
            var table = DataCatalog.Open(path);
            Assert.Equal(isDoubtful, table.Notes.Any(note => note.Contains("month/day/year", StringComparison.Ordinal)));
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        }
    }

    [Fact]
    public void Rows_come_back_from_ranks()
    {
        var table = Table();
        var code = TableCode.Of(table, TableCode.Ranks);
        Assert.Null(code.Problem());
        var rows = code.Encode(table);
        for (var i = 0; i < Rows; i++)
        {
            var back = Back(code, rows, i);
            Assert.Equal(table.Columns[0][i] == 0, back[0] == 0);
            Assert.Equal(table.Columns[2][i], back[2]);
            // To a share of its spread; at the ends it stays within what several have.
            Assert.InRange(Math.Abs(back[1] - table.Columns[1][i]), 0, Math.Abs(table.Columns[1][i] - 170) < 25 ? 1.5 : 15);
            Assert.Equal(back[1], Math.Round(back[1], 2));
            Assert.InRange(Math.Abs(back[0] - table.Columns[0][i]), 0, 5000);
        }
        // Encoded numbers are normal.
        double[] heights = [.. Enumerable.Range(0, Rows).Select(i => (double)Vector(code, rows, i)[code.Starts[1]])];
        Assert.InRange(heights.Average(), -0.05, 0.05);
        Assert.InRange(Statistics.SampleDeviation(heights), 0.95, 1.05);
        // The largest and the smallest are means of several.
        Assert.True(code.Codes[1] is RankCode { Values: [var low, .., var high] }
            && low > table.Columns[1].Min() && high < table.Columns[1].Max());
    }

    [Fact]
    public void A_column_that_another_settles_is_not_seen_and_comes_back()
    {
        TableField[] fields =
        [
            new() { Name = "degree", Kind = FieldKind.Category, Levels = ["none", "school", "more"] },
            new() { Name = "years", Kind = FieldKind.Integer }, s_height,
            // Settled but for one row, and one with gaps.
            new() { Name = "nearly", Kind = FieldKind.Boolean, Levels = ["no", "yes"] },
            new() { Name = "gaps", Kind = FieldKind.Integer, Gap = "" },
        ];
        var random = new SeededRandom(1);
        double[] degree = [.. Enumerable.Range(0, 600).Select(_ => (double)random.NextInt(3))];
        double[] height = Array.ConvertAll(degree, _ => Math.Round(170 + 10 * random.NextGaussian(), 2));
        double[] nearly = Array.ConvertAll(degree, v => v == 2 ? 1.0 : 0);
        nearly[5] = 1 - nearly[5];
        var table = new TableSet("t", fields,
            [degree, Array.ConvertAll(degree, v => 9 + 4 * v), height, nearly, Array.ConvertAll(degree, v => v == 1 ? double.NaN : v)]);
        var code = TableCode.Of(table, TableCode.Ranks);
        Assert.Null(code.Problem());
        var tied = Assert.IsType<TiedCode>(code.Codes[1]);
        Assert.Equal(0, tied.Column);
        Assert.All(new[] { 0, 2, 3, 4 }, k => Assert.IsType<RankCode>(code.Codes[k]));
        Assert.Equal(code.Codes.Sum(one => one!.Width), code.Size);
        var rows = code.Encode(table);
        Assert.All(Enumerable.Range(0, 600), i => Assert.Equal(table.Columns[1][i], Back(code, rows, i)[1]));
        Assert.Contains(TableSummary.Of(table), one => one is { Name: "years", Use: "settled by degree" });
        // Kept in a recipe, and refused where it was meddled with.
        var again = JsonSerializer.Deserialize<TableCode>(JsonSerializer.Serialize(code))!;
        Assert.Null(again.Problem());
        Assert.Equal(tied.Values, Assert.IsType<TiedCode>(again.Codes[1]).Values);
        TiedCode[] meddled =
        [
            tied with { Column = 1 }, tied with { Column = 9 }, tied with { Column = 4 }, tied with { Keys = [0, 1] },
            tied with { Keys = [2, 1, 0] }, tied with { Values = [1, 2, double.NaN] },
        ];
        foreach (var wrong in meddled)
            Assert.NotNull((code with { Codes = [code.Codes[0], wrong, .. code.Codes.Skip(2)] }).Problem());
        // CTGAN sees every column, as published.
        Assert.IsType<MixtureCode>(TableCode.Of(table, TableCode.Mixture).Codes[1]);
    }

    private static float[] Vector(TableCode code, TableRows rows, int row)
    {
        var vector = new float[code.Size];
        rows.Fill(row, vector);
        return vector;
    }

    [Fact]
    public void No_number_of_one_row_alone_is_a_knot_or_an_atom()
    {
        var table = Table();
        foreach (var (column, k) in table.Columns.Take(2).Select((column, k) => (column, k)))
        {
            var code = Assert.IsType<RankCode>(TableCode.Of(table, TableCode.Ranks).Codes[k]);
            var alone = column.CountBy(v => v).Where(pair => pair.Value < ColumnCode.Fewest).Select(pair => pair.Key).ToHashSet();
            Assert.DoesNotContain(code.Atoms, alone.Contains);
            // A mean of neighbors may happen to be somebody's.
            Assert.InRange(code.Values.Count(alone.Contains), 0, code.Values.Length / 20);
        }
    }

    [Fact]
    public void Ranks_keep_the_law_of_a_column()
    {
        var table = Table();
        var code = (RankCode)TableCode.Of(table, TableCode.Ranks).Codes[0]!;
        var random = new SeededRandom(2);
        // What is drawn from the code itself has the column's law.
        double[] drawn = [.. Enumerable.Range(0, 20_000).Select(_ => random.NextDouble() * code.Shares.Sum() < code.Shares[0]
            ? code.Decode(random.NextGaussian(), 0) : code.Decode(0, 1))];
        double[] real = [.. table.Columns[0].Order()];
        double Below(double[] values, double v) => values.Count(x => x <= v) / (double)values.Length;
        foreach (var v in new double[] { 0, 10_000, 30_000, 50_000, 90_000 })
            Assert.Equal(Below(real, v), Below(drawn, v), 0.012);
    }

    [Fact]
    public void A_category_of_thousands_is_short_and_comes_back()
    {
        var random = new SeededRandom(3);
        string[] shops = [.. Enumerable.Range(0, 5000).Select(i => $"s{i}")];
        var field = new TableField { Name = "shop", Kind = FieldKind.Category, Levels = shops };
        double[] values = [.. Enumerable.Range(0, 20_000).Select(i => i < 5000 ? i : Math.Floor(5000 * Math.Pow(random.NextDouble(), 3)))];
        var table = new TableSet("t", [field], [values]);
        var code = TableCode.Of(table, TableCode.Ranks);
        Assert.InRange(code.Size, 100, 502);
        var rows = code.Encode(table);
        Assert.All(Enumerable.Range(0, 20_000), i => Assert.Equal(values[i], Back(code, rows, i)[0]));
        // All of them are choices where a system is told them.
        Assert.Equal(5000, TableCode.Of(table, TableCode.Mixture).Size);
    }

    [Fact]
    public void Mixtures_find_their_laws_and_rows_come_back()
    {
        var random = new SeededRandom(4);
        double Draw(int i) => i % 3 == 0 ? -10 + random.NextGaussian() : 5 + 2 * random.NextGaussian();
        double[] values = [.. Enumerable.Range(0, 6000).Select(Draw)];
        var mixture = GaussianMixture.Fit(values);
        Assert.Equal(1, mixture.Weights.Sum(), 1e-9);
        // Whatever laws share each heap: their weights and means together are the heap's.
        var left = Enumerable.Range(0, mixture.Means.Length).Where(k => mixture.Means[k] < -4).ToArray();
        Assert.Equal(1 / 3.0, left.Sum(k => mixture.Weights[k]), 0.02);
        Assert.Equal(-10, left.Sum(k => mixture.Weights[k] * mixture.Means[k]) / left.Sum(k => mixture.Weights[k]), 0.1);
        var table = new TableSet("t", [s_height with { Decimals = null }], [values]);
        var code = TableCode.Of(table, TableCode.Mixture);
        var rows = code.Encode(table);
        // What lies beyond four deviations of its law is clipped.
        var clipped = Enumerable.Range(0, values.Length).Count(i => Math.Abs(values[i] - Back(code, rows, i)[0]) > 1e-3);
        Assert.InRange(clipped, 0, values.Length / 100);
        // What a constant column would be.
        Assert.Equal([1.0], GaussianMixture.Fit([3, 3, 3]).Weights);
    }

    [Fact]
    public void A_code_travels_as_text()
    {
        var table = Table();
        foreach (var encoding in new[] { TableCode.Ranks, TableCode.Mixture })
        {
            var code = TableCode.Of(table, encoding);
            var again = System.Text.Json.JsonSerializer.Deserialize<TableCode>(System.Text.Json.JsonSerializer.Serialize(code))!;
            Assert.Null(again.Problem());
            Assert.Equal(code.Size, again.Size);
            var rows = code.Encode(table);
            Assert.Equal(Back(code, rows, 5), Back(again, rows, 5));
        }
        var damaged = TableCode.Of(table, TableCode.Ranks);
        Assert.Contains("column town", (damaged with
        {
            Codes = [damaged.Codes[0], damaged.Codes[1], ((RankCode)damaged.Codes[2]!) with { Atoms = [0, 9, 2] }],
        }).Problem(), StringComparison.Ordinal);
    }

    [Fact]
    public void Batches_are_vectors_and_by_value_they_say_which()
    {
        var table = Table();
        var plain = BatchSource.Create(table, Pairing.None, 50, 1);
        using (var batch = plain.At(0))
        {
            Assert.Equal([50, plain.Code!.Size], batch.X.Shape);
            Assert.Null(batch.Labels);
        }
        var valued = BatchSource.Create(table, Pairing.None, 500, 1, encoding: TableCode.MixtureByValue);
        using var told = valued.At(3);
        using var again = valued.At(3);
        Assert.Equal(told.X.ToArray<float>(), again.X.ToArray<float>());
        var block = valued.Code!.Blocks.Single(b => b.IsCategory);
        float[] x = told.X.ToArray<float>();
        var labels = told.Labels!.ToArray<long>();
        for (var i = 0; i < 500; i++)
            Assert.Equal(1, x[i * valued.Code.Size + block.Start + labels[i]]);
        // The value that occurs once in four thousand rows is dealt about as log 2 to the others' log 1200.
        Assert.InRange(labels.Count(label => label == 3), 5, 60);
    }
}
