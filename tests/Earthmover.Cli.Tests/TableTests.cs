namespace Earthmover.Cli.Tests;

/// <summary>Tables from a file to a file: checked, trained on, sampled, and asked for values.</summary>
public sealed class TableTests : CommandLine
{
    private static readonly string[] s_small = ["--steps", "3", "--set", "width=8", "batch=20", "grid_samples=4", "--threads", "1"];

    private void PutPeople() => Put("people.csv", "id,price,town,born,member\n" + string.Join('\n', Enumerable.Range(0, 200).Select(i =>
        $"{i},{i % 37}.{i % 9}0,{(i % 3 == 0 ? "Bern" : "Ulm")},{new DateTime(2000, 1, 1).AddDays(i):yyyy-MM-dd},"
        + (i % 11 == 0 ? "?" : i % 2 == 0 ? "yes" : "no"))));

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
            (["--grid", "x.png"], "--grid does not go"), (["--out", "x.npy"], ".csv or .jsonl"),
        ];
        foreach (var (args, part) in refused)
        {
            var outcome = Run(["sample", "r", "-n", "2", .. args]);
            Assert.Equal(2, outcome.Code);
            Assert.Contains(part, outcome.Error, StringComparison.Ordinal);
        }
        Put("part.csv", "town,member\nBern,yes\nUlm,\n");
        Done("sample", "r", "--complete", "part.csv", "--out", "full.csv");
        var full = File.ReadAllLines(At("full.csv"));
        Assert.Equal("id,price,town,born,member", full[0]);
        Assert.Matches(@"^200,\d+\.\d\d,Bern,2000-\d\d-\d\d,yes$", full[1]);
        Assert.Matches(@"^201,\d+\.\d\d,Ulm,2000-\d\d-\d\d,(\?|yes|no)$", full[2]);
        Put("wrong.csv", "town\nBern\nBonn\n");
        Assert.Contains("line 3: 'Bonn' is no value of column town",
            Run("sample", "r", "--complete", "wrong.csv", "--out", "f.csv").Error, StringComparison.Ordinal);
        Assert.Contains("ONNX", Run("export", "r", "--to", "onnx", "x.onnx").Error, StringComparison.Ordinal);
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
