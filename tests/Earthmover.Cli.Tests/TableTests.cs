namespace Earthmover.Cli.Tests;

/// <summary>Tables from a file to a file: checked, trained on, sampled, and asked for values.</summary>
public sealed class TableTests : CommandLine
{
    private static readonly string[] s_small = ["--steps", "3", "--set", "width=8", "batch=20", "grid_samples=4", "--threads", "1"];

    private void PutPeople() => Put("people.csv", "id,price,town,born,member\n" + string.Join('\n', Enumerable.Range(0, 200).Select(i =>
        $"{i},{i % 37}.{i % 9}0,{(i % 3 == 0 ? "Bern" : "Ulm")},{new DateTime(2000, 1, 1).AddDays(i):yyyy-MM-dd},"
        + (i % 11 == 0 ? "?" : i % 2 == 0 ? "yes" : "no"))));

    [Fact]
    public void Sweeps_of_tables_are_decided_by_quality()
    {
        PutPeople();
        var said = Done(["sweep", "people.csv", "--vary", "system=table,ctgan", "--seeds", "1", "--out", "s", "--json", .. s_small]).Json;
        Assert.Equal("quality", said.GetProperty("metric").GetString());
        Assert.Contains("quality", Done("compare", "s/01-system=table-s1", "s/02-system=ctgan-s1").Out, StringComparison.Ordinal);
    }

    // Inches and feet, and a name with the sign of a condition.
    [Fact]
    public void Conditions_take_quotes_and_signs_of_the_columns_own()
    {
        string[] sizes = ["\"12\"\"\"", "5'", "7"];
        Put("sizes.csv", "size,a=b\n" + string.Concat(Enumerable.Range(0, 90).Select(i => $"{sizes[i % 3]},{"xy"[i % 2]}\n")));
        Done(["train", "sizes.csv?kinds=size:category", "--run", "r", .. s_small]);
        foreach (var (condition, line) in new[] { ("size='12\"'", "^\"12\"\"\","), ("size=\"5'\"", "^5',"), ("a=b=x", ",x$") })
            Assert.Matches(line, Done("sample", "r", "-n", "1", "--where", condition).Out.TrimEnd().Split('\n')[1].TrimEnd('\r'));
    }

    [Fact]
    public void Data_that_lies_elsewhere_now_may_be_named()
    {
        PutPeople();
        Done(["train", "people.csv", "--run", "r", .. s_small]);
        File.Move(At("people.csv"), At("moved.csv"));
        Refused("name it with --against", "evaluate", "r", "-n", "20");
        Done("evaluate", "r", "-n", "20", "--against", "moved.csv", "--metrics", "quality");
        Refused("evaluate RUN --against PATH evaluates by it", "diagnose", "r");
    }

