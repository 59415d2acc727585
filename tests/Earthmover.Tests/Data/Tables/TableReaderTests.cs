using Earthmover.Data;

namespace Earthmover.Tests.Data.Tables;

/// <summary>What the columns of a table are taken for, what of them is kept, and the line that is named where something is wrong.</summary>
public sealed class TableReaderTests : TemporaryFolder
{
    private TableSet Open(string text, string options = "") =>
        Assert.IsType<TableSet>(DataCatalog.Open(Put("t.csv", text) + options, Context));

    // A name and thirty rows of some columns.
    private static string Rows(string names, Func<int, string> row) =>
        names + "\n" + string.Join('\n', Enumerable.Range(0, 30).Select(row)) + "\n";

    [Fact]
    public void Every_kind_of_column_is_found_and_written_as_it_was()
    {
        var text = Rows("id,code,price,count,town,member,born,at,fixed,seen", i =>
            $"{i + 1},A-{i + 100},{i / 4.0:F2},{i % 7},{(i % 3 == 0 ? "Bern" : "Ulm, north")},{(i % 2 == 0 ? "yes" : "no")},"
            + $"{new DateTime(2020, 1, 31).AddDays(i):yyyy-MM-dd},{i % 24:00}:30,x,{(i % 5 == 0 ? "?" : $"{i % 9}")}")
            .Replace("Ulm, north", "\"Ulm, north\"", StringComparison.Ordinal);
        var table = Open(text);
        Assert.Equal(
            [
                FieldKind.Identifier, FieldKind.Identifier, FieldKind.Number, FieldKind.Integer, FieldKind.Category, FieldKind.Boolean,
                FieldKind.Time, FieldKind.Time, FieldKind.Constant, FieldKind.Integer,
            ], table.Fields.Select(field => field.Kind));
        Assert.Equal((2, true), (table.Fields[2].Decimals, table.Fields[2].IsPadded));
        Assert.Equal(["Ulm, north", "Bern"], table.Fields[4].Levels);
        Assert.Equal(["no", "yes"], table.Fields[5].Levels);
        Assert.Equal("?", table.Fields[9].Gap);
        Assert.True(double.IsNaN(table.Columns[9][5]));
        Assert.Equal((31, "A-130"), (table.Fields[0].Next, table.Fields[1].Print(0)));
        // To the letter.
        Assert.Equal(text.TrimEnd('\n').Split('\n'), table.Lines());
        Assert.Equal(table.Fingerprint, Open(text).Fingerprint);
    }