    [Theory]
    [InlineData("table")]
    [InlineData("ctgan")]
    public void A_run_writes_rows_as_its_file_has_them_without_it(string system)
    {
        PutPeople();
        Done(["train", "people.csv", "--system", system, "--run", "r", .. s_small]);
        Assert.True(File.Exists(At("r", "samples", "reals.csv")));
        File.Delete(At("people.csv"));
        Done("sample", "r", "-n", "150", "--out", "rows.csv");
        var lines = File.ReadAllLines(At("rows.csv"));
        Assert.Equal("id,price,town,born,member", lines[0]);
        Assert.Equal(151, lines.Length);
        Assert.All(lines.Skip(1), line => Assert.Matches(@"^\d+,\d+\.\d\d,(Bern|Ulm),2000-\d\d-\d\d,(\?|yes|no)$", line));
        Assert.StartsWith("200,", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("349,", lines[150], StringComparison.Ordinal);
        // A row of a seed is the same in any number of them.
        Done("sample", "r", "-n", "3", "--index", "100", "--out", "some.csv");
        Assert.Equal(lines[101..104], File.ReadAllLines(At("some.csv"))[1..]);
        Assert.Equal(lines[..6], Done("sample", "r", "-n", "5").Out.TrimEnd().Split('\n').Select(line => line.TrimEnd('\r')));
        Done("sample", "r", "-n", "2", "--out", "rows.jsonl");
        Assert.Contains("\"town\":\"", File.ReadAllLines(At("rows.jsonl"))[0], StringComparison.Ordinal);
        var asked = Done("sample", "r", "-n", "20", "--where", "town=Bern,born=2000-01-01..2000-12-31", "--json").Json;
        Assert.All(asked.GetProperty("lines").EnumerateArray().Skip(1),
            line => Assert.Contains(",Bern,", line.GetString(), StringComparison.Ordinal));
        Assert.InRange(asked.GetProperty("rate").GetDouble(), 1e-4, 1);
        (string[] Args, string Part)[] refused =
        [
            (["--where", "twon=Bern"], "(did you mean town?)"), (["--where", "town=Bonn"], "it has Ulm, Bern"),
            (["--where", "price=9..1"], "LOW..HIGH"), (["--where", "id=3"], "not learned"), (["--where", "town"], "COLUMN=VALUE"),
            (["--where", "town=Bern,town=Ulm"], "two conditions on town"), (["--where", "price=1,price=2"], "LOW..HIGH"),
            (["--where", "price=1e6"], "so no row has 1e6"), (["--where", "born=1990-01-01..1999-12-31"], "column born is made from 2000-"),
            (["--where", "price=20.01,born=2000-02-03,town=Ulm,member=yes"], "none of 200,000 rows has price=20.01, born=2000-02-03"),
            (["--where", ""], "--where is empty"),
            (["--where", "member=yes,town='Bern"], "opens a quote that it does not close, 'Bern"),
            (["--where", "town=\"Bern"], "between single quotes"),
            (["--grid", "x.png"], "--grid does not go"), (["--out", "x.npy"], ".csv or .jsonl"),
        ];
        foreach (var (args, part) in refused)
        {
            var outcome = Run(["sample", "r", "-n", "2", .. args]);
            Assert.Equal(2, outcome.Code);
            Assert.Contains(part, outcome.Error, StringComparison.Ordinal);
        }
        Put("part.csv", "town,member\nBern,yes\nUlm,\n");
        // Two lines that many rows fit, and one that none does.
        Assert.Equal(2000, Done("sample", "r", "--complete", "part.csv", "--json").Json.GetProperty("drawn").GetInt32());
        Put("rare.csv", "town,price\nBern,1e9\n");
        Assert.Equal(50_000, Done("sample", "r", "--complete", "rare.csv", "--json").Json.GetProperty("drawn").GetInt32());
        Refused("--out part.csv would replace part.csv", "sample", "r", "--complete", "part.csv", "--out", "part.csv");
        Done("sample", "r", "--complete", "part.csv", "--out", "full.csv");
        var full = File.ReadAllLines(At("full.csv"));
        Assert.Equal("id,price,town,born,member", full[0]);
        Assert.Matches(@"^200,\d+\.\d\d,Bern,2000-\d\d-\d\d,yes$", full[1]);
        Assert.Matches(@"^201,\d+\.\d\d,Ulm,2000-\d\d-\d\d,(\?|yes|no)$", full[2]);
        // No identifier twice.
        Put("some.csv", "id,town\n201,Bern\n,Ulm\n,Bern\n");
        Done("sample", "r", "--complete", "some.csv", "--out", "whole.csv");
        Assert.Equal(["201", "200", "202"], File.ReadAllLines(At("whole.csv")).Skip(1).Select(line => line.Split(',')[0]));
        (string Text, string Part)[] misfits =
        [
            ("twon\nBern\n", "a column 'twon', which the table has not (did you mean town?)"),
            ("town,town\nBern,Ulm\n", "two columns named 'town'"), ("", "no lines with data"), ("town\n", "no rows under it"),
            ("town,price\nBern,dear\n", "line 2: 'dear' is no value of column price"),
        ];
        foreach (var (content, expected) in misfits)
        {
            Put("misfit.csv", content);
            var outcome = Run("sample", "r", "--complete", "misfit.csv");
            Assert.Equal(2, outcome.Code);
            Assert.Contains(expected, outcome.Error, StringComparison.Ordinal);
            Assert.Single(outcome.Error.TrimEnd().Split('\n'));
        }
        Put("wrong.csv", "town\nBern\nBonn\n");
        Assert.Contains("line 3: 'Bonn' is no value of column town",
            Run("sample", "r", "--complete", "wrong.csv", "--out", "f.csv").Error, StringComparison.Ordinal);
        // Lines that ask for the same are not made of the same few rows.
        Put("many.csv", "town\n" + string.Concat(Enumerable.Repeat("Bern\n", 60)));
        Done("sample", "r", "--complete", "many.csv", "--out", "others.csv");
        Assert.InRange(File.ReadAllLines(At("others.csv")).Skip(1).Select(line => line.Split(',', 2)[1]).Distinct().Count(), 30, 60);
        Assert.Contains("ONNX", Run("export", "r", "--to", "onnx", "x.onnx").Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "age,town\n1,a\n2,b,c\n", "line 3 has 3 columns, the first line has 2")]
    [InlineData("", "age,town\n20,a\n21,b\n22,a\nold,b\n", "line 5: 'old' in column age is no number, and 3 of its 4 values are")]
    [InlineData("", "age,age,town\n1,2,a\n3,4,b\n", "2 columns named 'age' (numbers 1 and 2)")]
    [InlineData("", "", "has no lines with data")]
    [InlineData("", "age,town\n", "has a header but no rows under it")]
    [InlineData("", "id,key\n", "has no column to learn: id is an identifier, key is an identifier")]
    [InlineData("?kinds=town:number", "age,town\n1,a\n2,b\n", "line 2: 'a' in column town is no number")]
    [InlineData("?kinds=age:integer", "age,town\n1,a\n2.5,b\n", "line 3: '2.5' in column age is no whole number")]
    [InlineData("?kinds=town:time", "age,town\n1,a\n2,b\n", "line 2: 'a' in column town is no time")]
    [InlineData("?kinds=town:boolean", "age,town\n1,a\n2,b\n3,c\n", "column town has 3 different values, such as a, b, c")]
    [InlineData("?kinds=twon:category", "age,town\n1,a\n2,b\n", "give a column")]
    [InlineData("?kinds=town:word", "age,town\n1,a\n2,b\n", "COLUMN:KIND")]
    [InlineData("?drop=age,town", "age,town\n1,a\n2,b\n", "nothing is left")]
    public void What_is_no_table_to_learn_from_is_said_in_one_line(string options, string content, string expected)
    {
        Put("bad.csv", content.StartsWith("id,key", StringComparison.Ordinal)
            ? content + string.Join('\n', Enumerable.Range(0, 60).Select(i => $"{i},u-{i * 7919}")) : content);
        var outcome = Run("train", "bad.csv" + options, "--steps", "1");
        Assert.Equal(2, outcome.Code);
        Assert.Contains(expected, outcome.Error, StringComparison.Ordinal);
        Assert.Single(outcome.Error.TrimEnd().Split('\n'));
        Assert.False(Directory.Exists(At("runs")));
    }

    [Fact]
    public void A_table_of_few_rows_is_trained_on_in_smaller_batches()
    {
        PutPeople();
        var run = Done("train", "people.csv", "--run", "r", "--steps", "1", "--threads", "1");
        Assert.Contains("200 rows are few", run.Out + run.Error, StringComparison.Ordinal);
        Assert.Contains("\"batch\": \"100\"", File.ReadAllText(At("r", "recipe.json")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_check_and_a_look_show_the_columns()
    {
        PutPeople();
        var text = Done("data", "check", "people.csv").Out;
        Assert.Contains("people.csv: 200 rows", text, StringComparison.Ordinal);
        Assert.Contains("column town: category, 2 values: Ulm 66.5 %, Bern 33.5 %", text, StringComparison.Ordinal);
        Assert.Contains("column id: identifier", text, StringComparison.Ordinal);
        Assert.Equal(5, Done("data", "check", "people.csv", "--json").Json.GetProperty("fields").GetArrayLength());
        Assert.StartsWith("id,price,town,born,member", Done("data", "show", "people.csv", "-n", "2").Out, StringComparison.Ordinal);
        Assert.Contains("plays with", Run("train", "people.csv", "--system", "wgan-gp").Error, StringComparison.Ordinal);
        Assert.Contains("people.csv", Run(["train", "people.csv", "--dry-run", .. s_small]).Out, StringComparison.Ordinal);
    }
}