    [Theory]
    [InlineData("x,y\n1,2\n3,4\n", "", false)]
    [InlineData("x,y\n1,2\n3,4\n", "?as=table", true)]
    [InlineData("x,town\n1,Bern\n3,Ulm\n", "", true)]
    [InlineData("x,town\n1,Bern\n3,Ulm\n", "?columns=x", false)]
    [InlineData("x,y\n1,2\n3,\n", "", true)]
    [InlineData("x,y\n1,2\n3,nan\n3,4\n", "?missing=skip", false)]
    [InlineData("x,label\n1,a\n3,b\n", "", false)]
    [InlineData("x,label\n1,a\n3,b\n", "?as=table", true)]
    [InlineData("x,y\n1,2\n3,4\n", "?kinds=y:category", true)]
    public void Numbers_alone_are_points_and_all_else_a_table(string text, string options, bool isTable)
    {
        var data = DataCatalog.Open(Put("t.csv", text) + options, Context);
        Assert.Equal(isTable ? DataKind.Table : DataKind.Points, data.Kind);
        if (options.Length == 0 && text.StartsWith("x,y\n1,2\n3,4", StringComparison.Ordinal))
            Assert.Contains(data.Notes, note => note.Contains("?as=table", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("5:47:51", "11:37:20")]
    [InlineData("1:47 PM", "11:05 AM")]
    [InlineData("2/18/22", "11/1/22")]
    [InlineData("18/02/22", "01/11/22")]
    [InlineData("2020-09-26 15:37:04+00:00", "2020-09-27 00:00:00+00:00")]
    [InlineData("2020-09-26T15:37:04+00:00", "2020-09-27T00:00:00+00:00")]
    [InlineData("2020-09-26 15:37:04+02:00", "2020-09-27 00:00:00+02:00")]
    [InlineData("2020-09-26T15:37-0330", "2020-09-27T00:00-0330")]
    [InlineData("2020-09-26T15:37:04.120+05:30", "2020-09-27T00:00:00.007+05:30")]
    [InlineData("2020-09-26 15:37:04.123456", "2020-09-27 00:00:00.000001")]
    [InlineData("1965-09-26T15:37:04.999999-08", "2037-12-31T23:59:59.999999-08")]
    public void Times_are_read_and_written_as_people_write_them(string one, string other)
    {
        var table = Open(Rows("at,kind", i => $"{(i % 2 == 0 ? one : other)},{"abc"[i % 3]}"));
        Assert.Equal(FieldKind.Time, table.Fields[0].Kind);
        Assert.Equal((one, other), (table.Cell(0, 0), table.Cell(1, 0)));
    }

    // Clocks change twice a year: what is learned are instants, however many offsets they were written with.
    [Theory]
    [InlineData("2026-03-29T01:59:00+01:00", "2026-03-29T03:01:00+02:00", "2026-03-29T00:59:00+00:00", "2026-03-29T01:01:00+00:00")]
    [InlineData("2026-01-01 00:00:00.250-05:00", "2026-07-01 00:00:00.000-04:00",
        "2026-01-01 05:00:00.250+00:00", "2026-07-01 04:00:00.000+00:00")]
    public void Times_of_several_offsets_are_instants(string one, string other, string oneThere, string otherThere)
    {
        var table = Open(Rows("at,kind", i => $"{(i % 2 == 0 ? one : other)},{"abc"[i % 3]}"));
        Assert.Equal(FieldKind.Time, table.Fields[0].Kind);
        Assert.Equal((oneThere, otherThere), (table.Cell(0, 0), table.Cell(1, 0)));
        Assert.Contains(table.Notes, note => note.Contains("column at has times of several offsets", StringComparison.Ordinal));
    }

    // Words that look like numbers are words where they are few, or where somebody says so.
    [Fact]
    public void What_looks_like_a_number_may_be_words()
    {
        Assert.Equal(FieldKind.Category, Open(Rows("x,share", i => $"{i % 3},{i % 5}0%")).Fields[1].Kind);
        Assert.Equal(FieldKind.Category, Open(Rows("x,share", i => $"{i % 3},{i}%"), "?kinds=share:category").Fields[1].Kind);
        Assert.Equal(FieldKind.Category, Open(Rows("x,tags", i => $"{i % 3},\"{i % 4},{i % 6},{i}\"") + "1,\"0,0,0\"\n").Fields[1].Kind);
        Assert.Equal(FieldKind.Identifier, Open(Rows("x,place", i => $"{i % 3},\"{i}.32,80.{10 + i}\"")).Fields[1].Kind);
        Assert.Equal(FieldKind.Identifier, Open(Rows("x,host", i => $"{i % 3},10.0.0.{i}")).Fields[1].Kind);
    }

    // Longer than float64 tells apart, in a column of numbers, behind letters, and as long as a number can be.
    [Theory]
    [InlineData("", 98657763986642400, "98657763986642429", "98657763986642430", "98657763986642431")]
    [InlineData("AB", 100000000000000000, "AB100000000000000029", "AB100000000000000030", "AB100000000000000031")]
    [InlineData("", 4500000000000000000, "4500000000000000029", "4500000000000000030", "4500000000000000031")]
    [InlineData("", 9223372036854775700, "9223372036854775729", "new-1", "new-2")]
    public void Long_identifiers_go_on_after_the_largest(string prefix, long first, string last, string next, string second)
    {
        var table = Open(Rows("sku,kind", i => $"{prefix}{first + i},{"ab"[i % 2]}"));
        var field = table.Fields[0];
        Assert.Equal(FieldKind.Identifier, field.Kind);
        Assert.Equal((next, second), (field.Print(0), field.Print(1)));
        if (next != "new-1")
        {
            Assert.Equal(last, table.Cell(29, 0));
            Assert.Equal(-1, field.Parse(last));
        }
        var isSaid = table.Notes.Any(note => note.Contains("sku holds whole numbers of more digits", StringComparison.Ordinal));
        Assert.Equal(prefix.Length == 0, isSaid);
    }

    // float64 holds each of these, and no whole number of 64 bits does.
    [Theory]
    [InlineData("9223372036854775808")]
    [InlineData("1e300")]
    public void Identifiers_beyond_whole_numbers_are_texts(string largest)
    {
        var field = Open(Rows("id,kind", i => $"{(i == 7 ? largest : i)},{"ab"[i % 2]}")).Fields[0];
        Assert.Equal((FieldKind.Identifier, "new-1", false), (field.Kind, field.Print(0), field.IsWrittenAsNumber));
    }

    // 2⁶⁰ + 1 is no number of float64.
    [Fact]
    public void A_long_identifier_is_counted_from_the_next_one()
    {
        const long Largest = 1L << 60;
        var table = Open(Rows("id,kind", i => $"{(i == 7 ? Largest : i)},{"ab"[i % 2]}"));
        Assert.Equal(($"{Largest + 1}", $"{Largest}"), (table.Fields[0].Print(0), table.Cell(7, 0)));
    }

    [Fact]
    public void Quantities_may_be_of_any_size() =>
        Assert.Equal(FieldKind.Integer, Open(Rows("flux,kind", i => $"{i + 1}e300,{"ab"[i % 2]}")).Fields[0].Kind);

    [Fact]
    public void Kinds_are_as_somebody_says()
    {
        var text = Rows("zip,age,flag", i => $"{10000 + i % 4},{20 + i % 30},{i % 2}");
        Assert.Equal([FieldKind.Integer, FieldKind.Integer, FieldKind.Boolean], Open(text, "?as=table").Fields.Select(f => f.Kind));
        var said = Open(text, "?kinds=zip:category,3:integer");
        Assert.Equal([FieldKind.Category, FieldKind.Integer, FieldKind.Integer], said.Fields.Select(f => f.Kind));
        Assert.Equal(["flag", "zip"], Open(text, "?as=table&columns=flag,zip").Fields.Select(f => f.Name));
        Assert.Equal(["zip", "flag"], Open(text, "?drop=age").Fields.Select(f => f.Name));
        var codes = Open(Rows("zip,x", i => $"0{i % 4}501,{i}"), "?as=table");
        Assert.Equal((FieldKind.Category, "00501"), (codes.Fields[0].Kind, codes.Fields[0].Levels[0]));
    }

    [Fact]
    public void A_nameless_index_is_left_out_and_said()
    {
        var table = Open(Rows(",x,town", i => $"{i},{i % 7},{(i % 2 == 0 ? "a" : "b")}"));
        Assert.Equal(["x", "town"], table.Fields.Select(field => field.Name));
        Assert.Contains(table.Notes, note => note.Contains("left out as an index", StringComparison.Ordinal));
        Assert.Equal("left out: an index", Assert.Single(table.LeftOut).Use);
    }

    public static TheoryData<string, string, string> Bad => new()
    {
        { "a,b\n1,x\n2\n", "", "line 3 has 1 column, the first line has 2" },
        { "", "", "no lines with data" },
        { "a,a\nx,1\ny,2\n", "", "2 columns named 'a' (numbers 1 and 2)" },
        { "a,town\n1,x\n2,y\nold,y\n3,x\n4,y\n", "", "line 4: 'old' in column a is no number, and 4 of its 5 values are" },
        { "age,town\n1,x\n2.5,y\n", "?kinds=age:integer", "line 3: '2.5' in column age is no whole number" },
        { "age,town\n1,x\n2,y\n", "?kinds=town:number", "line 2: 'x' in column town is no number" },
        { "age,town\n1,x\n2,y\n", "?kinds=town:time", "line 2: 'x' in column town is no time" },
        { "age,town\n1,x\n2,y\n3,z\n", "?kinds=town:boolean", "column town has 3 different values" },
        { "age,town\n1,x\n2,y\n", "?kinds=ago:integer", "(did you mean age?)" },
        { "age,town\n1,x\n2,y\n", "?kinds=age:int", "number, integer, category, boolean, time, identifier" },
        { "age,town\n1,x\n2,y\n", "?drop=age,town", "nothing is left" },
        { "age,town\n1,x\n2,y\n", "?as=tables", "points or table" },
        { Rows("id,code", i => $"{i},c{i}"), "", "no column to learn: id is an identifier, code is an identifier" },
        { Rows("x,paid", i => $"{"ab"[i % 2]},\"{1 + i},{100 + 7 * i}\""), "", "numbers with commas, such as '1,100'" },
        { Rows("x;paid", i => $"{"ab"[i % 2]};0,{10 + i}"), "", "column paid holds numbers with commas, such as '0,10'" },
        { Rows("x,paid", i => $"{i % 3},${i}.50"), "", "column paid holds numbers with signs beside them, such as '$0.50'" },
        { Rows("x,change", i => $"{i % 3},{i}'{100 + i}.50"), "", "numbers with signs beside them, such as '0'100.50'" },
        { Rows("x,paid", i => $"{i % 3},{(i == 7 ? "n.v." : $"{i}%")}"), "", "column paid holds numbers with signs beside them" },
        { Rows("x,share", i => $"{i % 3},{i}%"), "", "column share holds numbers with signs beside them, such as '0%'" },
        { Rows("x,day", i => $"{i % 3},{(i % 2 == 0 ? $"2020-01-{i + 1:00}" : $"{i:00}/05/2020")}"), "", "written in more than one form" },
        { Rows("x,said", i => $"{i % 3},it was said {i} times and more"), "", "column said is free text" },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public void What_is_wrong_is_named_in_a_line(string text, string options, string part) =>
        Assert.Contains(part, Refused(() => Open(text, options)), StringComparison.Ordinal);

    [Fact]
    public void Another_table_is_matched_by_name()
    {
        var a = Open("age,town,member\n1,x,yes\n2,y,no\n3,y,no\n");
        var b = Assert.IsType<TableSet>(DataCatalog.Open(Put("b.csv", "town,age,member\nz,1.5,yes\nx,2,yes\n"), Context)).Like(a);
        Assert.Equal(["age", "town", "member"], b.Fields.Select(field => field.Name));
        Assert.Equal(["y", "x", "z"], b.Fields[1].Levels);
        Assert.Equal([2, 1], b.Columns[1]);
        // Always "yes" there, of two values here.
        Assert.Equal([1, 1], b.Columns[2]);
        var other = Assert.IsType<TableSet>(DataCatalog.Open(Put("c.csv", "town,ages\nz,1.5\ny,2\n"), Context));
        Assert.Contains("no column 'age'", Refused(() => other.Like(a)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_part_for_testing_is_the_same_each_time_and_no_part_of_the_rest()
    {
        var text = Rows("x,town", i => $"{i * i},{(i % 2 == 0 ? "a" : "b")}");
        TableSet train = Open(text, "?split=train"), test = Open(text, "?split=test");
        Assert.Equal((24, 6), (train.Count, test.Count));
        Assert.Equal(test.Fingerprint, Open(text, "?split=test").Fingerprint);
        Assert.Equal(30, train.Columns[0].Concat(test.Columns[0]).Distinct().Count());
    }

    [Fact]
    public void Adult_is_found_in_the_data_folder()
    {
        Assert.Contains("put adult.csv", Refused(() => DataCatalog.Open("adult", Context)), StringComparison.Ordinal);
        Put("data/adult.csv", Rows("age,income", i => $"{i % 9}, {(i % 2 == 0 ? "<=50K" : ">50K")}"));
        var table = Assert.IsType<TableSet>(DataCatalog.Open("adult", Context));
        Assert.Equal((24, 6), (table.Count, DataCatalog.OpenTestPart("adult", Context)!.Count));
        Assert.Contains(DataCatalog.List(Context), data => data is { Name: "adult", Available: true, Kind: "table" });
    }

    [Fact]
    public void A_check_says_what_becomes_of_each_column()
    {
        var path = Put("c.csv", Rows("id,price,town", i => $"{i},{(i % 4 == 0 ? "" : $"{i}.5")},{(i % 2 == 0 ? "a" : "b")}"));
        var lines = DataReport.Create(path, Context).ToLines();
        void Says(string start, string part) => Assert.Contains(lines,
            line => line.StartsWith(start, StringComparison.Ordinal) && line.Contains(part, StringComparison.Ordinal));
        Says("column id: identifier, 30 different ones", "not learned: issued anew, from 30");
        Says("column price: number, 1.5 to 29.5, mean", "8 missing");
        Says("column town: category, 2 values: a 50 %, b 50 %", "learned");
    }
}
